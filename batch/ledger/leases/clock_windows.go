package leases

import (
	"time"

	"golang.org/x/sys/windows"
)

// SinceBoot goes on while the machine sleeps, as the clock of package time does not.
func SinceBoot() time.Duration { return windows.DurationSinceBoot() }
