package batch_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
)

// TestWhateverHappensToRequestsNothingGoesTwiceAndNothingIsTakenForAnothers plays days
// of an account at random: answers are lost on both sides, others hand the same card to
// chats of theirs, the journal knows everybody by @lids, ids are equal over chats, the
// delay is changed, the account is away between runs and in them, runs do not wait, the
// journal loses what was answered.
func TestWhateverHappensToRequestsNothingGoesTwiceAndNothingIsTakenForAnothers(t *testing.T) {
	seeds := uint64(12)
	if isLong {
		seeds = 400
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				(&settling{world: w, random: rand.New(&lockedSource{source: rand.NewPCG(seed, 13)}), theme: themes[seed%uint64(len(themes))]}).play()
			})
		})
		if t.Failed() {
			break
		}
	}
}

// theme is what happens most in a play.
type theme struct {
	event  int
	delay  time.Duration // of the queue at first; 0: any
	nap    time.Duration // the longest between two starts
	noWait int           // percent
	lids   int           // percent
}

const (
	newFile = iota // with the cards of the first
	newDelay
	away
	foreign
	nothing
	events
)

var themes = []theme{
	{foreign, 0, 10 * time.Minute, 30, 80},
	{newDelay, time.Minute, 10 * time.Minute, 0, 0},
	{away, time.Minute, 5 * time.Minute, 50, 20},
	{newFile, 0, 40 * time.Hour, 60, 30},
	{nothing, 0, time.Hour, 60, 60},
}

// lockedSource is for requests under way at once.
type lockedSource struct {
	sync.Mutex
	source rand.Source
}

func (s *lockedSource) Uint64() uint64 {
	s.Lock()
	defer s.Unlock()
	return s.source.Uint64()
}

// settling is a play of one account.
type settling struct {
	*world
	theme
	random *rand.Rand
	files  []batch.Input
	shared sync.Mutex      // of doubts
	doubts map[string]bool // chats of which an answer was lost: their cards the journal keeps
	runs   map[int64]ledger.Run
}

func (p *settling) chance(percent int) bool { return p.random.IntN(100) < percent }

func (p *settling) upTo(d time.Duration) time.Duration {
	return time.Duration(p.random.Int64N(int64(d))).Round(time.Second)
}

func (p *settling) anyDelay() time.Duration {
	return []time.Duration{0, time.Second, 20 * time.Second, time.Minute, 5 * time.Minute}[p.random.IntN(5)]
}

func (p *settling) play() {
	p.doubts, p.runs = map[string]bool{}, map[int64]ledger.Run{}
	p.settings.QueueDepth, p.settings.Dedupe = pacing.QueueDepth{}, ledger.Dedupe{File: true}
	equalIDs, loses := p.chance(40), p.chance(40)
	counts := map[string]int{}
	p.instance.Configure(func(c *sandbox.Config) {
		c.Delay, c.JournalLag, c.ShowLID, c.OutgoingWebhook = cmp.Or(p.delay, p.anyDelay()), p.upTo(2*time.Minute), p.chance(p.lids), p.chance(50)
		if equalIDs {
			c.NewID = func(s sandbox.SendContact) string {
				counts[s.ChatID]++
				return fmt.Sprintf("3EB0%016d", counts[s.ChatID])
			}
		}
		if loses {
			lost := p.random.Uint64()
			c.JournalLoses = func(s sandbox.SendContact) bool {
				p.shared.Lock()
				defer p.shared.Unlock()
				return !p.doubts[s.ChatID] && (lost+uint64(len(s.ChatID)+int(s.ChatID[10])))%3 == 0
			}
		}
	})
	p.loseAnswers()
	p.files = []batch.Input{p.file("a.csv", upTo(1+p.random.IntN(8))...)}
	for range 4 + p.random.IntN(8) {
		p.step()
	}
	p.end()
}

// loseAnswers has every second request have no answer, more than half of them taken.
func (p *settling) loseAnswers() {
	lose := func(side sandbox.When, do sandbox.Action, percent int) sandbox.Fault {
		return sandbox.Fault{When: side, Do: do, If: func(r sandbox.Request) bool {
			isHit := p.chance(percent)
			p.shared.Lock()
			defer p.shared.Unlock()
			p.doubts[r.Send.ChatID] = p.doubts[r.Send.ChatID] || isHit
			return isHit
		}}
	}
	p.instance.Script(
		lose(sandbox.Before, sandbox.CloseConn, 10),
		lose(sandbox.Before, sandbox.Respond(502, ""), 10),
		lose(sandbox.Before, sandbox.Delay(110*time.Second), 10),
		lose(sandbox.After, sandbox.CloseConn, 40))
}

// step is something that may happen.
func (p *settling) step() {
	event := p.random.IntN(events)
	if p.chance(60) {
		event = p.event
	}
	switch event {
	case newFile:
		p.addFile()
	case newDelay:
		p.addFile()
		delay := max(p.anyDelay(), p.anyDelay(), p.anyDelay())
		time.AfterFunc(2*time.Minute+p.upTo(2*time.Minute), func() { p.instance.Configure(func(c *sandbox.Config) { c.Delay = delay }) })
	case away:
		away := p.upTo(30 * time.Minute)
		p.later(func() {
			p.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.SleepMode })
			time.AfterFunc(away, func() { p.instance.Configure(func(c *sandbox.Config) { c.State = sandbox.Authorized }) })
		})
	case foreign:
		p.later(p.sendForeign)
	}
	p.start()
	time.Sleep(p.upTo([]time.Duration{10 * time.Second, p.nap, 20 * time.Hour, p.nap}[p.random.IntN(4)]))
}

func (p *settling) addFile() {
	p.files = append(p.files, p.file(fmt.Sprintf("%d.csv", len(p.files)), append(upTo(1+p.random.IntN(8)), 20+len(p.files))...))
}

func (p *settling) later(do func()) { time.AfterFunc(p.upTo(5*time.Minute), do) }

// sendForeign is another sender, who hands the card to a chat of theirs.
func (p *settling) sendForeign() {
	p.instance.Foreign(sandbox.SendContact{ChatID: chatOf(900 + p.random.IntN(3)), Contact: sandbox.Contact{PhoneContact: 447400123123, FirstName: "Ada"}})
}

// start is one start of the program.
func (p *settling) start() {
	p.settings.NoWait = p.chance(p.noWait)
	if p.chance(30) {
		p.track([]time.Duration{0, time.Hour}[p.random.IntN(2)])
		return
	}
	s, err := p.send(p.t.Context(), p.files[max(p.random.IntN(len(p.files)), p.random.IntN(len(p.files)))])
	if err != nil {
		p.t.Fatal(err)
	}
	p.runs[s.Run.ID] = s.Run
}

// end has everything answered from now on, lets two days pass, and compares the ledger
// with what the service knows.
func (p *settling) end() {
	time.Sleep(40 * time.Minute) // until nothing is to happen any more
	p.instance.Script()
	p.settings.NoWait = false
	for range 2 {
		for _, in := range p.files {
			s := p.mustSend(in)
			p.runs[s.Run.ID] = s.Run
		}
	}
	for range 14 {
		p.track(0)
		time.Sleep(2 * time.Hour)
	}
	p.compare()
}

func (p *settling) compare() {
	p.t.Helper()
	taken := map[string][]sandbox.Message{}
	for _, m := range p.instance.Messages() {
		taken[m.ChatID] = append(taken[m.ChatID], m)
	}
	rows := map[string][]csvmodel.Result{}
	for _, run := range p.runs {
		for _, r := range p.results(run) {
			rows[r.ChatID] = append(rows[r.ChatID], r)
		}
	}
	for chat, asked := range rows {
		if len(taken[chat]) > len(asked) {
			p.t.Errorf("%s got %d cards for %d rows", chat, len(taken[chat]), len(asked))
		}
		held := map[string]bool{}
		for _, r := range asked {
			i := slices.IndexFunc(taken[chat], func(m sandbox.Message) bool { return m.IDMessage == r.IDMessage })
			switch {
			case r.Status == csvmodel.Accepted && (i < 0 || held[r.IDMessage]):
				p.t.Errorf("a row to %s is accepted as %s, which is no card of its own", chat, r.IDMessage)
			case r.Delivery == csvmodel.DeliveryExpired && taken[chat][i].Status != "dropped":
				p.t.Errorf("a card to %s is taken for dropped, and was %s", chat, taken[chat][i].Status)
			}
			held[r.IDMessage] = r.Status == csvmodel.Accepted
		}
	}
	if p.t.Failed() {
		p.t.Log(p.log.String())
	}
}
