package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func newLedger(s Streams) *cobra.Command {
	var cmd *cobra.Command
	cmd = newCommand("ledger", cobra.NoArgs, func(context.Context, []string) error { return cmd.Help() })
	cmd.AddCommand(newUpgrade(s))
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
