package batch

import (
	"errors"
	"fmt"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// Forecast is what a run is about to do.
type Forecast struct {
	Run       ledger.Run
	Counts    csvmodel.Counts // as planned
	Duplicate int             // of those that are unsent: expected to be duplicates
	Requests  int
	Takes     time.Duration // at the rate
}

// Progress is where a run stands.
type Progress struct {
	Done, Total int // rows of this start that have an outcome, and all of them
	Counts      csvmodel.Counts
	Rate        float64       // cards a second that were accepted, over the last while
	Left        time.Duration // until the last row has its outcome; 0 if not known
}

// Summary is what a run came to.
type Summary struct {
	Run    ledger.Run
	Counts csvmodel.Counts // of all rows of the file
	// Repeats is how many messages the service is known to have sent once more
	// by itself since the run began.
	Repeats int
	Stop    Stop
}

func (j *Job) forecast(run ledger.Run) (Forecast, error) {
	f := Forecast{Run: run}
	var err error
	if f.Counts, err = j.Ledger.Counts(run.ID); err != nil {
		return f, err
	}
	if f.Duplicate, err = j.Ledger.CountDuplicates(run.ID, j.Settings.Dedupe.scope(time.Now(), run.Again)); err != nil {
		return f, err
	}
	f.Requests = f.Counts[csvmodel.Unsent] - f.Duplicate
	f.Takes = time.Duration(float64(f.Requests) / (j.Settings.Rate * headroom) * float64(time.Second))
	return f, nil
}

// summarize makes up the account of a run: every row of the file has one status.
func summarize(l *ledger.Ledger, run ledger.Run) (Summary, error) {
	counts, err := l.Counts(run.ID)
	if err == nil && counts.Rows() != run.Rows {
		err = fmt.Errorf("the file has %d rows and the ledger accounts for %d: this is a bug, please report it", run.Rows, counts.Rows())
	}
	repeats, errRepeats := l.CountRepeats(run.Started)
	return Summary{Run: run, Counts: counts, Repeats: repeats}, errors.Join(err, errRepeats)
}
