package publish

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// original returns the run that a fixme file is of: by its name, the newest before its own
// run. ID is 0 if there is none.
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

// pair returns what was sent for which row of those that were open: for the same chat, or
// with the same contact, if as many of these are open as were sent. What is changed in both
// stays open.
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
