package ledger

import (
	"encoding/json"
	"time"

	"contact-distributor/csvmodel/msg"
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
		return Dedupe{}, msg.Problem("ledger.dedupe", msg.Args{"Text": s})
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

// MarshalText writes what ParseDedupe reads.
func (d Dedupe) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is ParseDedupe.
func (d *Dedupe) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDedupe(string(text))
	return err
}

// Scope returns which claims make a row of the run a duplicate now, if it goes on as it was
// started last. Of settings that somebody has altered it takes all.
func (r Run) Scope(now time.Time) Scope {
	var settings struct{ Dedupe Dedupe }
	if json.Unmarshal(r.Settings, &settings) != nil {
		settings.Dedupe = Dedupe{}
	}
	return settings.Dedupe.Scope(now, r)
}

// Scope returns which claims make a row of the run a duplicate now.
func (d Dedupe) Scope(now time.Time, run Run) Scope {
	s := Scope{FileOnly: d.File, Again: run.Again}
	if d.Within > 0 {
		s.Since = now.Add(-d.Within)
	}
	return s
}
