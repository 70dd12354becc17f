//go:build race

package batch

// underRace: all is ten times slower, and what simulates days is tried without.
const underRace = true
