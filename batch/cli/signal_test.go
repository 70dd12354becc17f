package cli

import (
	"bufio"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

// program is the built one, with main.go, at work on a file of three rows. The
// answer to its first request is held back.
type program struct {
	cmd     *exec.Cmd
	results string
	release func()
	stops   chan struct{} // is closed when it says that it stops
	said    string        // all that it said, to be read when it has ended
	ended   chan error
}

func startProgram(t *testing.T, binary string) *program {
	t.Helper()
	dir := t.TempDir()
	rows := "chatId,phoneContact,company\n79000000101,79000000001,E\n79000000102,79000000001,E\n79000000103,79000000001,E\n"
	if err := os.WriteFile(filepath.Join(dir, "c.csv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	url, arrived, release := holdingService(t)
	p := &program{results: filepath.Join(dir, "c.results.csv"), release: release, stops: make(chan struct{}), ended: make(chan error, 1)}
	p.cmd = exec.Command(binary, "send", "c.csv", "--rate", "0.01", "--workers", "3")
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+dir, "GREENAPI_API_URL="+url,
		"GREENAPI_ID_INSTANCE="+imitationInstance, "GREENAPI_API_TOKEN_INSTANCE="+imitationToken)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	go p.watch(stderr)
	p.await(t, arrived)
	return p
}

// watch reads what the program says until it ends.
func (p *program) watch(stderr io.Reader) {
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		p.said += lines.Text() + "\n"
		if strings.Contains(lines.Text(), "stopping: ") {
			close(p.stops)
		}
	}
	p.ended <- p.cmd.Wait()
}

// await waits for what is to come before the program ends.
func (p *program) await(t *testing.T, what <-chan struct{}) {
	t.Helper()
	select {
	case <-what:
	case err := <-p.ended:
		t.Fatalf("ended too early: %v\n%s", err, p.said)
	}
}

// holdingService takes a card only after release.
func holdingService(t *testing.T) (url string, arrived <-chan struct{}, release func()) {
	came, free := make(chan struct{}, 10), make(chan struct{})
	service := sandbox.New(sandbox.Options{})
	account := service.AddInstance(imitationInstance, imitationToken)
	account.Script(sandbox.Fault{Do: func(x *sandbox.Exchange) bool {
		came <- struct{}{}
		select {
		case <-free:
		case <-x.R.Context().Done():
		}
		return false
	}})
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return server.URL, came, func() { close(free) }
}

// interrupt sends the signal and returns when the program has said that it stops.
func (p *program) interrupt(t *testing.T, signal os.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	p.await(t, p.stops)
}

// TestSignals sends them to the program as users run it, main.go included.
func TestSignals(t *testing.T) {
	t.Parallel()
	binary := buildProgram(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *program)
	}{
		{"the first Ctrl-C stops in order", func(t *testing.T, p *program) { stopsInOrder(t, p, os.Interrupt) }},
		{"SIGTERM does the same", func(t *testing.T, p *program) { stopsInOrder(t, p, syscall.SIGTERM) }},
		{"the second Ctrl-C ends at once", endsAtOnce},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.test(t, startProgram(t, binary))
		})
	}
}

func stopsInOrder(t *testing.T, p *program, signal os.Signal) {
	p.interrupt(t, signal)
	p.release()
	var exit *exec.ExitError
	if err := <-p.ended; !errors.As(err, &exit) || exit.ExitCode() != exitLater {
		t.Errorf("ended with %v, want %d\n%s", err, exitLater, p.said)
	}
	text, err := os.ReadFile(p.results)
	if err != nil {
		t.Fatal(err)
	}
	if accepted, unsent := strings.Count(string(text), ",accepted,"), strings.Count(string(text), ",unsent,,"); accepted != 1 || unsent != 2 {
		t.Errorf("%d accepted, %d unsent, want the one under way and the rest:\n%s", accepted, unsent, text)
	}
}

func endsAtOnce(t *testing.T, p *program) {
	p.interrupt(t, os.Interrupt)
	// That it stops is said at about the time at which the next signal counts.
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case err := <-p.ended:
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
				t.Errorf("ended with %v, want the signal", err)
			}
			return
		case <-again.C:
			p.cmd.Process.Signal(os.Interrupt)
		}
	}
}
