package cli

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/sandbox"
)

// sentRun is a ledger with a run whose files are written and proven.
func sentRun(t *testing.T) (*ledger.Ledger, ledger.Run) {
	t.Helper()
	service := sandbox.New(sandbox.Options{})
	service.AddInstance(imitationInstance, imitationToken).Configure(func(c *sandbox.Config) { c.Delay = time.Millisecond })
	server := httptest.NewServer(service)
	t.Cleanup(func() { service.Close(); server.Close() })
	dir := t.TempDir()
	for name, value := range map[string]string{"XDG_STATE_HOME": dir, "GREENAPI_API_URL": server.URL,
		"GREENAPI_ID_INSTANCE": imitationInstance, tokenVariable: imitationToken} {
		t.Setenv(name, value)
	}
	file := filepath.Join(dir, "c.csv")
	if err := os.WriteFile(file, []byte("chatId,phoneContact,company\n12025550101,12025550191,Example\n12025550102,1,Example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	if status := Main(t.Context(), []string{"send", file, "--progress", "never"}, Streams{Out: &said, Err: &said}); status != exitRows {
		t.Fatal(status, said.String())
	}
	path, err := ledgerPath("")
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(path, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	run, err := batch.Runs{Ledger: l}.Find(file)
	if err != nil {
		t.Fatal(err)
	}
	return l, run
}

// tampering is what somebody could do who has got hold of ledger and files.
type tampering struct {
	t       *testing.T
	records *ledger.Ledger
	run     ledger.Run
	ledger  *sql.DB
}

func (p tampering) sql(statement string, args ...any) {
	p.t.Helper()
	if _, err := p.ledger.Exec(statement, args...); err != nil {
		p.t.Fatal(err)
	}
}

// rewrite puts other text into the newest manifest of the ledger, whose hash then fits.
func (p tampering) rewrite(old, new string) {
	p.t.Helper()
	proof, err := p.records.NewestManifestOf(p.run.ID)
	if err != nil {
		p.t.Fatal(err)
	}
	text := strings.Replace(string(proof.JSON), old, new, 1)
	if text == string(proof.JSON) {
		p.t.Fatal("no " + old)
	}
	hash := sha256.Sum256([]byte(text))
	p.sql("UPDATE manifests SET json = ?, hash = ? WHERE id = ?", []byte(text), hash[:], proof.ID)
}

// edit puts other text into a file, and its hash into the newest manifest.
func (p tampering) edit(suffix, old, new string) {
	p.t.Helper()
	path := p.run.Output + suffix
	was, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	is := bytes.Replace(was, []byte(old), []byte(new), 1)
	if err := os.WriteFile(path, is, 0o600); err != nil {
		p.t.Fatal(err)
	}
	p.rewrite(audit.Hex(sha256.Sum256(was)), audit.Hex(sha256.Sum256(is)))
}

func (p tampering) remove(suffix string) {
	p.t.Helper()
	if err := os.Remove(p.run.Output + suffix); err != nil {
		p.t.Fatal(err)
	}
}

// rewriteBoth rewrites the manifest in the ledger, and beside the files, too.
func (p tampering) rewriteBoth(old, new string) {
	p.rewrite(old, new)
	proof, err := p.records.NewestManifestOf(p.run.ID)
	if err == nil {
		err = os.WriteFile(p.run.Output+audit.Suffix, proof.JSON, 0o600)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// tamper sends a file, makes its files a second time, and tampers with them.
func tamper(t *testing.T, do func(p tampering)) (*ledger.Ledger, ledger.Run) {
	t.Helper()
	records, run := sentRun(t)
	if _, err := (publish.Publisher{Ledger: records, Full: true}).PublishRun(run); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", records.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // for what is temporary
	do(tampering{t, records, run, db})
	return records, run
}

// verified is what --verify says, and with which error.
func verified(records *ledger.Ledger, run ledger.Run, head string) (string, error) {
	var said bytes.Buffer
	err := (&reportOptions{head: head}).runVerify(&said, records, run, nil)
	return said.String(), err
}

func TestARewrittenNewestManifestIsNotTakenForACrash(t *testing.T) {
	const altered = "c.manifest.json, as the program wrote it last, is in no place of the chain"
	for _, c := range []struct {
		name string
		do   func(p tampering)
		want string
	}{
		{"the results and their hash in the ledger", func(p tampering) { p.edit(batch.ResultsSuffix+".csv", ",accepted,", ",rejected,") }, altered},
		{"a number in the ledger alone", func(p tampering) { p.rewrite(`"accepted": 1`, `"accepted": 2`) }, altered},
		{"a setting in the ledger alone", func(p tampering) { p.rewrite(`"rate": `, `"rate": 1`) }, altered},
		{"a setting, and the file is taken away", func(p tampering) { p.rewrite(`"rate": `, `"rate": 1`); p.remove(audit.Suffix) }, "c.manifest.json is not there"},
		{"a setting, here and there", func(p tampering) { p.rewriteBoth(`"rate": `, `"rate": 1`) }, altered},
		{"the newest is taken out of the chain", func(p tampering) { p.sql("DELETE FROM manifests WHERE id = 2") }, altered},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, run := tamper(t, c.do)
			said, err := verified(records, run, "")
			if err != statusError(exitRows) || !strings.Contains(said, "DIFFERS  "+c.want) {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

func TestAHeadOfZerosIsLookedFor(t *testing.T) {
	records, run := sentRun(t)
	said, err := verified(records, run, strings.Repeat("0", 64))
	if err != statusError(exitRows) || !strings.Contains(said, "no manifest of the chain is the one of --head") {
		t.Errorf("%v\n%s", err, said)
	}
}

func TestARunWithoutAManifest(t *testing.T) {
	manifest := audit.Suffix
	none := func(p tampering) { p.sql("DELETE FROM manifests") }
	unwritten := func(p tampering) { none(p); p.sql("DELETE FROM outputs") }
	for _, c := range []struct {
		name string
		do   func(p tampering)
		cut  bool
	}{
		{"was killed before it wrote anything", func(p tampering) { unwritten(p); p.remove(manifest) }, false},
		{"was killed when the files were written", func(p tampering) {
			none(p)
			p.sql("DELETE FROM outputs WHERE path LIKE '%.manifest.json'")
			p.remove(manifest)
		}, false},
		{"had one, as the ledger remembers", func(p tampering) { none(p); p.remove(manifest) }, true},
		{"had one, which is there", func(p tampering) { unwritten(p) }, true},
		{"had one, of which the copy was damaged", func(p tampering) { none(p); p.damage(manifest) }, true},
		{"has that of another ledger beside it", func(p tampering) { unwritten(p); p.damage(manifest) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, run := tamper(t, c.do)
			want := "note     there is no manifest of this run, nor a trace of one"
			if c.cut {
				want = "DIFFERS  there is no manifest of this run in the ledger, but the program has written one"
			}
			said, err := verified(records, run, "")
			if err != statusError(exitRows) || !strings.Contains(said, want) || strings.Contains(said, "All of it agrees") {
				t.Errorf("%v\n%s", err, said)
			}
			if said, err := verified(records, run, strings.Repeat("ab", 32)); err != statusError(exitRows) {
				t.Errorf("with a head that was cut off: %v\n%s", err, said)
			}
		})
	}
}

// damage writes a manifest of something else over that of the run.
func (p tampering) damage(suffix string) {
	p.t.Helper()
	if err := os.WriteFile(p.run.Output+suffix, []byte(`{"format": 1, "ledger": "other", "run": {"id": 1}}`), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func TestWhatIsNotKeptOfRowsIsSaidOnce(t *testing.T) {
	const lacks = "DIFFERS  what the ledger kept to compare the rows with was altered or is gone, as where a newer manifest was cut off: 2 rows cannot be compared"
	for _, c := range []struct {
		name string
		do   func(p tampering)
		want string
	}{
		{"the end of the chain was cut off", func(p tampering) { p.sql("DELETE FROM manifests WHERE id = 2") }, lacks},
		{"it was taken away", func(p tampering) { p.sql("DELETE FROM imprints") }, lacks},
		{"nothing can be read in it", func(p tampering) { p.sql("UPDATE imprints SET marks = zeroblob(length(marks))") }, lacks},
		{"it is there, and a row came later", func(p tampering) {
			p.sql("CREATE TEMP TABLE more AS SELECT * FROM rows WHERE seq = 2")
			p.sql("UPDATE more SET seq = 3, row = 9")
			p.sql("INSERT INTO rows SELECT * FROM more")
		}, "DIFFERS  row 9 (line 3) was put into the ledger"},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, run := tamper(t, c.do)
			said, err := verified(records, run, "")
			if err != statusError(exitRows) || !strings.Contains(said, c.want) || strings.Count(said, "put into the ledger") > 1 {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

func TestANewManifestDoesNotHideThatAllWereTakenOut(t *testing.T) {
	for name, statement := range map[string]string{
		"the files are there":     "DELETE FROM manifests; DELETE FROM outputs WHERE path LIKE '%.manifest.json'",
		"the ledger remembers it": "DELETE FROM manifests",
	} {
		t.Run(name, func(t *testing.T) {
			records, run := tamper(t, func(p tampering) { p.sql(statement) })
			if _, err := (publish.Publisher{Ledger: records, Full: true, Replace: true}).PublishRun(run); err != nil {
				t.Fatal(err)
			}
			said, err := verified(records, run, "")
			if err != statusError(exitRows) || !strings.Contains(said, "DIFFERS  before the manifest 1 was made, what the ledger keeps of the run was altered") {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}
