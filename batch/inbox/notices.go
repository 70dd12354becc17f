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
)

// notices remembers in the ledger what people were told of a folder, so that a job
// which comes every few minutes tells only what is new. Its methods may be called
// concurrently.
type notices struct {
	ledger *batch.Ledger
	key    string

	mu     sync.Mutex
	topics map[string]string
}

func openNotices(l *batch.Ledger, dir string) (*notices, error) {
	n := &notices{ledger: l, key: "said inbox " + dir, topics: map[string]string{}}
	kept, err := l.Meta(n.key)
	if err != nil || len(kept) == 0 {
		return n, err
	}
	return n, json.Unmarshal(kept, &n.topics)
}

// moveNotices takes what was told of a folder along to where it is now.
func moveNotices(l *batch.Ledger, from, to string) error {
	old, err := openNotices(l, from)
	if err != nil || len(old.topics) == 0 {
		return err
	}
	moved := notices{ledger: l, key: "said inbox " + to, topics: old.topics}
	return errors.Join(moved.save(), l.SetMeta(old.key, nil))
}

// change remembers what is told of a topic, and reports whether that is not what was
// told last. An empty text forgets the topic.
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
	return true, n.save()
}

// last returns what was told last of a topic, or "".
func (n *notices) last(topic string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.topics[topic]
}

func (n *notices) save() error {
	text, err := json.Marshal(n.topics)
	if err != nil {
		return err
	}
	return n.ledger.SetMeta(n.key, text)
}

// newWarnings is a slog.Handler that lets only warnings through, and of these only
// what the run before has not warned of.
type newWarnings struct {
	slog.Handler
	warnings *warnings
}

func (h newWarnings) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn
}

func (h newWarnings) Handle(ctx context.Context, r slog.Record) error {
	if isNew, err := h.warnings.add(r.Message); err != nil || !isNew {
		return err
	}
	return h.Handler.Handle(ctx, r)
}

func (h newWarnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return newWarnings{h.Handler.WithAttrs(attrs), h.warnings}
}

// warnings are those of this run, and of the one before.
type warnings struct {
	notices  *notices
	mu       sync.Mutex
	previous []string
	current  []string
}

func openWarnings(n *notices) *warnings {
	return &warnings{notices: n, previous: strings.Split(n.last("warnings"), "\n")}
}

// add reports whether neither this run nor the one before has warned of it.
func (w *warnings) add(message string) (bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if slices.Contains(w.current, message) {
		return false, nil
	}
	w.current = append(w.current, message)
	return !slices.Contains(w.previous, message), w.save()
}

// close forgets what this run has not warned of.
func (w *warnings) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.save()
}

func (w *warnings) save() error {
	_, err := w.notices.change("warnings", strings.Join(w.current, "\n"))
	return err
}
