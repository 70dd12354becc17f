package cli

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

var (
	kills    = flag.Int("kills", whenLong(60, 3), "how often TestKills kills the program")
	killSeed = flag.Uint64("kill-seed", 0, "seed of TestKills; 0 for one of its own")
)

// victim is a program that is killed at stations of its requests, and started
// again, over one service and one file.
type victim struct {
	t        *testing.T
	dir      string
	env      []string
	account  *sandbox.Instance
	underWay sync.RWMutex // is held for reading by each request in the service's hands

	mu      sync.Mutex
	random  *rand.Rand
	process *os.Process
	dead    chan struct{} // the process has ended
	left    int           // kills
	events  int           // until the next one
}

func newVictim(t *testing.T, seed uint64, rows int) *victim {
	v := &victim{t: t, dir: t.TempDir(), random: rand.New(rand.NewPCG(seed, 0)), left: *kills}
	service := sandbox.New(sandbox.Options{OnEvent: v.event})
	v.account = service.AddInstance(imitationInstance, imitationToken)
	v.account.Configure(func(c *sandbox.Config) {
		c.Delay, c.Limits, c.JournalLag = 2*time.Millisecond, nil, 200*time.Millisecond
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.underWay.RLock()
		defer v.underWay.RUnlock()
		service.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { service.Close(); server.Close() })
	v.env = append(os.Environ(), "XDG_STATE_HOME="+v.dir, "GREENAPI_API_URL="+server.URL,
		"GREENAPI_ID_INSTANCE="+imitationInstance, "GREENAPI_API_TOKEN_INSTANCE="+imitationToken)
	var file strings.Builder
	file.WriteString("chatId,phoneContact,company\n")
	for i := range rows {
		fmt.Fprintf(&file, "12025%06d@c.us,447400123123,Example\n", i)
	}
	if err := os.WriteFile(filepath.Join(v.dir, "c.csv"), []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	v.aim()
	return v
}

// aim chooses the station of the next kill. Each card passes two.
func (v *victim) aim() { v.events = 1 + v.random.IntN(80) }

// event kills the program when its time has come, and lets the request go on
// when it is dead.
func (v *victim) event(e sandbox.Event) {
	if e.Request.Method != sandbox.SendContactMethod {
		return
	}
	v.mu.Lock()
	dead, hit := v.dead, false
	if v.process != nil { // else a request is left over of one that was killed
		v.events--
		hit = v.events == 0 && v.left > 0
	}
	if hit {
		v.left--
		v.process.Kill()
	}
	v.mu.Unlock()
	if hit {
		<-dead
	}
}

// start runs the program until it ends, and reports whether that was by a kill.
func (v *victim) start(binary string) (killed bool) {
	cmd := exec.Command(binary, "send", "c.csv", "--rate", "2000", "--workers", "8", "--settle-after", "500ms", "--progress", "never")
	cmd.Dir, cmd.Env = v.dir, v.env
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	v.underWay.Lock() // what was under way before is taken or lost
	v.mu.Lock()
	err := cmd.Start()
	dead := make(chan struct{})
	v.process, v.dead = cmd.Process, dead
	v.mu.Unlock()
	v.underWay.Unlock()
	if err == nil {
		err = cmd.Wait()
	}
	v.mu.Lock()
	v.process = nil
	v.aim()
	v.mu.Unlock()
	close(dead)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false
	case errors.As(err, &exit) && !exit.Exited(), errors.As(err, &exit) && exit.ExitCode() == exitLater:
		return true
	}
	v.t.Fatalf("ended with %v\n%s", err, said.String())
	return false
}

// verify makes sure that nothing of this is taken for tampering.
func (v *victim) verify(binary string) {
	cmd := exec.Command(binary, "report", "c.csv", "--verify")
	cmd.Dir, cmd.Env = v.dir, v.env
	said, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(said)) {
		if strings.Contains(line, "DIFFERS") {
			v.t.Errorf("verify says after a kill (%v): %s", err, line)
		}
	}
}

// check holds the results against the service's own record.
func (v *victim) check(rows int) {
	taken := map[string]string{}
	for _, m := range v.account.Messages() {
		if taken[m.ChatID] != "" {
			v.t.Errorf("%s got the card twice", m.ChatID)
		}
		taken[m.ChatID] = m.IDMessage
	}
	f, err := os.Open(filepath.Join(v.dir, "c.results.csv"))
	if err != nil {
		v.t.Fatal(err)
	}
	defer f.Close()
	results, err := csv.NewReader(f).ReadAll()
	if err != nil {
		v.t.Fatal(err)
	}
	for _, r := range results[1:] {
		if chat, id := r[2], r[10]; id == "" || taken[chat] != id {
			v.t.Errorf("row %s is %s with idMessage %q, the service took %q", r[0], r[9], id, taken[chat])
		}
	}
	if len(taken) != rows || len(results) != rows+1 {
		v.t.Errorf("the service took %d, the results have %d rows, want %d", len(taken), len(results)-1, rows)
	}
}

// TestKills kills the built program before and after the service has taken a
// card and starts it again, until the file is done. Thousands of times with
// -kills 3000; the seed is shown.
func TestKills(t *testing.T) {
	t.Parallel()
	seed := *killSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("go test ./batch/cli -run TestKills -kills %d -kill-seed %d", *kills, seed)
	binary := buildProgram(t)
	rows := 50 * *kills
	v := newVictim(t, seed, rows)
	for starts := 0; v.start(binary); starts++ {
		if starts > 2**kills+10 {
			t.Fatal("it comes to no end")
		}
		v.verify(binary)
	}
	v.verify(binary)
	v.check(rows)
	if v.left > 0 {
		t.Errorf("%d kills were left over", v.left)
	}
}
