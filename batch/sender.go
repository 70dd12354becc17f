package batch

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"

	"contact-distributor/batch/account"
	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Sender sends for one account, and keeps what it knows of that. It is for one goroutine.
type Sender struct {
	Name     string // among the accounts; "" where there is one
	Instance string
	Client   *greenapi.Client
	Settings Settings // of which the limits are the account's own

	// Blocked is why nothing of the account's can go any more; zero: it can.
	Blocked msg.Reason

	job     *Job
	lease   *ledger.Lease // nil while nothing is sent
	current *session      // nil before the first file
}

// log tells the account where there are several.
func (s *Sender) log() *slog.Logger {
	if s.job.only() != nil {
		return s.job.Log
	}
	return s.job.Log.With("account", s.Name)
}

// named says which of several accounts an error is about.
func (s *Sender) named(err error) error {
	if err == nil || s.job.only() != nil {
		return err
	}
	return msg.Problem("error.account", msg.Args{"Account": s.Name, "Err": err})
}

// begin takes the instance, unless the Sender has it, and refuses settings that its own do not
// allow.
func (s *Sender) begin(ctx context.Context) error {
	if s.lease != nil {
		return nil
	}
	lease, err := s.takeLease()
	if err != nil {
		return err
	}
	s.lease = lease
	if lease.Abandoned > 0 {
		s.log().Warn("log.abandoned", "rows", lease.Abandoned)
	}
	if s.Settings.policy().DependsOnDelay() {
		return s.session().monitor.CheckSettings(ctx)
	}
	return nil
}

func (s *Sender) takeLease() (*ledger.Lease, error) {
	terms := s.job.terms()
	terms.Timeout = s.Client.Timeout()
	return s.job.Ledger.TakeLease(s.Instance, terms)
}

// end gives the instance back, if it was taken.
func (s *Sender) end() {
	if s.lease != nil {
		s.lease.Release()
		s.lease = nil
	}
}

func (s *Sender) startRun(run ledger.Run) error {
	if err := s.lease.SetRun(run.ID); err != nil {
		return err
	}
	return s.addNote(run, ledger.NoteStart, msg.Reason{})
}

func (s *Sender) addNote(run ledger.Run, kind ledger.NoteKind, why msg.Reason) error {
	return s.job.Ledger.AddNote(ledger.Note{At: time.Now(), Run: run.ID, Instance: s.Instance, Kind: kind, Reason: why})
}

// session is reused from file to file: another file is no reason to ask the service again, to
// go faster or to have more patience.
type session struct {
	account *account.Account
	monitor *account.Monitor
	poller  *account.QueuePoller
	limiter *pacing.Limiter // nil before the first run begins
	breaker dispatch.Breaker
	readAt  time.Time // of the service's queue, by the newest start that does not wait
}

func (s *Sender) session() *session {
	if s.current == nil {
		a := &account.Account{Client: s.Client, Ledger: s.job.Ledger, Instance: s.Instance, Log: s.log()}
		keep := func(read greenapi.Settings) error {
			return errors.Join(tracking.NoteSettings(s.job.Ledger, s.Instance, read), s.noteDelay(read.Delay))
		}
		refuse := func(delay time.Duration) error { return s.Settings.policy().Check(delay) }
		s.current = &session{
			account: a,
			monitor: account.NewMonitor(a, refuse, keep),
			poller:  account.NewQueuePoller(a),
		}
	}
	return s.current
}

func (s *Sender) delay() (delay pacing.Delay, err error) {
	noted, err := s.job.Ledger.Meta("delay " + s.Instance)
	if err == nil && noted != nil {
		err = json.Unmarshal(noted, &delay)
	}
	return delay, err
}

// noteDelay tells later processes since when the service reports this delay.
func (s *Sender) noteDelay(delay time.Duration) error {
	before, err := s.delay()
	if err != nil || before.Delay == delay && !before.Since.IsZero() {
		return err
	}
	noted, err := json.Marshal(pacing.Delay{Delay: delay, Since: time.Now()})
	return errors.Join(err, s.job.Ledger.SetMeta("delay "+s.Instance, noted))
}

func (s *Sender) sendFile(ctx context.Context, f *Sending) (Summary, error) {
	defer s.end()
	if s.job.only() == nil {
		if !s.Blocked.IsZero() {
			err := s.addNote(f.Run, ledger.NoteStart, msg.Reason{})
			return Summary{Stop: s.Blocked}, errors.Join(err, s.addNote(f.Run, ledger.NoteStop, s.Blocked))
		}
		if err := s.begin(ctx); err != nil {
			return Summary{}, err
		}
		if err := s.startRun(f.Run); err != nil {
			return Summary{}, err
		}
	}
	summary, err := s.sendRun(ctx, f)
	return summary, errors.Join(err, s.noteEnd(f.Run, summary))
}

func (s *Sender) noteEnd(run ledger.Run, summary Summary) (err error) {
	if !summary.LastDeparture.IsZero() {
		err = s.addNote(run, ledger.NoteDeparture, msg.NewReason(msg.Forecast, summary.LastDeparture))
	}
	if code := summary.Stop.Code; code == msg.Strict || code == msg.Cancelled { // nobody else is to try
		err = errors.Join(err, s.job.Ledger.CancelRun(run.ID, time.Now()))
	}
	if !summary.Stop.IsZero() {
		err = errors.Join(err, s.addNote(run, ledger.NoteStop, summary.Stop))
	}
	return err
}

// counts are of the rows that the account may send.
func (s *Sender) counts(run ledger.Run) (csvmodel.Counts, error) {
	if s.job.only() == nil {
		return s.job.Ledger.CountsOf(run.ID, s.Instance)
	}
	all, err := s.job.Ledger.AccountCounts(run.ID)
	counts := all[""]
	for status, n := range all[s.Instance] {
		counts[status] += n
	}
	return counts, err
}

// unknownOf returns the unknown rows of a run, of several accounts those of this one.
func (s *Sender) unknownOf(run ledger.Run) ([]ledger.Row, error) {
	unknown, err := s.job.Ledger.UnknownOf(run.ID)
	if s.job.only() == nil {
		unknown = slices.DeleteFunc(unknown, func(row ledger.Row) bool { return row.Instance != s.Instance })
	}
	return unknown, err
}

func (s *Sender) sendRun(ctx context.Context, f *Sending) (Summary, error) {
	run := f.Run
	kept, _ := SettingsOf(run) // of one that was altered: all claims count
	s.Settings.Strict, s.Settings.Dedupe = kept.Strict, kept.Dedupe
	list, err := s.suppress(s.lease, run)
	if err != nil {
		return Summary{}, err
	}
	counts, err := s.counts(run)
	if err != nil {
		return Summary{}, err
	}
	gate, blocked, err := s.start(ctx, counts)
	if err == nil && blocked.IsClosed() && !s.Settings.NoWait {
		var isSettled bool
		if isSettled, err = s.settleClosed(ctx, f, &blocked); err == nil && isSettled {
			return s.sendRun(ctx, f) // a card that was not taken may have given its room back
		}
	}
	if err != nil {
		return Summary{}, err
	}
	if gate == nil {
		f.showForecast(Forecast{Run: run, Account: s.Name, Settings: s.Settings, Counts: counts})
		return Summary{Counts: counts, Stop: blocked}, nil
	}
	forecast, err := s.forecast(run, counts, gate)
	if err != nil {
		return Summary{}, err
	}
	f.showForecast(forecast)
	if forecast.Requests > 0 {
		if err := s.addNote(run, ledger.NoteForecast, msg.NewReason(msg.Forecast, forecast.LeftAt)); err != nil {
			return Summary{}, err
		}
	}
	summary, err := newRounds(s, f, forecast, gate, list).run(ctx)
	if err != nil || summary.Stop.Action() >= msg.ByNextRun || s.session().breaker.HasUnanswered() {
		s.session().monitor.Expire()
	}
	return summary, err
}

// settleClosed settles rows while no card may go. It reports whether one of the run was, and
// sets another reason why the run ends.
func (s *Sender) settleClosed(ctx context.Context, f *Sending, stop *msg.Reason) (bool, error) {
	before, err := s.unknownOf(f.Run)
	if err != nil || decidable(before) == 0 {
		return false, err
	}
	f.showInterim()
	reason, err := s.settleAll(ctx, false)
	if err != nil || !reason.IsZero() && reason.Code != msg.Unsettled {
		*stop = reason
		return false, err
	}
	after, err := s.unknownOf(f.Run)
	return len(after) < len(before), err
}

// start returns the gate of a run, or nil if it does not begin now, and why; the Reason is zero
// if there is nothing to do. What the settings refuse is an error at any time of the day.
func (s *Sender) start(ctx context.Context, counts csvmodel.Counts) (*pacing.Gate, msg.Reason, error) {
	unsent := counts[csvmodel.Unsent]
	switch {
	case unsent+counts[csvmodel.Unknown] == 0:
		return nil, msg.Reason{}, nil
	case s.Settings.Strict && counts[csvmodel.Invalid] > 0:
		return nil, msg.NewReason(msg.Strict), nil
	}
	session := s.session()
	if stop, err := session.account.Suspension(); err != nil || !stop.IsZero() {
		return nil, stop, err
	}
	now := time.Now()
	past, err := s.past(now) // in all runs
	if err != nil {
		return nil, msg.Reason{}, err
	}
	gate := pacing.NewGate(s.log(), s.Settings.policy(), past, now)
	if session.limiter == nil { // with the lease: another process may have made a request just before
		last, err := s.job.Ledger.LastRequest(s.Instance)
		if err != nil {
			return nil, msg.Reason{}, err
		}
		session.limiter = pacing.NewLimiter(s.Settings.Rate, last, now)
	}
	closed := msg.Reason{}
	if unsent > 0 {
		closed = gate.Closed(time.Now())
	}
	if closed.IsZero() || s.Settings.policy().DependsOnDelay() {
		if stop, err := session.monitor.Ready(ctx, func() {}); err != nil || !stop.IsZero() {
			return nil, stop, err
		}
	}
	if !closed.IsZero() {
		return nil, closed, nil
	}
	gate.SetDelay(session.monitor.Delay)
	if unsent > 0 {
		gate.RecordCount(session.poller.Current(ctx))
	}
	return gate, msg.Reason{}, nil
}

// past is of all runs. A request without an answer may be accepted until it can be settled.
func (s *Sender) past(now time.Time) (pacing.Past, error) {
	settleAfter := s.Settings.SettleAfter.Duration
	sent, err := s.job.Ledger.SentSince(s.Instance, now.Add(-pacing.Lookback), settleAfter, s.Settings.policy().Memory())
	if err != nil {
		return pacing.Past{}, err
	}
	past := pacing.Past{}
	if past.Delay, err = s.delay(); err != nil {
		return past, err
	}
	for _, card := range sent {
		past.Sent = append(past.Sent, pacing.Sent(card))
	}
	unknown, err := s.job.Ledger.Unknown(s.Instance)
	for _, row := range unknown {
		past.Doubtful = append(past.Doubtful, row.Ended.Add(settleAfter))
	}
	return past, err
}

func (s *Sender) forecast(run ledger.Run, counts csvmodel.Counts, g *pacing.Gate) (Forecast, error) {
	now := time.Now()
	f := Forecast{Run: run, Account: s.Name, Settings: s.Settings, Counts: counts, Begins: true}
	of, err := s.Instance, error(nil)
	if s.job.only() != nil {
		of = "" // all
	}
	f.Duplicates, err = s.job.Ledger.CountDuplicates(run.ID, of, s.Settings.Dedupe.Scope(now, run))
	f.Requests = counts[csvmodel.Unsent] - f.Duplicates
	if f.Forecast = g.Forecast(now, f.Requests); f.Requests > 0 {
		f.Duration = f.LeftAt.Sub(now)
	}
	return f, err
}

// suppress marks suppressed rows, so that the forecast does not count them.
func (s *Sender) suppress(lease *ledger.Lease, run ledger.Run) (suppression, error) {
	if s.job.Suppress.Len() == 0 {
		return suppression{}, nil
	}
	chatOf, err := s.job.Ledger.Chats(s.Instance)
	if err != nil {
		return suppression{}, err
	}
	list := newSuppression(s.job.Suppress, chatOf)
	return list, lease.SuppressPlanned(run.ID, s.Instance, list.has)
}
