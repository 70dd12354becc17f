package cli

import (
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
	cron     = flag.Duration("cron", whenLong(time.Minute, 0), "how long TestCron runs the program every second; 0: not at all")
	cronSeed = flag.Uint64("cron-seed", 0, "seed of TestCron; 0 for one of its own")
)

// cronSettleAfter is within what a request is taken after its sender is gone.
const cronSettleAfter = 700 * time.Millisecond

// cronJob runs inbox as cron does, over one service and one folder: at its time,
// whatever has become of the runs before. Some are killed.
type cronJob struct {
	t       *testing.T
	dir     string
	binary  string
	env     []string
	account *sandbox.Instance
	runs    sync.WaitGroup

	mu      sync.Mutex
	random  *rand.Rand
	running map[*os.Process]chan struct{} // is closed when it has ended
	events  int                           // until the next kill
	calm    bool                          // nothing is killed any more
	kills   int
	overlap int
	quiet   int      // runs, one after the other, that had nothing to say
	diary   []string // what the others said
}

func newCrontab(t *testing.T, seed uint64) *cronJob {
	c := &cronJob{t: t, dir: t.TempDir(), binary: buildProgram(t), random: rand.New(rand.NewPCG(seed, 1)), running: map[*os.Process]chan struct{}{}}
	service := sandbox.New(sandbox.Options{OnEvent: c.event})
	c.account = service.AddInstance(imitationInstance, imitationToken)
	c.account.Configure(func(cfg *sandbox.Config) {
		cfg.Delay, cfg.Limits, cfg.CountEvery, cfg.JournalLag = time.Millisecond, nil, 0, 500*time.Millisecond
	})
	server := httptest.NewServer(service)
	t.Cleanup(func() { service.Close(); server.Close() })
	c.env = []string{"XDG_STATE_HOME=" + c.dir, "GREENAPI_API_URL=" + server.URL,
		"GREENAPI_ID_INSTANCE=" + imitationInstance, "GREENAPI_API_TOKEN_INSTANCE=" + imitationToken}
	for _, dir := range []string{c.inbox(), c.away()} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(c.tell)
	c.aim()
	return c
}

// tell shows what the runs have said if something is wrong.
func (c *cronJob) tell() {
	if c.runs.Wait(); c.t.Failed() {
		c.t.Log(strings.Join(c.diary, "\n"))
	}
}

// inbox is the folder, away where people put what they take out of it.
func (c *cronJob) inbox() string { return filepath.Join(c.dir, "in box") }
func (c *cronJob) away() string  { return filepath.Join(c.dir, "away") }

// aim chooses the station of the next kill. Each card passes three.
func (c *cronJob) aim() { c.events = 1 + c.random.IntN(60) }

// event kills what is running when its time has come, and lets the request go on
// when that is dead.
func (c *cronJob) event(e sandbox.Event) {
	if e.Request.Method != sandbox.SendContactMethod {
		return
	}
	c.mu.Lock()
	c.events--
	hit := c.events <= 0
	c.mu.Unlock()
	if !hit {
		return
	}
	began := time.Now()
	c.kill()
	// A service takes a request soon after its sender is gone or not at all, however
	// slow the machine of this test is.
	if e.Kind == sandbox.Arrived && time.Since(began) > cronSettleAfter/2 {
		panic(http.ErrAbortHandler)
	}
}

// kill ends all that is running, and returns when it is dead.
func (c *cronJob) kill() {
	c.mu.Lock()
	c.aim()
	var dead []chan struct{}
	for process, ended := range c.running {
		if !c.calm && process.Kill() == nil {
			c.kills++
			dead = append(dead, ended)
		}
	}
	c.mu.Unlock()
	for _, ended := range dead {
		<-ended
	}
}

// start begins a run, and kills some within their first moments, in which files
// are claimed and short ones put away.
func (c *cronJob) start() {
	var said strings.Builder
	cmd := exec.Command(c.binary, "inbox", c.inbox(), "--settled", "2s", "--rate", "200", "--workers", "8", "--settle-after", cronSettleAfter.String())
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = "/", c.env, &said, &said
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := cmd.Start(); err != nil {
		c.t.Error(err)
		return
	}
	ended := make(chan struct{})
	c.running[cmd.Process] = ended
	if !c.calm && c.random.IntN(3) == 0 {
		time.AfterFunc(time.Duration(c.random.IntN(400))*time.Millisecond, c.kill)
	}
	c.runs.Go(func() {
		err := cmd.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.running, cmd.Process)
		close(ended)
		c.judge(err, said.String())
	})
}

// judge looks at how a run ended.
func (c *cronJob) judge(err error, said string) {
	status := exitDone
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	}
	overlaps := strings.Contains(said, "is being worked on by another run")
	switch {
	case status != -1 && status != exitDone && status != exitRows && status != exitLater:
		c.t.Errorf("a run ended with %d:\n%s", status, said)
	case overlaps && (status != exitDone || strings.Count(said, "\n") != 1):
		c.t.Errorf("a run that found another ended with %d:\n%s", status, said)
	}
	if said != "" {
		c.diary = append(c.diary, fmt.Sprintf("ended with %d:\n%s", status, said))
	}
	if overlaps {
		c.overlap++
	}
	if c.quiet++; said != "" || status != exitDone {
		c.quiet = 0
	}
}

// settled reports whether the last runs had nothing to do any more.
func (c *cronJob) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quiet >= 5
}

// soothe ends the killing.
func (c *cronJob) soothe() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calm, c.quiet = true, 0
}

// TestCron runs the built program every second, while people do with the folder
// what people do, and kills it now and then. The seed is shown.
func TestCron(t *testing.T) {
	if *cron == 0 {
		t.Skip("neither CONTACTS_TEST_LONG nor -cron 60s is set")
	}
	seed := *cronSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Parallel()
	t.Logf("go test ./batch/cli -run TestCron -cron %v -cron-seed %d", *cron, seed)
	c := newCrontab(t, seed)
	p := newPeople(t, seed, c.inbox(), c.away())
	minute, hands, over := time.NewTicker(time.Second), time.NewTicker(150*time.Millisecond), time.After(*cron)
	late := time.After(3**cron + time.Minute)
	for over != nil || !c.settled() {
		select {
		case <-minute.C:
			c.start()
		case <-hands.C:
			p.act(over != nil)
		case <-over:
			c.soothe()
			over = nil
		case <-late:
			t.Fatalf("it comes to no end:\n%s", strings.Join(tree(t, c.dir), "\n"))
		}
	}
	c.runs.Wait()
	t.Logf("%d files dropped, %d kills, %d runs found another, %d cards", len(p.files), c.kills, c.overlap, len(c.account.Messages()))
	newInspection(t, c, p).all()
}
