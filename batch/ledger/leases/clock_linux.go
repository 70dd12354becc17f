package leases

import (
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot goes on while the machine sleeps, as the clock of package time does not.
func SinceBoot() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		panic(err) // every Linux has this clock
	}
	return time.Duration(now.Nano())
}
