package publish

import (
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// original returns the run that a fixme file is of, by its name: the newest one before
// its own run. ID is 0 if there is none.
func (p Publisher) original(run ledger.Run) (ledger.Run, error) {
	stem, isFixme := strings.CutSuffix(strings.TrimSuffix(run.Name, filepath.Ext(run.Name)), batch.FixmeSuffix)
	if !isFixme {
		return ledger.Run{}, nil
	}
	original, err := p.Ledger.NewestRunNamed(stem, run.ID)
	if errors.Is(err, ledger.ErrNoRun) {
		err = nil
	}
	return original, err
}

// publishOriginals writes the files again of the runs that a run has corrected rows of,
// in their places that are still there. One that is not at its end writes them there.
func (p Publisher) publishOriginals(run ledger.Run) error {
	p.Anew, p.onlyPage = true, true
	original, err := p.original(run)
	for err == nil && original.ID != 0 && !original.Finished.IsZero() {
		places, errPlaces := p.Ledger.PlacesOf(original.ID)
		err = errPlaces
		for _, place := range places {
			if _, errStat := os.Stat(place.Output + batch.ReportSuffix); errStat == nil {
				_, errPublish := p.PublishRun(place)
				err = errors.Join(err, errPublish)
			}
		}
		if err == nil {
			original, err = p.original(original)
		}
	}
	return err
}

// campaign goes through the rows of a run, with those that were sent from its fixme file
// since as they are there.
func (p Publisher) campaign(run ledger.Run, language msg.Language) (_ iter.Seq2[csvmodel.Result, error], corrected int, err error) {
	rows := Rows(p.Ledger, run, language)
	later, err := p.Ledger.RunsNamed(filepath.Base(run.Output)+batch.FixmeSuffix, run.ID)
	var sent []csvmodel.Result
	for _, fixme := range later {
		original, errOriginal := p.original(fixme)
		if err = errors.Join(err, errOriginal); err != nil || original.ID != run.ID {
			continue
		}
		its, _, errIts := p.campaign(fixme, language)
		found, errFound := filter(its, func(r csvmodel.Result) bool { return r.Status == csvmodel.Accepted && !r.Delivery.Failed() })
		sent, err = append(sent, found...), errors.Join(errIts, errFound)
	}
	if err != nil || len(sent) == 0 {
		return rows, 0, err
	}
	open, err := filter(rows, func(r csvmodel.Result) bool { return csvmodel.NeedsPerson(r.Status, r.Delivery) })
	if err != nil {
		return rows, 0, err
	}
	replaced := pair(open, sent)
	return func(yield func(csvmodel.Result, error) bool) {
		for row, err := range rows {
			if other, is := replaced[row.Row]; is {
				other.Row, other.Line = row.Row, row.Line
				row = other
			}
			if !yield(row, err) {
				return
			}
		}
	}, len(replaced), nil
}

func filter(rows iter.Seq2[csvmodel.Result, error], keeps func(csvmodel.Result) bool) (kept []csvmodel.Result, err error) {
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if keeps(row) {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

// pair returns which rows were sent for which of those that were open: for the same chat,
// or with the same contact, if as many of these are open as were sent. What is changed in
// both stays open.
func pair(open, sent []csvmodel.Result) map[int]csvmodel.Result {
	pairs, used := map[int]csvmodel.Result{}, map[int]bool{} // by row, and by place in sent
	for _, key := range []func(csvmodel.Result) string{
		func(r csvmodel.Result) string { return r.ChatID },
		func(r csvmodel.Result) string {
			return strings.Join([]string{r.PhoneContact, r.FirstName, r.MiddleName, r.LastName, r.Company}, "\n")
		},
	} {
		from, to := map[string][]csvmodel.Result{}, map[string][]int{}
		for _, r := range open {
			if _, isPaired := pairs[r.Row]; !isPaired {
				from[key(r)] = append(from[key(r)], r)
			}
		}
		for i, r := range sent {
			if !used[i] {
				to[key(r)] = append(to[key(r)], i)
			}
		}
		for k, rows := range from {
			if len(rows) != len(to[k]) || strings.TrimSpace(k) == "" {
				continue
			}
			for i, r := range rows {
				pairs[r.Row], used[to[k][i]] = sent[to[k][i]], true
			}
		}
	}
	return pairs
}
