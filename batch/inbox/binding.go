package inbox

import (
	"errors"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel/msg"
)

// OtherLedgerError says that a folder is bound to another ledger than the one that is
// used.
type OtherLedgerError struct{ spool.Binding }

// Text is the error in a language.
func (e *OtherLedgerError) Text(l msg.Language) string {
	return msg.Text(l, "inbox.other-ledger", msg.Args{"ID": e.LedgerID, "Path": e.LedgerPath})
}

// Error is the Text in English.
func (e *OtherLedgerError) Error() string { return e.Text(msg.English) }

// bind ties a folder to the ledger. Where the folder was moved, what the ledger knows
// of its files moves first, so that a killed run leaves it to the next one.
func bind(l *ledger.Ledger, dir string) error {
	old, err := spool.ReadBinding(dir)
	if err != nil {
		return err
	}
	if old.LedgerID != "" && old.LedgerID != l.ID() {
		return &OtherLedgerError{old}
	}
	if from := old.MovedFrom(dir); from != "" {
		err = errors.Join(l.MoveFolder(from, dir), moveNotices(l, from, dir))
	}
	if b := (spool.Binding{LedgerID: l.ID(), LedgerPath: l.Path(), Dir: dir}); err == nil && b != old {
		err = b.Write()
	}
	return err
}

// FindRun returns the run that a person means, as that of the records does, also by a
// file in a folder that was moved and not used since.
func FindRun(l *ledger.Ledger, what string) (ledger.Run, error) {
	if dir := spool.FolderOf(what); dir != "" {
		b, err := spool.ReadBinding(dir)
		if err == nil && b.LedgerID == l.ID() && b.MovedFrom(dir) != "" {
			err = bind(l, dir)
		}
		if err != nil {
			return ledger.Run{}, err
		}
	}
	return batch.Runs{Ledger: l}.Find(what)
}
