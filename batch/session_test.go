package batch_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel/msg"
)

// inOneJob runs a test with a Job that sends several files.
func inOneJob(t *testing.T, test func(w *world, send func(chats ...int) batch.Summary)) {
	t.Helper()
	inWorld(t, func(t *testing.T, w *world) {
		l, err := w.open(ledger.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		w.settings.NoWait = true
		job, files := w.job(l), 0
		defer job.Close()
		test(w, func(chats ...int) batch.Summary {
			t.Helper()
			job.Senders[0].Settings, files = w.settings, files+1
			s, err := job.Send(t.Context(), w.file(fmt.Sprintf("c%d.csv", files), chats...))
			if refused := (*pacing.SettingsError)(nil); err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			return s
		})
	})
}

func TestTheFilesOfOneJobShareWhatIsKnownOfTheAccount(t *testing.T) {
	inOneJob(t, func(w *world, send func(...int) batch.Summary) {
		w.queueing(500 * time.Millisecond)
		began := time.Now()
		for n := range 60 {
			w.wantCounts(send(n), "1 accepted")
		}
		if elapsed := time.Since(began); elapsed < 5900*time.Millisecond || elapsed > 20*time.Second {
			t.Errorf("60 cards at 10 a second took %v", elapsed)
		}
		for method, most := range map[string]int{"getStateInstance": 2, "getSettings": 1, "getMessagesCount": 5, "showMessagesQueue": 2} {
			if n := w.instance.Requests(method); n > most {
				t.Errorf("%d questions of %s", n, method)
			}
		}
		time.Sleep(time.Minute)
		w.instance.Configure(func(c *sandbox.Config) { c.State = "notAuthorized" })
		w.wantCounts(send(60), "1 unsent")
		if n := len(w.instance.Messages()); n != 60 {
			t.Errorf("%d cards were taken", n)
		}
	})
}

func TestAnotherFileIsNoFreshStart(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sandbox.Fault
		files int
		stop  msg.Code
	}{
		{"five requests without an answer, in five files", sandbox.Fault{Do: sandbox.CloseConn}, 5, msg.ServiceAway},
		{"twenty refusals in the same words", sandbox.Fault{Do: sandbox.RespondEnvelope(400, "no")}, 20, msg.SameRefusal},
	} {
		t.Run(c.name, func(t *testing.T) {
			inOneJob(t, func(w *world, send func(...int) batch.Summary) {
				w.instance.Script(c.fault)
				for n := range c.files {
					stop := send(n).Stop
					if last := n == c.files-1; last != (stop.Code == c.stop) || last == stop.IsFileOnly() {
						t.Errorf("file %d of %d stopped with %v", n+1, c.files, stop)
					}
				}
			})
		})
	}
}

func TestAfterADoubtTheStateIsAskedForBeforeTheNextFile(t *testing.T) {
	inOneJob(t, func(w *world, send func(...int) batch.Summary) {
		w.wantCounts(send(1), "1 accepted")
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn})
		w.wantCounts(send(2), "1 unknown")
		w.instance.Configure(func(c *sandbox.Config) { c.State = "notAuthorized" })
		w.wantCounts(send(3), "1 unsent")
	})
}

func TestARestartBetweenTwoFilesHasTheSettingsReadAgain(t *testing.T) {
	inOneJob(t, func(w *world, send func(...int) batch.Summary) {
		w.wantCounts(send(1), "1 accepted")
		time.Sleep(time.Minute)
		w.instance.Configure(func(c *sandbox.Config) { c.State = "starting" })
		time.AfterFunc(90*time.Second, func() { w.instance.Configure(func(c *sandbox.Config) { c.State, c.Delay = "authorized", time.Second }) })
		w.wantCounts(send(2), "1 accepted")
		if n := w.instance.Requests("getSettings"); n != 2 {
			t.Errorf("%d questions after the settings", n)
		}
	})
}

func TestWhatIsRefusedIsRefusedForTheNextFileToo(t *testing.T) {
	inOneJob(t, func(w *world, send func(...int) batch.Summary) {
		w.queueing(15 * time.Second)
		w.settings.QueueDepth = mustDepth(w.t, "6000")
		for n := range 2 {
			send(n)
		}
		if n := len(w.instance.Arrivals()); n != 0 {
			t.Errorf("%d cards were asked for", n)
		}
	})
}

func TestAFileIsNotSaidToHaveTheRequestsOfAnother(t *testing.T) {
	for _, c := range []struct {
		name  string
		chats []int
		want  string
		stop  msg.Code
	}{
		{"to another chat it goes", []int{2}, "1 accepted", ""},
		{"to the same chat it waits", []int{1, 2}, "1 accepted 1 unsent", msg.ChatInDoubt},
	} {
		t.Run(c.name, func(t *testing.T) {
			inOneJob(t, func(w *world, send func(...int) batch.Summary) {
				w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn})
				s := send(1, 3)
				w.wantCounts(s, "2 unknown")
				if got := s.Stop; got.Code != msg.Unsettled || got.Args[0] != 2 {
					t.Error(got)
				}
				w.instance.Script()
				s = send(c.chats...)
				w.wantCounts(s, c.want)
				if got := s.Stop.Code; got != c.stop || !s.Stop.IsFileOnly() {
					t.Errorf("stopped with %v", s.Stop)
				}
			})
		})
	}
}
