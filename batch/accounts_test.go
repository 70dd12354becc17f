package batch_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// accounts are several instances of a world, by the names of their accounts.
type accounts struct {
	*world
	instances map[string]*sandbox.Instance
	ids       map[string]string // the instances by name
	names     []string
	each      func(*batch.Sender) // changes what an account is, or is nil
}

func inWorldOf(t *testing.T, names []string, test func(t *testing.T, w *accounts)) {
	t.Helper()
	inWorld(t, func(t *testing.T, w *world) {
		a := &accounts{w, map[string]*sandbox.Instance{}, map[string]string{}, names, func(*batch.Sender) {}}
		for i, name := range names {
			a.ids[name] = fmt.Sprint(1101000011 + i)
			a.instances[name] = w.server.AddInstance(a.ids[name], testToken)
			a.instances[name].Configure(func(c *sandbox.Config) { c.Limits, c.Delay, c.CountEvery = nil, 0, 0 })
		}
		test(t, a)
	})
}

var two, eight = []string{"north", "south"}, []string{"a", "b", "c", "d", "e", "f", "g", "h"}

// withAccounts is one start of the program with all accounts.
func (w *accounts) withAccounts(o ledger.Options, do func(*batch.Job)) {
	w.t.Helper()
	l, err := w.open(o)
	if err != nil {
		w.t.Fatal(err)
	}
	defer l.Close()
	job := w.job(l)
	job.Close()
	job.Senders = nil
	for _, name := range w.names {
		s := &batch.Sender{Name: name, Instance: w.ids[name], Client: w.client(w.ids[name]), Settings: w.settings}
		w.each(s)
		job.Add(s)
	}
	defer job.Close()
	do(job)
}

func (w *accounts) send(ctx context.Context, in batch.Input) (s batch.Summary, err error) {
	w.t.Helper()
	w.withAccounts(ledger.Options{NoSync: true}, func(job *batch.Job) { s, err = job.Send(ctx, in) })
	return s, err
}

func (w *accounts) mustSend(in batch.Input) batch.Summary {
	w.t.Helper()
	s, err := w.send(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// senders returns from which account each chat got a card, and fails if one got two.
func (w *accounts) senders() map[string]string {
	w.t.Helper()
	from := map[string]string{}
	for name, instance := range w.instances {
		for _, m := range instance.Messages() {
			if other, twice := from[m.ChatID]; twice {
				w.t.Errorf("%s got a card from %s and from %s", m.ChatID, other, name)
			}
			from[m.ChatID] = name
		}
	}
	return from
}

// of is an account of a summary.
func of(s batch.Summary, name string) batch.AccountSummary {
	i := slices.IndexFunc(s.Accounts, func(a batch.AccountSummary) bool { return a.Name == name })
	if i < 0 {
		return batch.AccountSummary{}
	}
	return s.Accounts[i]
}

func TestSeveralAccountsSendSideBySide(t *testing.T) {
	for _, names := range [][]string{two, eight} {
		inWorldOf(t, names, func(t *testing.T, w *accounts) {
			var last batch.Progress
			w.progress = func(p batch.Progress) { last = p }
			began := time.Now()
			s := w.mustSend(w.file("contacts.csv", upTo(400)...))
			w.wantCounts(s, "400 accepted")
			if elapsed, alone := time.Since(began), 40*time.Second; elapsed > alone*3/2/time.Duration(len(names)) {
				t.Errorf("%d accounts took %v", len(names), elapsed)
			}
			if n := len(w.senders()); n != 400 {
				t.Errorf("%d chats got a card", n)
			}
			if len(s.Accounts) != len(names) {
				t.Fatalf("%d accounts: %v", len(s.Accounts), s.Accounts)
			}
			for i, a := range s.Accounts {
				if n := len(w.instances[a.Name].Messages()); a.Name != names[i] || a.Instance != w.ids[a.Name] || a.Counts[csvmodel.Accepted] != n || n == 0 {
					t.Errorf("%+v sent %d", a, n)
				}
			}
			if last.Total != 400 || last.Done < 300 || last.Counts[csvmodel.Accepted] < 300 {
				t.Errorf("shown last is %+v", last)
			}
			w.withLedger(func(r batch.Runs) {
				if kept, err := r.Summary(s.Run); err != nil || len(kept.Accounts) != len(names) || !kept.Stop.IsZero() || kept.Run.Finished.IsZero() {
					t.Errorf("kept is %+v, %v", kept, err)
				}
			})
		})
	}
}

func TestARecipientIsWrittenToFromTheSameAccount(t *testing.T) {
	inWorldOf(t, eight, func(t *testing.T, w *accounts) {
		w.names = w.names[:2]
		w.mustSend(w.file("one.csv", upTo(60)...))
		before := w.senders()
		w.names = []string{"h", "b", "a", "c"}
		w.mustSend(w.text("two.csv", "chatId,phoneContact,firstName\n"+func() (rows string) {
			for n := range 80 {
				rows += chatOf(n) + ",447400123123,Grace\n"
			}
			return rows
		}()))
		byChat := map[string][]string{}
		for name, instance := range w.instances {
			for _, m := range instance.Messages() {
				byChat[m.ChatID] = append(byChat[m.ChatID], name)
			}
		}
		others := map[string]bool{}
		for chat, names := range byChat {
			if first, known := before[chat]; known && !slices.Equal(names, []string{first, first}) {
				t.Errorf("%s knows %s, and was written to from %v", chat, first, names)
			} else if !known {
				others[names[0]] = true
			}
		}
		if len(byChat) != 80 || len(others) < 3 {
			t.Errorf("%d chats, the new ones from %v", len(byChat), others)
		}
	})
}

// stopOne is what makes the account c of eight stop, and what lets it go on.
var stopOne = []struct {
	name string
	stop func(t *testing.T, w *accounts) (resume func())
	code msg.Code // "": an error
}{
	{"a yellow card", func(t *testing.T, w *accounts) func() {
		w.instances["c"].Configure(func(c *sandbox.Config) { c.State = sandbox.YellowCard })
		return func() {
			w.instances["c"].Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized })
			w.withLedger(func(r batch.Runs) {
				if _, err := r.Ledger.Resume(w.ids["c"], "ada", time.Now()); err != nil {
					t.Error(err)
				}
			})
		}
	}, msg.Rest},
	{"the plan's quota, after three cards", func(t *testing.T, w *accounts) func() {
		w.instances["c"].Script(sandbox.Fault{Do: sandbox.QuotaExceeded, If: func(r sandbox.Request) bool { return r.N > 3 }})
		return func() { w.instances["c"].Script() }
	}, msg.Quota},
	{"it is outside its hours", func(t *testing.T, w *accounts) func() {
		at := time.Now().UTC().Add(3 * time.Hour)
		w.each = func(s *batch.Sender) {
			if s.Name == "c" {
				s.Settings.Window = mustHours(t, at.Format("15:04")+"-"+at.Add(2*time.Hour).Format("15:04"), "UTC")
			}
		}
		w.settings.NoWait = true
		return func() { time.Sleep(3*time.Hour + time.Minute) }
	}, msg.Window},
	{"another process has it", func(t *testing.T, w *accounts) func() {
		l, err := w.open(ledger.Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		lease, err := l.TakeLease(w.ids["c"], ledger.Terms{Holder: "bob@other"})
		if err != nil {
			t.Fatal(err)
		}
		return func() { lease.Release(); l.Close() }
	}, ""},
	{"its settings are refused", func(t *testing.T, w *accounts) func() {
		w.instances["c"].Configure(func(c *sandbox.Config) { c.Delay = 15 * time.Second })
		w.each = func(s *batch.Sender) {
			if s.Name == "c" {
				s.Settings.QueueDepth = mustDepth(t, "6000")
			}
		}
		return func() { w.each = func(*batch.Sender) {} }
	}, ""},
}

func TestAnAccountThatStopsStopsAlone(t *testing.T) {
	for _, c := range stopOne {
		t.Run(c.name, func(t *testing.T) {
			inWorldOf(t, eight, func(t *testing.T, w *accounts) {
				resume := c.stop(t, w)
				in := w.file("contacts.csv", upTo(400)...)
				s, err := w.send(t.Context(), in)
				if (err != nil) != (c.code == "") || s.Stop.Code != c.code {
					t.Errorf("stopped with %v, %v", s.Stop, err)
				}
				for _, a := range s.Accounts {
					if left := a.Counts[csvmodel.Unsent]; (left > 0) != (a.Name == "c") || (a.Name == "c") && a.Stop.Code != c.code || a.Name != "c" && !a.Stop.IsZero() {
						t.Errorf("%s has %d rows left, stopped with %v", a.Name, left, a.Stop)
					}
				}
				left := of(s, "c").Counts[csvmodel.Unsent]
				w.wantCounts(s, fmt.Sprintf("%d accepted %d unsent", 400-left, left))
				w.withLedger(func(r batch.Runs) {
					if kept, err := r.Summary(s.Run); err != nil || kept.Stop.Code != c.code || of(kept, "c").Stop.Code != c.code || !kept.Run.Finished.IsZero() {
						t.Errorf("kept is %v, %v", kept, err)
					}
				})
				resume()
				before := w.senders()
				w.wantCounts(w.mustSend(in), "400 accepted")
				after := w.senders()
				for chat, name := range after {
					if before[chat] == "" && name != "c" {
						t.Errorf("%s got its card from %s", chat, name)
					}
				}
			})
		})
	}
}

func TestARunOfSeveralAccountsGoesOnAfterAKill(t *testing.T) {
	inWorldOf(t, two, func(t *testing.T, w *accounts) {
		in := w.file("contacts.csv", upTo(200)...)
		var commits atomic.Int64
		fail := func(committed bool) error {
			if committed && commits.Add(1) == 40 {
				return errors.New("killed")
			}
			return nil
		}
		began := time.Now()
		w.withAccounts(ledger.Options{NoSync: true, Fail: fail}, func(job *batch.Job) {
			if _, err := job.Send(t.Context(), in); err == nil {
				t.Error("nothing was killed")
			}
		})
		if elapsed := time.Since(began); elapsed > 30*time.Second {
			t.Errorf("the accounts went on for %v", elapsed)
		}
		before := w.senders()
		w.wantCounts(w.mustSend(in), "200 accepted")
		after := w.senders()
		for chat, name := range before {
			if after[chat] != name {
				t.Errorf("%s is not where it was", chat)
			}
		}
		if len(before) < 5 || len(after) != 200 {
			t.Errorf("%d, then %d chats got a card", len(before), len(after))
		}
	})
}

func TestAllAccountsEndWhenTheLedgerIsBroken(t *testing.T) {
	inWorldOf(t, two, func(t *testing.T, w *accounts) {
		w.instances["south"].Configure(func(c *sandbox.Config) { c.Delay = time.Hour }) // it waits for room, and writes nothing
		w.settings.QueueDepth = mustDepth(t, "20")
		var broken atomic.Bool
		time.AfterFunc(time.Minute, func() { broken.Store(true) })
		w.instances["north"].Configure(func(c *sandbox.Config) { c.Delay = 5 * time.Second })
		began := time.Now()
		w.withAccounts(ledger.Options{NoSync: true, Fail: func(bool) error {
			if broken.Load() {
				return errors.New("full")
			}
			return nil
		}}, func(job *batch.Job) {
			if _, err := job.Send(t.Context(), w.file("contacts.csv", upTo(200)...)); err == nil {
				t.Error("no error")
			}
		})
		if elapsed := time.Since(began); elapsed > 3*time.Minute {
			t.Errorf("it took %v", elapsed)
		}
		w.senders()
	})
}

func TestTheSameCardTwiceGoesOnceFromSeveralAccounts(t *testing.T) {
	inWorldOf(t, two, func(t *testing.T, w *accounts) {
		rows := "chatId,phoneContact,firstName,idInstance\n"
		for n := range 20 {
			for _, name := range two { // each names another account for the same card
				rows += fmt.Sprintf("%s,447400123123,Ada,%s\n", chatOf(n), w.ids[name])
			}
		}
		in := w.text("contacts.csv", rows)
		if s := w.mustSend(in); s.Counts[csvmodel.Accepted] != 20 || !s.Stop.IsZero() && s.Stop.Code != msg.DoubtElsewhere {
			t.Errorf("%s, stopped with %v", counts(s), s.Stop)
		}
		w.wantCounts(w.mustSend(in), "20 accepted 20 duplicate") // what was in doubt while the other account sent it
		if from := w.senders(); len(from) != 20 {
			t.Errorf("%d chats got a card", len(from))
		}
	})
}

func TestAnInterruptedRunOfSeveralAccountsSaysSo(t *testing.T) {
	inWorldOf(t, eight, func(t *testing.T, w *accounts) {
		in := w.file("contacts.csv", upTo(400)...)
		s, err := w.send(w.ongoing(2*time.Second), in)
		if err != nil || s.Stop.Code != msg.Interrupted || s.Counts[csvmodel.Unsent] == 0 {
			t.Errorf("%s, %v, %v", counts(s), s.Stop, err)
		}
		w.wantCounts(w.mustSend(in), "400 accepted")
		if n := len(slices.Collect(maps.Keys(w.senders()))); n != 400 {
			t.Errorf("%d chats got a card", n)
		}
	})
}

func TestWhoMustNotBeWrittenToIsLeftOutWhereAnotherProcessSends(t *testing.T) {
	inWorldOf(t, two, func(t *testing.T, w *accounts) {
		list, err := csvmodel.ReadChatList(strings.NewReader(chatOf(1)+"\n"+chatOf(2)+"\n"), csvmodel.Options{Encoding: csvmodel.UTF8})
		if err != nil {
			t.Fatal(err)
		}
		w.withAccounts(ledger.Options{NoSync: true}, func(job *batch.Job) {
			job.Suppress = list
			if s, err := job.Plan(t.Context(), w.file("contacts.csv", upTo(20)...)); err != nil || counts(s) != "2 suppressed 18 unsent" {
				t.Errorf("planned are %s, %v", counts(s), err)
			}
		})
		w.withAccounts(ledger.Options{NoSync: true}, func(job *batch.Job) {
			if _, err := job.Work(t.Context()); err != nil {
				t.Error(err)
			}
		})
		if from := w.senders(); len(from) != 18 || from[chatOf(1)] != "" {
			t.Errorf("%d chats got a card", len(from))
		}
	})
}
