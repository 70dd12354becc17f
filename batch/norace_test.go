//go:build !race

package batch

import "time"

const (
	weekRows  = 20000
	weekEvery = 10 * time.Minute // a start
)
