package publish

import (
	"cmp"
	"iter"
	"reflect"
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
		errors := renderer{language: cmp.Or(language, run.Layout.Language())}
		for row, err := range l.Rows(run.ID) {
			if !yield(result(row, stop, &errors), err) || err != nil {
				return
			}
		}
	}
}

// renderer renders reasons in a language. It keeps the newest text: many rows in a row
// have the same reasons, such as all that a stop has left.
type renderer struct {
	language msg.Language
	reasons  []msg.Reason
	text     string
}

func (r *renderer) render(reasons []msg.Reason) string {
	if !reflect.DeepEqual(reasons, r.reasons) {
		r.reasons, r.text = reasons, msg.Join(reasons, r.language)
	}
	return r.text
}

// result is a row as the results have it. What is said of a row that is not settled
// must be true also while a run is at work.
func result(row ledger.Row, stop msg.Reason, errors *renderer) csvmodel.Result {
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
		Error:     errors.render(reasons), Code: msg.Codes(append(reasons, row.Remarks...)),
		Attempts: row.Attempt, AcceptedAt: accepted,
		IDInstance: row.Instance, Delivery: row.Delivery,
		Source: row.Source,
	}
}
