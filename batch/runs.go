package batch

import (
	"cmp"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// The paths of the files that are written for a run end so, after Run.Output. Behind
// those of tables comes Layout.Extension.
const (
	ResultsSuffix = ".results"
	FixmeSuffix   = ".fixme"
	ReportSuffix  = ".report.html"
)

// Runs finds the runs of a ledger, and sums them up.
type Runs struct{ Ledger *ledger.Ledger }

// Find returns the run with this number, or the newest of the file at this path.
func (r Runs) Find(what string) (ledger.Run, error) {
	run, err := r.find(what)
	if errors.Is(err, ledger.ErrNoRun) {
		return run, msg.Problem("error.no-run", msg.Args{"File": what})
	}
	if err == nil && run.Planned.IsZero() {
		err = msg.Problem("error.not-read", msg.Args{"File": what})
	}
	return run, err
}

func (r Runs) find(what string) (ledger.Run, error) {
	if id, err := strconv.ParseInt(what, 10, 64); err == nil {
		if run, err := r.Ledger.Run(id); !errors.Is(err, ledger.ErrNoRun) {
			return run, err
		}
	}
	path, err := filepath.Abs(what)
	if err != nil {
		return ledger.Run{}, err
	}
	run, err := r.Ledger.NewestRunAt(path)
	if !errors.Is(err, ledger.ErrNoRun) {
		return run, err
	}
	content, errFile := csvmodel.Checksum(path) // it may be known under another name
	if errFile != nil {
		return run, err
	}
	runs, errRuns := r.Ledger.RunsOf(content)
	if len(runs) > 0 {
		return runs[0], nil
	}
	return run, cmp.Or(errRuns, err)
}

// Input has Job.Send go on with a planned run, wherever its file is.
func (r Runs) Input(run ledger.Run) Input {
	return Input{Path: run.Path, Name: run.Name, Content: run.Content, Layout: run.Layout, run: run.ID}
}

// IsHere reports whether the folder of a run's outputs is on this machine, and still there.
func IsHere(run ledger.Run) bool {
	info, err := os.Stat(filepath.Dir(run.Output))
	return err == nil && info.IsDir() && filepath.IsAbs(run.Output)
}

// RowsLeft returns how many rows are not sent, or about how many an unknown file has.
func (r Runs) RowsLeft(f io.Reader) (int, error) {
	var lines lineCount
	content, err := csvmodel.Sum(io.TeeReader(f, &lines))
	if err != nil {
		return 0, err
	}
	runs, err := r.Ledger.RunsOf(content)
	runs = slices.DeleteFunc(runs, func(r ledger.Run) bool { return r.Again && r.Finished.IsZero() })
	if err != nil || len(runs) == 0 || runs[0].Planned.IsZero() {
		return int(lines), err
	}
	counts, err := r.Ledger.Counts(runs[0].ID)
	return counts[csvmodel.Unsent] + counts[csvmodel.Unknown], err
}

// Move records that a file and its outputs are in another folder. An unknown file is no error.
func (r Runs) Move(path, folder string) error {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if err := r.Ledger.MoveRun(run, filepath.Join(folder, filepath.Base(path)), filepath.Join(folder, filepath.Base(run.Output))); err != nil {
			return err
		}
	}
	return err
}

// PlannedAt returns the newest planned run of the file at this path; an ID of 0: none.
func (r Runs) PlannedAt(path string) (ledger.Run, error) {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if !run.Planned.IsZero() {
			return run, nil
		}
	}
	return ledger.Run{}, err
}

// Summary sums a run up as the ledger has it now; one that is not planned has no sums.
func (r Runs) Summary(run ledger.Run) (Summary, error) {
	s := Summary{Run: run}
	if run.Planned.IsZero() {
		return s, nil
	}
	err := s.load(r.Ledger)
	if err != nil || !run.Finished.IsZero() {
		return s, err
	}
	stops, err := r.Ledger.StopReasons(run.ID)
	if len(s.Accounts) == 0 {
		s.Stop = stops[""]
	}
	for _, a := range s.Accounts {
		s.Stop = msg.Worst(s.Stop, a.Stop)
	}
	return s, err
}

// Newest sums the newest runs up, newest first.
func (r Runs) Newest(limit int) ([]Summary, error) {
	runs, err := r.Ledger.Runs(limit)
	if err != nil {
		return nil, err
	}
	summaries := make([]Summary, len(runs))
	for i, run := range runs {
		if summaries[i], err = r.Summary(run); err != nil {
			return nil, err
		}
	}
	return summaries, nil
}

// Summary is what is known of a run.
type Summary struct {
	Run        ledger.Run
	Counts     csvmodel.Counts         // of all rows of the file
	Deliveries csvmodel.DeliveryCounts // of the accepted rows
	Settling   int                     // unknown rows that the service's records may still decide
	Resends    int                     // messages that the service's records show beyond those that were asked for
	Stop       msg.Reason              // why rows are left, of several accounts the worst; zero at the end of the file
	Accounts   []AccountSummary        // by their names, where rows are of more than one

	// SentBefore is when the newest card went, where the newest start found nothing left to send.
	SentBefore time.Time

	// When the last card was to leave the queue: as forecast, and as it looked after the newest
	// start that sent one. Zero if none was sent.
	ForecastDeparture, PlannedDeparture time.Time

	// Of the newest start only: when the last card leaves the queue, and about how many messages
	// leave after the hours, or wait too long and are dropped.
	LastDeparture          time.Time
	AfterHours, WillExpire int

	Zone *time.Location // of the run's hours, or this machine's
}

// AccountSummary is what is known of the rows that are one account's.
type AccountSummary struct {
	Name     string // when the run was last started with accounts, else ""
	Instance string
	Counts   csvmodel.Counts
	Stop     msg.Reason // why rows are left
}

// NeedPerson returns how many rows stand in the fixme file.
func (s Summary) NeedPerson() int { return csvmodel.NeedPerson(s.Counts, s.Deliveries) }

// load keeps Counts that are not nil. It fails unless every row of the file has one status.
func (s *Summary) load(l *ledger.Ledger) error {
	run := s.Run
	var errCounts, errSettling, errDeliveries, errResends, errBefore error
	settings, errSettings := SettingsOf(run)
	if s.Counts == nil {
		errCounts = s.count(l, settings.Accounts)
	}
	if errCounts == nil && s.Counts.Rows() != run.Rows {
		errCounts = msg.Problem("error.bug-rows", msg.Args{"Rows": run.Rows, "Accounted": s.Counts.Rows()})
	}
	if s.Counts[csvmodel.Unknown] > 0 {
		var unknown []ledger.Row
		unknown, errSettling = l.UnknownOf(run.ID)
		s.Settling = decidable(unknown)
	}
	s.Zone = time.Local
	if errSettings == nil {
		s.Zone = settings.Window.Location()
	}
	s.Deliveries, errDeliveries = l.DeliveryCounts(run.ID)
	s.Resends, errResends = l.CountResends(run, 0)
	if s.Counts[csvmodel.Unsent]+s.Counts[csvmodel.Unknown] == 0 {
		s.SentBefore, errBefore = l.SentBefore(run)
	}
	forecasts, errForecast := l.FirstNotes(run.ID, ledger.NoteForecast)
	planned, errPlanned := l.NewestNotes(run.ID, ledger.NoteDeparture)
	if len(s.Accounts) == 0 { // whichever sent, it went on where another had stopped
		forecasts, planned = forecasts[:min(1, len(forecasts))], planned[max(0, len(planned)-1):]
	}
	s.ForecastDeparture, s.PlannedDeparture = latestAt(forecasts), latestAt(planned)
	return errors.Join(errCounts, errDeliveries, errResends, errBefore, errSettling, errForecast, errPlanned)
}

func latestAt(notes []ledger.Note) (latest time.Time) {
	for _, n := range notes {
		if at := n.Reason.Time("At"); at.After(latest) {
			latest = at
		}
	}
	return latest
}

func (s *Summary) count(l *ledger.Ledger, names map[string]string) error {
	counts, err := l.AccountCounts(s.Run.ID)
	stops, errStops := l.StopReasons(s.Run.ID)
	s.Counts = csvmodel.Counts{}
	for instance, own := range counts {
		for status, n := range own {
			s.Counts[status] += n
		}
		account := AccountSummary{Name: names[instance], Instance: instance, Counts: own}
		if own[csvmodel.Unsent]+own[csvmodel.Unknown] > 0 {
			account.Stop = stops[instance]
		}
		if instance != "" {
			s.Accounts = append(s.Accounts, account)
		}
	}
	if len(s.Accounts) < 2 {
		s.Accounts = nil
	}
	slices.SortFunc(s.Accounts, func(a, b AccountSummary) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Instance, b.Instance))
	})
	return errors.Join(err, errStops)
}

// ErrNotUnknown is returned where a person's word is not asked for.
var ErrNotUnknown = msg.Problem("error.only-unknown", nil)

// Doubtful returns the run that a person's word on this line is about: run, or the newest of
// the file's others whose row is unknown there. It looks no further than a row that has a
// person's word: whoever says it twice means no other row.
func (r Runs) Doubtful(run ledger.Run, line int) (ledger.Run, error) {
	others, err := r.Ledger.RunsAt(run.Path)
	for _, candidate := range append([]ledger.Run{run}, others...) {
		row, errRow := r.Ledger.RowAt(candidate.ID, line)
		isUnknown := row.State.Status() == csvmodel.Unknown && !row.Intended.IsZero()
		if errRow == nil && (isUnknown || row.ResolvedBy == ledger.ByPerson) {
			return candidate, err
		}
		if errRow != nil && !errors.Is(errRow, ledger.ErrNoRow) {
			return run, errRow
		}
	}
	return run, err
}

// SettleByHand records a person's word on the unknown row that begins on this line.
func (r Runs) SettleByHand(run ledger.Run, line int, sent bool, who string, at time.Time) error {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return msg.Problem("error.no-row", msg.Args{"File": run.Name, "Line": line, "Err": ErrNotUnknown})
	}
	if err != nil {
		return err
	}
	if row.State == ledger.Intended { // by a process that has ended, or is at work
		lease, err := r.Ledger.TakeLease(row.Instance, ledger.Terms{Holder: who})
		if err != nil {
			return err
		}
		defer lease.Release()
		if row, err = r.Ledger.RowAt(run.ID, line); err != nil {
			return err
		}
	}
	if status := row.State.Status(); status != csvmodel.Unknown {
		return msg.Problem("error.is", msg.Args{"File": run.Name, "Line": line, "Status": string(status), "Err": ErrNotUnknown})
	}
	settings, _ := SettingsOf(run) // of a run of an older version there may be none
	if open := row.Ended.Add(settings.SettleAfter.Duration); !sent && at.Before(open) {
		return msg.Problem("error.may-be-taken", msg.Args{"File": run.Name, "Line": line, "Until": open.Local().Format(time.TimeOnly), "Err": ErrNotUnknown})
	}
	code := msg.SaidNot
	if sent {
		code = msg.SaidSent
	}
	err = r.Ledger.Settle(row, ledger.Settlement{
		Taken: sent, ResolvedBy: ledger.ByPerson, At: at, Evidence: msg.NewReason(code, who, at),
	})
	if errors.Is(err, ledger.ErrConflict) { // it is intended, or was settled this moment
		return msg.Problem("error.worked-on", msg.Args{"File": run.Name, "Line": line, "Err": ErrNotUnknown})
	}
	return err
}
