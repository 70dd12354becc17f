package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
)

// FuzzValidate lets the whole of validate look at any bytes as a file. What it
// says must add up, and the fixme file must be a file of as many rows.
func FuzzValidate(f *testing.F) {
	samples, err := filepath.Glob("../../samples/*.csv")
	if err != nil || len(samples) == 0 {
		f.Fatal("no samples", err)
	}
	for _, sample := range samples {
		file, err := os.ReadFile(sample)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(dir, "fuzz.csv")
		fixme := filepath.Join(dir, "fuzz.fixme.csv")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		os.Remove(fixme)
		found, status := validated(t, path)
		if status == exitUsage {
			return
		}
		if found.Rows != found.ToSend+found.Invalid+found.Duplicate || (status == exitRows) != (found.Invalid > 0) {
			t.Fatalf("%+v, exit status %d", found, status)
		}
		if found.Invalid == 0 {
			return
		}
		// Bytes that are no text become a sign that is, so a row may be right there. But
		// none is lost, and none goes whose cells could not be told apart.
		again, status := validated(t, fixme)
		if status == exitUsage || again.Rows != found.Invalid || again.Invalid < found.unsplittable() {
			t.Fatalf("%+v, and the rows to be corrected: %+v, exit status %d", found, again, status)
		}
	})
}

type found struct {
	Rows, ToSend, Invalid, Duplicate int
	Form                             csvmodel.Layout
	Findings                         []struct{ Reasons []struct{ Code string } }
}

// unsplittable is how many of the findings are rows whose cells cannot be told apart.
func (f found) unsplittable() (rows int) {
	for _, finding := range f.Findings {
		switch finding.Reasons[0].Code {
		case "row-width", "row-long", "quote", "quote-open":
			rows++
		}
	}
	return rows
}

func validated(t *testing.T, path string) (f found, status int) {
	t.Helper()
	var out, errs bytes.Buffer
	status = Main(t.Context(), []string{"validate", "--json", path}, Streams{Out: &out, Err: &errs})
	switch {
	case status == exitUsage && strings.HasPrefix(errs.String(), "contact-distributor: "+path+": "):
		return f, status
	case status != exitDone && status != exitRows:
		t.Fatalf("exit status %d: %s", status, errs.String())
	}
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	return f, status
}
