package postgres

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
	"testing"

	"contact-distributor/batch/ledger/pgtest"
)

func TestAFileThatCannotBeReadIsNoServerThatIsAway(t *testing.T) {
	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	for err, want := range map[error]bool{
		&fs.PathError{Op: "mkdir", Path: "/etc/x", Err: syscall.EACCES}:     false,
		errors.Join(&fs.PathError{Op: "open", Path: "x", Err: syscall.EIO}): false,
		&net.OpError{Op: "dial", Net: "tcp", Err: refused}:                  true,
		errors.Join(os.ErrInvalid, &net.OpError{Op: "read", Err: refused}):  true,
	} {
		if got := IsAway(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}

func TestAServerWhoseConnectionHasFailedIsAway(t *testing.T) {
	db, err := Open(pgtest.Schema(t), schemaOf(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	session, err := db.Connect(Patience)
	if err != nil {
		t.Fatal(err)
	}
	if err := session.Close(); err != nil {
		t.Fatal(err)
	}
	if err := session.Commit(); !IsAway(err) {
		t.Errorf("got %v", err)
	}
}
