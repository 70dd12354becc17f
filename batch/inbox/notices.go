package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
)

// Notice is what people should know of a file or of the folder.
type Notice struct {
	Event Event
	IsNew bool // else the previous run has notified the same, and it counts for the exit status only

	Language msg.Language // of who dropped the file, or ""

	File   string // its name, as it was dropped
	Path   string // where it is, or would be
	Folder string // where it was put away; "" where it was not

	Forecast batch.Forecast // of Started
	Summary  batch.Summary  // of Waiting, Archived and Undelivered; Run.ID is 0 where there is no run
	Files    publish.Files  // that were written
	Reasons  []msg.Reason   // of Refused and Blocked
	Account  string         // of Blocked, where there are several
	Err      error          // of Failed

	IsRefused bool // of Appended: the file had been refused
}

// Event is what has happened.
type Event int

const (
	Started     Event = iota // the first card of a file is about to go
	Waiting                  // a file stays for a later run
	Archived                 // a file was put away
	Refused                  // a file was put away, since it cannot be used
	Undelivered              // cards of a file that was put away did not arrive
	Appended                 // something was added to a file that was put away
	Blocked                  // nothing can be found out before somebody has looked after the account
	Skipped                  // something is left alone, since it is no ordinary file
	Failed                   // an error, of one file or of all
)

// notices keeps the last notice of each topic, so that a job that runs every few minutes tells
// only what is new. Its methods may be called concurrently.
type notices struct {
	ledger *ledger.Ledger
	key    string

	mu       sync.Mutex
	topics   map[string]string
	previous []string // warnings of the run before
	warnings []string // of this run
}

// openNotices also finds those that older versions have kept by the path of the folder.
func openNotices(l *ledger.Ledger, id, dir string) (*notices, error) {
	n := &notices{ledger: l, key: "said inbox " + id, topics: map[string]string{}}
	stored, err := l.Meta(n.key)
	if old := "said inbox " + dir; err == nil && len(stored) == 0 {
		if stored, err = l.Meta(old); err == nil && len(stored) > 0 {
			err = errors.Join(l.SetMeta(n.key, stored), l.SetMeta(old, nil))
		}
	}
	if err == nil && len(stored) > 0 {
		err = json.Unmarshal(stored, &n.topics)
	}
	n.previous = strings.Split(n.topics["warnings"], "\n")
	return n, err
}

// change reports whether text is another than before. An empty one forgets the topic.
func (n *notices) change(topic, text string) (bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.topics[topic] == text {
		return false, nil
	}
	n.topics[topic] = text
	if text == "" {
		delete(n.topics, topic)
	}
	stored, err := json.Marshal(n.topics)
	if err != nil {
		return true, err
	}
	return true, n.ledger.SetMeta(n.key, stored)
}

func (n *notices) last(topic string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.topics[topic]
}

func (n *notices) warn(message string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if slices.Contains(n.warnings, message) {
		return false
	}
	n.warnings = append(n.warnings, message)
	return !slices.Contains(n.previous, message)
}

func (n *notices) saveWarnings() error {
	n.mu.Lock()
	text := strings.Join(n.warnings, "\n")
	n.mu.Unlock()
	_, err := n.change("warnings", text)
	return err
}

// newWarnings lets only warnings through that the run before has not given.
type newWarnings struct {
	slog.Handler
	notices *notices
}

func (h newWarnings) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

func (h newWarnings) Handle(ctx context.Context, r slog.Record) error {
	isNew := h.notices.warn(warningOf(r))
	if err := h.notices.saveWarnings(); err != nil || !isNew {
		return err
	}
	return h.Handler.Handle(ctx, r)
}

func (h newWarnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return newWarnings{h.Handler.WithAttrs(attrs), h.notices}
}

// warningOf leaves out numbers, which are others each time.
func warningOf(r slog.Record) string {
	warning := r.Message
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "Err" || a.Key == "Reason" {
			warning += ": " + a.Value.String()
		}
		return true
	})
	return strings.ReplaceAll(warning, "\n", " ")
}
