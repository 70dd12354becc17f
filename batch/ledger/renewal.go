package ledger

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
)

// longestTerm is how long a lease lasts at the most that is not renewed. A process that was
// frozen may begin requests for that long after another has taken over; what it may then have
// sent is settled SettleAfter later, which is at least four times the term.
const longestTerm = 30 * time.Second

// margin is the part of the term in which no request begins any more: between the look at the
// deadline and the first byte some time passes, and clocks do not go at one speed.
const margin = 10

// maxWriters bounds the connections that the leases of instances share.
const maxWriters = 8

// shared is what a ledger that several machines share has for its leases.
type shared struct {
	connect  func(patience time.Duration) (*commit.Committer, error)
	timeline func() (now string, isSafe bool, err error)

	mu       sync.Mutex
	control  *commit.Committer   // renews leases and gives them back
	writers  []*commit.Committer // of what is written with the leases of instances
	ended    []*commit.Committer // the controls before
	taken    int
	closing  chan struct{} // nothing is renewed any more
	renewals sync.WaitGroup
}

// renewer returns the committer that renews.
func (s *shared) renewer(term time.Duration) (*commit.Committer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.control != nil && s.control.Err() == nil {
		return s.control, nil
	}
	control, err := s.connect(term / 3)
	if err == nil {
		s.ended, s.control = append(s.ended, s.control), control
	}
	return control, err
}

// writer returns the committer for the writes of another instance.
func (s *shared) writer() (*commit.Committer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.writers) < maxWriters {
		writer, err := s.connect(postgres.Patience)
		if err != nil {
			return nil, err
		}
		s.writers = append(s.writers, writer)
	}
	s.taken++
	return s.writers[s.taken%len(s.writers)], nil
}

func (s *shared) close() error {
	close(s.closing)
	s.renewals.Wait()
	var errs []error
	for _, c := range slices.Concat(s.writers, s.ended, []*commit.Committer{s.control}) {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	return errors.Join(errs...)
}

// timed gives a statement the clock of the database for {now}; its second argument is timeArg.
func (l *Ledger) timed(query string) string { return strings.ReplaceAll(query, "{now}", l.clock) }

// takeTimed takes a lease that lasts for a term, and renews it until it is given back.
func (l *Lease) takeTimed(o Terms) error {
	s := l.ledger.shared
	if l.term = longestTerm; o.SettleAfter > 0 {
		l.term = min(l.term, o.SettleAfter/4)
	}
	control, err := s.renewer(l.term)
	if err != nil {
		return err
	}
	isInstance := strings.HasPrefix(l.resource, anInstance)
	if isInstance {
		if l.writer, err = s.writer(); err == nil {
			err = l.checkServer()
		}
		if err != nil {
			return err
		}
	}
	sent := l.ledger.ownClock()
	if err := l.takeOnce(o); err != nil {
		return err
	}
	l.extend(sent)
	released := make(chan struct{})
	renewed := make(chan struct{})
	s.renewals.Go(func() { defer close(renewed); l.renew(control, released) })
	l.release = sync.OnceValue(func() error {
		close(released)
		<-renewed
		return control.Submit(l.ledger.write(func(t *tx) {
			t.exec("UPDATE leases SET ends = 0 WHERE resource = ? AND epoch = ?", l.resource, l.epoch)
		}))
	})
	if !isInstance {
		return nil
	}
	if err := l.remember(); err != nil {
		return errors.Join(err, l.release())
	}
	return nil
}

// takeOnce does not repeat a take whose answer was lost, and looks for its token instead.
func (l *Lease) takeOnce(o Terms) error {
	c, err := l.ledger.shared.connect(postgres.Patience)
	if err != nil {
		return err
	}
	err = c.Submit(l.ledger.write(func(t *tx) { l.takeOver(t, o) }))
	isBroken := c.Err() != nil
	if errClose := c.Close(); !isBroken {
		return errors.Join(err, errClose)
	}
	if c, errAgain := l.ledger.shared.connect(postgres.Patience); errAgain == nil {
		errAgain = c.Submit(l.ledger.write(func(t *tx) {
			l.epoch, t.err = query.First(t, ErrConflict, query.Cell[int64], "SELECT epoch FROM leases WHERE resource = ? AND token = ?", l.resource, l.token)
		}))
		if errClose := c.Close(); errAgain == nil {
			return errClose
		}
	}
	return err
}

// extend moves the deadline after what was sent then has renewed the lease.
func (l *Lease) extend(sent time.Duration) {
	l.deadline.Store(int64(sent + l.term - l.term/margin))
}

// renew ends the lease when it cannot be renewed.
func (l *Lease) renew(control *commit.Committer, released <-chan struct{}) {
	ticker := time.NewTicker(l.term / 3)
	defer ticker.Stop()
	for {
		select {
		case <-released:
			return
		case <-l.ledger.shared.closing:
			return
		case <-ticker.C:
		}
		sent := l.ledger.ownClock()
		err := control.Submit(l.ledger.write(func(t *tx) {
			t.expect(l.ledger.timed("UPDATE leases SET ends = {now} + ?3, progress = {now} WHERE resource = ?1 AND epoch = ?4"),
				l.resource, l.ledger.timeArg(), l.term.Milliseconds(), l.epoch)
		}))
		if err != nil {
			l.end(ErrLeaseLost)
			return
		}
		l.extend(sent)
	}
}
