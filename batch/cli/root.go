// Package cli is the command line: a verb a file, the flags and their environment
// variables, and the exit statuses. What people see is made in package terminal.
//
// Results go to files, what happens to stderr, and only the closing summary to
// stdout. Every exit status has one meaning, which is in every verb's help.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/audit"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Main does what args ask for and returns the exit status. When ctx is done, a run stops in order.
func Main(ctx context.Context, args []string, s Streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	printError(s.Err, languageOf(cmd), err)
	return exitStatus(err)
}

func newRoot(s Streams) *cobra.Command {
	var root *cobra.Command
	root = newCommand("contact-distributor", cobra.NoArgs, func(context.Context, []string) error { return root.Help() })
	root.Version, root.SilenceErrors, root.SilenceUsage = version(), true, true
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{msg.Problem("usage.see", msg.Args{"Err": plainly(err), "Command": cmd.CommandPath()})}
	})
	root.AddCommand(newSend(s), newValidate(s), newInbox(s), newWork(s), newReport(s), newSettle(s), newTrack(s), newExplain(s), newResume(s), newStatus(s), newLedger(s), newSandbox(s), newTopic("accounts"), newTopic("fleet"))
	for _, verb := range root.Commands() {
		fromEnvironment(verb)
	}
	root.InitDefaultCompletionCmd()
	usage := strings.ReplaceAll(root.UsageTemplate(), "Flags.FlagUsages ", "Flags.FlagUsagesWrapped 80 ")
	root.SetUsageTemplate(strings.TrimRight(usage, "\n") + "\n\n" + helpText("exit") + "\n")
	asUsage(root)
	return root
}

func asUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				if cmd.HasParent() { // the library speaks of args(s)
					err = msg.Problem("usage.line", msg.Args{"Use": cmd.UseLine()})
				}
				return usageError{msg.Problem("usage.see", msg.Args{"Err": err, "Command": cmd.CommandPath()})}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		asUsage(sub)
	}
}

// The exit statuses. Where several hold, the first of 1, 2, 6, 5, 4, 3, 0.
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRows    = 3
	exitLater   = 4
	exitHeld    = 5
	exitAccount = 6
)

type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Text leaves errors that are joined on a line each.
func (e usageError) Text(l msg.Language) string { return msg.Explain(l, e.error) }

// statusError carries an exit status whose reason has been told already.
type statusError int

func (statusError) Error() string { return "told" }

func statusErrorOf(status int) error {
	if status == exitDone {
		return nil
	}
	return statusError(status)
}

func exitStatus(err error) int {
	status, isTold := errors.AsType[statusError](err)
	switch {
	case err == nil:
		return exitDone
	case isTold:
		return int(status)
	case isA[usageError](err), isA[*csvmodel.FileError](err), isA[*pacing.SettingsError](err), isA[ledger.PlaceError](err), errors.Is(err, audit.ErrUnknown):
		return exitUsage
	case isA[*ledger.HeldError](err), errors.Is(err, ledger.ErrInUse):
		return exitHeld
	case errors.Is(err, ledger.ErrLeaseLost), isA[ledger.ServerError](err):
		return exitLater
	}
	return exitFailed
}

func isA[E error](err error) bool {
	_, is := errors.AsType[E](err)
	return is
}

func runStatus(s batch.Summary) int {
	action := s.Stop.Action()
	switch {
	case action == msg.ByPerson:
		return exitAccount
	case action == msg.ByNextRun, action == msg.None && s.Settling+s.Counts[csvmodel.Unsent] > 0:
		return exitLater
	case action == msg.Withheld, s.NeedPerson()+s.Counts[csvmodel.Unknown] > 0:
		return exitRows
	}
	return exitDone
}

var bySeverity = []int{exitFailed, exitUsage, exitAccount, exitHeld, exitLater, exitRows}

// printAllButWorst prints all errors but the last that counts most, which it returns.
func printAllButWorst(s Streams, l msg.Language, errs []error) error {
	severityOf := func(err error) int { return slices.Index(bySeverity, exitStatus(err)) }
	var worst error
	for _, err := range errs {
		if err != nil && (worst == nil || severityOf(err) < severityOf(worst)) {
			worst, err = err, worst
		}
		printError(s.Err, l, err)
	}
	return worst
}

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

func textOut(s Streams, json bool) io.Writer {
	if json {
		return s.Err
	}
	return s.Out
}

func printError(w io.Writer, l msg.Language, err error) {
	if err != nil && !isA[statusError](err) {
		fmt.Fprint(w, msg.Text(l, "error.prefix", msg.Args{"Err": err}))
	}
}
