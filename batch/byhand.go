package batch

import (
	"errors"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// ErrNotUnknown is returned where a person's word is not asked for.
var ErrNotUnknown = msg.Problem("error.only-unknown", nil)

// Doubtful returns the run that a person's word on this line of a file is about: run, or
// the newest of the same file's other contents whose row there is unknown while that of
// run is not.
func (r Runs) Doubtful(run ledger.Run, line int) (ledger.Run, error) {
	others, err := r.Ledger.RunsAt(run.Path)
	for _, candidate := range append([]ledger.Run{run}, others...) {
		row, errRow := r.Ledger.RowAt(candidate.ID, line)
		if errRow == nil && row.State.Status() == csvmodel.Unknown {
			return candidate, err
		}
		if errRow != nil && !errors.Is(errRow, ledger.ErrNoRow) {
			return run, errRow
		}
	}
	return run, err
}

// SettleByHand records a person's word on an unknown row that the records cannot
// decide: the row of the run that begins on this line of the file.
func (r Runs) SettleByHand(run ledger.Run, line int, sent bool, who string, at time.Time) error {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return msg.Problem("error.no-row", msg.Args{"File": run.Name, "Line": line, "Err": ErrNotUnknown})
	}
	if err != nil {
		return err
	}
	if row.State == ledger.Intended { // by a process that has ended, or is at work
		lease, err := r.Ledger.TakeLease(row.Instance, who, at)
		if err != nil {
			return err
		}
		defer lease.Release()
		if row, err = r.Ledger.RowAt(run.ID, line); err != nil {
			return err
		}
	}
	if status := row.State.Status(); status != csvmodel.Unknown {
		return msg.Problem("error.is", msg.Args{"File": run.Name, "Line": line, "Status": string(status), "Err": ErrNotUnknown})
	}
	settings, _ := SettingsOf(run) // of a run of an older version there may be none
	if open := row.Ended.Add(settings.SettleAfter.Duration); !sent && at.Before(open) {
		return msg.Problem("error.may-be-taken", msg.Args{"File": run.Name, "Line": line, "Until": open.Local().Format(time.TimeOnly), "Err": ErrNotUnknown})
	}
	code := msg.SaidNot
	if sent {
		code = msg.SaidSent
	}
	err = r.Ledger.Settle(row, ledger.Settlement{
		Taken: sent, ResolvedBy: "person", At: at, Evidence: msg.NewReason(code, who, at),
	})
	if errors.Is(err, ledger.ErrConflict) { // it is intended, or was settled this moment
		return msg.Problem("error.worked-on", msg.Args{"File": run.Name, "Line": line, "Err": ErrNotUnknown})
	}
	return err
}
