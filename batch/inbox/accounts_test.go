package inbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
)

// inWorldOfTwo has the accounts north, which is that of the world, and south.
func inWorldOfTwo(t *testing.T, test func(w *world)) {
	inWorld(t, func(w *world) {
		w.south = w.server.AddInstance(southID, token)
		w.south.Configure(func(c *sandbox.Config) { c.Limits, c.Delay, c.CountEvery = nil, 0, 0 })
		test(w)
	})
}

const southID = "1101000002"

// dropFor drops a file with so many rows for each account, to chats from this number on.
func (w *world) dropFor(name string, chat, north, south int) {
	w.Helper()
	text := "chatId,phoneContact,firstName,idInstance\n"
	for i := range north + south {
		instance := instanceID
		if i >= north {
			instance = southID
		}
		text += fmt.Sprintf("12025550%03d@c.us,447400123123,Ada,%s\n", chat+i, instance)
	}
	w.must(os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600))
}

func TestASlowAccountKeepsNoOtherWaiting(t *testing.T) {
	inWorldOfTwo(t, func(w *world) {
		w.south.Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Minute })
		w.dropFor("a.csv", 0, 5, 30)
		w.dropFor("b.csv", 100, 10, 30)
		w.dropFor("c.csv", 200, 60, 0)
		time.Sleep(time.Hour)
		began := time.Now()
		time.AfterFunc(10*time.Minute, func() { w.dropFor("d.csv", 300, 5, 0) })
		ended := map[string]time.Duration{}
		w.runWith(func(n inbox.Notice) {
			if n.Event == inbox.Archived {
				ended[n.File] = time.Since(began)
			}
		})
		if ended["c.csv"] > time.Minute || ended["d.csv"] > 15*time.Minute || ended["a.csv"] < 20*time.Minute || ended["b.csv"] < ended["a.csv"] {
			w.Errorf("ended after %v", ended)
		}
		arrivals := w.instance.Arrivals()
		for i, limit := range map[int]time.Duration{74: time.Minute, 79: 15 * time.Minute} {
			if at := arrivals[i].Sub(began); at > limit {
				w.Errorf("card %d of north went after %v", i+1, at)
			}
		}
		if north, south := len(arrivals), len(w.south.Messages()); north != 80 || south != 60 {
			w.Errorf("%d and %d cards", north, south)
		}
	})
}

func TestAnAccountThatCannotSendKeepsItsRowsOnly(t *testing.T) {
	for _, c := range []struct {
		name  string
		stop  func(w *world)
		want  []string
		again []string // what the next run says
	}{
		{"a yellow card", func(w *world) { w.south.Configure(func(c *sandbox.Config) { c.State = sandbox.YellowCard }) },
			[]string{"ends c.csv 1/1 in done", "waits a.csv 2/3", "waits b.csv 2/4"}, []string{"waits a.csv 2/3", "waits b.csv 2/4"}},
		{"another process has it", func(w *world) {
			lease, err := w.ledger.TakeLease(southID, ledger.Terms{Holder: "bob@other"})
			w.must(err)
			w.Cleanup(func() { lease.Release() })
		}, []string{"ends c.csv 1/1 in done", "fails"}, []string{"fails"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorldOfTwo(t, func(w *world) {
				c.stop(w)
				w.dropFor("a.csv", 0, 2, 1)
				w.dropFor("b.csv", 100, 2, 2)
				w.dropFor("c.csv", 200, 1, 0)
				time.Sleep(time.Hour)
				for _, want := range [][]string{c.want, c.again} {
					got := w.run()
					got = slices.DeleteFunc(got, func(n string) bool { return strings.HasPrefix(n, "begins ") })
					slices.Sort(got)
					for i, text := range got {
						got[i] = strings.TrimSpace(text)
					}
					slices.Sort(want)
					if !slices.Equal(got, want) {
						t.Errorf("got %q, want %q", got, want)
					}
				}
				if north, south := len(w.instance.Messages()), len(w.south.Messages()); north != 5 || south != 0 {
					t.Errorf("%d and %d cards", north, south)
				}
			})
		})
	}
}
