package inbox

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"contact-distributor/batch/ledger"
)

func newNotices(t *testing.T) *notices {
	t.Helper()
	l, err := ledger.Open(filepath.Join(t.TempDir(), "ledger.db"), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return openAgain(t, &notices{ledger: l})
}

// openAgain is what the next run reads.
func openAgain(t *testing.T, n *notices) *notices {
	t.Helper()
	n, err := openNotices(n.ledger, "ID", "/in")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestNoticesOfOlderVersionsAreKnown(t *testing.T) {
	n := newNotices(t)
	if err := n.ledger.SetMeta("said inbox /srv/in", []byte(`{"a": "told"}`)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if old, err := openNotices(n.ledger, "OLD", "/srv/in"); err != nil || old.last("a") != "told" {
			t.Errorf("%q, %v", old.last("a"), err)
		}
	}
}

// recorder is a log that keeps the messages.
type recorder struct {
	slog.Handler
	messages *[]string
}

func (r recorder) Handle(_ context.Context, record slog.Record) error {
	*r.messages = append(*r.messages, record.Message)
	return nil
}

func (r recorder) WithAttrs([]slog.Attr) slog.Handler { return r }

func TestOnlyNewWarningsAreLogged(t *testing.T) {
	n := newNotices(t)
	for _, run := range []struct {
		name, warnings, logged string
	}{
		{"what is new is logged", "rate doubt", "rate doubt"},
		{"what the run before has warned of is not", "doubt rate", ""},
		{"nor twice by one run", "pause rate pause", "pause"},
		{"a run without warnings logs nothing", "", ""},
		{"what comes again is new", "rate", "rate"},
	} {
		t.Run(run.name, func(t *testing.T) {
			var messages []string
			n := openAgain(t, n)
			log := slog.New(newWarnings{recorder{messages: &messages}, n}).With("instance", 1)
			for _, warning := range strings.Fields(run.warnings) {
				log.Warn(warning, "rows", len(messages))
				log.Info("for logs only")
			}
			if err := n.saveWarnings(); err != nil {
				t.Fatal(err)
			}
			if logged := strings.Join(messages, " "); logged != run.logged {
				t.Errorf("logged %q", logged)
			}
		})
	}
}

func TestWarningsOfDifferentCausesAreTwo(t *testing.T) {
	var messages []string
	log := slog.New(newWarnings{recorder{messages: &messages}, newNotices(t)})
	for _, cause := range []string{"no host", "time-out", "no host"} {
		log.Warn("log.again", "Err", errors.New(cause))
	}
	if len(messages) != 2 {
		t.Errorf("logged %q", messages)
	}
}

func TestWarningsMayComeFromManyGoroutines(t *testing.T) {
	log := slog.New(newWarnings{slog.DiscardHandler, newNotices(t)})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { log.Warn("pausing") })
	}
	all.Wait()
}

func TestErrorsThatTheRunBeforeHasToldAreNotNew(t *testing.T) {
	n := newNotices(t)
	away, held := errors.New("the card is away"), &ledger.HeldError{Name: "instance 1101"}
	for _, c := range []struct {
		name string
		errs []error
		want []bool // is new
	}{
		{"an error is new", []error{away}, []bool{true}},
		{"in the next run it is not", []error{away}, []bool{false}},
		{"beside another one both are", []error{away, errors.New("no room")}, []bool{true, true}},
		{"a run without errors tells nothing", nil, nil},
		{"what comes again is new", []error{away}, []bool{true}},
		{"another process at work always is", []error{held, away}, []bool{true, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []Notice
			r := run{notices: n, errs: c.errs, Options: Options{Notify: func(n Notice) { got = append(got, n) }}}
			if err := r.noteErrors(); err != nil {
				t.Fatal(err)
			}
			if len(got) != len(c.errs) {
				t.Fatalf("got %+v", got)
			}
			for i, n := range got {
				if n.Event != Failed || n.Err != c.errs[i] || n.IsNew != c.want[i] {
					t.Errorf("got %+v", n)
				}
			}
		})
	}
}
