package batch

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"iter"
)

// Check is a file that is only looked at: nothing is sent, and no ledger is asked.
type Check struct {
	Input    Input
	Suppress csvmodel.Chats // must not be written to
	Language msg.Language   // of sentences
}

// Finding is what is to be said of one row of a file that was only checked.
type Finding struct {
	Row     csvmodel.Row
	Status  csvmodel.Status // Unsent is what would be sent
	Reasons []msg.Reason
}

// Findings reads and checks the rows as Send would. Duplicates are found within
// the file only, and only of its first two million different cards: memory does
// not grow beyond that.
func (c Check) Findings() iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		cards := newSeen()
		for row, err := range c.Input.read() {
			if err != nil {
				yield(Finding{}, fmt.Errorf("%s: %w", c.Input.Path, err))
				return
			}
			if !yield(c.judge(row, cards), nil) {
				return
			}
		}
	}
}

func (c Check) judge(row csvmodel.Row, cards *seen) Finding {
	if !row.Valid() {
		return Finding{row, csvmodel.Invalid, row.Faults}
	}
	if c.Suppress.Has(row.Fields.ChatID) {
		return Finding{row, csvmodel.Suppressed, []msg.Reason{{Code: msg.Suppressed}}}
	}
	if first := cards.first(row); first != 0 {
		reason := msg.NewReason(msg.DuplicateHere, first)
		return Finding{row, csvmodel.Duplicate, []msg.Reason{reason}}
	}
	return Finding{Row: row, Status: csvmodel.Unsent}
}

// Results are the findings as results, of those rows that need a person.
func (c Check) Results() iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for row, err := range c.Input.read() {
			if err == nil && row.Valid() {
				continue
			}
			result := csvmodel.Result{Row: row.Number, Line: row.Line, Fields: row.Fields, Status: csvmodel.Invalid,
				Error: msg.Join(row.Faults, c.Language), Code: msg.Codes(row.Faults), Source: row.Source}
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}
