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
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"contact-distributor/csvmodel/msg"
)

// Streams are where a command reads and writes.
type Streams struct {
	Out, Err io.Writer
}

// Main does what args (without the program's name) ask for and returns the exit
// status. When ctx is done, a run stops in order.
func Main(ctx context.Context, args []string, s Streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	printError(s.Err, languageOf(cmd), err)
	return exitStatus(err)
}

// textOut is where text goes for people; with --json, stdout is for machines.
func textOut(s Streams, json bool) io.Writer {
	if json {
		return s.Err
	}
	return s.Out
}

// printError writes an error for people, unless they have been told.
func printError(w io.Writer, l msg.Language, err error) {
	if status := statusError(0); err != nil && !errors.As(err, &status) {
		fmt.Fprint(w, msg.Text(l, "error.prefix", msg.Args{"Err": err}))
	}
}

func newRoot(s Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "contact-distributor",
		Short: "Hands out contact cards on WhatsApp from CSV files",
		Long: `Hands out contact cards on WhatsApp: reads CSV files of chats and contacts,
sends each card once through GREEN-API, and says of every row what became of it.

To try it without an account:  contact-distributor send FILE --sandbox`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usageError{msg.Problem("usage.see", msg.Args{"Err": plainly(err), "Command": cmd.CommandPath()})}
	})
	root.AddCommand(newSend(s), newValidate(s), newInbox(s), newReport(s), newSettle(s), newTrack(s), newExplain(s), newResume(s), newStatus(s), newSandbox(s))
	root.InitDefaultCompletionCmd()
	root.SetUsageTemplate(usageTemplate(root.UsageTemplate()))
	asUsage(root)
	return root
}

// usageTemplate makes flags fit a terminal of 80 columns, and adds what the exit
// statuses mean.
func usageTemplate(cobras string) string {
	fitting := strings.ReplaceAll(cobras, "Flags.FlagUsages ", "Flags.FlagUsagesWrapped 80 ")
	return strings.TrimRight(fitting, "\n") + "\n" + exitHelp
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

// version is the module's, or of a checkout the commit's.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
