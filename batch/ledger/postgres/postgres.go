// Package postgres opens a ledger's database on a PostgreSQL server.
//
// It promises that its connections are the server's own, with no pooler between, that a
// commit is on disk when it returns, that a session that hangs inside a transaction ends,
// and that the schema is the newest: Open makes the tables of an empty database, one
// process at a time. Statements are those that SQLite knows, too; text is cleaned of what
// the server refuses.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"contact-distributor/csvmodel/msg"
)

// Options say how a database is opened; what they mean is with those of the ledger.
type Options struct {
	IfFree, NoSync bool
}

// DB is an open database. Its methods may be called concurrently.
type DB struct {
	Created bool    // by Open
	reader  *sql.DB // gives connections that cannot write
	config  *pgx.ConnConfig
	noSync  bool
}

// Patience is for a server that does not answer, and for another session's locks.
const Patience = time.Minute

var (
	// ErrPooler is returned where a pooler gives the sessions of the server to others, too.
	ErrPooler = msg.Problem("ledger.pooler", nil)
	// ErrPassword is returned for a place that holds a password, which others could read.
	ErrPassword = msg.Problem("ledger.password", nil)
	// ErrEmpty is returned by Open with Options.IfFree where there are no tables.
	ErrEmpty = msg.Problem("ledger.empty", nil)
)

var settingsPlace = regexp.MustCompile(`^\s*(service|host|hostaddr|port|dbname|user)\s*=`)

// IsPlace reports whether a place is a URL, or settings of a connection in the way of libpq.
func IsPlace(place string) bool {
	return strings.HasPrefix(place, "postgres://") || strings.HasPrefix(place, "postgresql://") || settingsPlace.MatchString(place)
}

func checkPassword(place string) error {
	u, err := url.Parse(place)
	if err == nil && u.Scheme != "" {
		_, isThere := u.User.Password()
		if isThere || u.Query().Has("password") {
			return ErrPassword
		}
		return nil
	}
	if strings.Contains(place, "password") {
		return ErrPassword
	}
	return nil
}

// Shown is a place without a password.
func Shown(place string) string {
	if !IsPlace(place) || checkPassword(place) == nil {
		return place
	}
	return "postgres"
}

// Open connects to a database and makes its tables, if there are none.
func Open(place string, s Schema, o Options) (*DB, error) {
	if err := checkPassword(place); err != nil {
		return nil, err
	}
	config, err := pgx.ParseConfig(place)
	if err != nil {
		return nil, err
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = Patience
	}
	db := &DB{config: config, noSync: o.NoSync}
	if db.Created, err = db.migrate(s, o.IfFree); err != nil {
		return nil, err
	}
	db.reader = stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		return set(ctx, conn, "default_transaction_read_only = on")
	}))
	db.reader.SetMaxIdleConns(4)
	return db, nil
}

// set checks that a connection is the server's own, and makes settings for it.
func set(ctx context.Context, conn *pgx.Conn, settings ...string) error {
	var pid uint32
	if err := conn.QueryRow(ctx, "SELECT pg_backend_pid()", pgx.QueryExecModeSimpleProtocol).Scan(&pid); err != nil {
		return err
	}
	if pid != conn.PgConn().PID() {
		return ErrPooler
	}
	_, err := conn.PgConn().Exec(ctx, "SET "+strings.Join(settings, "; SET ")).ReadAll()
	return err
}

// Connect returns a new session, which waits this long for each answer.
func (db *DB) Connect(patience time.Duration) (*Session, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, db.config)
	if err != nil {
		return nil, err
	}
	wait := strconv.FormatInt(max(1, patience.Milliseconds()), 10)
	settings := []string{"synchronous_commit = on", "lock_timeout = " + wait, "statement_timeout = " + wait, "idle_in_transaction_session_timeout = 1000"}
	if db.noSync {
		settings[0] = "synchronous_commit = off"
	}
	if err := set(ctx, conn, settings...); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &Session{conn, patience}, nil
}

// Close ends the connections that read.
func (db *DB) Close() error { return db.reader.Close() }

// Query finds what is committed.
func (db *DB) Query(query string, args ...any) (*sql.Rows, error) {
	query, args = translate(query, args)
	return db.reader.Query(query, args...)
}

// SettleNotes returns when all transactions have ended that began before: notes are numbered
// before they can be seen.
func (db *DB) SettleNotes() error {
	_, err := db.reader.Exec("SELECT pg_advisory_xact_lock($1)", int64(notesLock))
	return err
}

// IsAway reports whether an error is that of a server that may be there, or free, another time.
func IsAway(err error) bool {
	var server *pgconn.PgError
	if !errors.As(err, &server) {
		network, isNetwork := errors.AsType[net.Error](err)
		_, isFile := network.(syscall.Errno) // looks like one where nothing of the network is around it
		return isNetwork && !isFile || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, new(*pgconn.ConnectError)) ||
			pgconn.SafeToRetry(err) // of a connection that has failed before
	}
	// Classes: connection, transaction state, resources, not in this state, intervention, system.
	return slices.Contains([]string{"08", "25", "53", "55", "57", "58"}, server.Code[:2])
}
