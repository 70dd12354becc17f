//go:build unix

package leases

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// SinceBoot goes on while the machine sleeps, as the clock of package time does not.
func SinceBoot() time.Duration {
	var now unix.Timespec
	clock := int32(unix.CLOCK_MONOTONIC) // does so on macOS
	if runtime.GOOS == "linux" {
		clock = 7 // CLOCK_BOOTTIME, which package unix has for Linux alone
	}
	if err := unix.ClockGettime(clock, &now); err != nil {
		panic(err) // every such system has this clock
	}
	return time.Duration(now.Nano())
}
