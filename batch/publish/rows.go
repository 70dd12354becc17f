package publish

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Rows goes through the rows of a run in the order of the file, each as the results
// have it: in a language or, where none is said, in that of the file.
func Rows(l *ledger.Ledger, run ledger.Run, language msg.Language) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		stop, err := l.StopReason(run.ID)
		if err != nil {
			yield(csvmodel.Result{}, err)
			return
		}
		language := cmp.Or(language, run.Layout.Language())
		for row, err := range l.Rows(run.ID) {
			if !yield(result(row, stop, language), err) || err != nil {
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
		IDInstance: row.Instance, Delivery: row.Delivery,
		Source: row.Source,
	}
}
