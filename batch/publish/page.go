package publish

import (
	"cmp"
	"encoding/hex"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/tracking"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/report"
)

func (d *drafts) page() (report.Page, error) {
	s, run, l := d.summary, d.summary.Run, d.Ledger
	settings, errSettings := batch.SettingsOf(run)
	instances, errInstances := l.InstancesOf(run.ID)
	tracked, errTracked := tracking.StatusOf(l, run)
	departures, last, errDepartures := tracking.Departures(l, run)
	page := report.Page{
		Lang: msg.Language(d.manifest.Language), Zone: s.Zone, Full: d.Full, Sandbox: d.Sandbox, MadeAt: time.Now(), Outcomes: audit.Hex(d.seal.Outcomes),
		File: report.File{Name: run.Name, SHA256: hex.EncodeToString(run.Content[:]), Rows: run.Rows, Layout: run.Layout,
			Results: d.manifest.Results.Name},
		Run: report.Run{
			Rate: settings.Rate, Window: settings.Window.String(), PerDay: settings.PerDay,
			Forecast: s.ForecastDeparture, Departed: s.PlannedDeparture,
			Started: run.Started, Ended: run.Finished, SentBefore: s.SentBefore,
			IsSettling:   s.Settling > 0 && s.Settling == s.Counts[csvmodel.Unknown],
			NeedsAccount: s.Stop.Action() == msg.ByPerson, IsWithheld: s.Stop.Action() == msg.Withheld,
			Machine: run.Machine, User: run.User, Version: run.Version, Instances: instances,
		},
		Departures: departures,
		Delivery:   report.Delivery{AskedAt: tracked.PolledAt, RetryAt: tracked.PausedUntil},
	}
	for _, a := range s.Accounts {
		page.Run.Accounts = append(page.Run.Accounts, report.Account{Name: a.Name, Instance: a.Instance})
		page.Run.Rate, page.Run.Window, page.Run.PerDay = 0, "", 0 // each has its own
	}
	switch {
	case tracked.IsOff:
		page.Delivery.Reports = report.ReportsOff
	case tracked.IsOn:
		page.Delivery.Reports = report.ReportsOn
	}
	if d.manifest.Fixme != nil {
		page.File.Fixme = d.manifest.Fixme.Name
	}
	departed := 0
	for _, cards := range departures {
		departed += cards
	}
	if departed > 0 && departed == s.Counts[csvmodel.Accepted] {
		page.Run.Departed, page.Run.IsObserved = last, true
	}
	return page, errors.Join(addLog(&page, l, s), errSettings, errInstances, errTracked, errDepartures)
}

func addLog(page *report.Page, l *ledger.Ledger, s batch.Summary) error {
	names := map[string]string{}
	for _, a := range s.Accounts {
		names[a.Instance] = cmp.Or(a.Name, a.Instance)
	}
	for entry, err := range l.RunLog(s.Run) {
		if err != nil {
			return err
		}
		note := report.Note{At: entry.At, Row: entry.Number, Reason: entry.Reason, Account: names[entry.Instance]}
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

// Rows goes through the rows of a run in the order of the file, each as the results
// have it: in a language or, where none is said, in that of the file.
func Rows(l *ledger.Ledger, run ledger.Run, language msg.Language) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		stops, err := l.StopReasons(run.ID)
		if err != nil {
			yield(csvmodel.Result{}, err)
			return
		}
		language := cmp.Or(language, run.Layout.Language())
		for row, err := range l.Rows(run.ID) {
			if !yield(result(row, stops[row.Account], language), err) || err != nil {
				return
			}
		}
	}
}

// result is a row as the results have it. The reasons of a row that is not settled are
// true also while a run is at work.
func result(row ledger.Row, stop msg.Reason, language msg.Language) csvmodel.Result {
	reasons := row.Reasons
	switch {
	case row.State == ledger.State(csvmodel.Accepted) && row.Delivery.Failed():
		reasons = append(reasons, row.Delivery.Reason())
	case row.State == ledger.Intended:
		reasons = []msg.Reason{{Code: msg.Asked}}
	case row.State == ledger.Planned && stop.IsZero():
		reasons = append(reasons, msg.Reason{Code: msg.Waiting})
	case row.State == ledger.Planned && !slices.ContainsFunc(reasons, func(r msg.Reason) bool { return r.Code == stop.Code }):
		reasons = append(reasons, msg.NewReason(msg.Unsent, stop))
	}
	accepted := ""
	if !row.Accepted.IsZero() {
		accepted = row.Accepted.Format(time.RFC3339)
	}
	return csvmodel.Result{
		Row: row.Number, Line: row.Line,
		Fields:    row.Fields,
		Status:    row.State.Status(),
		IDMessage: row.IDMessage,
		Reasons:   reasons, Remarks: row.Remarks, Language: language,
		Attempts: row.Attempt, AcceptedAt: accepted,
		IDInstance: row.Instance, Delivery: row.Delivery, Account: row.Account,
		Source: row.Source,
	}
}

// original returns the run that a fixme file is of: by its name, the newest before its own.
func (p Publisher) original(run ledger.Run) (ledger.Run, error) {
	stem, isFixme := strings.CutSuffix(strings.TrimSuffix(run.Name, filepath.Ext(run.Name)), batch.FixmeSuffix)
	if !isFixme {
		return ledger.Run{}, nil
	}
	return p.Ledger.NewestRunNamed(stem, run.ID)
}

// publishOriginals writes the pages again of the runs that a run has corrected rows of, where
// they still are. A run that is not at its end writes its page there.
func (p Publisher) publishOriginals(run ledger.Run) error {
	original, err := p.original(run)
	if err != nil || original.Finished.IsZero() {
		return err
	}
	p.Anew, p.onlyPage = true, true
	places, err := p.Ledger.PlacesOf(original.ID)
	for _, place := range places {
		if _, errGone := os.Stat(place.Output + batch.ReportSuffix); errGone == nil {
			_, errPublish := p.PublishRun(place)
			err = errors.Join(err, errPublish)
		}
	}
	return errors.Join(err, p.publishOriginals(original))
}

// campaign goes through the rows of a run. Those that were sent from its fixme file since
// are as they are there.
func (p Publisher) campaign(run ledger.Run, language msg.Language) (_ iter.Seq2[csvmodel.Result, error], corrected int, err error) {
	rows := Rows(p.Ledger, run, language)
	later, err := p.Ledger.RunsNamed(filepath.Base(run.Output)+batch.FixmeSuffix, run.ID)
	var open, sent []csvmodel.Result
	for _, fixme := range later {
		original, errOriginal := p.original(fixme)
		if err = errors.Join(err, errOriginal); err != nil || original.ID != run.ID {
			continue
		}
		var its iter.Seq2[csvmodel.Result, error]
		if its, _, err = p.campaign(fixme, language); err == nil {
			sent, err = appendIf(sent, its, func(r csvmodel.Result) bool { return r.Status == csvmodel.Accepted && !r.Delivery.Failed() })
		}
	}
	if err == nil && len(sent) > 0 {
		open, err = appendIf(open, rows, func(r csvmodel.Result) bool { return csvmodel.NeedsPerson(r.Status, r.Delivery) })
	}
	pairs := pair(open, sent)
	return func(yield func(csvmodel.Result, error) bool) {
		for row, err := range rows {
			if other, is := pairs[row.Row]; is {
				other.Row, other.Line = row.Row, row.Line
				row = other
			}
			if !yield(row, err) {
				return
			}
		}
	}, len(pairs), err
}

func appendIf(to []csvmodel.Result, rows iter.Seq2[csvmodel.Result, error], keeps func(csvmodel.Result) bool) ([]csvmodel.Result, error) {
	for row, err := range rows {
		if err != nil {
			return to, err
		}
		if keeps(row) {
			to = append(to, row)
		}
	}
	return to, nil
}

// pair returns what was sent for which row that was open: for the same chat, or with the same
// contact, if as many are open as were sent. What is changed in both stays open.
func pair(open, sent []csvmodel.Result) map[int]csvmodel.Result {
	pairs := map[int]csvmodel.Result{}
	chat := func(r csvmodel.Result) csvmodel.Fields { return csvmodel.Fields{ChatID: r.ChatID} }
	contact := func(r csvmodel.Result) csvmodel.Fields {
		r.ChatID, r.QuotedMessageID = "", ""
		return r.Fields
	}
	for _, key := range []func(csvmodel.Result) csvmodel.Fields{chat, contact} {
		from, to := map[csvmodel.Fields][]csvmodel.Result{}, map[csvmodel.Fields][]csvmodel.Result{}
		for _, r := range open {
			from[key(r)] = append(from[key(r)], r)
		}
		for _, r := range sent {
			to[key(r)] = append(to[key(r)], r)
		}
		isPaired := func(r csvmodel.Result) bool { k := key(r); return k != csvmodel.Fields{} && len(from[k]) == len(to[k]) }
		for k, rows := range from {
			for i, r := range rows {
				if isPaired(r) {
					pairs[r.Row] = to[k][i]
				}
			}
		}
		open, sent = slices.DeleteFunc(open, isPaired), slices.DeleteFunc(sent, isPaired)
	}
	return pairs
}
