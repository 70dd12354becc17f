package batch

import (
	"maps"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
)

const (
	showInterval     = 100 * time.Millisecond
	forecastInterval = 10 * time.Second
	// rateSpan is the time over which the rate is measured, and minRateSpan the least time
	// for a rate that is worth showing.
	rateSpan    = 20 * time.Second
	minRateSpan = 2 * time.Second
)

// Progress is where a run stands.
type Progress struct {
	Done, Total   int // rows of this start that have an outcome, and all of them
	Counts        csvmodel.Counts
	Rate          float64       // rows a second that got their outcome lately
	Remaining     time.Duration // until the last row has its outcome; 0 if not known
	LastDeparture time.Time     // when the last card leaves the service's queue; zero if not known
}

type meter struct {
	progress   Progress
	requests   int // that are still to be made
	forecast   func(now time.Time, n int) pacing.Forecast
	show       func(Progress)
	shownAt    time.Time
	forecastAt time.Time
	expected   pacing.Forecast // the newest
	samples    []doneSample    // one a second at most, of the last rateSpan
}

type doneSample struct {
	at   time.Time
	done int
}

func newMeter(f Forecast, show func(Progress), forecast func(now time.Time, n int) pacing.Forecast) *meter {
	now := time.Now()
	m := &meter{
		progress: Progress{Total: f.Counts[csvmodel.Unsent] + f.Counts[csvmodel.Unknown], Counts: maps.Clone(f.Counts)},
		requests: f.Requests,
		forecast: forecast,
		show:     show,
		samples:  []doneSample{{at: now}},
	}
	m.refreshForecast(now)
	return m
}

// Record takes the new state of a row.
func (m *meter) Record(row ledger.Row) {
	if row.State != ledger.Planned {
		if row.State != ledger.State(csvmodel.Duplicate) {
			m.requests--
		}
		m.progress.Counts[csvmodel.Unsent]--
		m.progress.Counts[row.State.Status()]++
		m.countDone()
	}
	if now := time.Now(); now.Sub(m.shownAt) >= showInterval {
		m.Tick(now)
	}
}

func (m *meter) recount(counts csvmodel.Counts) {
	m.requests += counts[csvmodel.Unsent] - m.progress.Counts[csvmodel.Unsent]
	m.progress.Counts = maps.Clone(counts)
	m.countDone()
	m.Refresh()
}

// countDone leaves out unknown rows, which have no outcome yet.
func (m *meter) countDone() {
	p := &m.progress
	p.Done = max(0, p.Total-p.Counts[csvmodel.Unsent]-p.Counts[csvmodel.Unknown])
}

// Refresh has the next Tick forecast anew.
func (m *meter) Refresh() { m.forecastAt = time.Time{} }

// Tick shows the progress.
func (m *meter) Tick(now time.Time) {
	m.shownAt = now
	if newest := m.samples[len(m.samples)-1]; now.Sub(newest.at) >= time.Second {
		m.samples = append(m.samples, doneSample{now, m.progress.Done})
	}
	if len(m.samples) > 2 && now.Sub(m.samples[0].at) > rateSpan {
		m.samples = m.samples[1:]
	}
	m.refreshForecast(now)
	m.measure(now)
	m.show(m.progress)
}

func (m *meter) refreshForecast(now time.Time) {
	if now.Sub(m.forecastAt) < forecastInterval || m.requests <= 0 {
		return
	}
	m.forecastAt, m.expected = now, m.forecast(now, m.requests)
}

func (m *meter) measure(now time.Time) {
	p := &m.progress
	span := now.Sub(m.samples[0].at)
	p.Rate, p.Remaining = 0, 0
	if done := p.Done - m.samples[0].done; span >= minRateSpan && done > 0 {
		p.Rate = float64(done) / span.Seconds()
		p.Remaining = time.Duration(float64(p.Total-p.Done) / p.Rate * float64(time.Second)).Round(time.Second)
	}
	// Cards that wait for room go in bursts: the rate says little about the rest.
	if sentAt := m.expected.SentAt; sentAt.After(now) && !m.expected.IsByRate {
		p.Remaining = sentAt.Sub(now).Round(time.Second)
	}
	p.LastDeparture = m.expected.LeftAt
	if end := now.Add(p.Remaining); !p.LastDeparture.IsZero() && end.After(p.LastDeparture) {
		p.LastDeparture = end
	}
}

// Forecast is what a run is about to do.
type Forecast struct {
	Run      ledger.Run
	Account  string          // of several, else ""
	Settings Settings        // of the account
	Counts   csvmodel.Counts // as planned, of the account's rows

	Begins     bool // cards may go now; else the rest is zero
	Duplicates int  // unsent rows that are expected to be duplicates
	Requests   int
	pacing.Forecast
	Duration time.Duration // until the last card has left the service's queue
}
