package publish

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
	"encoding/hex"
	"encoding/json"
	"path/filepath"
	"time"
)

// Page is what the audit report says of a run beside its rows.
func (p Publisher) Page(summary batch.Summary, files Files) (report.Page, error) {
	run := summary.Run
	history, err := timeline.History(p.Records.Ledger, run)
	if err != nil {
		return report.Page{}, err
	}
	instances, err := p.Records.Ledger.InstancesOf(run.ID)
	if err != nil {
		return report.Page{}, err
	}
	tracked, err := p.Records.Tracked(run)
	if err != nil {
		return report.Page{}, err
	}
	left, last, err := p.Records.Left(run)
	if err != nil {
		return report.Page{}, err
	}
	var settings struct { // as the run was started last
		Rate   float64
		Window string
		PerDay int
	}
	if err := json.Unmarshal(run.Settings, &settings); err != nil {
		return report.Page{}, err
	}
	came, seen := summary.Left, false
	if n := 0; len(left) > 0 {
		for _, some := range left {
			n += some
		}
		if n == summary.Counts[csvmodel.Accepted] {
			came, seen = last, true
		}
	}
	return report.Page{
		Lang: string(cmp.Or(p.Records.Language, run.Form.Language())), Zone: summary.Zone, Full: p.Full, Sandbox: p.Sandbox, Made: time.Now(),
		File: report.File{Name: run.Name, Path: run.Path, SHA256: hex.EncodeToString(run.Content[:]), Rows: run.Rows, Form: run.Form,
			Results: base(files.Results), Fixme: base(files.Fixme)},
		Run: report.Run{Instances: instances, Rate: settings.Rate, Window: settings.Window, PerDay: settings.PerDay,
			Forecast: report.Ends{Left: summary.Forecast}, Came: report.Ends{Left: came}, Seen: seen,
			Started: run.Started, Ended: run.Finished,
			Settling: summary.Settling > 0 && summary.Settling == summary.Counts[csvmodel.Unknown],
			Account:  summary.Stop.Action() == msg.ByPerson, Withheld: summary.Stop.Action() == msg.Withheld,
			Machine: run.Machine, User: run.User, Version: run.Version},
		Left:     left,
		Delivery: report.Delivery{Asked: tracked.Asked, Rests: tracked.Rests, Reports: reports(tracked)},
		Turns:    diary(history.Turns), Settled: diary(history.Settled), Repeats: diary(history.Repeats),
	}, nil
}

// reports says whether the accounts are set so that deliveries become known.
func reports(t batch.Tracked) report.Reports {
	switch {
	case t.Off:
		return report.ReportsOff
	case t.On:
		return report.ReportsOn
	}
	return report.ReportsUnknown
}

func diary(events []timeline.Event) []report.Note {
	notes := make([]report.Note, len(events))
	for i, e := range events {
		notes[i] = report.Note{At: e.At, Row: e.Row, Reason: e.Reason, By: e.SaidBy()}
	}
	return notes
}

// base is the name of a file, of none "".
func base(path string) string {
	if path == "" {
		return ""
	}
	return filepath.Base(path)
}
