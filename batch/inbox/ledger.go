package inbox

import (
	"fmt"
	"strings"
)

const ledgerFile = "working/.ledger"

// OtherLedgerError says that a folder belongs to another ledger than the one that
// is used.
type OtherLedgerError struct {
	ID   string // of the folder's ledger
	Path string // where that was
}

func (e *OtherLedgerError) Error() string {
	return fmt.Sprintf("the files in this folder were sent with another ledger (%s, then at %s): what was sent is known to that one only", e.ID, e.Path)
}

// UseLedger ties the folder to a ledger, and fails with an *OtherLedgerError if it
// is tied to another one. Only the id counts: a ledger may be moved, and its path
// is written down for people.
func (b *Box) UseLedger(id, path string) error {
	text, err := b.disk.read(ledgerFile)
	if err != nil {
		return err
	}
	want := fmt.Sprintf("%s\n%q\n", id, path)
	if text == want {
		return nil
	}
	named, place, _ := strings.Cut(text, "\n")
	if text != "" && named != id {
		return &OtherLedgerError{ID: named, Path: strings.Trim(strings.TrimSpace(place), `"`)}
	}
	return b.disk.write(ledgerFile, want)
}
