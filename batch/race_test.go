//go:build race

package batch

import "time"

// A smaller week, where all is ten times slower.
const (
	weekRows  = 2000
	weekEvery = 30 * time.Minute // a start
)
