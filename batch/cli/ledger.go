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
	var language msg.Language
	return newPlaceCommand("ledger-upgrade", cobra.NoArgs, &language, func(place string, _ []string) error {
		l, err := ledger.Open(place, ledger.Options{})
		if err != nil {
			return err
		}
		key := "overview.upgraded"
		if l.Created {
			key = "overview.made"
		}
		fmt.Fprint(s.Out, terminal.Words(terminal.Language(language), key, "Path", l.Path))
		return l.Close()
	})
}

func newImport(s Streams) *cobra.Command {
	var language msg.Language
	return newPlaceCommand("ledger-import", cobra.ExactArgs(1), &language, func(place string, args []string) error {
		_, err := os.Stat(args[0])
		if err := check(rule{!ledger.IsOnServer(place), "usage.import", nil}, rule{err != nil, "usage.no-ledger", msg.Args{"Path": args[0]}}); err != nil {
			return err
		}
		moved, err := ledger.Import(args[0], place)
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
}
