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

// load reads what the ledger has of s.Run, in which every row of the file has one status.
// It keeps Counts that are not nil.
func (s *Summary) load(l *ledger.Ledger) error {
	run := s.Run
	var errCounts, errSettling, errDeliveries, errResends error
	if s.Counts == nil {
		s.Counts, errCounts = l.Counts(run.ID)
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
	if settings, err := SettingsOf(run); err == nil {
		s.Zone = settings.Window.Location()
	}
	s.Deliveries, errDeliveries = l.DeliveryCounts(run.ID)
	s.Resends, errResends = l.CountResends(run, 0)
	forecast, errForecast := l.FirstNote(run.ID, ledger.NoteForecast)
	planned, errPlanned := l.NewestNote(run.ID, ledger.NoteDeparture)
	s.ForecastDeparture, s.PlannedDeparture = forecast.Reason.Time("At"), planned.Reason.Time("At")
	return errors.Join(errCounts, errDeliveries, errResends, errSettling, errForecast, errPlanned)
}
