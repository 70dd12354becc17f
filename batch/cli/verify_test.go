package cli

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/sandbox"
	"contact-distributor/report"
)

// sentRun is a ledger with a run whose files are written and proven.
func sentRun(t *testing.T) (batch.Records, batch.Run) {
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
	ledger, err := openExisting("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ledger.Close() })
	records := batch.Records{Ledger: ledger}
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
		do   func(w *writing) error
	}{
		{"nothing is written yet", func(w *writing) error { return nil }},
		{"the results are", func(w *writing) (err error) {
			w.written.results, err = report.Results(w.place(batch.ResultsSuffix), run.Form, w.records.Results(run))
			return err
		}},
		{"the fixme file is", func(w *writing) (err error) {
			w.written.fixme, err = report.Fixme(w.place(batch.FixmeSuffix), run.Form, w.records.Results(run))
			return err
		}},
		{"the report is", func(w *writing) error {
			page, err := w.page(w.summary, w.written)
			if err == nil {
				w.written.report, err = report.HTML(w.place(batch.ReportSuffix), page, w.records.Results(run))
			}
			return err
		}},
		{"the manifest is in the ledger", func(w *writing) error {
			m, err := w.manifest()
			if err != nil {
				return err
			}
			_, err = w.records.Prove(run, w.seal, func(s batch.Seal, before batch.Manifest) ([]byte, [32]byte, error) {
				m.Number, m.Previous = before.ID+1, report.Hex(before.Hash)
				m.seal(s)
				return m.Encode()
			})
			return err
		}},
		{"the manifest is beside the files", func(w *writing) error {
			proof, err := w.records.Proof(run)
			if err == nil {
				_, err = report.WriteManifest(w.place(batch.ManifestSuffix), proof.JSON)
			}
			return err
		}},
	}
	summary, err := records.Summary(run)
	if err != nil {
		t.Fatal(err)
	}
	w, err := outputs{records: records, full: true}.writing(summary)
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
