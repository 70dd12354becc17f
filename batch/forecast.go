package batch

import (
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Forecast is what a run is about to do.
type Forecast struct {
	Run    ledger.Run
	Counts csvmodel.Counts // as planned

	Begins     bool // cards may go now; else the rest is zero
	Duplicates int  // unsent rows that are expected to be duplicates
	Requests   int
	pacing.Forecast
	Duration time.Duration // until the last card has left the service's queue
}

func (j *Job) forecast(run ledger.Run, counts csvmodel.Counts, g *pacing.Gate) (Forecast, error) {
	now := time.Now()
	f := Forecast{Run: run, Counts: counts, Begins: true}
	var err error
	f.Duplicates, err = j.Ledger.CountDuplicates(run.ID, j.Settings.Dedupe.Scope(now, run))
	f.Requests = counts[csvmodel.Unsent] - f.Duplicates
	if f.Forecast = g.Forecast(now, f.Requests); f.Requests > 0 {
		f.Duration = f.LeftAt.Sub(now)
	}
	return f, err
}

func (j *Job) recordForecast(f Forecast) error {
	if f.Requests == 0 {
		return nil
	}
	return j.addNote(f.Run, ledger.NoteForecast, msg.NewReason(msg.Forecast, f.LeftAt))
}

func (j *Job) recordDeparture(run ledger.Run, at time.Time) error {
	if at.IsZero() {
		return nil
	}
	return j.addNote(run, ledger.NoteDeparture, msg.NewReason(msg.Forecast, at))
}
