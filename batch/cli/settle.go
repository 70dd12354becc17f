package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
)

func newSettle(s Streams) *cobra.Command {
	var ledger string
	var language msg.Language
	var sent, notSent bool
	cmd := newCommand("settle", cobra.ExactArgs(1), func(_ context.Context, args []string) error {
		if sent == notSent {
			return usageError{msg.Problem("usage.sent-or-not", nil)}
		}
		return runSettle(s, ledger, args[0], sent, language)
	})
	ledgerFlag(cmd, &ledger)
	cmd.Flags().BoolVar(&sent, "sent", false, "the chat has got the card")
	cmd.Flags().BoolVar(&notSent, "not-sent", false, "the chat has not got the card")
	languageFlag(cmd, &language)
	return cmd
}

func runSettle(s Streams, ledgerFlag, place string, sent bool, language msg.Language) error {
	file, line, err := parsePlace(place)
	if err != nil {
		return usageError{err}
	}
	ledger, err := openExisting(ledgerFlag)
	if err != nil {
		return err
	}
	defer ledger.Close()
	run, err := inbox.FindRun(ledger, file)
	if err != nil {
		return usageError{err}
	}
	runs := batch.Runs{Ledger: ledger}
	if run, err = runs.Doubtful(run, line); err != nil {
		return err
	}
	machine, user := whoAndWhere()
	err = runs.SettleByHand(run, line, sent, user+"@"+machine, time.Now())
	if errors.Is(err, batch.ErrNotUnknown) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	row, err := ledger.RowAt(run.ID, line)
	if err != nil {
		return err
	}
	written, err := publish.Publisher{Ledger: ledger, Language: language, Version: version()}.PublishRun(run)
	if err != nil {
		return err
	}
	l := terminal.Language(language)
	word := terminal.Words(l, "settle.not-sent")
	if sent {
		word = terminal.Words(l, "settle.sent")
	}
	fmt.Fprint(s.Out, terminal.Words(l, "settle.recorded", "File", run.Name, "Line", strconv.Itoa(line), "Chat", row.Fields.ChatID, "Run", strconv.FormatInt(run.ID, 10), "At", run.Started, "Outcome", word), terminal.Words(l, "summary.results", "File", written.Results), terminal.Words(l, "summary.proof", "Proof", written.Proof))
	return nil
}
