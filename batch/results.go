package batch

import (
	"cmp"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// What ends the paths of the files that are written for a run, after Run.Output.
const (
	ResultsSuffix  = ".results.csv"
	FixmeSuffix    = ".fixme.csv"
	ReportSuffix   = ".report.html"
	ManifestSuffix = ".manifest.json"
)

// Records is the read side of the ledger: what reports are made from.
type Records struct {
	Ledger   *ledger.Ledger
	Language msg.Language // of sentences; where none is said, that of each file
}

// FindRun returns the run that a person means: a run's number, or the path of a
// file, of which the newest run counts.
func (r Records) FindRun(what string) (ledger.Run, error) {
	run, err := r.findRun(what)
	if errors.Is(err, ledger.ErrNoRun) {
		return run, fmt.Errorf("%s: the ledger knows no such file or run: see contact-distributor status", what)
	}
	if err == nil && run.Planned.IsZero() {
		err = fmt.Errorf("%s: was stopped before it was read to its end: send it again", what)
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
	run, err := r.Ledger.NewestRunAt(path)
	if errors.Is(err, ledger.ErrNoRun) {
		// Its content may be known under another name.
		if content, _, errFile := contentOf(path); errFile == nil {
			return r.Ledger.NewestRunOf(content)
		}
	}
	return run, err
}

// RowsLeft is how many rows of a file have not been sent, or about how many lines
// it has if nothing is known of it.
func (r Records) RowsLeft(path string) (int, error) {
	content, lines, err := contentOf(path)
	if err != nil {
		return 0, err
	}
	run, err := r.Ledger.NewestRunOf(content)
	if errors.Is(err, ledger.ErrNoRun) || err == nil && run.Planned.IsZero() {
		return lines, nil
	}
	if err != nil {
		return 0, err
	}
	counts, err := r.Ledger.Counts(run.ID)
	return counts[csvmodel.Unsent] + counts[csvmodel.Unknown], err
}

// Moved records that a file, and what was written for its runs, are now in another
// folder. Of a file that the ledger does not know there is nothing to record.
func (r Records) Moved(path, folder string) error {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if err := r.Ledger.MoveRun(run.ID, filepath.Join(folder, filepath.Base(path)), filepath.Join(folder, filepath.Base(run.Output))); err != nil {
			return err
		}
	}
	return err
}

// MovedFolder records that a folder with files, and what was written for them, is
// now in another place. Both paths are absolute.
func (r Records) MovedFolder(from, to string) error { return r.Ledger.MoveFolder(from, to) }

// PlannedAt returns the newest run of the file at this path that was planned, with
// an ID of 0 if there is none.
func (r Records) PlannedAt(path string) (ledger.Run, error) {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if !run.Planned.IsZero() {
			return run, nil
		}
	}
	return ledger.Run{}, err
}

// Summary is the account of a run as the ledger has it now.
func (r Records) Summary(run ledger.Run) (Summary, error) {
	s, err := summarize(r.Ledger, run, nil)
	if err != nil {
		return s, err
	}
	reason, err := r.stopReason(run)
	s.Stop = reason
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
		language := cmp.Or(r.Language, run.Form.Language())
		for row, err := range r.Ledger.Rows(run.ID) {
			if !yield(result(row, stop, language), err) || err != nil {
				return
			}
		}
	}
}

// stopReason is why the run stopped last. It has none while it is at work, nor
// when it came to its end.
func (r Records) stopReason(run ledger.Run) (msg.Reason, error) {
	note, err := r.Ledger.NewestNote(run.ID)
	if err != nil || note.Kind != ledger.NoteStop {
		return msg.Reason{}, err
	}
	return note.Reason, nil
}

// result is a row as the results file has it. What is said of a row that is not
// settled must be true also while a run is at work.
func result(row ledger.Row, stop msg.Reason, language msg.Language) csvmodel.Result {
	reasons := row.Reasons
	switch {
	case row.State == ledger.State(csvmodel.Accepted) && row.Delivery.Failed():
		reasons = append(reasons, row.Delivery.Reason())
	case row.State == ledger.Intended:
		reasons = []msg.Reason{{Code: msg.Asked}}
	case row.State == ledger.Planned && stop.Code == "":
		reasons = append(reasons, msg.Reason{Code: msg.Waiting})
	case row.State == ledger.Planned && !slices.ContainsFunc(reasons, func(r msg.Reason) bool { return r.Code == stop.Code }):
		reasons = append(reasons, msg.Reason{Code: msg.Unsent, Args: []string{stop.In(language)}})
	}
	return csvmodel.Result{
		Row: row.Number, Line: row.Line,
		Fields:    row.Fields,
		Status:    row.State.Status(),
		IDMessage: row.IDMessage,
		Error:     msg.Sentences(reasons, language), Code: msg.Codes(append(reasons, row.Remarks...)),
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

// Instances are those on which rows of the run were attempted.
func (r Records) Instances(run ledger.Run) ([]string, error) { return r.Ledger.InstancesOf(run.ID) }
