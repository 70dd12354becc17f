package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strconv"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// Schema is what a file's tables are.
type Schema struct {
	// Steps has one step per version. A step that has been released is never
	// changed: what comes later is a further step.
	Steps []string
	// Fill puts the first rows into a new file, in the transaction of the steps.
	Fill func(context.Context, *sql.Tx) error
}

// ErrNewer is returned by Open for a file that a newer program has written.
var ErrNewer = msg.Problem("ledger.newer", nil)

// ErrOlder is returned by Open with Options.IfFree for a file of an older version that
// is not free.
var ErrOlder = msg.Problem("ledger.older", nil)

func (f *File) migrate(ctx context.Context, s Schema, ifFree bool) (created bool, err error) {
	version, err := versionOf(ctx, f.Writer)
	switch {
	case err != nil:
		return false, err
	case version > len(s.Steps):
		return false, ErrNewer
	case version == len(s.Steps):
		return false, nil
	case version > 0 && ifFree && !f.isFree(ctx, version):
		return false, ErrOlder
	case version > 0:
		if err := f.copyBefore(ctx, version); err != nil {
			return false, err
		}
	}
	return version == 0, f.upgrade(ctx, s, version)
}

func versionOf(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (version int, err error) {
	err = q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// isFree tries whether the file can be written and no other has it open, which SQLite
// asks for where a file leaves the journal that is shared. The copy of an earlier
// migration is never free: it stays what it is.
func (f *File) isFree(ctx context.Context, version int) bool {
	if strings.HasSuffix(f.Path, copySuffix(version)) {
		return false
	}
	for _, setting := range []string{"busy_timeout = 0", "journal_mode = DELETE", "journal_mode = WAL", "busy_timeout = 60000"} {
		var got string
		_, want, _ := strings.Cut(setting, " = ")
		err := f.Writer.QueryRowContext(ctx, "PRAGMA "+setting).Scan(&got)
		if err != nil || !strings.EqualFold(got, want) {
			return false
		}
	}
	return true
}

func copySuffix(version int) string { return fmt.Sprintf(".v%d", version) }

func (f *File) copyBefore(ctx context.Context, version int) error {
	name := f.Path + copySuffix(version)
	if _, err := os.Stat(name); err == nil {
		return nil // of an earlier, interrupted migration
	}
	part := name + ".part"
	os.Remove(part)
	if _, err := f.Writer.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return msg.Problem("ledger.copy", msg.Args{"Err": err})
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	return os.Rename(part, name)
}

func (f *File) upgrade(ctx context.Context, s Schema, from int) error {
	tx, err := f.Writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Another process may have been quicker.
	if version, err := versionOf(ctx, tx); err != nil || version != from {
		return err
	}
	for _, step := range s.Steps[from:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return err
		}
	}
	if from == 0 {
		if err := s.Fill(ctx, tx); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "PRAGMA user_version = "+strconv.Itoa(len(s.Steps))); err != nil {
		return err
	}
	return tx.Commit()
}
