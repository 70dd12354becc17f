package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func newResume(s Streams) *cobra.Command {
	var language msg.Language
	return newLedgerCommand("resume", cobra.ExactArgs(1), ledger.Options{}, &language, func(l *ledger.Ledger, args []string) error {
		machine, user := whoAndWhere()
		suspension, err := l.Resume(args[0], user+"@"+machine, time.Now())
		if errors.Is(err, ledger.ErrNotSuspended) {
			return usageError{msg.Problem("error.not-suspended", msg.Args{"Instance": args[0]})}
		}
		if err == nil {
			fmt.Fprint(s.Out, terminal.Words(terminal.Language(language), "overview.resumed", "Instance", args[0],
				"Since", suspension.Since.Local().Format(minutes), "State", suspension.State))
		}
		return err
	})
}
