//go:build !linux && !windows

package leases

import (
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot goes on while the machine sleeps, as the clock of package time does not: so does
// this clock of macOS.
func SinceBoot() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_MONOTONIC, &now); err != nil {
		panic(err) // every Unix has this clock
	}
	return time.Duration(now.Nano())
}
