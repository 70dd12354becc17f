package ledger

import (
	"time"

	"golang.org/x/sys/windows"
)

// sinceBoot goes on while the machine sleeps, as the clock of package time does not.
func sinceBoot() time.Duration { return windows.DurationSinceBoot() }
