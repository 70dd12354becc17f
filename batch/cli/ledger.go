package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func newLedger(s Streams) *cobra.Command {
	var cmd *cobra.Command
	cmd = newCommand("ledger", cobra.NoArgs, func(context.Context, []string) error { return cmd.Help() })
	cmd.AddCommand(newUpgrade(s), newImport(s))
	for _, verb := range cmd.Commands() {
		fromEnvironment(verb)
	}
	return cmd
}

func newUpgrade(s Streams) *cobra.Command {
	var flag string
	var language msg.Language
	cmd := newCommand("ledger-upgrade", cobra.NoArgs, func(context.Context, []string) error {
		path, err := ledgerPath(flag)
		if err != nil {
			return err
		}
		l, err := ledger.Open(path, ledger.Options{})
		if err != nil {
			return err
		}
		key := "overview.upgraded"
		if l.Created() {
			key = "overview.made"
		}
		fmt.Fprint(s.Out, terminal.Words(terminal.Language(language), key, "Path", l.Path()))
		return l.Close()
	})
	ledgerFlag(cmd, &flag)
	languageFlag(cmd, &language)
	return cmd
}

func newImport(s Streams) *cobra.Command {
	var flag string
	var language msg.Language
	cmd := newCommand("ledger-import", cobra.ExactArgs(1), func(_ context.Context, args []string) error {
		if err := check(rule{!ledger.IsOnServer(flag), "usage.import", nil}); err != nil {
			return err
		}
		if _, err := os.Stat(args[0]); err != nil {
			return usageError{msg.Problem("usage.no-ledger", msg.Args{"Path": args[0]})}
		}
		moved, err := ledger.Import(args[0], flag)
		if err != nil {
			return err
		}
		l, key := terminal.Language(language), "overview.moved"
		if moved.Before {
			key = "overview.moved-before"
		}
		fmt.Fprint(s.Out, terminal.Words(l, key, "Path", args[0], "Place", moved.Place, "Rows", moved.Rows),
			terminal.WordsIf(moved.Changed > 0, l, "overview.moved-changed", "Texts", moved.Changed))
		return nil
	})
	ledgerFlag(cmd, &flag)
	languageFlag(cmd, &language)
	return cmd
}
