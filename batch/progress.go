package batch

import (
	"maps"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// rateOver is the time over which the rate that people see is measured.
const rateOver = 20 * time.Second

// rateFrom is how many seconds a rate takes to be worth showing.
const rateFrom = 2

// showEvery is how often people are shown anew where a run stands.
const showEvery = 100 * time.Millisecond

// foreseeEvery is how often the forecast is made anew.
const foreseeEvery = 30 * time.Second

// meter makes a Progress of outcomes. It is the dispatcher's alone.
type meter struct {
	progress Progress
	requests int // to be made, when it began
	leaves   func(now time.Time, n int) time.Time
	show     func(Progress)
	shown    time.Time
	foreseen time.Time
	marks    []mark // one a second at the most, the newest rateOver of them
}

// mark is how many rows had their outcome at a time.
type mark struct {
	at   time.Time
	done int
}

// newMeter is for a start that is to do what f says. leaves is when the last of n
// more cards has left.
func newMeter(f Forecast, show func(Progress), leaves func(now time.Time, n int) time.Time) *meter {
	now := time.Now()
	return &meter{
		progress: Progress{Total: f.Counts[csvmodel.Unsent], Counts: maps.Clone(f.Counts), Leaves: f.Leaves},
		requests: f.Requests,
		leaves:   leaves,
		show:     show,
		foreseen: now,
		marks:    []mark{{at: now}},
	}
}

// count takes note of an outcome.
func (m *meter) count(s settled) {
	p := &m.progress
	if s.row.State != ledger.Planned {
		if s.row.State != ledger.State(csvmodel.Duplicate) {
			m.requests--
		}
		p.Done++
		p.Counts[csvmodel.Unsent]--
		p.Counts[s.row.State.Status()]++
	}
	if now := time.Now(); now.Sub(m.shown) >= showEvery {
		m.tick(now)
	}
}

// tick shows where the run stands now.
func (m *meter) tick(now time.Time) {
	m.shown = now
	if newest := m.marks[len(m.marks)-1]; now.Sub(newest.at) >= time.Second {
		m.marks = append(m.marks, mark{now, m.progress.Done})
	}
	if len(m.marks) > 2 && now.Sub(m.marks[0].at) > rateOver {
		m.marks = m.marks[1:]
	}
	m.measure(now)
	m.foresee(now)
	m.show(m.progress)
}

// foresee brings the forecast up to date.
func (m *meter) foresee(now time.Time) {
	if now.Sub(m.foreseen) < foreseeEvery || m.requests <= 0 {
		return
	}
	m.foreseen = now
	m.progress.Leaves = m.leaves(now, m.requests)
}

func (m *meter) measure(now time.Time) {
	p := &m.progress
	since := now.Sub(m.marks[0].at).Seconds()
	p.Rate, p.Left = 0, 0
	if done := p.Done - m.marks[0].done; since >= rateFrom && done > 0 {
		p.Rate = float64(done) / since
		p.Left = time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second)).Round(time.Second)
	}
}
