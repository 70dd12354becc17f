package batch

import (
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"
)

const (
	// clockMargin is for clocks that show whole seconds, ours and the service's,
	// however short S is.
	clockMargin = 2 * time.Second
	// maxRounds is how often it is tried to settle a row in one run.
	maxRounds = 5
)

// settler finds out what became of an instance's unknown rows, by asking for
// the queue and, the delay and S later, for the journal (see settle). Its steps
// are taken while the lease is held and no request is under way.
type settler struct {
	job      *Job
	rounds   map[ref]int // how often it was tried in vain
	reading  *reading    // the queue has been read, the journal not yet
	earliest time.Time   // of the next step, after one that failed
	settled  int         // rows, so far
}

// ref names one attempt of a row.
type ref struct {
	run, seq int64
	attempt  int
}

func refOf(r ledger.Row) ref { return ref{r.Run, r.Seq, r.Attempt} }

// reading is what the first step has seen.
type reading struct {
	at    time.Time
	ready time.Time // when the journal may be read
	// skew is the service's clock less ours by which these two were told; it
	// stays, or they would wander from process to process.
	skew    time.Duration
	queue   []entry
	covers  bool
	due     map[ref]bool
	allWell func() bool // ends the watching of the account: was it authorised all the while?
}

// newSettler takes up what an earlier process has begun. The account must be
// authorised now.
func newSettler(ctx context.Context, j *Job) (*settler, error) {
	s := &settler{job: j, rounds: map[ref]int{}}
	return s, s.restore(func() func() bool { return s.watch(ctx) })
}

// watch looks at the account until it is asked whether all was well.
func (s *settler) watch(ctx context.Context) func() bool {
	return s.job.watchState(ctx, min(statePoll, max(time.Second, s.after()/2)))
}

// after is S.
func (s *settler) after() time.Duration { return s.job.Settings.SettleAfter.Duration }

// close leaves what was begun to the next process, if all was well so far.
func (s *settler) close() error {
	r := s.reading
	s.reading = nil
	if r == nil {
		return nil
	}
	if !r.allWell() {
		return s.forget()
	}
	doubts, err := s.doubts()
	if err != nil {
		return err
	}
	return s.keep(r, doubts)
}

// drop gives up what was begun.
func (s *settler) drop() error {
	if s.reading != nil {
		s.reading.allWell()
		s.reading = nil
	}
	return s.forget()
}

// doubts returns all unknown rows of the instance. Also those that nobody tries
// to settle any more may be what an entry is.
func (s *settler) doubts() ([]doubt, error) {
	rows, err := s.job.Ledger.Unknown(s.job.Instance)
	return s.doubtsOf(rows), err
}

func (s *settler) doubtsOf(rows []ledger.Row) []doubt {
	doubts := make([]doubt, len(rows))
	for i, r := range rows {
		doubts[i] = doubt{Row: r, begin: r.Intended.Add(r.ClockSkew - s.after() - clockMargin)}
	}
	return doubts
}

// saidSent are the rows that a person said were sent. They have no id, and each
// is one of the entries: what they could be is not another row's for certain.
func (s *settler) saidSent() ([]doubt, error) {
	rows, err := s.job.Ledger.AcceptedByHand(s.job.Instance, time.Now().Add(-ledger.Retention))
	return s.doubtsOf(rows), err
}

// open returns the unknown rows that may still be settled.
func (s *settler) open() ([]doubt, error) {
	doubts, err := s.doubts()
	return slices.DeleteFunc(doubts, func(d doubt) bool {
		return s.rounds[refOf(d.Row)] >= maxRounds || time.Since(d.Intended) >= ledger.Retention
	}), err
}

// next is when the next step is to be taken, zero if there is none.
func (s *settler) next(open []doubt) time.Time {
	if s.reading != nil {
		return s.reading.ready
	}
	var next time.Time
	for _, d := range open {
		if due := d.Ended.Add(s.after()); next.IsZero() || due.Before(next) {
			next = due
		}
	}
	if !next.IsZero() && next.Before(s.earliest) {
		next = s.earliest
	}
	return next
}

// step takes the step that is due, if one is. A service that does not answer as
// it should settles nothing, which is no error; one that says that the account
// needs a person is a Stop.
func (s *settler) step(ctx context.Context) (msg.Reason, error) {
	open, err := s.open()
	if err != nil {
		return msg.Reason{}, err
	}
	if next := s.next(open); next.IsZero() || time.Now().Before(next) {
		return msg.Reason{}, nil
	}
	doubts, err := s.doubts()
	if err != nil {
		return msg.Reason{}, err
	}
	if s.reading == nil {
		err = s.first(ctx, doubts)
	} else {
		err = s.second(ctx, doubts)
	}
	asked := (*greenapi.Error)(nil)
	switch {
	case errors.As(err, &asked) && asked.Meaning == greenapi.Stop && asked.Reason.Code != msg.Quota:
		return asked.Reason, nil
	case errors.As(err, &asked), errors.Is(err, errNotAuthorized):
		s.job.Log.Warn("what became of requests without an answer cannot be found out now: " + err.Error())
		return msg.Reason{}, s.inVain(open)
	}
	return msg.Reason{}, err
}

// inVain counts a round for the rows that it was about, and waits S for the next.
func (s *settler) inVain(open []doubt) error {
	for _, d := range open {
		if !time.Now().Before(d.Ended.Add(s.after())) {
			s.rounds[refOf(d.Row)]++
		}
	}
	s.earliest = time.Now().Add(s.after())
	return s.drop()
}

var errNotAuthorized = errors.New("the account was not authorised all the while")

// authorized is an error unless the account is authorised now.
func (s *settler) authorized(ctx context.Context) error {
	state, err := s.job.Client.State(ctx)
	if err == nil && state != greenapi.Authorized {
		err = errNotAuthorized
	}
	return err
}

// first reads the queue. What it shows of the unknown rows was taken.
func (s *settler) first(ctx context.Context, doubts []doubt) error {
	began := time.Now()
	if err := s.authorized(ctx); err != nil {
		return err
	}
	settings, err := s.job.Client.Settings(ctx)
	if err != nil {
		return err
	}
	queue, err := s.job.Client.Queue(ctx)
	if err != nil {
		return err
	}
	at := time.Now()
	skew, _ := s.job.Client.Skew()
	r := &reading{at: at, skew: skew, ready: at.Add(settings.Delay + 2*s.after() + s.after()/60), queue: queueEntries(queue),
		covers: len(queue) < greenapi.QueueLimit, due: map[ref]bool{}}
	for _, d := range doubts {
		if !began.Before(d.Ended.Add(s.after())) {
			r.due[refOf(d.Row)] = true
		}
	}
	r.allWell = s.watch(ctx)
	s.reading = r
	if err := s.keep(r, doubts); err != nil {
		return err
	}
	return s.decide(doubts, evidence{queueCovers: r.covers}, r.queue, nil)
}

// second reads the journal, and decides.
func (s *settler) second(ctx context.Context, doubts []doubt) error {
	r := s.reading
	s.reading = nil
	if !r.allWell() {
		return errNotAuthorized
	}
	if err := s.authorized(ctx); err != nil {
		return err
	}
	j, err := s.readJournal(ctx, doubts)
	if err != nil {
		return err
	}
	for i := range doubts {
		doubts[i].due = r.due[refOf(doubts[i].Row)]
	}
	e := evidence{queueCovers: r.covers}
	switch whole, err := s.showsOurs(j, r); {
	case err != nil:
		return err
	case whole:
		e.journalFrom = j.from
	default:
		s.job.Log.Warn("the journal shows none of the cards that it must have, so it proves nothing")
	}
	if err := s.decide(doubts, e, r.queue, j.entries); err != nil {
		return err
	}
	for _, d := range doubts {
		if d.due {
			s.rounds[refOf(d.Row)]++ // of those that are settled nobody asks
		}
	}
	return s.forget()
}

// decide puts into the ledger what queue and journal say.
func (s *settler) decide(doubts []doubt, e evidence, queue, journal []entry) error {
	holders, err := s.job.Ledger.Holders(s.job.Instance, slices.Concat(idsOf(queue), idsOf(journal)))
	if err != nil {
		return err
	}
	held := s.doubtsOf(holders)
	queue, _, _ = withoutHeld(queue, held)
	journal, blurred, learned := withoutHeld(journal, held)
	var chats map[string]string
	e.entries, chats = merge(queue, journal)
	e.blurred = blurred
	maps.Copy(learned, chats)
	if e.chats, err = s.learn(learned); err != nil {
		return err
	}
	said, err := s.saidSent()
	if err != nil {
		return err
	}
	e.doubts = slices.Concat(doubts, said)
	verdicts, repeats := settle(e)
	found, free := 0, 0
	for _, v := range verdicts {
		done, err := s.record(v, e)
		switch {
		case err != nil:
			return err
		case done && v.free:
			free++
		case done:
			found++
		}
	}
	s.settled += found + free
	s.say(found, free)
	return s.noteRepeats(e, repeats)
}

// say tells in one line what was found out; of each row it is in the ledger.
func (s *settler) say(found, free int) {
	if found > 0 {
		s.job.Log.Info(requestCount(found) + " without an answer found in the service's records: taken")
	}
	if free > 0 {
		s.job.Log.Info(requestCount(free) + " without an answer surely not taken: going again")
	}
}

func idsOf(entries []entry) []string {
	ids := make([]string, len(entries))
	for i, en := range entries {
		ids[i] = en.id
	}
	return ids
}

// learn remembers whose the @lids are, and returns all that are known.
func (s *settler) learn(learned map[string]string) (map[string]string, error) {
	if len(learned) > 0 {
		if err := s.job.Ledger.LearnChats(s.job.Instance, learned, time.Now()); err != nil {
			return nil, err
		}
	}
	return s.job.Ledger.Chats(s.job.Instance)
}

// record writes one verdict, if it is one. A row that is not unknown any more was
// settled by a person meanwhile.
func (s *settler) record(v verdict, e evidence) (done bool, err error) {
	settled := ledger.Settlement{At: time.Now()}
	if v.State != ledger.State(csvmodel.Unknown) {
		return false, nil // a person has settled it
	}
	switch {
	case v.found != nil:
		settled.Taken, settled.IDMessage, settled.ResolvedBy = true, v.found.id, v.how
		settled.Evidence = msg.Reason{Code: msg.Found, Args: []string{v.how, v.found.id}}
	case v.free:
		settled.Evidence = msg.Reason{Code: msg.Free, Args: []string{
			stamp(v.Ended), strconv.Itoa(len(e.entries)), stamp(e.journalFrom)}}
	default:
		return false, nil
	}
	err = s.job.Ledger.Settle(v.Row, settled)
	if errors.Is(err, ledger.ErrConflict) {
		return false, nil
	}
	return err == nil, err
}

func (s *settler) noteRepeats(e evidence, repeats []entry) error {
	for _, en := range repeats {
		reason := msg.Reason{Code: msg.Repeated, Args: []string{e.chatOf(en), en.id}}
		if err := s.job.noteRepeat(reason); err != nil {
			return err
		}
	}
	return nil
}
