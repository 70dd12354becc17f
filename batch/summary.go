package batch

import (
	"errors"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Summary is what is known of a run.
type Summary struct {
	Run        ledger.Run
	Counts     csvmodel.Counts         // of all rows of the file
	Deliveries csvmodel.DeliveryCounts // of the accepted rows
	Settling   int                     // unknown rows that the service's records may still decide
	Resends    int                     // messages that the service's records show beyond those that were asked for
	Stop       msg.Reason              // why rows are left; zero at the end of the file

	// When the last card was to leave the service's queue: as forecast before the first
	// card, and as it looked after the newest start that sent one. Zero if none was sent.
	ForecastDeparture, PlannedDeparture time.Time

	// Of the newest start, and zero in the Summary of an earlier one: when the last card
	// leaves the queue, and about how many messages in it leave only after the hours or
	// wait too long and are dropped.
	LastDeparture          time.Time
	AfterHours, WillExpire int

	Zone *time.Location // of the run's hours, or this machine's
}

// NeedPerson returns how many rows stand in the fixme file.
func (s Summary) NeedPerson() int { return csvmodel.NeedPerson(s.Counts, s.Deliveries) }

// summarize returns the summary of a run, in which every row of the file has one status.
// Counts may be nil.
func summarize(l *ledger.Ledger, run ledger.Run, counts csvmodel.Counts) (Summary, error) {
	s := Summary{Run: run, Counts: counts, Zone: zoneOf(run)}
	var err error
	if counts == nil {
		s.Counts, err = l.Counts(run.ID)
	}
	if err == nil && s.Counts.Rows() != run.Rows {
		err = msg.Problem("error.bug-rows", msg.Args{"Rows": run.Rows, "Accounted": s.Counts.Rows()})
	}
	deliveries, errDeliveries := l.DeliveryCounts(run.ID)
	resends, errResends := l.CountResends(run, 0)
	s.Deliveries, s.Resends = deliveries, resends
	return s, errors.Join(err, errDeliveries, errResends, s.countSettling(l), s.loadDepartures(l))
}

func zoneOf(run ledger.Run) *time.Location {
	settings, err := SettingsOf(run)
	if err != nil {
		return time.Local
	}
	return settings.Window.Location()
}

func (s *Summary) countSettling(l *ledger.Ledger) error {
	if s.Counts[csvmodel.Unknown] == 0 {
		return nil
	}
	rows, err := l.UnknownOf(s.Run.ID)
	s.Settling = decidable(rows)
	return err
}

func (s *Summary) loadDepartures(l *ledger.Ledger) error {
	forecast, errForecast := l.FirstNote(s.Run.ID, ledger.NoteForecast)
	planned, errPlanned := l.NewestNote(s.Run.ID, ledger.NoteDeparture)
	s.ForecastDeparture, s.PlannedDeparture = forecast.Reason.Time("At"), planned.Reason.Time("At")
	return errors.Join(errForecast, errPlanned)
}
