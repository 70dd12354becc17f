package cli

import (
	"bytes"
	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/batch/sandbox"
	"contact-distributor/report"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sentRun is a ledger with a run whose files are written and proven.
func sentRun(t *testing.T) (batch.Records, ledger.Run) {
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
	if status := Main(t.Context(), []string{"send", file, "--progress", "never"}, Streams{&said, &said}); status != exitRows {
		t.Fatal(status, said.String())
	}
	l, err := openExisting("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	records := batch.Records{Ledger: l}
	run, err := records.FindRun(file)
	if err != nil {
		t.Fatal(err)
	}
	return records, run
}

// TestAProgramKilledWhileItWritesIsNotTakenForTampering goes through the steps of
// writing up to each one.
func TestAProgramKilledWhileItWritesIsNotTakenForTampering(t *testing.T) {
	records, run := sentRun(t)
	steps := []struct {
		name string
		do   func(w *publish.Writing) error
	}{
		{"nothing is written yet", func(w *publish.Writing) error { return nil }},
		{"the results are", func(w *publish.Writing) (err error) {
			w.Written.Results, err = report.Results(w.Place(batch.ResultsSuffix), run.Layout, publish.Rows(w.Records.Ledger, run, ""))
			return err
		}},
		{"the fixme file is", func(w *publish.Writing) (err error) {
			w.Written.Fixme, err = report.Fixme(w.Place(batch.FixmeSuffix), run.Layout, publish.Rows(w.Records.Ledger, run, ""))
			return err
		}},
		{"the report is", func(w *publish.Writing) error {
			page, err := w.Page(w.Summary, w.Written)
			if err == nil {
				w.Written.Report, err = report.HTML(w.Place(batch.ReportSuffix), page, publish.Rows(w.Records.Ledger, run, ""))
			}
			return err
		}},
		{"the manifest is in the ledger", func(w *publish.Writing) error {
			m, err := w.Manifest()
			if err != nil {
				return err
			}
			_, err = w.Records.Prove(run, w.Seal, func(s batch.Seal, before batch.Manifest) ([]byte, [32]byte, error) {
				m.Number, m.Previous = before.ID+1, report.Hex(before.Hash)
				m.Seal(s)
				return m.Encode()
			})
			return err
		}},
		{"the manifest is beside the files", func(w *publish.Writing) error {
			proof, err := w.Records.Proof(run)
			if err == nil {
				_, err = report.WriteManifest(w.Place(batch.ManifestSuffix), proof.JSON)
			}
			return err
		}},
	}
	summary, err := records.Summary(run)
	if err != nil {
		t.Fatal(err)
	}
	w, err := publish.Publisher{Version: version(), Records: records, Full: true}.Writing(summary)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			if err := step.do(w); err != nil {
				t.Fatal(err)
			}
			var said bytes.Buffer
			if err := runVerify(Streams{Out: &said}, records, run, nil, "", false); err != nil || strings.Contains(said.String(), "DIFFERS") {
				t.Errorf("%v\n%s", err, said.String())
			}
		})
	}
}
