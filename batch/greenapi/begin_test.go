package greenapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"contact-distributor/csvmodel/msg"
)

// TestARequestThatMayNotBeginIsNotWritten asks twice over one connection, and allows the first.
func TestARequestThatMayNotBeginIsNotWritten(t *testing.T) {
	for name, start := range map[string]func(*httptest.Server){"http": (*httptest.Server).Start, "https": (*httptest.Server).StartTLS} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				saying(200, `{"idMessage":"3EB0","stateInstance":"authorized"}`)(w, r)
			}))
			start(server)
			defer server.Close()
			transport := newTransport(1)
			if own, ok := server.Client().Transport.(*http.Transport); ok {
				transport.TLSClientConfig = own.TLSClientConfig
			}
			c := clientAt(t, server.URL, Options{Transport: transport})
			withoutLimits(c)
			looks, refused := 0, 0
			mayBegin := func() error {
				looks++
				if looks == refused {
					return errors.New("too late")
				}
				return nil
			}
			for i, want := range []Meaning{Accepted, Stop, Accepted} {
				if want == Stop {
					refused = looks + 1
				}
				a := c.SendContact(context.Background(), testContact(t), mayBegin)
				if a.Meaning != want || a.Written != (want == Accepted) || want == Stop && (a.Reason.Code != msg.LeaseLost || !a.Stops) {
					t.Errorf("request %d: got %+v", i, a)
				}
				if _, err := c.State(context.Background()); err != nil {
					t.Error(err)
				}
			}
			if requests != 5 || looks < 3 { // each piece of a request is looked at
				t.Errorf("%d requests and %d looks", requests, looks)
			}
		})
	}
}

// TestARequestThatStoodStillHalfWrittenIsCutShort has one of more than one piece.
func TestARequestThatStoodStillHalfWrittenIsCutShort(t *testing.T) {
	taken := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err == nil {
			taken <- struct{}{}
		}
	}))
	defer server.Close()
	c := clientAt(t, server.URL, Options{})
	looks := 0
	a := interpret(c.exchange(t.Context(), methodSendContact, make([]byte, 1<<16), func() error {
		if looks++; looks > 1 {
			return errors.New("too late")
		}
		return nil
	}), c.redactor)
	if a.Meaning != Unknown || !a.Written || len(taken) > 0 {
		t.Errorf("got %+v", a)
	}
}
