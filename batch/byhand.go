package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"time"
)

// ErrNotUnknown is returned where a person's word is not asked for.
var ErrNotUnknown = errors.New("only an unknown row can be settled by hand")

// SettleByHand records a person's word on an unknown row that the records cannot
// decide: the row of the run that begins on this line of the file.
func (r Records) SettleByHand(run ledger.Run, line int, sent bool, who string, at time.Time) error {
	row, err := r.Ledger.RowAt(run.ID, line)
	if errors.Is(err, ledger.ErrNoRow) {
		return fmt.Errorf("%s has no row that begins on line %d: %w", run.Name, line, ErrNotUnknown)
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
		return fmt.Errorf("%s:%d is %s: %w", run.Name, line, status, ErrNotUnknown)
	}
	settings, _ := SettingsOf(run) // of a run of an older version there may be none
	if open := row.Ended.Add(settings.SettleAfter.Duration); !sent && at.Before(open) {
		return fmt.Errorf("%s:%d may still be taken by the service until %s: %w then", run.Name, line, open.Local().Format(time.TimeOnly), ErrNotUnknown)
	}
	code := msg.SaidNot
	if sent {
		code = msg.SaidSent
	}
	err = r.Ledger.Settle(row, ledger.Settlement{
		Taken: sent, ResolvedBy: "person", At: at, Evidence: msg.NewReason(code, who, at),
	})
	if errors.Is(err, ledger.ErrConflict) { // it is intended, or was settled this moment
		return fmt.Errorf("%s:%d is being worked on: %w", run.Name, line, ErrNotUnknown)
	}
	return err
}
