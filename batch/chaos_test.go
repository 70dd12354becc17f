package batch_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

// faultyService is a service that loses answers in every way by itself.
func (w *world) faultyService() {
	w.instance.Configure(func(c *sandbox.Config) {
		c.Delay, c.JournalLag, c.Limits = 300*time.Millisecond, 2*time.Minute, sandbox.DocumentedLimits()
	})
	w.instance.Script(
		sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(3)},
		sandbox.Fault{When: sandbox.Before, Do: sandbox.CloseConn, If: sandbox.Nth(6)},
		sandbox.Fault{Do: sandbox.Respond(429, ""), If: sandbox.Nth(9)},
		sandbox.Fault{When: sandbox.After, Do: sandbox.Respond(502, ""), If: sandbox.Nth(12)},
		sandbox.Fault{When: sandbox.After, Do: sandbox.CutBody(7), If: sandbox.Nth(15)},
	)
}

// untilDone starts the program again and again, as cron does, until nothing is
// left to do.
func (w *world) untilDone(in batch.Input) batch.Summary {
	w.t.Helper()
	for range 20 {
		s, err := w.send(w.t.Context(), in)
		if err != nil {
			w.t.Fatal(err)
		}
		if s.Stop.IsZero() {
			return s
		}
		time.Sleep(time.Minute)
	}
	w.t.Fatalf("20 starts did not bring it to an end\n%s", w.log.String())
	return batch.Summary{}
}

var errChaos = errors.New("chaos")

func TestWhateverCommitFailsNothingGoesTwiceAndNothingIsLost(t *testing.T) {
	step := 7
	if isLong {
		step = 1
	}
	for _, committed := range []bool{false, true} {
		for k := 1; ; k += step {
			failed := false
			t.Run(fmt.Sprintf("from commit %d on, already on disk: %v", k, committed), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					w.faultyService()
					in := w.file("contacts.csv", upTo(20)...)
					n, requests := 0, 0 // when it failed
					fail := func(after bool) error {
						if after == committed {
							n++
						}
						if n > k || n == k && after == committed {
							if !failed {
								failed, requests = true, len(w.instance.Arrivals())
							}
							return errChaos
						}
						return nil
					}
					_, err := w.sendWith(t.Context(), in, ledger.Options{NoSync: true, Fail: fail})
					isGivenBack := onServer && err == nil // the last commit there gives the lease back, which ends without it
					if failed && !isGivenBack && !errors.Is(err, errChaos) {
						t.Errorf("the first start ended with %v", err)
					}
					// Those under way then may still arrive.
					if more := len(w.instance.Arrivals()) - requests; failed && more > w.settings.Workers {
						t.Errorf("%d requests after the commit that failed", more)
					}
					if onServer {
						time.Sleep(time.Minute) // until the leases end that could not be given back
					}
					w.wantAllOnce(w.untilDone(in))
				})
			})
			if !failed || t.Failed() {
				break
			}
		}
	}
}

// cutLine lets so many bytes pass, in both directions together, and nothing
// after them until it is mended.
type cutLine struct {
	dial func(ctx context.Context, network, addr string) (net.Conn, error)

	mu    sync.Mutex
	bytes int // that may still pass
	cut   bool
}

func (c *cutLine) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if c.pass(0) < 0 {
		return nil, errChaos
	}
	conn, err := c.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return cutConn{conn, c}, nil
}

// pass returns how many of n bytes may pass, less than 0 if the line is cut.
func (c *cutLine) pass(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut {
		return -1
	}
	if n > c.bytes {
		n, c.cut = c.bytes, true
	}
	c.bytes -= n
	return n
}

type cutConn struct {
	net.Conn
	line *cutLine
}

func (c cutConn) Write(p []byte) (int, error) {
	n := c.line.pass(len(p))
	if n < 0 {
		c.Close()
		return 0, errChaos
	}
	written, err := c.Conn.Write(p[:n])
	if err == nil && written < len(p) {
		c.Close()
		err = errChaos
	}
	return written, err
}

func (c cutConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if passed := c.line.pass(n); err == nil && passed < n {
		c.Close()
		return max(0, passed), errChaos
	}
	return n, err
}

func TestWhateverByteTheLineIsCutAtNothingGoesTwiceAndNothingIsLost(t *testing.T) {
	step := 499
	if isLong {
		step = 7
	}
	for bytes := 0; ; bytes += step {
		cut := false
		t.Run(fmt.Sprintf("after %d bytes", bytes), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.faultyService()
				w.settings.Rate = 50
				in := w.file("contacts.csv", upTo(20)...)
				line := &cutLine{dial: w.pipe.DialContext, bytes: bytes}
				w.dial = line.DialContext
				w.settings.NoWait = true
				s := w.mustSend(in)
				if cut = line.cut; !cut && s.Counts[csvmodel.Unsent] > 0 {
					t.Errorf("the line was not cut: %s", counts(s))
				}
				w.dial, w.settings.NoWait = w.pipe.DialContext, false
				w.wantAllOnce(w.untilDone(in))
			})
		})
		if !cut || t.Failed() {
			break
		}
	}
}
