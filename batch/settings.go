package batch

import (
	"encoding/json"
	"time"

	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
)

// Settings are what a person chooses for a run. The ledger keeps them with it.
type Settings struct {
	Rate    float64 `json:"rate"`    // requests a second at most
	Workers int     `json:"workers"` // requests under way at once
	// SettleAfter is how long after its end the service may still accept a request.
	SettleAfter Duration `json:"settleAfter"`
	NoWait      bool     `json:"noWait,omitempty"` // Send does not wait to settle rows

	QueueDepth pacing.QueueDepth `json:"queueDepth"`
	Window     pacing.Window     `json:"window,omitzero"`
	PerDay     int               `json:"perDay,omitempty"` // cards in any 24 hours; 0: any number

	Strict bool          `json:"strict,omitempty"`
	Again  bool          `json:"again,omitempty"`
	Dedupe ledger.Dedupe `json:"dedupe"`
	Out    string        `json:"out,omitempty"`
}

// SettingsOf returns the settings of a run's newest start.
func SettingsOf(run ledger.Run) (s Settings, err error) {
	err = json.Unmarshal(run.Settings, &s)
	return s, err
}

func (s Settings) policy() pacing.Policy {
	return pacing.Policy{Rate: s.Rate, QueueDepth: s.QueueDepth, Window: s.Window, PerDay: s.PerDay}
}

// Duration is a time.Duration that is written as text.
type Duration struct{ time.Duration }

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration parses.
func (d *Duration) UnmarshalText(text []byte) (err error) {
	d.Duration, err = time.ParseDuration(string(text))
	return err
}
