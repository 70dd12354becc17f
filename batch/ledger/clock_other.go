//go:build !linux && !windows

package ledger

import (
	"time"

	"golang.org/x/sys/unix"
)

// sinceBoot goes on while the machine sleeps, as the clock of package time does not: so does
// this clock of macOS.
func sinceBoot() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err) // every Unix has this clock
	}
	return time.Duration(now.Nano())
}
