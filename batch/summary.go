package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Forecast is what a run is about to do.
type Forecast struct {
	Run    ledger.Run
	Counts csvmodel.Counts // as planned
	// What follows is known if cards may go now.
	Begins    bool
	Duplicate int // of those that are unsent: expected to be duplicates
	Requests  int
	Leaves    time.Time     // when the last card will have left the service's queue
	Takes     time.Duration // until then
	Delay     time.Duration // from one message that leaves to the next
	Depth     int           // messages that may wait at the service
	Fastest   float64       // cards a second that a queue of this depth takes, 0 if that is no limit
}

// Progress is where a run stands.
type Progress struct {
	Done, Total int // rows of this start that have an outcome, and all of them
	Counts      csvmodel.Counts
	Rate        float64       // cards a second that were accepted, over the last while
	Left        time.Duration // until the last row has its outcome; 0 if not known
	Leaves      time.Time     // when the last card will have left the service's queue; zero if not known
}

// Summary is what a run came to.
type Summary struct {
	Run    ledger.Run
	Counts csvmodel.Counts // of all rows of the file
	// Deliveries are those of the accepted rows, as far as they are known.
	Deliveries csvmodel.DeliveryCounts
	// Settling is how many of the unknown rows are young enough for the service's
	// records to decide what became of them.
	Settling int
	// Repeats is how many messages with cards of the run the service's records show
	// beyond those that were asked for.
	Repeats int
	Stop    msg.Reason // why the run stopped before the end of its file; zero if it did not

	// Forecast is when the last card was to have left the service's queue, as it
	// looked before the first one went; zero if none was to go.
	Forecast time.Time
	// Left is when the last card that went is to have left it, as it looked when the
	// newest start ended in which one went; zero if none went.
	Left time.Time
	// Of the newest start; zero when the account is made up later.
	Leaves time.Time // when the last card that went has left the queue, zero if none went
	Late   int       // about so many messages in it leave only after the hours
	Lost   int       // and so many will have waited for 24 hours, and are dropped

	Zone *time.Location // of the run's hours, or this machine's: its times are told
}

// NeedPerson is how many rows stand in the fixme file.
func (s Summary) NeedPerson() int { return csvmodel.NeedPerson(s.Counts, s.Deliveries) }

// forecast is for a run that begins if it has gates.
func (j *Job) forecast(run ledger.Run, counts csvmodel.Counts, g *pacing.Gate) (Forecast, error) {
	f := Forecast{Run: run, Counts: counts, Begins: g != nil}
	if g == nil {
		return f, nil
	}
	var err error
	f.Duplicate, err = j.Ledger.CountDuplicates(run.ID, j.Settings.Dedupe.Scope(time.Now(), run))
	f.Requests = counts[csvmodel.Unsent] - f.Duplicate
	now := time.Now()
	all := g.Forecast(now, f.Requests)
	f.Delay, f.Depth, f.Fastest = all.Delay, all.Depth, all.DepthRate
	if f.Requests > 0 {
		f.Leaves, f.Takes = all.LeftAt, all.LeftAt.Sub(now)
	}
	return f, err
}

// noteForecast keeps a forecast beside which is put what comes.
func (j *Job) noteForecast(f Forecast) error {
	if f.Requests == 0 {
		return nil
	}
	reason := msg.NewReason(msg.Forecast, f.Leaves)
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Run: f.Run.ID, Instance: j.Instance, Kind: ledger.NoteForecast, Reason: reason})
}

// summarize makes up the account of a run: every row of the file has one status.
// Counts that are not known are asked for.
func summarize(l *ledger.Ledger, run ledger.Run, counts csvmodel.Counts) (Summary, error) {
	s := Summary{Run: run, Counts: counts, Zone: zoneOf(run)}
	var err error
	if counts == nil {
		s.Counts, err = l.Counts(run.ID)
	}
	if err == nil && s.Counts.Rows() != run.Rows {
		err = fmt.Errorf("the file has %d rows and the ledger accounts for %d: this is a bug, please report it", run.Rows, s.Counts.Rows())
	}
	deliveries, errDeliveries := l.DeliveryCounts(run.ID)
	repeats, errRepeats := l.CountResends(run)
	s.Deliveries, s.Repeats = deliveries, repeats
	return s, errors.Join(err, errDeliveries, errRepeats, s.countSettling(l), s.recall(l))
}

// zoneOf is the one of the hours of the run's newest start.
func zoneOf(run ledger.Run) *time.Location {
	var settings struct{ Window string }
	json.Unmarshal(run.Settings, &settings) // ours, and what cannot be read has no hours
	hours, zone, _ := strings.Cut(settings.Window, " ")
	window, err := pacing.ParseWindow(hours, zone)
	if err != nil {
		return time.Local
	}
	return window.Location()
}

func (s *Summary) countSettling(l *ledger.Ledger) error {
	if s.Counts[csvmodel.Unknown] == 0 {
		return nil
	}
	rows, err := l.UnknownOf(s.Run.ID)
	s.Settling = decidable(rows)
	return err
}

// recall takes from the ledger what was noted of the queue.
func (s *Summary) recall(l *ledger.Ledger) error {
	forecast, errForecast := l.FirstNote(s.Run.ID, ledger.NoteForecast)
	s.Forecast = forecast.Reason.Time("At")
	leaves, errLeaves := l.NewestNote(s.Run.ID, ledger.NoteDeparture)
	s.Left = leaves.Reason.Time("At")
	return errors.Join(errForecast, errLeaves)
}

// noteLeaves keeps when what went is to have left.
func (j *Job) noteLeaves(run ledger.Run, c came) error {
	if c.leaves.IsZero() {
		return nil
	}
	reason := msg.NewReason(msg.Forecast, c.leaves)
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Run: run.ID, Instance: j.Instance, Kind: ledger.NoteDeparture, Reason: reason})
}

// stamp is a time as notes have it, empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
