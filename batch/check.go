package batch

import (
	"iter"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Check reads a file as Send does. Nothing is sent, and no ledger is used.
type Check struct {
	Input    Input
	Suppress csvmodel.ChatList // must not be written to
	Language msg.Language      // of sentences
}

// Finding is what Check says of a row.
type Finding struct {
	Row     csvmodel.Row
	Status  csvmodel.Status // Unsent: the row would be sent
	Reasons []msg.Reason
}

// Findings returns what Check says of each row. It finds duplicates within the file
// only, and only of the first two million different cards.
func (c Check) Findings() iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		cards := newCardSet()
		for row, err := range c.Input.rows() {
			if err != nil {
				yield(Finding{}, msg.Problem("error.file", msg.Args{"File": c.Input.Path, "Err": err}))
				return
			}
			if !yield(c.check(row, cards), nil) {
				return
			}
		}
	}
}

func (c Check) check(row csvmodel.Row, cards *cardSet) Finding {
	if !row.Valid() {
		return Finding{row, csvmodel.Invalid, row.Faults}
	}
	if c.Suppress.Has(row.Fields.ChatID) {
		return Finding{row, csvmodel.Suppressed, []msg.Reason{{Code: msg.Suppressed}}}
	}
	if first := cards.firstRow(row); first != 0 {
		reason := msg.NewReason(msg.DuplicateHere, first)
		return Finding{row, csvmodel.Duplicate, []msg.Reason{reason}}
	}
	return Finding{Row: row, Status: csvmodel.Unsent}
}

// Results returns the findings of the rows that need a person, as results.
func (c Check) Results() iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for row, err := range c.Input.rows() {
			if err == nil && row.Valid() {
				continue
			}
			result := csvmodel.Result{Row: row.Number, Line: row.Line, Fields: row.Fields, Status: csvmodel.Invalid,
				Reasons: row.Faults, Language: c.Language, Source: row.Source}
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}
