package publish

import (
	"cmp"
	"encoding/hex"
	"errors"
	"path/filepath"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
)

// page is what the report says of a run beside its rows.
func (p Publisher) page(summary batch.Summary, files Files) (report.Page, error) {
	run, l := summary.Run, p.Ledger
	instances, errInstances := l.InstancesOf(run.ID)
	tracked, errTracked := tracking.StatusOf(l, run)
	departures, last, errDepartures := tracking.Departures(l, run)
	page := report.Page{
		Lang: p.languageOf(run), Zone: summary.Zone, Full: p.Full, Sandbox: p.Sandbox, MadeAt: time.Now(),
		File: report.File{Name: run.Name, Path: run.Path, SHA256: hex.EncodeToString(run.Content[:]), Rows: run.Rows, Layout: run.Layout,
			Results: base(files.Results), Fixme: base(files.Fixme)},
		Departures: departures,
		Delivery:   report.Delivery{AskedAt: tracked.PolledAt, RetryAt: tracked.PausedUntil, Reports: reports(tracked)},
	}
	errLog := addLog(&page, l, run)
	var errSettings error
	page.Run, errSettings = runOf(summary)
	page.Run.Instances = instances
	if haveAllLeft(departures, summary) {
		page.Run.Actual.Departed, page.Run.IsObserved = last, true
	}
	return page, errors.Join(errLog, errInstances, errTracked, errDepartures, errSettings)
}

// languageOf is that of what is written of a run.
func (p Publisher) languageOf(run ledger.Run) msg.Language {
	return cmp.Or(p.Language, run.Layout.Language())
}

// runOf is what the report says of how a run went, with the settings of its newest
// start.
func runOf(s batch.Summary) (report.Run, error) {
	settings, err := batch.SettingsOf(s.Run)
	return report.Run{
		Rate: settings.Rate, Window: settings.Window.String(), PerDay: settings.PerDay,
		Forecast: report.Ends{Departed: s.ForecastDeparture}, Actual: report.Ends{Departed: s.PlannedDeparture},
		Started: s.Run.Started, Ended: s.Run.Finished,
		IsSettling:   s.Settling > 0 && s.Settling == s.Counts[csvmodel.Unknown],
		NeedsAccount: s.Stop.Action() == msg.ByPerson, IsWithheld: s.Stop.Action() == msg.Withheld,
		Machine: s.Run.Machine, User: s.Run.User, Version: s.Run.Version,
	}, err
}

// haveAllLeft reports whether it is known of all accepted cards when they left the queue.
func haveAllLeft(departures map[time.Time]int, s batch.Summary) bool {
	n := 0
	for _, some := range departures {
		n += some
	}
	return n > 0 && n == s.Counts[csvmodel.Accepted]
}

// reports says whether the accounts are set so that deliveries become known.
func reports(t tracking.Status) report.Reports {
	switch {
	case t.IsOff:
		return report.ReportsOff
	case t.IsOn:
		return report.ReportsOn
	}
	return report.ReportsUnknown
}

// addLog adds what is noted of a run.
func addLog(page *report.Page, l *ledger.Ledger, run ledger.Run) error {
	for entry, err := range l.RunLog(run) {
		if err != nil {
			return err
		}
		note := report.Note{At: entry.At, Row: entry.Number, Reason: entry.Reason}
		switch entry.Kind {
		case ledger.NoteStart, ledger.NoteStop:
			page.Starts = append(page.Starts, note)
		case ledger.NoteSettled:
			page.Settled = append(page.Settled, note)
		case ledger.NoteResend:
			page.Resends = append(page.Resends, note)
		}
	}
	return nil
}

// base is the name of a file, of none "".
func base(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}
