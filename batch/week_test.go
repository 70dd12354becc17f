package batch_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/account"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// week is a cron job of some days: a large file, hours, a limit a day, a start
// every ten minutes by day and now and then by night, another sender on the same account, an account that gets a
// yellow card, lost answers, and in the middle a night in which clocks are put
// back.
type week struct {
	*world
	rows, daily int
	delay       time.Duration // of the queue
	in          batch.Input
	warning     atomic.Int64 // when it came, in seconds since 1970
	resumed     bool
	starts      int
}

const weekEvery = 10 * time.Minute // a start

// newWeek has a queue so slow that so many rows take a week.
func newWeek(w *world, rows int) *week {
	return &week{world: w, rows: rows, daily: rows * 3 / 20, delay: 100_000 * time.Second / time.Duration(rows)}
}

func (w *week) prepare() {
	w.queueing(w.delay)
	w.settings = batch.Settings{Rate: 50, Workers: 16, SettleAfter: batch.Duration{2 * time.Minute}, NoWait: true,
		PerDay: w.daily, Window: mustHours(w.t, "09:00-20:00", "Europe/Berlin")}
	w.instance.Configure(func(c *sandbox.Config) { c.JournalLag = 90 * time.Second })
	w.instance.Script(
		sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Every(w.rows/20 - 3)},
		sandbox.Fault{Do: sandbox.Respond(502, ""), If: sandbox.Every(w.rows/13 - 1)},
		sandbox.Fault{Do: sandbox.Respond(429, ""), If: sandbox.Every(w.rows/16 - 1)},
		sandbox.Fault{Do: sandbox.Delay(200 * time.Millisecond)},
		sandbox.Fault{Do: w.warn, If: sandbox.Nth(w.daily * 5 / 2)},
	)
}

// others write to the same account, by day and by night.
func (w *week) others(ctx context.Context) {
	for n := 0; account.Wait(ctx, 84*w.delay); n++ {
		w.foreign(n % 7)
	}
}

// go on until the file is done, a start every ten minutes.
func (w *week) run() batch.Summary {
	begin := time.Now()
	for time.Since(begin) < 14*24*time.Hour {
		next := time.Now().Add(weekEvery)
		ctx, cancel := context.WithDeadline(w.t.Context(), next.Add(-30*time.Second))
		s, err := w.send(ctx, w.in)
		cancel()
		if w.starts++; err != nil {
			w.t.Fatal(err)
		}
		w.weigh(s)
		if s.Stop.IsZero() {
			return s
		}
		w.track(time.Hour) // starts that do not wait prove nothing
		if hour := next.UTC().Hour(); hour < 7 || hour > 18 {
			next = next.Add(3 * time.Hour) // nothing happens at night, and each start costs the test some time
		}
		time.Sleep(time.Until(next))
		if !w.resumed && w.sinceWarning() > 18*time.Hour {
			w.resume()
			w.resumed = true
		}
	}
	w.t.Fatal("two weeks were not enough")
	return batch.Summary{}
}

// warn gives the account a yellow card, for two hours.
func (w *week) warn(*sandbox.Exchange) bool {
	w.warning.Store(time.Now().Unix())
	w.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.YellowCard })
	w.after(2*time.Hour, sandbox.Authorized)
	return false
}

// sinceWarning is negative before it.
func (w *week) sinceWarning() time.Duration {
	at := w.warning.Load()
	if at == 0 {
		return -time.Hour
	}
	return time.Since(time.Unix(at, 0))
}

// weigh looks at what one start says of itself.
func (w *week) weigh(s batch.Summary) {
	w.t.Helper()
	if s.Counts.Rows() != s.Run.Rows {
		w.t.Fatalf("%d rows of %d", s.Counts.Rows(), s.Run.Rows)
	}
	since := w.sinceWarning()
	if atRest := since > 2*time.Minute && !w.resumed; atRest != (s.Stop.Action() == msg.ByPerson) && since.Abs() > 2*time.Minute {
		w.t.Fatalf("at %v, %v after the warning, stopped with %v", time.Now(), since, s.Stop)
	}
}

func TestAWeekOfCron(t *testing.T) {
	if !isLong {
		t.Skip("takes a quarter of a minute: set CONTACTS_TEST_LONG")
	}
	notOnServer(t)
	notUnderRace(t)
	rows := 1000
	if isLong {
		rows = 20_000
	}
	inWorld(t, func(t *testing.T, world *world) {
		w := newWeek(world, rows)
		time.Sleep(time.Until(time.Date(2000, 10, 26, 6, 55, 0, 0, time.UTC))) // clocks are put back on the 29th
		w.prepare()
		w.in = w.text("contacts.csv", manyRows(w.rows))
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); w.others(ctx) }()
		s := w.run()
		cancel()
		<-done
		t.Logf("%d starts, ended %v", w.starts, time.Now().UTC())
		time.Sleep(time.Hour)
		w.check(s)
	})
}

// check goes by the service's own record.
func (w *week) check(s batch.Summary) {
	w.t.Helper()
	w.wantCounts(s, fmt.Sprintf("%d accepted", w.rows))
	w.within(w.settings.Window)
	w.perDay(w.daily)
	taken := map[string]string{}
	for _, m := range w.instance.Messages() {
		if m.Request == 0 {
			continue
		}
		if _, twice := taken[m.ChatID]; twice {
			w.t.Errorf("%s got a card twice", m.ChatID)
		}
		taken[m.ChatID] = m.IDMessage
		if wait := m.DepartedAt.Sub(m.AcceptedAt); wait > 60*w.delay {
			w.t.Errorf("a card waited for %v", wait)
		}
		if after := m.AcceptedAt.Sub(time.Unix(w.warning.Load(), 0)); after > 2*time.Minute && after < 18*time.Hour {
			w.t.Errorf("a card went at %v, while the instance was at rest", m.AcceptedAt)
		}
	}
	for _, r := range w.results(s.Run) {
		if r.Status != csvmodel.Accepted || taken[r.ChatID] != r.IDMessage {
			w.t.Fatalf("row %d: %s %q, the service took %q", r.Row, r.Status, r.IDMessage, taken[r.ChatID])
		}
	}
	arrivals := w.instance.Arrivals()
	for i := 50; i < len(arrivals); i++ {
		if gap := arrivals[i].Sub(arrivals[i-50]); gap < time.Second {
			w.t.Fatalf("51 requests within %v", gap)
		}
	}
}

// manyRows is a file whose rows go to as many chats, in an area that cannot exist.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("chatId,phoneContact,firstName\n")
	for i := range n {
		fmt.Fprintf(&b, "12025%06d,12025550191,Ada\n", i)
	}
	return b.String()
}
