package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
)

func newResume(s Streams) *cobra.Command {
	var ledger string
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
		RunE:    func(_ *cobra.Command, args []string) error { return runResume(s, ledger, args[0]) },
	}
	ledgerFlag(cmd, &ledger)
	fromEnvironment(cmd)
	return cmd
}

func runResume(s Streams, ledgerFlag, instance string) error {
	ledger, err := openExisting(ledgerFlag)
	if err != nil {
		return err
	}
	defer ledger.Close()
	machine, user := whoAndWhere()
	rest, err := batch.Records{Ledger: ledger}.Resume(instance, user+"@"+machine, time.Now())
	if errors.Is(err, batch.ErrNotAtRest) {
		return usageError{fmt.Errorf("instance %s is not at rest: contact-distributor status shows those that are", instance)}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Out, "Instance %s may send again. It was at rest since %s, when the service said that its state was %s.\n",
		instance, rest.Since.Local().Format("2006-01-02 15:04"), rest.State)
	return nil
}
