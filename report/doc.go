// Package report writes what people get to see of a run: the results file.
//
// It is given what it writes and never sees the job, so it cannot send. Every
// file appears whole or not at all, with the permissions it is asked to have.
package report
