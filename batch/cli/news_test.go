package cli

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"contact-distributor/batch"
)

func openSaid(t *testing.T) *batch.Said {
	t.Helper()
	l, err := batch.OpenLedger(filepath.Join(t.TempDir(), "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	said, err := batch.OpenSaid(l, "inbox")
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func TestWarningsAreNews(t *testing.T) {
	said := openSaid(t)
	for _, run := range []struct {
		name, warnings, told string
	}{
		{"what is new is told", "rate doubt", "rate doubt"},
		{"what was told by the run before is not", "doubt rate", ""},
		{"nor twice by one run", "pause rate pause", "pause"},
		{"a run without warnings says nothing", "", ""},
		{"what comes again is news", "rate", "rate"},
	} {
		t.Run(run.name, func(t *testing.T) {
			var out bytes.Buffer
			warned := newWarned(said)
			log := slog.New(newsOnly{&lines{w: &out, mu: &sync.Mutex{}}, warned}).With("instance", 1)
			for _, warning := range strings.Fields(run.warnings) {
				log.Warn(warning)
				log.Info("for logs only")
			}
			if err := warned.end(); err != nil {
				t.Fatal(err)
			}
			told := strings.Join(messages(out.String()), " ")
			if told != run.told {
				t.Errorf("told %q", told)
			}
		})
	}
}

// messages are those of log lines.
func messages(log string) (all []string) {
	for line := range strings.Lines(log) {
		all = append(all, strings.Fields(line)[2])
	}
	return all
}

func TestWarningsMayComeFromManyGoroutines(t *testing.T) {
	warned := newWarned(openSaid(t))
	log := slog.New(newsOnly{slog.DiscardHandler, warned})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { log.Warn("pausing") })
	}
	all.Wait()
}

func TestErrorsThatWereToldLeaveTheirStatus(t *testing.T) {
	said := openSaid(t)
	away := usageError{errors.New("the card is away")}
	for _, run := range []struct {
		name   string
		errs   []error
		told   int
		status int
	}{
		{"an error is told", []error{away}, 1, exitUsage},
		{"the next run ends with its status alone", []error{statusError(exitLater), away}, 0, exitUsage},
		{"with another one both are told", []error{away, errors.New("no room")}, 2, exitFailed},
		{"a run without errors says nothing", nil, 0, exitDone},
		{"what comes again is told again", []error{away}, 1, exitUsage},
	} {
		t.Run(run.name, func(t *testing.T) {
			if err := onlyNews(said, run.errs); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := worst(Streams{Err: &out}, run.errs)
			told := strings.Count(out.String(), "\n")
			if status := statusError(0); err != nil && !errors.As(err, &status) {
				told++ // by Main
			}
			if told != run.told || exitStatus(err) != run.status {
				t.Errorf("told %d: %q, ends with %d", told, out.String(), exitStatus(err))
			}
		})
	}
}

func TestNamesAreHarmlessOnATerminal(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"letters of all kinds stay", "Клиенты 5 «май».csv: done\n", "Клиенты 5 «май».csv: done\n"},
		{"an escape is not obeyed", "a\x1b[2Jb\rc.csv", "a\ufffd[2Jb\ufffdc.csv"},
		{"bytes that are no text are shown as such", "a\xffb.csv", "a\ufffdb.csv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := harmless(c.text); got != c.want {
				t.Errorf("got %q", got)
			}
		})
	}
}
