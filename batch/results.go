package batch

import (
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"strconv"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// ResultsSuffix ends the path of a results file, after Run.Output.
const ResultsSuffix = ".results.csv"

// Records is the read side of the ledger: what reports are made from.
type Records struct{ Ledger *ledger.Ledger }

// FindRun returns the run that a person means: a run's number, or the path of a
// file, of which the newest run counts.
func (r Records) FindRun(what string) (ledger.Run, error) {
	run, err := r.findRun(what)
	if errors.Is(err, ledger.ErrNoRun) {
		return run, fmt.Errorf("%s: the ledger knows no such file or run: see contact-distributor status", what)
	}
	return run, err
}

func (r Records) findRun(what string) (ledger.Run, error) {
	if id, err := strconv.ParseInt(what, 10, 64); err == nil {
		if run, err := r.Ledger.Run(id); !errors.Is(err, ledger.ErrNoRun) {
			return run, err
		}
	}
	path, err := filepath.Abs(what)
	if err != nil {
		return ledger.Run{}, err
	}
	return r.Ledger.NewestRunAt(path)
}

// Summary is the account of a run as the ledger has it now.
func (r Records) Summary(run ledger.Run) (Summary, error) {
	s, err := summarize(r.Ledger, run)
	if err != nil {
		return s, err
	}
	s.Stop.Reason, err = r.stopReason(run)
	return s, err
}

// Results goes through the rows of a run in the order of the file, each with
// the text that it has there.
func (r Records) Results(run ledger.Run) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		stop, err := r.stopReason(run)
		if err != nil {
			yield(csvmodel.Result{}, err)
			return
		}
		for row, err := range r.Ledger.Rows(run.ID) {
			if !yield(result(row, stop), err) || err != nil {
				return
			}
		}
	}
}

// stopReason is why the run stopped last, if it did not come to its end.
func (r Records) stopReason(run ledger.Run) (csvmodel.Reason, error) {
	notes, err := r.Ledger.Notes(run.ID, 0)
	for i := len(notes) - 1; i >= 0; i-- {
		if notes[i].Kind == ledger.NoteStop {
			return notes[i].Reason, err
		}
	}
	return csvmodel.Reason{Code: csvmodel.CodeInterrupted}, err
}

func result(row ledger.Row, stop csvmodel.Reason) csvmodel.Result {
	reasons := row.Reasons
	if row.State == ledger.Planned {
		// Why this row was not taken, if it was tried, and why no other was.
		reasons = append(reasons, csvmodel.Reason{Code: csvmodel.CodeUnsent, Args: []string{stop.String()}})
	}
	if row.State == ledger.Intended {
		reasons = []csvmodel.Reason{{Code: csvmodel.CodeCrashed}}
	}
	return csvmodel.Result{
		Row: row.Number, Line: row.Line,
		Fields:    row.Fields,
		Status:    row.State.Status(),
		IDMessage: row.IDMessage,
		Error:     csvmodel.Sentences(reasons), Code: csvmodel.Codes(reasons),
		Attempts: row.Attempt, AcceptedAt: stamp(row.Accepted),
		IDInstance: row.Instance, Delivery: row.Delivery,
		Source: row.Source,
	}
}

// stamp is a time as results have it, empty for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// Newest is the account of the newest runs, newest first.
func (r Records) Newest(limit int) ([]Summary, error) {
	runs, err := r.Ledger.Runs(limit)
	if err != nil {
		return nil, err
	}
	summaries := make([]Summary, len(runs))
	for i, run := range runs {
		if run.Planned.IsZero() {
			summaries[i] = Summary{Run: run}
			continue
		}
		if summaries[i], err = r.Summary(run); err != nil {
			return nil, err
		}
	}
	return summaries, nil
}
