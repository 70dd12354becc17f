//go:build !race

package batch

const weekRows = 20000
