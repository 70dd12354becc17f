package cli

import (
	"bufio"
	"errors"
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
	stderr  *bufio.Scanner
	results string
	release func()
	ended   chan error
}

func startProgram(t *testing.T) *program {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "contact-distributor")
	if out, err := exec.Command("go", "build", "-o", binary, "contact-distributor").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rows := "chatId,phoneContact,company\n79000000101,79000000001,E\n79000000102,79000000001,E\n79000000103,79000000001,E\n"
	if err := os.WriteFile(filepath.Join(dir, "c.csv"), []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	url, arrived, release := holdingService(t)
	p := &program{results: filepath.Join(dir, "c.results.csv"), release: release, ended: make(chan error, 1)}
	p.cmd = exec.Command(binary, "send", "c.csv", "--rate", "1", "--workers", "3")
	p.cmd.Dir = dir
	p.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+dir, "GREENAPI_API_URL="+url,
		"GREENAPI_ID_INSTANCE="+imitationInstance, "GREENAPI_API_TOKEN_INSTANCE="+imitationToken)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stderr = bufio.NewScanner(stderr)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill() })
	<-arrived
	return p
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
	for p.stderr.Scan() {
		if strings.Contains(p.stderr.Text(), "stopping: ") {
			go func() {
				for p.stderr.Scan() {
				}
				p.ended <- p.cmd.Wait()
			}()
			return
		}
	}
	t.Fatal("ended without a word")
}

func TestTheFirstSignalStopsInOrder(t *testing.T) {
	for name, signal := range map[string]os.Signal{"Ctrl-C": os.Interrupt, "SIGTERM": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProgram(t)
			p.interrupt(t, signal)
			p.release()
			var exit *exec.ExitError
			if err := <-p.ended; !errors.As(err, &exit) || exit.ExitCode() != exitLater {
				t.Errorf("ended with %v, want %d", err, exitLater)
			}
			text, err := os.ReadFile(p.results)
			if err != nil {
				t.Fatal(err)
			}
			if accepted, unsent := strings.Count(string(text), ",accepted,"), strings.Count(string(text), ",unsent,"); accepted != 1 || unsent != 2 {
				t.Errorf("%d accepted, %d unsent, want the one under way and the rest:\n%s", accepted, unsent, text)
			}
		})
	}
}

func TestTheSecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := startProgram(t)
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
