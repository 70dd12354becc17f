package leases

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"contact-distributor/batch/ledger/commit"
	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/batch/ledger/sqlite"
	"contact-distributor/csvmodel/msg"
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

// Shared is what a ledger that several machines share has for its leases.
type Shared struct {
	connect func(patience time.Duration) (*commit.Committer, error)

	mu       sync.Mutex
	control  *commit.Committer   // renews leases and gives them back
	writers  []*commit.Committer // of what is written with the leases of instances
	ended    []*commit.Committer // the controls before
	taken    int
	closing  chan struct{} // nothing is renewed any more
	renewals sync.WaitGroup
}

// renewer returns the committer that renews.
func (s *Shared) renewer(term time.Duration) (*commit.Committer, error) {
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
func (s *Shared) writer() (*commit.Committer, error) {
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

// NewShared returns one for committers with connections of their own, which wait this long for
// each answer.
func NewShared(connect func(patience time.Duration) (*commit.Committer, error)) *Shared {
	return &Shared{connect: connect, closing: make(chan struct{})}
}

// Close ends what is renewed, and all connections.
func (s *Shared) Close() error {
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

// takeTimed takes a lease that lasts for a term, and renews it until it is given back.
func (l *Lease) takeTimed(o Terms) error {
	s := l.keeper.Shared
	if l.term = longestTerm; o.SettleAfter > 0 {
		l.term = min(l.term, o.SettleAfter/4)
	}
	control, err := s.renewer(l.term)
	if err != nil {
		return err
	}
	isInstance := strings.HasPrefix(l.Resource, Instance)
	if isInstance {
		if l.writer, err = s.writer(); err == nil {
			err = l.checkServer()
		}
		if err != nil {
			return err
		}
	}
	sent := l.keeper.Own()
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
		return control.Submit(commit.Write{Do: func(on query.Statements) error {
			return on.Exec("UPDATE leases SET ends = 0 WHERE resource = ? AND epoch = ?", l.Resource, l.Epoch)
		}})
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
	c, err := l.keeper.Shared.connect(postgres.Patience)
	if err != nil {
		return err
	}
	err = c.Submit(l.taking(o))
	isBroken := c.Err() != nil
	if errClose := c.Close(); !isBroken {
		return errors.Join(err, errClose)
	}
	if c, errAgain := l.keeper.Shared.connect(postgres.Patience); errAgain == nil {
		errAgain = c.Submit(commit.Write{Do: func(on query.Statements) (err error) {
			l.Epoch, err = query.First(on, commit.ErrConflict, query.Cell[int64], "SELECT epoch FROM leases WHERE resource = ? AND token = ?", l.Resource, l.token)
			return err
		}})
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
		case <-l.keeper.Shared.closing:
			return
		case <-ticker.C:
		}
		sent := l.keeper.Own()
		err := control.Submit(commit.Write{Do: func(on query.Statements) error {
			return commit.Expect(on, l.keeper.Timed("UPDATE leases SET ends = {now} + ?3, progress = {now} WHERE resource = ?1 AND epoch = ?4"),
				l.Resource, l.keeper.TimeArg(), l.term.Milliseconds(), l.Epoch)
		}})
		if err != nil {
			l.end(ErrLost)
			return
		}
		l.extend(sent)
	}
}

// checkServer finds out whether the server is still what it was: a smaller epoch than this
// machine knows means that a backup was restored.
func (l *Lease) checkServer() error {
	if err := l.keeper.CheckServer(); err != nil || l.keeper.Memory == "" {
		return err
	}
	known, err := os.ReadFile(l.memory())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	newest, _ := strconv.ParseInt(string(known), 10, 64) // what is damaged is no alarm
	epoch, err := query.First(l.keeper.Reader, nil, query.Cell[int64], "SELECT epoch FROM leases WHERE resource = ?", l.Resource)
	if err == nil && epoch < newest {
		return sqlite.NewPlaceError(msg.Problem("ledger.restored", msg.Args{"Instance": l.Instance(), "Path": l.memory()}))
	}
	return err
}

// memory is the file in which the machine keeps the newest epoch that it had.
func (l *Lease) memory() string {
	return filepath.Join(l.keeper.Memory, LockOf(l.Resource))
}

func (l *Lease) remember() error {
	if l.keeper.Memory == "" {
		return nil
	}
	path := l.memory()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path+".part", []byte(strconv.FormatInt(l.Epoch, 10)), 0o600) // by the one that has the lease
	}
	if err == nil {
		err = os.Rename(path+".part", path)
	}
	return err
}
