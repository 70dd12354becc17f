package cli

import (
	"errors"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// The exit statuses. Where several hold, the first of 1, 2, 6, 5, 4, 3, 0.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRows    = 3
	exitLater   = 4
	exitHeld    = 5
	exitAccount = 6
)

const exitHelp = `
Exit status:
  0  every row is accepted, duplicate or suppressed
  1  the program failed
  2  wrong use: flags, settings, a file that cannot be read as rows
  3  finished, but rows need a person (invalid, rejected, unknown for good, not delivered)
  4  stopped before the end; the next run goes on by itself
  5  another run holds this instance or this file
  6  the account needs a person (token, instance, plan, quota, state)
Where several hold: the first of 1, 2, 6, 5, 4, 3, 0.
`

// usageError is wrong use: what was asked for cannot be done as it was asked.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// statusError carries an exit status whose reason has been told already.
type statusError int

func (statusError) Error() string { return "told" }

// exitStatus is the status for the error of a verb.
func exitStatus(err error) int {
	var (
		status statusError
		usage  usageError
		held   *ledger.HeldError
		file   *csvmodel.FileError
		refuse *pacing.SettingsError
	)
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &status):
		return int(status)
	case errors.As(err, &usage), errors.As(err, &file), errors.As(err, &refuse), errors.Is(err, audit.ErrUnknown):
		return exitUsage
	case errors.As(err, &held):
		return exitHeld
	}
	return exitFailed
}

// runStatus is the status for a run that came to its end or was stopped.
func runStatus(s batch.Summary) int {
	action := s.Stop.Action()
	switch {
	case action == msg.ByPerson:
		return exitAccount
	case action == msg.ByNextRun, action == msg.None && s.Settling+s.Counts[csvmodel.Unsent] > 0:
		return exitLater
	case action == msg.Withheld, s.NeedPerson()+s.Counts[csvmodel.Unknown] > 0:
		return exitRows
	}
	return exitDone
}
