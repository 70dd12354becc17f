package batch

import (
	"encoding/json"
	"errors"
	"sync"

	"contact-distributor/batch/ledger"
)

// Said remembers in the ledger what has been told in some place, so that a job
// which comes every few minutes tells only what is new. All its methods may be
// called concurrently.
type Said struct {
	ledger *ledger.Ledger
	name   string

	mu     sync.Mutex
	topics map[string]string
}

// OpenSaid reads what has been told in that place.
func OpenSaid(l *ledger.Ledger, place string) (*Said, error) {
	s := &Said{ledger: l, name: "said " + place, topics: map[string]string{}}
	kept, err := l.Meta(s.name)
	if err != nil || len(kept) == 0 {
		return s, err
	}
	return s, json.Unmarshal(kept, &s.topics)
}

// MoveSaid records that what was told in one place was told in another.
func MoveSaid(l *ledger.Ledger, from, to string) error {
	old, err := OpenSaid(l, from)
	if err != nil || len(old.topics) == 0 {
		return err
	}
	moved := Said{ledger: l, name: "said " + to, topics: old.topics}
	return errors.Join(moved.keep(), l.SetMeta(old.name, nil))
}

// News reports whether what is to be said of a topic is not what was said last,
// and remembers it.
func (s *Said) News(topic, what string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.topics[topic] == what {
		return false, nil
	}
	s.topics[topic] = what
	if what == "" {
		delete(s.topics, topic)
	}
	return true, s.keep()
}

// Last is what was said last of a topic, or "".
func (s *Said) Last(topic string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.topics[topic]
}

func (s *Said) keep() error {
	kept, err := json.Marshal(s.topics)
	if err != nil {
		return err
	}
	return s.ledger.SetMeta(s.name, kept)
}
