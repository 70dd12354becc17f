//go:build race

package batch_test

// underRace is whether the race detector makes all ten times slower. What simulates
// hours and days is tried without it.
const underRace = true
