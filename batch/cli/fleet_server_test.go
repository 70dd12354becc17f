//go:build unix

package cli

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresPrograms names the folder of PostgreSQL's programs, for tests that start
// and kill a server of their own.
const postgresPrograms = "CONTACTS_TEST_POSTGRES_BIN"

// ownServer is a PostgreSQL that belongs to one test.
type ownServer struct {
	t    testing.TB
	dir  string // of its socket, too
	data string
	port int // names the socket
}

// newOwnServer starts a server, or skips the test.
func newOwnServer(t testing.TB) *ownServer {
	t.Helper()
	if os.Getenv(postgresPrograms) == "" {
		t.Skip("needs the programs of a PostgreSQL server in the folder that " + postgresPrograms + " names")
	}
	dir, err := os.MkdirTemp("", "postgresql") // the test's own folder is for its user alone
	if err == nil && os.Geteuid() == 0 {
		err = os.Chown(dir, nobody, -1)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &ownServer{t, dir, filepath.Join(dir, "data"), 5432}
	s.command("initdb", "--pgdata="+s.data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	s.start()
	t.Cleanup(func() { s.stop("immediate") })
	return s
}

// nobody is who runs the server of a test that root runs: it refuses to be root's.
const nobody = 65534

func (s *ownServer) command(name string, args ...string) {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(os.Getenv(postgresPrograms), name), args...)
	cmd.Dir = s.dir
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		log, _ := os.ReadFile(s.log())
		s.t.Fatalf("%s %q: %v\n%s\n%s", name, args, err, said, log)
	}
}

func (s *ownServer) log() string { return s.data + ".log" }

func (s *ownServer) start() {
	s.t.Helper()
	options := fmt.Sprintf("-c listen_addresses='' -c unix_socket_directories=%s -c port=%d -c fsync=off", s.dir, s.port)
	s.command("pg_ctl", "start", "--pgdata="+s.data, "--log="+s.log(), "--options="+options, "--silent", "--wait")
}

// stop ends a server that runs, in a way that pg_ctl knows.
func (s *ownServer) stop(mode string) {
	if _, err := os.Stat(filepath.Join(s.data, "postmaster.pid")); err == nil {
		s.command("pg_ctl", "stop", "--pgdata="+s.data, "--mode="+mode, "--silent", "--wait")
	}
}

func (s *ownServer) connect() (net.Conn, error) {
	network, address := pgconn.NetworkAddress(s.dir, uint16(s.port))
	return net.Dial(network, address)
}

func (s *ownServer) place() string {
	return fmt.Sprintf("postgres://postgres@/postgres?host=%s&port=%d", s.dir, s.port)
}

// standby starts a second server that follows this one through a line.
func (s *ownServer) standby(through *proxy) *ownServer {
	s.t.Helper()
	_, port, err := net.SplitHostPort(through.address())
	if err != nil {
		s.t.Fatal(err)
	}
	second := &ownServer{s.t, s.dir, filepath.Join(s.dir, "standby"), s.port + 1}
	s.command("pg_basebackup", "--pgdata="+second.data, "--host=127.0.0.1", "--port="+port, "--username=postgres",
		"--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
	second.start()
	s.t.Cleanup(func() { second.stop("immediate") })
	return second
}

// promote makes a standby a server of its own.
func (s *ownServer) promote() {
	s.t.Helper()
	s.command("pg_ctl", "promote", "--pgdata="+s.data, "--silent", "--wait")
}
