package sandbox_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"contact-distributor/batch/sandbox"
)

// TestFaults makes three requests, of which the second is struck.
func TestFaults(t *testing.T) {
	second := sandbox.Nth(2)
	for _, c := range []struct {
		name   string
		fault  sandbox.Fault
		taken  int
		status int // 0: no answer
		body   string
		err    error // of the connection, or of reading the answer
	}{
		{"closed before it is taken", sandbox.Fault{If: second, Do: sandbox.CloseConn}, 2, 0, "", io.EOF},
		{"closed after it is taken", sandbox.Fault{When: sandbox.After, If: second, Do: sandbox.CloseConn}, 3, 0, "", io.EOF},
		{"cut in its body before", sandbox.Fault{If: second, Do: sandbox.CutBody(5)}, 2, 200, `{"idM`, io.ErrUnexpectedEOF},
		{"cut in its body after", sandbox.Fault{When: sandbox.After, If: second, Do: sandbox.CutBody(5)}, 3, 200, `{"idM`, io.ErrUnexpectedEOF},
		{"502 before", sandbox.Fault{If: second, Do: sandbox.Respond(502, "bad")}, 2, 502, "bad", nil},
		{"499 after", sandbox.Fault{When: sandbox.After, If: second, Do: sandbox.Respond(499, "")}, 3, 499, "", nil},
		{"200 without an id, after", sandbox.Fault{When: sandbox.After, If: second, Do: sandbox.Respond(200, "{}")}, 3, 200, "{}", nil},
		{"200 with code 401", sandbox.Fault{If: second, Do: sandbox.Respond(200, sandbox.BodyUnauthorized)}, 2, 200, `{"code":401,"description":"Unauthorized"}`, nil},
		{"starting, bare", sandbox.Fault{If: second, Do: sandbox.Respond(400, sandbox.TextStarting)}, 2, 400, sandbox.TextStarting, nil},
		{"hung for a while", sandbox.Fault{If: second, Do: sandbox.Hang(time.Hour)}, 2, 0, "", io.EOF},
		{"an answer changed and let go", sandbox.Fault{When: sandbox.After, If: second, Do: func(x *sandbox.Exchange) bool {
			x.Answer.Body = []byte("changed")
			return false
		}}, 3, 200, "changed", nil},
		{"by its chat", sandbox.Fault{If: sandbox.ToChat("11000000102@c.us"), Do: sandbox.Respond(500, "")}, 2, 500, "", nil},
		{"by every other", sandbox.Fault{If: sandbox.Every(2), Do: sandbox.Respond(500, "")}, 2, 500, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Script(c.fault)
				a.send("11000000101@c.us")
				status, body, err := a.ask(path("sendContact"), card("11000000102@c.us"))
				a.send("11000000103@c.us")
				if status != c.status || body != c.body || !errors.Is(err, c.err) {
					t.Errorf("%d %s %v, want %d %s %v", status, body, err, c.status, c.body, c.err)
				}
				if got := len(a.Messages()); got != c.taken || len(a.Arrivals()) != 3 {
					t.Errorf("%d taken of %d, want %d", got, len(a.Arrivals()), c.taken)
				}
			})
		})
	}
}

func TestGarbageIsNoHTTP(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.Raw("\x00\x01\r\n\r\n")})
		if _, _, err := a.ask(path("sendContact"), card(alice)); err == nil || !strings.Contains(err.Error(), "malformed") {
			t.Error(err)
		}
	})
}

func TestFaultsOfOtherMethods(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Script(sandbox.Fault{Method: "lastOutgoingMessages", If: sandbox.Nth(1), Do: sandbox.QuotaExceeded},
			sandbox.Fault{Method: "lastOutgoingMessages", When: sandbox.After, Do: sandbox.CutBody(1)})
		a.send(alice)
		if status, _, _ := a.ask(path("lastOutgoingMessages"), ""); status != 466 {
			t.Errorf("%d", status)
		}
		if _, body, err := a.ask(path("lastOutgoingMessages"), ""); body != "[" || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s %v", body, err)
		}
	})
}

func TestAfterDoesNotStrikeARefusal(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn})
		if status, _, err := a.ask(path("sendContact"), "{}"); status != 400 {
			t.Errorf("%d %v", status, err)
		}
	})
}

func TestAMessageTakenLongAfterItWasGivenUp(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Script(sandbox.Fault{Do: sandbox.Delay(50 * time.Second)})
		begun := time.Now()
		ctx, cancel := context.WithTimeout(a.t.Context(), time.Second)
		defer cancel()
		if _, _, err := a.askWithin(ctx, path("sendContact"), card(alice)); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if list := a.Messages(); len(list) != 1 || !list[0].AcceptedAt.Equal(begun.Add(50*time.Second)) {
			t.Errorf("%+v, begun %v", list, begun)
		}
	})
}

func TestAHangEndsWithTheClient(t *testing.T) {
	inBubble(t, sandbox.Options{}, func(a *account) {
		a.Script(sandbox.Fault{Do: sandbox.Hang(0)})
		ctx, cancel := context.WithTimeout(a.t.Context(), time.Second)
		defer cancel()
		_, _, err := a.askWithin(ctx, path("sendContact"), card(alice))
		if !errors.Is(err, context.DeadlineExceeded) || len(a.Messages()) != 0 {
			t.Error(err)
		}
	})
}

func TestEventsOfARequest(t *testing.T) {
	var mu sync.Mutex
	var got []string
	note := func(e sandbox.Event) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, fmt.Sprint(e.Kind, " ", e.Request.N, " ", e.IDMessage != ""))
	}
	inBubble(t, sandbox.Options{OnEvent: note}, func(a *account) {
		a.send(alice)
		a.Script(sandbox.Fault{If: sandbox.Nth(2), Do: sandbox.CloseConn}, sandbox.Fault{When: sandbox.After, Do: sandbox.Respond(500, "")})
		a.ask(path("sendContact"), card(bob))
		a.ask(path("sendContact"), card(bob))
	})
	want := "[arrived 1 false taken 1 true arrived 2 false arrived 3 false taken 3 true]"
	if fmt.Sprint(got) != want {
		t.Errorf("%v\nwant %v", got, want)
	}
}

func TestCloseLetsGoOfWhatHangs(t *testing.T) {
	for name, do := range map[string]sandbox.Action{"hang": sandbox.Hang(0), "delay": sandbox.Delay(time.Hour)} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, sandbox.Options{}, func(a *account) {
				a.Script(sandbox.Fault{Do: do})
				done := make(chan error)
				go func() {
					_, _, err := a.ask(path("sendContact"), card(alice))
					done <- err
				}()
				synctest.Wait()
				begun := time.Now()
				a.server.Close()
				if err := <-done; !errors.Is(err, io.EOF) || !time.Now().Equal(begun) {
					t.Error(err)
				}
			})
		})
	}
}

func TestAHandlerWithoutConnectionAborts(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	s.AddInstance(id, token).Script(sandbox.Fault{Do: sandbox.Raw("")})
	defer func() {
		if got := recover(); got != http.ErrAbortHandler {
			t.Error(got)
		}
	}()
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", path("sendContact"), strings.NewReader(card(alice))))
}
