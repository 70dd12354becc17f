package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
)

// schema has one step per version. A step that has been released is never
// changed: what comes later is a further step. Times are milliseconds since
// 1970, UTC; zero is never.
var schema = []string{
	`
CREATE TABLE meta (
	key   TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE runs (
	id       INTEGER PRIMARY KEY,
	content  BLOB NOT NULL,     -- SHA-256 of the file
	options  BLOB NOT NULL,     -- SHA-256 of what else decides how it is read
	path     TEXT NOT NULL,     -- absolute, when it was last run
	name     TEXT NOT NULL,
	output   TEXT NOT NULL,     -- absolute path and stem of what is written for it
	form     BLOB NOT NULL,     -- csvmodel.Form as JSON
	settings BLOB NOT NULL,     -- of the newest start, as JSON
	again    INTEGER NOT NULL,  -- 1: sends once more what runs of this content have sent
	machine  TEXT NOT NULL,
	user     TEXT NOT NULL,
	version  TEXT NOT NULL,
	total    INTEGER NOT NULL,  -- rows of the file, set with planned
	started  INTEGER NOT NULL,
	planned  INTEGER NOT NULL,  -- all rows are in
	finished INTEGER NOT NULL   -- nothing was left to do
);
CREATE INDEX runs_content ON runs (content);

CREATE TABLE rows (
	run      INTEGER NOT NULL,
	seq      INTEGER NOT NULL,  -- place among the rows of the file, from 1
	row      INTEGER NOT NULL,  -- what a spreadsheet shows
	line     INTEGER NOT NULL,  -- on which it begins
	source   BLOB NOT NULL,     -- the record's text as it stood
	chat     TEXT NOT NULL,
	phone    TEXT NOT NULL,
	first    TEXT NOT NULL,
	middle   TEXT NOT NULL,
	last     TEXT NOT NULL,
	company  TEXT NOT NULL,
	quoted   TEXT NOT NULL,
	card     BLOB NOT NULL,     -- claim key: keyed hash of the seven
	salt     BLOB NOT NULL,
	status   TEXT NOT NULL,
	code     TEXT NOT NULL,
	args     BLOB NOT NULL,     -- []csvmodel.Reason as JSON
	instance TEXT NOT NULL,     -- of the newest attempt
	attempt  INTEGER NOT NULL,
	intended INTEGER NOT NULL,
	skew     INTEGER NOT NULL,  -- the service's clock less ours then, in milliseconds
	ended    INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	message  TEXT NOT NULL,     -- idMessage
	learned  TEXT NOT NULL,     -- how it was learned
	delivery TEXT NOT NULL,
	delivered_at INTEGER NOT NULL,
	PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE INDEX rows_open ON rows (instance, status) WHERE status IN ('intended', 'unknown');
CREATE INDEX rows_message ON rows (message) WHERE message <> '';

CREATE TABLE claims (
	card BLOB PRIMARY KEY,
	run  INTEGER NOT NULL,
	seq  INTEGER NOT NULL,
	at   INTEGER NOT NULL,
	-- who held it before it was taken over; gets it back with what was not taken
	run_before INTEGER NOT NULL,
	seq_before INTEGER NOT NULL,
	at_before  INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE chats (
	instance TEXT NOT NULL,
	lid      TEXT NOT NULL,
	chat     TEXT NOT NULL,
	at       INTEGER NOT NULL,
	PRIMARY KEY (instance, lid)
) WITHOUT ROWID;

CREATE TABLE leases (
	instance TEXT PRIMARY KEY,
	epoch    INTEGER NOT NULL,
	holder   TEXT NOT NULL,
	run      INTEGER NOT NULL,
	since    INTEGER NOT NULL,
	progress INTEGER NOT NULL   -- the newest outcome
) WITHOUT ROWID;

CREATE TABLE notes (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	at       INTEGER NOT NULL,
	run      INTEGER NOT NULL,
	seq      INTEGER NOT NULL,  -- 0: of the whole run
	instance TEXT NOT NULL,
	kind     TEXT NOT NULL,
	attempt  INTEGER NOT NULL,
	reason   BLOB NOT NULL      -- csvmodel.Reason as JSON
);
CREATE INDEX notes_row ON notes (run, seq);
`,
	`
-- What is remarkable about a valid row: []csvmodel.Reason as JSON.
ALTER TABLE rows ADD COLUMN remarks BLOB NOT NULL DEFAULT '';

-- The files that were written: one that is otherwise was changed by a person.
CREATE TABLE outputs (
	path    TEXT PRIMARY KEY,
	content BLOB NOT NULL,    -- of the run that it was written for
	sum     BLOB NOT NULL,    -- SHA-256
	before  BLOB NOT NULL     -- of the file that it replaces, in case it never appeared
) WITHOUT ROWID;
`,
	`
CREATE TABLE rests (
	instance TEXT PRIMARY KEY,
	state    TEXT NOT NULL,     -- the service's word for why it rests
	since    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX rows_intended ON rows (instance, intended) WHERE intended > 0;
`,
	`
-- The chain of manifests, which is only ever added to.
CREATE TABLE manifests (
	id     INTEGER PRIMARY KEY, -- from 1, without gaps
	run    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	output TEXT NOT NULL,       -- as of runs: follows the files, and is no part of the proof
	series INTEGER NOT NULL,    -- its imprints
	json   BLOB NOT NULL,
	hash   BLOB NOT NULL        -- SHA-256 of json
);
CREATE INDEX manifests_run ON manifests (run);

-- What the rows of a run were when its newest manifest was made.
CREATE TABLE imprints (
	id     INTEGER PRIMARY KEY, -- order within a series
	run    INTEGER NOT NULL,
	series INTEGER NOT NULL,
	marks  BLOB NOT NULL        -- of many rows, one after the other
);
CREATE INDEX imprints_run ON imprints (run, series);
`,
	`
-- With all that says which cards went: a day's can be many.
DROP INDEX rows_intended;
CREATE INDEX rows_went ON rows (instance, intended, status, accepted) WHERE intended > 0;
`,
}

// ErrNewer is returned by Open for a ledger that a newer program has written.
var ErrNewer = errors.New("was written by a newer version of contact-distributor: use that version")

// ErrOlder is returned by Open with Options.AsItIs for a ledger of an older version.
var ErrOlder = errors.New("was written by an older version of contact-distributor, and is only looked at here: the next send, inbox or track with it makes a copy of it and then brings it up to date")

// prepare brings the file to the newest schema and reports whether it was
// empty before.
func (l *Ledger) prepare(ctx context.Context, asItIs bool) (created bool, err error) {
	var version int
	if err := l.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return false, err
	}
	switch {
	case version > len(schema):
		return false, ErrNewer
	case version == len(schema):
		return false, nil
	case version > 0 && asItIs:
		return false, ErrOlder
	case version > 0:
		if err := l.copyBefore(ctx, version); err != nil {
			return false, err
		}
	}
	return version == 0, l.migrate(ctx, version)
}

// copyBefore keeps the ledger as it was under its old version's number.
func (l *Ledger) copyBefore(ctx context.Context, version int) error {
	name := fmt.Sprintf("%s.v%d", l.path, version)
	if _, err := os.Stat(name); err == nil {
		return nil // of an earlier, interrupted migration
	}
	part := name + ".part"
	os.Remove(part)
	if _, err := l.conn.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return fmt.Errorf("copy before the upgrade: %w", err)
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	return os.Rename(part, name)
}

func (l *Ledger) migrate(ctx context.Context, from int) error {
	tx, err := l.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have been quicker.
	var version int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version != from {
		return err
	}
	for _, step := range schema[from:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	if from == 0 {
		if err := firstMeta(ctx, tx); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(len(schema))); err != nil {
		return err
	}
	return tx.Commit()
}

func firstMeta(ctx context.Context, tx *sql.Tx) error {
	key := make([]byte, 32)
	rand.Read(key)
	for name, value := range map[string][]byte{"id": []byte(rand.Text()), "card-key": key} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}
