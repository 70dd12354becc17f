package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver
)

// Ledger is one open ledger. Its methods may be called concurrently.
type Ledger struct {
	path    string
	created bool
	id      string
	cardKey []byte

	writer *sql.DB // one connection, the committer's
	conn   *sql.Conn
	reader *sql.DB
	stmts  map[string]*sql.Stmt // the committer's, by text

	fail   func(committed bool) error
	writes chan write
	ended  chan struct{} // the committer has ended
	broken atomic.Pointer[error]

	closing sync.Once
	closed  error
}

// Options are for tests, for ledgers that are thrown away and for those who only look.
type Options struct {
	// AsItIs refuses a ledger of an older version rather than bring it up to date.
	AsItIs bool
	// NoSync leaves out waiting for the disk: nothing is durable.
	NoSync bool
	// MaxPages makes the file full at this many pages of 4 KiB; 0 is no limit.
	MaxPages int
	// Fail, if not nil, is asked before and after each commit; an error of its
	// is taken for one of the disk. After a commit that means: what was written
	// is there, and nobody was told.
	Fail func(committed bool) error
}

// Open opens the ledger at path and makes it, and its folder, if there is none.
// A ledger of an older version is brought up to date after a copy of it was
// made beside it. It is refused on a network file system, where neither locks
// nor durability can be relied on.
func Open(path string, o Options) (*Ledger, error) {
	l, err := open(path, o)
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", path, err)
	}
	return l, nil
}

func open(path string, o Options) (*Ledger, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if path, err = makePlace(path); err != nil {
		return nil, err
	}
	l := &Ledger{
		path:   path,
		stmts:  map[string]*sql.Stmt{},
		fail:   o.Fail,
		writes: make(chan write, maxGroup),
		ended:  make(chan struct{}),
	}
	if err := l.connect(o); err != nil {
		l.disconnect()
		return nil, err
	}
	go l.commitAll()
	return l, nil
}

// makePlace makes the folder and an empty file, so that both have their modes
// before SQLite derives those of its own files from them. It returns the one
// name of the ledger: locks and the write-ahead log lie beside it, and who came
// by another name would not see them.
func makePlace(path string) (string, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := checkFileSystem(dir); err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", err
	}
	if links(info) > 1 {
		return "", errors.New("the file has a second name (a hard link), under which its locks would not be seen: remove one of them")
	}
	return filepath.EvalSymlinks(path)
}

func (l *Ledger) connect(o Options) error {
	ctx := context.Background()
	var err error
	if l.writer, err = sql.Open("sqlite", l.dsn(o)); err != nil {
		return err
	}
	l.writer.SetMaxOpenConns(1)
	if l.conn, err = l.writer.Conn(ctx); err != nil {
		return err
	}
	if l.reader, err = sql.Open("sqlite", l.dsn(o)+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	if l.created, err = l.prepare(ctx, o.AsItIs); err != nil {
		return err
	}
	return l.readMeta(ctx)
}

// dsn waits a minute for another process's transaction, which here is
// milliseconds; a longer wait is a process that hangs.
func (l *Ledger) dsn(o Options) string {
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	q := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(60000)", "synchronous(" + sync + ")", "temp_store(FILE)",
	}}
	if !o.AsItIs { // that is in the file, and a copy has another
		q.Add("_pragma", "journal_mode(WAL)")
	}
	if o.MaxPages > 0 {
		q.Add("_pragma", fmt.Sprintf("max_page_count(%d)", o.MaxPages))
	}
	return (&url.URL{Scheme: "file", Path: l.path, RawQuery: q.Encode()}).String()
}

func (l *Ledger) readMeta(ctx context.Context) error {
	var id []byte
	err := l.conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'id'").Scan(&id)
	if err == nil {
		err = l.conn.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = 'card-key'").Scan(&l.cardKey)
	}
	l.id = string(id)
	return err
}

// Close waits for the writes under way. The ledger may not be used after it,
// but closed again.
func (l *Ledger) Close() error {
	l.closing.Do(func() {
		close(l.writes)
		<-l.ended
		l.closed = l.disconnect()
	})
	return l.closed
}

func (l *Ledger) disconnect() error {
	var errs []error
	for _, s := range l.stmts {
		errs = append(errs, s.Close())
	}
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	if l.reader != nil {
		errs = append(errs, l.reader.Close())
	}
	if l.writer != nil {
		errs = append(errs, l.writer.Close())
	}
	return errors.Join(errs...)
}

// Path is the absolute path of the ledger's file.
func (l *Ledger) Path() string { return l.path }

// Check reports whether the file is still there: a ledger that was taken away
// while it is open can be written, and nobody will find it again.
func (l *Ledger) Check() error {
	if _, err := os.Stat(l.path); err != nil {
		return fmt.Errorf("the ledger was taken away while it was in use: %w", err)
	}
	return nil
}

// ID names the ledger, for ever.
func (l *Ledger) ID() string { return l.id }

// Created reports whether Open made the ledger, so that it knows nothing of
// what was sent before.
func (l *Ledger) Created() bool { return l.created }

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
