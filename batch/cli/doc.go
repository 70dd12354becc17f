// Package cli is the command line: a verb a file, the flags and their
// environment variables, and what people see on a terminal or in a log.
//
// Results go to files, what happens to stderr, and only the closing summary to
// stdout. Every exit status has one meaning, which is in every verb's help.
package cli
