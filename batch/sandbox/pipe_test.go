package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch/sandbox"
)

func TestAPipeThatIsDownRefuses(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.pipe.SetDown(true)
		if _, _, err := a.ask(path("sendContact"), card(alice)); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Error(err)
		}
		a.pipe.SetDown(false)
		a.send(alice)
		if len(a.Arrivals()) != 1 {
			t.Error("a refused request arrived")
		}
	})
}

func TestAPipeKeepsItsConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sandbox.NewPipe(http.NotFoundHandler())
		defer p.Close()
		dials := 0
		transport := p.Transport()
		transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
			dials++
			return p.DialContext(ctx, network, addr)
		}
		for range 3 {
			res, err := (&http.Client{Transport: transport}).Get("http://sandbox/")
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			time.Sleep(time.Second)
		}
		if dials != 1 {
			t.Errorf("%d connections", dials)
		}
	})
}

func TestAClosedPipeConnectsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := sandbox.NewPipe(http.NotFoundHandler())
		for range 2 {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := p.DialContext(t.Context(), "tcp", "sandbox:80"); !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	})
}

func TestManyAtOnceAreEachTakenOnce(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 20 {
					a.ask(path("sendContact"), card(alice))
					a.ask(path("getMessagesCount"), "")
					a.Messages()
				}
			})
		}
		wg.Wait()
		ids := map[string]bool{}
		for _, m := range a.Messages() {
			ids[m.IDMessage] = true
		}
		if len(ids) != 400 || len(a.Arrivals()) != 400 {
			t.Errorf("%d ids of %d requests", len(ids), len(a.Arrivals()))
		}
	})
}
