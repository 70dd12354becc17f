//go:build race

package batch

// weekRows is less where all is ten times slower.
const weekRows = 1000
