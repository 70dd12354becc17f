package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func newResume(s Streams) *cobra.Command {
	var path string
	var language msg.Language
	cmd := newCommand("resume", cobra.ExactArgs(1), func(_ context.Context, args []string) error {
		return runResume(s, path, args[0], terminal.Language(language))
	})
	ledgerFlag(cmd, &path)
	languageFlag(cmd, &language)
	return cmd
}

func runResume(s Streams, path, instance string, language msg.Language) error {
	l, err := openExisting(path)
	if err != nil {
		return err
	}
	defer l.Close()
	machine, user := whoAndWhere()
	suspension, err := l.Resume(instance, user+"@"+machine, time.Now())
	if errors.Is(err, ledger.ErrNotSuspended) {
		return usageError{msg.Problem("error.not-suspended", msg.Args{"Instance": instance})}
	}
	if err != nil {
		return err
	}
	fmt.Fprint(s.Out, terminal.Words(language, "overview.resumed", "Instance", instance, "Since", suspension.Since.Local().Format("2006-01-02 15:04"), "State", suspension.State))
	return nil
}
