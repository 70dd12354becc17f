package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
	"errors"
	"strconv"
	"time"
)

// ErrChanged is found where a file is not any more what it was when it was opened.
var ErrChanged = errors.New("was changed while it was read: start again when it is complete")

// continued are the runs of the same file when it held something else: what went in
// them does not go once more. Only a place that is a file's own, as Input.Output is,
// tells that it is the same.
func (j *Job) continued(run ledger.Run, in Input) (earlier []int64, err error) {
	if in.Output == "" {
		return nil, nil
	}
	runs, err := j.Ledger.RunsAt(in.Path)
	for _, r := range runs {
		if r.ID >= run.ID || r.Planned.IsZero() {
			continue
		}
		earlier = append(earlier, r.ID)
		if err := j.noteContinued(r, run.ID); err != nil {
			return nil, err
		}
	}
	return earlier, err
}

// noteContinued says of a run why it goes on no more.
func (j *Job) noteContinued(r ledger.Run, by int64) error {
	reason := msg.Reason{Code: msg.Continued, Args: []string{strconv.FormatInt(by, 10)}}
	newest, err := j.Ledger.NewestNote(r.ID)
	if err != nil || newest.Kind == ledger.NoteStop && newest.Reason.Code == reason.Code {
		return err
	}
	return j.Ledger.AddNote(ledger.Note{At: time.Now(), Run: r.ID, Instance: j.Instance, Kind: ledger.NoteStop, Reason: reason})
}

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
