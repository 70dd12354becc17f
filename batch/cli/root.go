// Package cli is the command line: a verb a file, the flags and their environment
// variables, and the exit statuses. What people see is made in package terminal.
//
// Results go to files, what happens to stderr, and only the closing summary to
// stdout. Every exit status has one meaning, which is in every verb's help.
package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/csvmodel/msg"
)

// Main does what args (without the program's name) ask for and returns the exit
// status. When ctx is done, a run stops in order.
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
	root.AddCommand(newSend(s), newValidate(s), newInbox(s), newReport(s), newSettle(s), newTrack(s), newExplain(s), newResume(s), newStatus(s), newSandbox(s))
	for _, verb := range root.Commands() {
		fromEnvironment(verb)
	}
	root.InitDefaultCompletionCmd()
	root.SetUsageTemplate(usageTemplate(root.UsageTemplate()))
	asUsage(root)
	return root
}

// usageTemplate makes flags fit a terminal of 80 columns, and adds what the exit
// statuses mean.
func usageTemplate(cobras string) string {
	fitting := strings.ReplaceAll(cobras, "Flags.FlagUsages ", "Flags.FlagUsagesWrapped 80 ")
	return strings.TrimRight(fitting, "\n") + "\n\n" + helpText("exit") + "\n"
}

// asUsage makes wrong arguments of every command wrong use.
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
