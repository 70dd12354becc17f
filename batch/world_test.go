package batch_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/ledger/pgtest"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

const (
	testInstance = "1101000001"
	testToken    = "0123456789abcdef0123456789abcdef0123456789abcdef01"
)

// onServer is whether the ledgers of worlds are PostgreSQL databases.
var onServer bool

// TestMain runs all tests on PostgreSQL where there is a server, but for the long ones and
// those under the race detector, which are for the job alone.
func TestMain(m *testing.M) {
	onServer = os.Getenv(pgtest.Variable) != "" && !isLong && !underRace
	if onServer {
		fmt.Println("on PostgreSQL:")
	} else {
		fmt.Println("on SQLite alone: for PostgreSQL it needs the URL of a server in " + pgtest.Variable)
	}
	os.Exit(m.Run())
}

// aboutAFile skips on PostgreSQL what has no meaning there.
func aboutAFile(t testing.TB) {
	t.Helper()
	if onServer {
		t.Skip("is about a file")
	}
}

// notOnServer skips what takes long there and asks nothing of a ledger that other tests do not.
func notOnServer(t testing.TB) {
	t.Helper()
	if onServer {
		t.Skip("is tried on SQLite")
	}
}

// isLong is whether tests may take minutes.
var isLong = os.Getenv("CONTACTS_TEST_LONG") != ""

// notUnderRace skips what the race detector would keep busy for minutes, and which
// runs no code at once that other tests do not.
func notUnderRace(t *testing.T) {
	t.Helper()
	if underRace {
		t.Skip("is tried without the race detector")
	}
}

// world is a service, a ledger and a folder, in fake time.
type world struct {
	t        *testing.T
	server   *sandbox.Server
	instance *sandbox.Instance
	pipe     *sandbox.Pipe
	account  string // the instance to send for
	ledger   string // its place
	dir      string
	settings batch.Settings
	log      strings.Builder
	progress func(batch.Progress)
	dial     func(ctx context.Context, network, addr string) (net.Conn, error)
}

// inWorld runs a test in fake time. The service takes cards at once and without
// limits, unless the test says otherwise.
func inWorld(t *testing.T, test func(*testing.T, *world)) {
	t.Helper()
	dir := t.TempDir()
	place := filepath.Join(dir, "ledger.db")
	os.Getenv(pgtest.Variable) // during a test, so that results are not taken for those without it
	if onServer {
		place = pgtest.Schema(t)
	}
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, server: sandbox.New(sandbox.Options{}), account: testInstance, dir: dir, ledger: place,
			settings: batch.Settings{Rate: 10, Workers: 4, SettleAfter: batch.Duration{2 * time.Minute}}, progress: func(batch.Progress) {}}
		w.instance = w.server.AddInstance(testInstance, testToken)
		w.instance.Configure(func(c *sandbox.Config) { c.Limits, c.Delay, c.CountEvery = nil, 0, 0 })
		w.pipe = sandbox.NewPipe(w.server)
		w.dial = w.pipe.DialContext
		defer w.pipe.Close()
		test(t, w)
	})
}

// file writes a file whose rows go to the chats with these numbers.
func (w *world) file(name string, chats ...int) batch.Input {
	w.t.Helper()
	var b strings.Builder
	b.WriteString("chatId,phoneContact,firstName\n")
	for _, chat := range chats {
		fmt.Fprintf(&b, "%s,447400123123,Ada\n", chatOf(chat))
	}
	return w.text(name, b.String())
}

func chatOf(n int) string { return fmt.Sprintf("12025550%03d@c.us", n) }

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

func (w *world) text(name, content string) batch.Input {
	w.t.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		w.t.Fatal(err)
	}
	in, err := batch.OpenInput(path, csvmodel.Options{})
	if err != nil {
		w.t.Fatal(err)
	}
	return in
}

// send is one start of the program.
func (w *world) send(ctx context.Context, in batch.Input) (batch.Summary, error) {
	w.t.Helper()
	return w.sendWith(ctx, in, ledger.Options{NoSync: true})
}

func (w *world) sendWith(ctx context.Context, in batch.Input, o ledger.Options) (s batch.Summary, err error) {
	w.t.Helper()
	if errOpen := w.withJob(o, func(job *batch.Job) { s, err = job.Send(ctx, in) }); errOpen != nil {
		return batch.Summary{}, errOpen
	}
	return s, err
}

// open gives a ledger on a server the time of the world.
func (w *world) open(o ledger.Options) (*ledger.Ledger, error) {
	if onServer {
		o.Clock = time.Now
	}
	return ledger.Open(w.ledger, o)
}

// withJob gives do what one start of the program works with.
func (w *world) withJob(o ledger.Options, do func(*batch.Job)) error {
	w.t.Helper()
	l, err := w.open(o)
	if err != nil {
		return err
	}
	defer l.Close()
	job := w.job(l)
	defer job.Close()
	do(job)
	return nil
}

// job is one process, which is to be closed.
func (w *world) job(l *ledger.Ledger) *batch.Job {
	job := &batch.Job{Ledger: l, Settings: w.settings, Machine: "host", User: "ada",
		Log: slog.New(slog.NewTextHandler(&w.log, nil)), Forecast: func(batch.Forecast) {}, Progress: w.progress, Interim: func(ledger.Run) {}}
	job.Add(&batch.Sender{Instance: w.account, Client: w.client(w.account), Settings: w.settings})
	return job
}

func (w *world) client(instance string) *greenapi.Client {
	w.t.Helper()
	client, err := greenapi.New(greenapi.Account{APIURL: "http://sandbox", IDInstance: instance, Token: greenapi.NewToken(testToken)},
		greenapi.Options{Transport: &http.Transport{DialContext: w.dial}, Workers: w.settings.Workers})
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// mustSend is a start that does not fail.
func (w *world) mustSend(in batch.Input) batch.Summary {
	w.t.Helper()
	s, err := w.send(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// results reads what the ledger has of a run.
func (w *world) results(run ledger.Run) []csvmodel.Result {
	w.t.Helper()
	l, err := w.open(ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	var all []csvmodel.Result
	for r, err := range l.Rows(run.ID) {
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, csvmodel.Result{Row: r.Number, Line: r.Line, Fields: r.Fields, Status: r.State.Status(), IDMessage: r.IDMessage,
			Reasons: r.Reasons, Attempts: r.Attempt, Delivery: r.Delivery})
	}
	return all
}

// checkRecord makes sure that what the ledger says is what the service did:
// nothing twice, and every idMessage right.
func (w *world) checkRecord(run ledger.Run) {
	w.t.Helper()
	taken := map[string]string{}
	for _, m := range w.instance.Messages() {
		if id, twice := taken[m.ChatID]; twice {
			w.t.Errorf("%s got a card twice: %s and %s", m.ChatID, id, m.IDMessage)
		}
		taken[m.ChatID] = m.IDMessage
	}
	for _, r := range w.results(run) {
		if r.Status == csvmodel.Accepted && taken[r.ChatID] != r.IDMessage {
			w.t.Errorf("row %d has idMessage %q, the service took %q", r.Row, r.IDMessage, taken[r.ChatID])
		}
		if r.Status == csvmodel.Unsent && taken[r.ChatID] != "" {
			w.t.Errorf("row %d is unsent, and the service took it", r.Row)
		}
	}
}

// counts is how a summary reads in a test.
func counts(s batch.Summary) string {
	var b strings.Builder
	for _, status := range csvmodel.Statuses {
		if n := s.Counts[status]; n > 0 {
			fmt.Fprintf(&b, "%d %s ", n, status)
		}
	}
	return strings.TrimSpace(b.String())
}

func (w *world) wantCounts(s batch.Summary, want string) {
	w.t.Helper()
	if got := counts(s); got != want {
		w.t.Errorf("got %s, want %s (stopped: %v)", got, want, s.Stop)
	}
}

// ongoing is a context that ends after d of fake time.
func (w *world) ongoing(d time.Duration) context.Context {
	ctx, cancel := context.WithCancel(w.t.Context())
	timer := time.AfterFunc(d, cancel)
	w.t.Cleanup(func() { timer.Stop(); cancel() })
	return ctx
}

// withLedger gives do what the ledger has between two starts.
func (w *world) withLedger(do func(batch.Runs)) {
	w.t.Helper()
	l, err := w.open(ledger.Options{NoSync: true})
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	do(batch.Runs{Ledger: l})
}

func mustDepth(t testing.TB, s string) pacing.QueueDepth {
	t.Helper()
	depth, err := pacing.ParseQueueDepth(s)
	if err != nil {
		t.Fatal(err)
	}
	return depth
}

func mustHours(t testing.TB, hours, zone string) pacing.Window {
	t.Helper()
	window, err := pacing.ParseWindow(hours, zone)
	if err != nil {
		t.Fatal(err)
	}
	return window
}

// onClocks is a moment as a stop says it.
func onClocks(t time.Time) string { return t.Format("2006-01-02 15:04 -07:00") }
