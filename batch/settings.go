package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"time"
)

// Dedupe says how far back the same card to the same chat is a duplicate.
type Dedupe = ledger.Dedupe

// ParseDedupe understands "forever", "file" and a duration such as "720h".
func ParseDedupe(s string) (Dedupe, error) { return ledger.ParseDedupe(s) }

// Duration is a time.Duration that is written as text.
type Duration struct{ time.Duration }

// MarshalText writes what time.ParseDuration reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (s Settings) policy() pacing.Policy {
	return pacing.Policy{Rate: s.Rate, QueueDepth: s.QueueDepth, Window: s.Window, PerDay: s.PerDay}
}
