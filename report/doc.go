// Package report writes what people get to see of a run: results, what is to be
// corrected, the audit report, and the manifest against which these can be held
// later.
//
// It is given what it writes and never sees the job, so it cannot send. Every
// file appears whole or not at all, with the permissions it is asked to have.
package report
