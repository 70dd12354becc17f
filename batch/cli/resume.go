package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/account"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

func newResume(s Streams) *cobra.Command {
	var path string
	var language msg.Language
	cmd := &cobra.Command{
		Use:   "resume INSTANCE",
		Short: "Lets an instance send again that a warning has put to rest",
		Long: `Lets an instance send again that is at rest: after a yellow card, a suspension or
a block no run sends for it, whatever its state is later, until you say so here.
The vendor advises to rest for days, and to begin again with few cards a day
(--per-day): a number that goes on at once is likely to be blocked for good. Your
user name and the time are kept. Nothing is sent; the next send goes on.`,
		Example: `  contact-distributor resume 7105123456`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runResume(s, path, args[0], terminal.Language(language))
		},
	}
	ledgerFlag(cmd, &path)
	languageFlag(cmd, &language)
	fromEnvironment(cmd)
	return cmd
}

func runResume(s Streams, path, instance string, language msg.Language) error {
	l, err := openExisting(path)
	if err != nil {
		return err
	}
	defer l.Close()
	machine, user := whoAndWhere()
	suspension, err := account.Resume(l, instance, user+"@"+machine, time.Now())
	if errors.Is(err, ledger.ErrNotSuspended) {
		return usageError{msg.Problem("error.not-suspended", msg.Args{"Instance": instance})}
	}
	if err != nil {
		return err
	}
	fmt.Fprint(s.Out, terminal.Words(language, "overview.resumed", "Instance", instance, "Since", suspension.Since.Local().Format("2006-01-02 15:04"), "State", suspension.State))
	return nil
}
