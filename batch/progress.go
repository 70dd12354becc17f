package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"maps"
	"time"
)

// rateOver is the time over which the rate that people see is measured.
const rateOver = 20 * time.Second

// rateFrom is how many seconds a rate takes to be worth showing.
const rateFrom = 2

// showEvery is how often people are shown anew where a run stands.
const showEvery = 100 * time.Millisecond

// foreseeEvery is how often the forecast is made anew.
const foreseeEvery = 10 * time.Second

// meter makes a Progress of outcomes. It is the dispatcher's alone.
type meter struct {
	progress Progress
	requests int     // to be made, when it began
	rate     float64 // requests a second at the most
	forecast func(now time.Time, n int) pacing.Forecast
	show     func(Progress)
	shown    time.Time
	foreseen time.Time
	goes     time.Time // the last card, as foreseen; zero where the rate alone decides about that
	left     time.Time // and has left
	marks    []mark    // one a second at the most, the newest rateOver of them
}

// mark is how many rows had their outcome at a time.
type mark struct {
	at   time.Time
	done int
}

// newMeter is for a start that is to do what f says. leaves is when the last of n
// more cards goes, and when it has left.
func newMeter(f Forecast, rate float64, show func(Progress), foresee func(now time.Time, n int) pacing.Forecast) *meter {
	now := time.Now()
	m := &meter{
		progress: Progress{Total: f.Counts[csvmodel.Unsent] + f.Counts[csvmodel.Unknown], Counts: maps.Clone(f.Counts)},
		requests: f.Requests,
		rate:     rate,
		forecast: foresee,
		show:     show,
		marks:    []mark{{at: now}},
	}
	m.foresee(now)
	return m
}

// Record takes the new state of a row.
func (m *meter) Record(row ledger.Row) {
	p := &m.progress
	if row.State != ledger.Planned {
		if row.State != ledger.State(csvmodel.Duplicate) {
			m.requests--
		}
		p.Counts[csvmodel.Unsent]--
		p.Counts[row.State.Status()]++
		m.done()
	}
	if now := time.Now(); now.Sub(m.shown) >= showEvery {
		m.Tick(now)
	}
}

// done brings up to date how many rows have an outcome: of an unknown one it is to
// be found out.
func (m *meter) done() {
	p := &m.progress
	p.Done = max(0, p.Total-p.Counts[csvmodel.Unsent]-p.Counts[csvmodel.Unknown])
}

// recount takes note of what was settled meanwhile.
func (m *meter) recount(counts csvmodel.Counts) {
	m.requests += counts[csvmodel.Unsent] - m.progress.Counts[csvmodel.Unsent]
	m.progress.Counts = maps.Clone(counts)
	m.done()
	m.Refresh()
}

// Refresh has the forecast made anew at once.
func (m *meter) Refresh() { m.foreseen = time.Time{} }

// Tick shows where the run stands now.
func (m *meter) Tick(now time.Time) {
	m.shown = now
	if newest := m.marks[len(m.marks)-1]; now.Sub(newest.at) >= time.Second {
		m.marks = append(m.marks, mark{now, m.progress.Done})
	}
	if len(m.marks) > 2 && now.Sub(m.marks[0].at) > rateOver {
		m.marks = m.marks[1:]
	}
	m.foresee(now)
	m.measure(now)
	m.show(m.progress)
}

// foresee brings the forecast up to date.
func (m *meter) foresee(now time.Time) {
	if now.Sub(m.foreseen) < foreseeEvery || m.requests <= 0 {
		return
	}
	m.foreseen = now
	all := m.forecast(now, m.requests)
	m.left, m.goes = all.LeftAt, time.Time{}
	if byRate := time.Duration(float64(m.requests) / m.rate * float64(time.Second)); all.SentAt.Sub(now) > byRate+byRate/5 {
		m.goes = all.SentAt
	}
}

func (m *meter) measure(now time.Time) {
	p := &m.progress
	since := now.Sub(m.marks[0].at).Seconds()
	p.Rate, p.Left = 0, 0
	if done := p.Done - m.marks[0].done; since >= rateFrom && done > 0 {
		p.Rate = float64(done) / since
		p.Left = time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second)).Round(time.Second)
	}
	// Cards that wait for room come in lots, so that the rate of the last while says
	// little about the rest.
	if m.goes.After(now) {
		p.Left = m.goes.Sub(now).Round(time.Second)
	}
	if p.Leaves = m.left; !p.Leaves.IsZero() {
		p.Leaves = latest(p.Leaves, now.Add(p.Left))
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
