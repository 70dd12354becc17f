package batch

import (
	"cmp"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// The paths of the files that are written for a run end so, after Run.Output.
const (
	ResultsSuffix = ".results.csv"
	FixmeSuffix   = ".fixme.csv"
	ReportSuffix  = ".report.html"
)

// Runs finds the runs of a ledger, and sums them up.
type Runs struct{ Ledger *ledger.Ledger }

// Find returns the run that a person means: a run's number, or the path of a
// file, of which the newest run counts.
func (r Runs) Find(what string) (ledger.Run, error) {
	run, err := r.find(what)
	if errors.Is(err, ledger.ErrNoRun) {
		return run, msg.Problem("error.no-run", msg.Args{"File": what})
	}
	if err == nil && run.Planned.IsZero() {
		err = msg.Problem("error.not-read", msg.Args{"File": what})
	}
	return run, err
}

func (r Runs) find(what string) (ledger.Run, error) {
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
	if !errors.Is(err, ledger.ErrNoRun) {
		return run, err
	}
	content, errFile := csvmodel.Checksum(path) // it may be known under another name
	if errFile != nil {
		return run, err
	}
	runs, errRuns := r.Ledger.RunsOf(content)
	if len(runs) > 0 {
		return runs[0], nil
	}
	return run, cmp.Or(errRuns, err)
}

// RowsLeft returns how many rows of a file have not been sent, or about how many lines
// it has if nothing is known of it.
func (r Runs) RowsLeft(f io.Reader) (int, error) {
	content, lines, err := sum(f)
	if err != nil {
		return 0, err
	}
	runs, err := r.Ledger.RunsOf(content)
	runs = slices.DeleteFunc(runs, func(r ledger.Run) bool { return r.Again && r.Finished.IsZero() })
	if err != nil || len(runs) == 0 || runs[0].Planned.IsZero() {
		return lines, err
	}
	counts, err := r.Ledger.Counts(runs[0].ID)
	return counts[csvmodel.Unsent] + counts[csvmodel.Unknown], err
}

// Move records that a file and the files written for its runs are in another folder now.
// It records nothing for a file that the ledger does not know.
func (r Runs) Move(path, folder string) error {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if err := r.Ledger.MoveRun(run, filepath.Join(folder, filepath.Base(path)), filepath.Join(folder, filepath.Base(run.Output))); err != nil {
			return err
		}
	}
	return err
}

// PlannedAt returns the newest run of the file at this path that was planned, with
// an ID of 0 if there is none.
func (r Runs) PlannedAt(path string) (ledger.Run, error) {
	runs, err := r.Ledger.RunsAt(path)
	for _, run := range runs {
		if !run.Planned.IsZero() {
			return run, nil
		}
	}
	return ledger.Run{}, err
}

// Summary sums a run up as the ledger has it now.
func (r Runs) Summary(run ledger.Run) (Summary, error) {
	s := Summary{Run: run}
	err := s.load(r.Ledger)
	if err != nil || !run.Finished.IsZero() {
		return s, err
	}
	s.Stop, err = r.Ledger.StopReason(run.ID)
	return s, err
}

// Newest sums the newest runs up, newest first.
func (r Runs) Newest(limit int) ([]Summary, error) {
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
