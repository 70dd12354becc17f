package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// firstRead calls f when it is first read, and has nothing.
type firstRead struct {
	io.Reader
	f func()
}

func (r firstRead) Read(p []byte) (int, error) {
	r.f()
	return r.Reader.Read(p)
}

func TestReadingEndsOnTheFirstSignal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "c.csv")
	if err := os.WriteFile(file, []byte("chatId,phoneContact,firstName\n1,2,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"validate", "-"}, {"send", "-", "--sandbox"}, {"validate", file}, {"send", file, "--sandbox"}} {
		t.Run(strings.Join(verb[:2], " "), func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			nobody, writer := io.Pipe()
			defer writer.Close()
			if verb[1] == file {
				cancel()
			}
			var out, errs bytes.Buffer
			status := Main(ctx, verb, Streams{In: firstRead{nobody, cancel}, Out: &out, Err: &errs})
			if status != exitLater || out.Len() > 0 || !strings.Contains(errs.String(), "interrupted before all was read") {
				t.Errorf("status %d\n%s%s", status, &out, &errs)
			}
		})
	}
	if made, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*.*.*")); made != nil {
		t.Error(made)
	}
}
