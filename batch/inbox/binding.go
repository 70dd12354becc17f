package inbox

import (
	"crypto/rand"
	"errors"
	"io/fs"

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

// bind ties a folder to the ledger, and returns the name that it has there. Where the
// folder was moved, what the ledger knows of its files moves first, so that a killed run
// leaves it to the next one.
func bind(l *ledger.Ledger, dir string) (id string, err error) {
	old, err := spool.ReadBinding(dir)
	folders, errFolders := l.Folders()
	if err := errors.Join(err, errFolders); err != nil {
		return "", err
	}
	if old.LedgerID != "" && old.LedgerID != l.ID() {
		return "", &OtherLedgerError{old}
	}
	id = old.FolderID
	from := movedFrom(folders, old, dir)
	if from == "" && (id == "" || folders[id] != dir) { // it is new, a copy, or has lost its name
		id = rand.Text()
		for known, place := range folders {
			if place == dir {
				id = known
			}
		}
	}
	if from != "" {
		err = l.MoveFolder(from, dir)
	}
	if err == nil && folders[id] != dir {
		err = l.SetFolder(id, dir)
	}
	if b := (spool.Binding{LedgerID: l.ID(), LedgerPath: l.Path(), FolderID: id}); err == nil && b != old {
		err = b.Write(dir)
	}
	return id, err
}

// movedFrom returns where a folder was before, "" if it was not moved. The original of a
// copy is still there.
func movedFrom(folders map[string]string, b spool.Binding, dir string) string {
	from := folders[b.FolderID]
	if b.FolderID == "" || from == dir {
		return ""
	}
	if there, err := spool.ReadBinding(from); err == nil && there.FolderID != b.FolderID || errors.Is(err, fs.ErrNotExist) {
		return from
	}
	return ""
}

// FindRun returns the run that a person means, as that of the records does, also by a
// file in a folder that was moved and not used since.
func FindRun(l *ledger.Ledger, what string) (ledger.Run, error) {
	dir := spool.FolderOf(what)
	if dir == "" {
		return batch.Runs{Ledger: l}.Find(what)
	}
	b, err := spool.ReadBinding(dir)
	folders, errFolders := l.Folders()
	if err = errors.Join(err, errFolders); err == nil && b.LedgerID == l.ID() && movedFrom(folders, b, dir) != "" {
		_, err = bind(l, dir)
	}
	if err != nil {
		return ledger.Run{}, err
	}
	return batch.Runs{Ledger: l}.Find(what)
}
