package batch

import (
	"encoding/json"
	"fmt"
	"time"

	"contact-distributor/batch/ledger"
)

// Dedupe says how far back the same card to the same chat is a duplicate. The
// zero value is: for ever.
type Dedupe struct {
	Within time.Duration // 0: for ever
	File   bool          // only within the file
}

// ParseDedupe understands "forever", "file" and a duration such as "720h".
func ParseDedupe(s string) (Dedupe, error) {
	switch s {
	case "forever":
		return Dedupe{}, nil
	case "file":
		return Dedupe{File: true}, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d <= 0 {
		return Dedupe{}, fmt.Errorf("%q is neither forever, file nor a time such as 720h", s)
	}
	return Dedupe{Within: d}, nil
}

func (d Dedupe) String() string {
	switch {
	case d.File:
		return "file"
	case d.Within > 0:
		return d.Within.String()
	}
	return "forever"
}

// MarshalJSON writes what ParseDedupe reads.
func (d Dedupe) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// Duration is a time.Duration that is written as text.
type Duration struct{ time.Duration }

// MarshalText writes what time.ParseDuration reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Dedupe) scope(now time.Time, run ledger.Run) ledger.Scope {
	s := ledger.Scope{FileOnly: d.File, Again: run.Again}
	if d.Within > 0 {
		s.Since = now.Add(-d.Within)
	}
	return s
}
