package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/ledger/sqlite"
)

var (
	first  = schema("CREATE TABLE a (x)")
	second = schema("CREATE TABLE a (x)", "CREATE TABLE b (x)")
)

// schema fills in one row of a.
func schema(steps ...string) sqlite.Schema {
	return sqlite.Schema{Steps: steps, Fill: func(exec func(string, ...any) error) error { return exec("INSERT INTO a VALUES (7)") }}
}

func open(t *testing.T, path string, s sqlite.Schema) *sqlite.File {
	t.Helper()
	f, err := sqlite.Open(path, s, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// made returns the path of a file with this schema.
func made(t *testing.T, s sqlite.Schema) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "ledger.db")
	f := open(t, path, s)
	if !f.Created {
		t.Error("a new file is not said to be new")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	return path
}

func wantRow(t *testing.T, f *sqlite.File, query string) {
	t.Helper()
	var x int
	if err := f.Reader.QueryRow(query).Scan(&x); err != nil || x != 7 {
		t.Errorf("%s: %d, %v", query, x, err)
	}
}

func TestAKnownFileIsOpenedAsItIs(t *testing.T) {
	f := open(t, made(t, first), first)
	if f.Created {
		t.Error("a known file is said to be new")
	}
	wantRow(t, f, "SELECT x FROM a")
	if _, err := f.Reader.Exec("INSERT INTO a VALUES (8)"); err == nil {
		t.Error("a reader writes")
	}
}

func TestAnOlderFileIsCopiedAndBroughtUpToDate(t *testing.T) {
	path := made(t, first)
	f := open(t, path, second)
	wantRow(t, f, "SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM b)")
	wantRow(t, open(t, path+".v1", first), "SELECT x FROM a")
}

func TestAFileOfAnotherVersionIsRefused(t *testing.T) {
	if _, err := sqlite.Open(made(t, second), first, sqlite.Options{}); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("a newer one: %v", err)
	}
	path := made(t, first)
	user := open(t, path, first)
	if _, err := sqlite.Open(path, second, sqlite.Options{IfFree: true}); !errors.Is(err, sqlite.ErrOlder) {
		t.Errorf("an older one that is in use: %v", err)
	}
	if _, err := user.Writer.ExecContext(t.Context(), "INSERT INTO a VALUES (8)"); err != nil {
		t.Errorf("its user after that: %v", err)
	}
	if copies, err := filepath.Glob(path + ".v*"); err != nil || len(copies) > 0 {
		t.Errorf("copies: %q, %v", copies, err)
	}
}

func TestAnOlderFileThatIsFreeIsBroughtUpToDateToRead(t *testing.T) {
	path := made(t, first)
	f, err := sqlite.Open(path, second, sqlite.Options{IfFree: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	wantRow(t, f, "SELECT x FROM a WHERE NOT EXISTS (SELECT 1 FROM b)")
	if _, err := sqlite.Open(path+".v1", second, sqlite.Options{IfFree: true}); !errors.Is(err, sqlite.ErrOlder) {
		t.Errorf("the copy: %v", err)
	}
}

func TestAnOlderFileThatCannotBeWrittenIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("every folder can be written")
	}
	path, dir := made(t, first), t.TempDir()
	open(t, path, second)
	older := filepath.Join(dir, "ledger.db")
	if err := errors.Join(os.Rename(path+".v1", older), os.Chmod(dir, 0o500)); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o700)
	if _, err := sqlite.Open(older, second, sqlite.Options{IfFree: true}); !errors.Is(err, sqlite.ErrOlder) {
		t.Errorf("got %v", err)
	}
}

func TestAFileIsSeizedOnlyWhileNobodyHasIt(t *testing.T) {
	path := made(t, first)
	user := open(t, path, first)
	wantRow(t, user, "SELECT x FROM a")
	f := open(t, path, first)
	if err := f.Seize(); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("while another has it: %v", err)
	}
	if _, err := user.Writer.ExecContext(t.Context(), "INSERT INTO a VALUES (8)"); err != nil {
		t.Errorf("its user after that: %v", err)
	}
	if err := errors.Join(user.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	f = open(t, path, first)
	if err := f.Seize(); err != nil {
		t.Fatal(err)
	}
	var x int
	if err := f.Writer.QueryRowContext(t.Context(), "SELECT x FROM a").Scan(&x); err != nil || x != 7 {
		t.Errorf("it cannot be read any more: %d, %v", x, err)
	}
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.QueryRow("SELECT x FROM a").Scan(&x); err == nil {
		t.Error("another reads it")
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := open(t, path, first).Writer.ExecContext(t.Context(), "INSERT INTO a VALUES (9)"); err != nil {
		t.Errorf("after that: %v", err)
	}
}

func TestTheFileIsItsOwnersOnly(t *testing.T) {
	f := open(t, made(t, first), first)
	for _, path := range []string{f.Path, f.Path + "-wal", filepath.Dir(f.Path)} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
	}
}

func TestAFileThatOthersCouldReadIsItsOwnersAgain(t *testing.T) {
	path := made(t, first)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path, first)
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestAFolderInWhichOthersWriteIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders have no modes")
	}
	for _, mode := range []fs.FileMode{0o777, 0o777 | fs.ModeSticky, 0o703} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		link := filepath.Join(t.TempDir(), "ledger.db")
		if err := os.Symlink(filepath.Join(dir, "ledger.db"), link); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{filepath.Join(dir, "ledger.db"), link} {
			if _, err := sqlite.Open(path, first, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), "other users may write") {
				t.Errorf("%v: %v", mode, err)
			}
		}
	}
}

func TestTheFileHasOneName(t *testing.T) {
	path := made(t, first)
	symlink := filepath.Join(t.TempDir(), "other.db")
	if err := os.Symlink(path, symlink); err != nil {
		t.Fatal(err)
	}
	if f := open(t, symlink, first); f.Path != path {
		t.Errorf("a symbolic link is taken for %s", f.Path)
	}
	hard := path + "2"
	if err := os.Link(path, hard); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(hard, first, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), "hard link") {
		t.Errorf("a hard link: %v", err)
	}
}

func TestAFileWithASpecialNameIsOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "Привет ?&%41#.db")
	f := open(t, path, first)
	if _, err := os.Stat(path + "-wal"); err != nil || f.Path != path {
		t.Error(f.Path, err)
	}
}

func TestALockIsHeldByOne(t *testing.T) {
	path := made(t, first)
	f, other := open(t, path, first), open(t, path, first)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	release, err := f.Lock("a", at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Lock("a", at); !errors.Is(err, sqlite.ErrLocked) {
		t.Errorf("a second holder: %v", err)
	}
	if got, err := other.LockedAt("a"); err != nil || !got.Equal(at) {
		t.Errorf("locked at %v, %v", got, err)
	}
	if free, err := other.Lock("b", at); err != nil || free() != nil {
		t.Errorf("another lock: %v", err)
	}
	if err := release(); err != nil {
		t.Error(err)
	}
	if again, err := other.Lock("a", at); err != nil || again() != nil {
		t.Errorf("after it was given back: %v", err)
	}
}

func TestAFileThatWasTakenAwayIsMissed(t *testing.T) {
	path := made(t, first)
	f := open(t, path, first)
	if err := f.Check(); err != nil {
		t.Error(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if f.Check() == nil {
		t.Error("nothing is said")
	}
}

// Another process that makes the same new file has it locked now and then, in ways in
// which SQLite does not wait by itself.
func TestANewFileIsOpenedBesideAnother(t *testing.T) {
	for _, lock := range []string{"BEGIN IMMEDIATE; CREATE TABLE c (x)", "BEGIN EXCLUSIVE", "BEGIN; SELECT * FROM sqlite_master"} {
		t.Run(lock, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			other, err := db.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			if _, err := other.ExecContext(t.Context(), lock); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(50*time.Millisecond, func() { other.ExecContext(t.Context(), "COMMIT") })
			wantRow(t, open(t, path, first), "SELECT x FROM a")
		})
	}
}
