//go:build unix

package cli

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// The times of a fleet are small: a lease ends after a quarter of what settling takes.
const (
	fleetSettleAfter = 3 * time.Second
	fleetTerm        = fleetSettleAfter / 4
	fleetTimeout     = 2 * time.Second
	// fleetLateness is how long after its sender gave it up a request is taken at the
	// latest, as 50 seconds are of a minute.
	fleetLateness = fleetSettleAfter * 5 / 6
)

// fleet is several machines that send for several instances from one ledger.
type fleet struct {
	t        *testing.T
	dir      string
	ledger   string // a path, or the URL of a PostgreSQL database
	service  *fleetService
	binary   string
	machines []*machine
	files    []*fleetFile
}

// fleetFile is a file of cards, and which.
type fleetFile struct {
	name, path string
	cards      []card
}

// newFleet has no machine yet. The ledger is a new file of SQLite without a URL.
func newFleet(t *testing.T, ledger string) *fleet {
	t.Helper()
	f := &fleet{t: t, dir: t.TempDir(), ledger: ledger, service: newFleetService(t), binary: buildProgram(t)}
	t.Cleanup(func() {
		for _, m := range f.machines {
			m.kill()
			if t.Failed() {
				t.Logf("%s:\n%s", m.name, strings.Join(m.diary, "\n"))
			}
		}
	})
	return f
}

// machine is a folder, and lines to the service and to the ledger that are its own.
type machine struct {
	f       *fleet
	name    string
	dir     string
	env     []string
	api, db *proxy // db is nil where the ledger is a file

	mu      sync.Mutex
	running map[*process]bool
	diary   []string
}

// machine adds one that sends for an instance.
func (f *fleet) machine(name, instance string) *machine {
	f.t.Helper()
	m := f.anyMachine(name)
	f.service.open(instance)
	m.env = append(m.env, "GREENAPI_API_URL=http://"+m.api.address(), "GREENAPI_ID_INSTANCE="+instance, "GREENAPI_API_TOKEN_INSTANCE="+imitationToken)
	return m
}

// isPatient gives a machine the usual times, however slow it is: where it is to lose
// nothing.
func (m *machine) isPatient() { m.env = append(m.env, "CONTACTS_SETTLE_AFTER=2m") }

// worker adds a machine that sends for several instances, by the file of accounts that is
// returned.
func (f *fleet) worker(name string, instances ...string) (m *machine, accounts string) {
	f.t.Helper()
	m = f.anyMachine(name)
	var text strings.Builder
	for _, instance := range instances {
		f.service.open(instance)
		fmt.Fprintf(&text, "[[account]]\nname = \"of %s\"\napi-url = \"http://%s\"\nid-instance = \"%s\"\ntoken-file = \"token\"\n", instance, m.api.address(), instance)
	}
	accounts = filepath.Join(m.dir, "accounts.toml")
	for path, content := range map[string]string{accounts: text.String(), filepath.Join(m.dir, "token"): imitationToken} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			f.t.Fatal(err)
		}
	}
	return m, accounts
}

func (f *fleet) anyMachine(name string) *machine {
	f.t.Helper()
	m := &machine{f: f, name: name, dir: filepath.Join(f.dir, name), running: map[*process]bool{}}
	if err := os.Mkdir(m.dir, 0o700); err != nil {
		f.t.Fatal(err)
	}
	server := httptest.NewServer(f.service.door(m))
	f.t.Cleanup(server.Close)
	m.api = newProxy(f.t, func() (net.Conn, error) { return net.Dial("tcp", server.Listener.Addr().String()) }, speakBytes)
	m.env = append(os.Environ(), "XDG_STATE_HOME="+filepath.Join(m.dir, "state"), "CONTACTS_LEDGER="+m.place(),
		"CONTACTS_SETTLE_AFTER="+fleetSettleAfter.String(), "CONTACTS_REQUEST_TIMEOUT="+fleetTimeout.String(),
		"CONTACTS_RATE=50", "CONTACTS_WORKERS=4", "CONTACTS_PROGRESS=never")
	f.machines = append(f.machines, m)
	return m
}

// place is the ledger as the machine reaches it.
func (m *machine) place() string {
	t := m.f.t
	if m.f.ledger == "" {
		return filepath.Join(m.f.dir, ledgerName)
	}
	config, err := pgconn.ParseConfig(m.f.ledger)
	if err != nil {
		t.Fatal(err)
	}
	network, address := pgconn.NetworkAddress(config.Host, config.Port)
	m.db = newProxy(t, func() (net.Conn, error) { return net.Dial(network, address) }, speakPostgres)
	place := url.URL{Scheme: "postgres", User: url.User(config.User), Host: m.db.address(), Path: config.Database, RawQuery: "sslmode=disable"}
	return place.String()
}

// file writes a file of cards for these chats into the machine's folder.
func (f *fleet) file(m *machine, name string, phone int64, chats ...int) *fleetFile {
	f.t.Helper()
	file := &fleetFile{name: filepath.Base(name), path: filepath.Join(m.dir, name)}
	if err := os.MkdirAll(filepath.Dir(file.path), 0o700); err != nil {
		f.t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("chatId,phoneContact,company\n")
	for _, chat := range chats {
		c := card{Chat: fmt.Sprintf("1202555%04d@c.us", chat)}
		c.Contact.Phone = phone
		file.cards = append(file.cards, c)
		fmt.Fprintf(&text, "%s,%d,Example\n", c.Chat, phone)
	}
	if err := os.WriteFile(file.path, []byte(text.String()), 0o600); err != nil {
		f.t.Fatal(err)
	}
	f.files = append(f.files, file)
	return file
}

// from is n chats.
func from(first, n int) []int {
	chats := make([]int, n)
	for i := range chats {
		chats[i] = first + i
	}
	return chats
}

// process is the built program at work on a machine.
type process struct {
	m    *machine
	args []string
	cmd  *exec.Cmd
	out  bytes.Buffer // to be read when it has ended
	done chan struct{}
	// status is that with which it ended, less than 0 for a signal.
	status int
}

func (m *machine) start(args ...string) *process {
	m.f.t.Helper()
	p := &process{m: m, args: args, done: make(chan struct{})}
	p.cmd = exec.Command(m.f.binary, args...)
	p.cmd.Dir, p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = m.dir, m.env, &p.out, &p.out
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := p.cmd.Start(); err != nil {
		m.f.t.Fatal(err)
	}
	m.running[p] = true
	go func() {
		p.cmd.Wait()
		p.status = p.cmd.ProcessState.ExitCode()
		m.mu.Lock()
		delete(m.running, p)
		m.diary = append(m.diary, fmt.Sprintf("%q ended with %d:\n%s", args, p.status, p.out.String()))
		m.mu.Unlock()
		close(p.done)
	}()
	return p
}

// wait returns the status with which it ended.
func (p *process) wait() int {
	<-p.done
	return p.status
}

func (p *process) hasEnded() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// run starts the program, and returns the status with which it ended.
func (m *machine) run(args ...string) int {
	m.f.t.Helper()
	return m.start(args...).wait()
}

// all does something to each process of the machine that runs.
func (m *machine) all(signal syscall.Signal) (processes []*process) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for p := range m.running {
		p.cmd.Process.Signal(signal)
		processes = append(processes, p)
	}
	return processes
}

// kill ends all that runs, and returns when it is dead.
func (m *machine) kill() {
	for _, p := range m.all(syscall.SIGKILL) {
		<-p.done
	}
}

// freeze stops all that runs where it stands, until thaw.
func (m *machine) freeze() { m.all(syscall.SIGSTOP) }
func (m *machine) thaw()   { m.all(syscall.SIGCONT) }

// fleetPatience is how often a file is begun anew before it counts as endless.
const fleetPatience = 30

func (m *machine) sendUntilDone(file *fleetFile) {
	m.f.t.Helper()
	m.f.untilDone(func() bool { return m.run("send", file.path) == exitDone })
}

func (f *fleet) untilDone(turn func() bool) {
	f.t.Helper()
	for n := 0; !turn(); n++ {
		if n == fleetPatience {
			f.t.Fatal("it comes to no end")
		}
		time.Sleep(fleetTerm / 2)
	}
}

// check holds all results against the service's record: nothing twice, nothing lost,
// nothing in doubt, and every idMessage right.
func (f *fleet) check() {
	f.t.Helper()
	record := map[card]taking{}
	for _, one := range f.service.taken() {
		if first, twice := record[one.card]; twice {
			f.t.Errorf("TWICE: %s, %d: %s from %s by %s at %s, and %s from %s by %s at %s", one.Chat, one.Contact.Phone,
				first.id, first.instance, first.machine, first.at.Format(time.StampMilli), one.id, one.instance, one.machine, one.at.Format(time.StampMilli))
		}
		record[one.card] = one
	}
	accepted := map[card]string{}
	for _, file := range f.files {
		f.checkFile(file, record, accepted)
	}
	for one, taking := range record {
		if accepted[one] == "" {
			f.t.Errorf("LOST: the service took %s to %s, and no file has it", taking.id, one.Chat)
		}
	}
}

func (f *fleet) checkFile(file *fleetFile, record map[card]taking, accepted map[card]string) {
	f.t.Helper()
	rows := f.results(file)
	if len(rows) != len(file.cards) {
		f.t.Errorf("%s has %d rows in its results, want %d", file.name, len(rows), len(file.cards))
	}
	for i, row := range rows[:min(len(rows), len(file.cards))] {
		one, status, id := file.cards[i], row["status"], row["idMessage"]
		taking, isTaken := record[one]
		switch {
		case status == "accepted" && isTaken && id == taking.id:
			if accepted[one] != "" {
				f.t.Errorf("%s of %s: also %s counts as accepted", one.Chat, file.name, accepted[one])
			}
			accepted[one] = file.name
		case status != "duplicate" || !isTaken:
			f.t.Errorf("%s of %s is %s with idMessage %q (%s), the service has %q", one.Chat, file.name, status, id, row["error"], taking.id)
		}
	}
}

// results are the rows of the one results file of a file, by their columns.
func (f *fleet) results(file *fleetFile) (rows []map[string]string) {
	f.t.Helper()
	name := strings.TrimSuffix(file.name, ".csv") + ".results.csv"
	paths := slices.DeleteFunc(tree(f.t, f.dir), func(path string) bool { return filepath.Base(path) != name })
	if len(paths) != 1 {
		f.t.Errorf("%s has its results in %q", file.name, paths)
		return nil
	}
	text, err := os.ReadFile(paths[0])
	if err != nil {
		f.t.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff")))).ReadAll()
	if err != nil {
		f.t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// instanceOf is the n-th instance of a fleet.
func instanceOf(n int) string { return strconv.Itoa(1101000100 + n) }
