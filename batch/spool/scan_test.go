package spool

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWhatIsTaken(t *testing.T) {
	const day = "2026-11-22"
	for _, c := range []struct{ name, file, want string }{
		{"a table is claimed", "contacts.csv", "working/contacts.csv"},
		{"text and tabs are tables too", "contacts.txt", "working/contacts.txt"},
		{"the case of the ending does not matter", "Contacts.TSV", "working/Contacts.TSV"},
		{"spaces, quotes and line breaks stay in a name", "a \"b'\n c.csv", "working/a \"b'\n c.csv"},
		{"bytes that are no text stay in a name", "caf\xe9.csv", "working/caf\xe9.csv"},
		{"a dash in front means nothing", "-rf.csv", "working/-rf.csv"},
		{"a backslash is a character", `a\b.csv`, `working/a\b.csv`},
		{"a long name is cut between two characters", strings.Repeat("я", 125) + ".csv", "working/" + strings.Repeat("я", 90) + ".csv"},
		{"a workbook is a table too", "contacts.XLSX", "working/contacts.XLSX"},
		{"so is one with macros", "contacts.xlsm", "working/contacts.xlsm"},
		{"so is one of LibreOffice", "contacts.ods", "working/contacts.ods"},
		{"an old workbook is refused", "contacts.xls", "refused/" + day + "/contacts/contacts.xls"},
		{"a file without an ending is refused", "contacts", "refused/" + day + "/contacts/contacts"},
		{"a folder's name does not end in dots or spaces", "contacts. .pdf", "refused/" + day + "/contacts/contacts. .pdf"},
		{"a folder has a name in any case", " .pdf", "refused/" + day + "/file/ .pdf"},
		{"a long name is refused too", strings.Repeat("x", 251) + ".zip", "refused/" + day + "/" + strings.Repeat("x", 180) + "/" + strings.Repeat("x", 251) + ".zip"},
		{"a hidden file is left alone", ".contacts.csv", ".contacts.csv"},
		{"what Office has open is left alone", "~$contacts.csv", "~$contacts.csv"},
		{"what a program is still fetching is left alone", "contacts.csv.part", "contacts.csv.part"},
		{"what Windows keeps of a folder's pictures is left alone", "Thumbs.db", "Thumbs.db"},
		{"an editor's copy is left alone", "contacts.xlsx~", "contacts.xlsx~"},
		{"and of its looks", "Desktop.ini", "Desktop.ini"},
		{"what a browser is still fetching is left alone", "contacts.csv.crdownload", "contacts.csv.crdownload"},
		{"so is a temporary file", "contacts.TMP", "contacts.TMP"},
		{"and that of an SFTP program", "contacts.csv.filepart", "contacts.csv.filepart"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			f.drop(c.file, rows, time.Hour)
			f.scan(noon)
			want := []string{c.want}
			if strings.HasPrefix(c.want, "refused") {
				want = append(want, filepath.Join(filepath.Dir(c.want), whyFile))
				if archived := *f.archived; len(archived) != 1 || archived[0].name != c.file || archived[0].refusal == (Refusal{}) {
					t.Errorf("not archived: %+v", archived)
				}
			}
			f.wantOnly(want...)
		})
	}
}

func TestWhatIsNoFileIsLeftAlone(t *testing.T) {
	f := newFolder(t)
	outside := filepath.Join(t.TempDir(), "outside.csv")
	f.must(os.WriteFile(outside, []byte(rows), 0o600))
	for _, err := range []error{
		os.Symlink(outside, filepath.Join(f.dir, "link.csv")),
		os.Symlink("nowhere", filepath.Join(f.dir, "broken.csv")),
		os.Mkdir(filepath.Join(f.dir, "folder.csv"), 0o700),
		os.Mkdir(filepath.Join(f.dir, "System Volume Information"), 0o700),
		os.Mkdir(filepath.Join(f.dir, "$RECYCLE.BIN"), 0o700),
		makePipe(filepath.Join(f.dir, "pipe.csv")),
	} {
		f.must(err)
	}
	scan := f.scan(noon.Add(24 * time.Hour))
	names := []string{"broken.csv", "folder.csv", "link.csv", "pipe.csv"}
	if len(scan.Files)+len(*f.archived)+scan.Waiting > 0 || !slices.Equal(scan.Skipped, names) {
		t.Errorf("got %+v", scan)
	}
	for _, name := range names {
		if _, err := os.Lstat(filepath.Join(f.dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestSettled(t *testing.T) {
	const asItWas = "as it was"
	open := strings.TrimSuffix(rows, "\n")
	type at struct {
		write string // what is in the file from then on
		mtime time.Duration
		scan  time.Duration // after noon
		taken bool
	}
	for _, c := range []struct {
		name  string
		file  string
		scans []at
	}{
		{"a file that stood still for a minute is taken", "a.csv", []at{{rows, -time.Minute, 0, true}}},
		{"one that did not is left", "a.csv", []at{{rows, -59 * time.Second, 0, false}, {asItWas, 0, time.Second, true}}},
		{"a last line without end must stand for ten minutes", "a.csv", []at{{open, -9 * time.Minute, 0, false}, {asItWas, 0, time.Minute, true}}},
		{"an empty file has no last line's end", "a.csv", []at{{"", -9 * time.Minute, 0, false}, {asItWas, 0, time.Minute, true}}},
		{"what is no text needs none", "a.jpg", []at{{"\xff\xd8\xff", -time.Minute, 0, true}}},
		{"a file that grows is left, whatever its time", "a.csv", []at{
			{rows, -30 * time.Second, 0, false},
			{rows + rows, -time.Hour, time.Minute, false},
			{asItWas, -time.Hour, 119 * time.Second, false},
			{asItWas, -time.Hour, 2 * time.Minute, true}}},
		{"a file that has grown since the last scan is judged by its time", "a.csv", []at{
			{rows, -30 * time.Second, 0, false},
			{rows + rows, 30 * time.Second, 2 * time.Minute, true}}},
		{"a time to come is not believed", "a.csv", []at{
			{rows, 5 * time.Hour, 0, false},
			{asItWas, 5 * time.Hour, 59 * time.Second, false},
			{asItWas, 5 * time.Hour, time.Minute, true}}},
		{"a clock that was put back does not hold a file for ever", "a.csv", []at{
			{rows, -30 * time.Second, 0, false},
			{asItWas, -30 * time.Second, -time.Hour, false},
			{asItWas, -30 * time.Second, -59 * time.Minute, true}}},
		{"a card alone is waited with for ten minutes", "a.vcf", []at{
			{"END:VCARD\n", -9 * time.Minute, 0, false},
			{asItWas, -9 * time.Minute, time.Minute, true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFolder(t)
			for i, at := range c.scans {
				if at.write != asItWas {
					f.drop(c.file, at.write, -at.mtime)
				}
				scan := f.scan(noon.Add(at.scan))
				if taken := len(scan.Files)+len(*f.archived) == 1; taken != at.taken || scan.Waiting == 1 == taken {
					t.Errorf("scan %d: %+v", i+1, scan)
				}
			}
		})
	}
}

func TestEndsLine(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"nothing has no end", "", false},
		{"a line feed is one", "a\n", true},
		{"of a line end of two characters both are needed", "a\r", false},
		{"a line feed alone is one", "\n", true},
		{"text without one has none", "ab", false},
		{"UTF-16, low byte first", "\xff\xfea\x00\n\x00", true},
		{"the same cut within the line feed", "\xff\xfea\x00\n", false},
		{"the same without its mark", "a\x00\n\x00", true},
		{"a letter that begins as a line feed does", "\xff\xfea\x00\n\x0a", false},
		{"UTF-16, high byte first", "\xfe\xff\x00a\x00\n", true},
		{"the same cut within a letter", "\xfe\xff\x00a\x00\n\x00", false},
		{"a mark alone", "\xff\xfe", false},
		{"a workbook", "PK\x03\x04 PK\x05\x06" + strings.Repeat("\x00", 18), true},
		{"a workbook with a password", "\xd0\xcf\x11\xe0" + strings.Repeat("\x00", 508), true},
		{"the same that is not whole", "\xd0\xcf\x11\xe0" + strings.Repeat("\x00", 507), false},
		{"a workbook that is not whole", "PK\x03\x04 PK\x05\x06" + strings.Repeat("\x00", 17), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := hasEnd(strings.NewReader(c.text), int64(len(c.text)))
			if got != c.want || err != nil {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
}

func TestTheDayIsThatOfTheFirstLook(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", "half a line", -11*time.Hour) // its clock is ahead
	f.scan(noon)
	zone := time.FixedZone("", 13*60*60)
	scan := f.scan(noon.Add(24 * time.Hour).In(zone))
	if len(scan.Files) != 1 || scan.Files[0].record.Day != "2026-11-23" {
		t.Errorf("got %+v", scan.Files)
	}
}

func TestNothingIsWrittenWhenNothingIsToDo(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	s := f.open()
	_, err := s.Scan(t.Context(), noon)
	f.must(err)
	s.disk.intercept = func(change string, names ...string) error {
		t.Error(change, names)
		return nil
	}
	if scan, err := s.Scan(t.Context(), noon); err != nil || len(scan.Files) != 1 {
		t.Error(scan, err)
	}
}

func TestAFileThatVanishesMeanwhileIsNoProblem(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("b.csv", rows, time.Minute)
	s := f.open()
	s.disk.intercept = func(string, ...string) error {
		return errors.Join(os.RemoveAll(filepath.Join(f.dir, "a.csv")), os.RemoveAll(filepath.Join(f.dir, "b.csv")))
	}
	if scan, err := s.Scan(t.Context(), noon); err != nil || len(scan.Problems)+len(scan.Files) > 0 {
		t.Errorf("got %+v, %v", scan, err)
	}
	f.wantOnly()
}

func TestNothingIsTakenByARunThatHasEnded(t *testing.T) {
	f := newFolder(t)
	f.drop("a.csv", rows, time.Hour)
	f.drop("photo.jpg", "x", time.Hour)
	ctx, end := context.WithCancel(t.Context())
	end()
	scan, err := f.open().Scan(ctx, noon)
	if err != nil || len(scan.Files) > 0 || scan.Waiting != 2 {
		t.Errorf("got %+v, %v", scan, err)
	}
	f.wantOnly("a.csv", "photo.jpg")
}

func TestAFolderInTheWayOfATemporaryFileKeepsNothing(t *testing.T) {
	f := newFolder(t)
	f.must(os.MkdirAll(filepath.Join(f.dir, working, tempName, "x"), 0o700))
	f.must(Binding{LedgerID: "A"}.Write(f.dir))
	f.drop("a.csv", rows, time.Hour)
	f.must(f.take().SetNote("later"))
	f.wantOnly("working/a.csv", "working/a.waiting.txt", "working/.ledger")
}

func TestFoldersOfAFolderForEverybodyAreSticky(t *testing.T) {
	f := newFolder(t)
	f.must(os.Chmod(f.dir, 0o777|fs.ModeSticky))
	f.drop("a.csv", rows, time.Hour)
	f.must(f.take().SetNote("later"))
	info, err := os.Stat(filepath.Join(f.dir, working))
	note, errNote := os.Stat(filepath.Join(f.dir, working, "a.waiting.txt"))
	f.must(errors.Join(err, errNote))
	if runtime.GOOS != "windows" && (info.Mode()&fs.ModeSticky == 0 || note.Mode() != 0o664) {
		t.Error(info.Mode(), note.Mode())
	}
}
