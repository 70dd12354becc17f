package ledger

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"contact-distributor/batch/ledger/pgtest"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// newFile is a ledger in a file that has something of everything, and where it is.
func newFile(t *testing.T) (l *Ledger, path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "ledger.db")
	l = reopen(t, path)
	writeEverything(t, l)
	must(t, l.SetFolder("F", "/srv/contacts"))
	return l, path
}

func wantMoved(t *testing.T, path, place string) Moved {
	t.Helper()
	moved, err := Import(path, place)
	if err != nil {
		t.Fatal(msg.Explain(msg.English, err))
	}
	return moved
}

func wantRefused(t *testing.T, path, place, why string) {
	t.Helper()
	if _, err := Import(path, place); err == nil || !strings.Contains(msg.Explain(msg.English, err), why) {
		t.Errorf("got %v", err)
	}
}

func TestALedgerMovesToAServer(t *testing.T) {
	place := pgtest.Place(t)
	file, path := newFile(t)
	id, outcomes := file.ID, seal(t, file, Run{ID: 1})
	newest, err := file.NewestManifest()
	must(t, err)
	must(t, file.Close())
	if moved := wantMoved(t, path, place); moved.Rows != 7 || moved.Changed != 0 || moved.Before {
		t.Errorf("%+v", moved)
	}
	_, err = Open(path, Options{})
	if _, isPlace := errors.AsType[PlaceError](err); !isPlace || !strings.Contains(err.Error(), place) {
		t.Errorf("the file says %v", err)
	}
	l := reopen(t, place)
	if l.ID != id {
		t.Error("the ledger has another ID")
	}
	if s := seal(t, l, Run{ID: 1}); s.Outcomes != outcomes.Outcomes || s.Notes != outcomes.Notes || s.Note != outcomes.Note {
		t.Error("the seals differ")
	}
	if m, err := l.NewestManifest(); err != nil || m.Hash != newest.Hash || m.ID != newest.ID {
		t.Error(m, err)
	}
	if dir, err := l.FolderAbove("/srv/contacts/c.csv"); err != nil || dir != "/srv/contacts" {
		t.Errorf("the folder is %q, %v", dir, err)
	}
	if runs, err := l.RunsAt("/in/1/contacts.csv"); err != nil || len(runs) != 1 {
		t.Errorf("at its path are %v, %v", runs, err)
	}
	if run := newRun(t, l, 2, 1); run.ID != 2 {
		t.Errorf("the next run is %d", run.ID)
	} else if row := intend(t, l, planned(t, l, run)[0], Scope{}); row.State != State(csvmodel.Duplicate) {
		t.Errorf("a card that went from the file is %s", row.State)
	}
	if moved := wantMoved(t, path, place); !moved.Before {
		t.Errorf("once more: %+v", moved)
	}
	wantRefused(t, path, pgtest.Place(t), place)
}

func TestALedgerThatIsInUseDoesNotMove(t *testing.T) {
	place := pgtest.Place(t)
	file, path := newFile(t)
	if _, err := Import(path, place); !errors.Is(err, ErrInUse) {
		t.Errorf("got %v", err)
	}
	must(t, file.AddNote(Note{At: noon, Kind: NoteStart}))
	must(t, file.Close())
	wantMoved(t, path, place)
}

func TestALedgerDoesNotMoveToAnother(t *testing.T) {
	place := pgtest.Place(t)
	reopen(t, place)
	file, path := newFile(t)
	must(t, file.Close())
	wantRefused(t, path, place, "there is a ledger already")
	reopen(t, path)
}

func TestAMoveThatWasInterruptedIsDoneAgain(t *testing.T) {
	place := pgtest.Place(t)
	file, path := newFile(t)
	must(t, file.SetMeta(movedKey, []byte(place))) // and then it was killed
	must(t, file.Close())
	if _, err := Open(path, Options{}); err == nil {
		t.Error("the file is used meanwhile")
	}
	if moved := wantMoved(t, path, place); moved.Before {
		t.Errorf("%+v", moved)
	}
	l := reopen(t, place)
	if mark, err := l.Meta(movedKey); err != nil || mark != nil {
		t.Errorf("it moves on to %s, %v", mark, err)
	}
}

func TestBytesThatAServerRefusesMove(t *testing.T) {
	place := pgtest.Place(t)
	file, path := newFile(t)
	must(t, file.exec("UPDATE rows SET chat = ? WHERE seq = 7", "a\x00b\xff"))
	must(t, file.Close())
	if moved := wantMoved(t, path, place); moved.Changed != 1 {
		t.Errorf("%+v", moved)
	}
	l := reopen(t, place)
	if chat, err := query.Value[string](l.reader, "SELECT chat FROM rows WHERE seq = 7"); err != nil || chat != "a\uFFFDb\uFFFD" {
		t.Errorf("%q, %v", chat, err)
	}
}
