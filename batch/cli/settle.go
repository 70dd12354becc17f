package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
)

func newSettle(s Streams) *cobra.Command {
	var language msg.Language
	var sent, notSent bool
	cmd := newLedgerCommand("settle", cobra.ExactArgs(1), ledger.Options{}, &language, func(l *ledger.Ledger, args []string) error {
		if sent == notSent {
			return usageError{msg.Problem("usage.sent-or-not", nil)}
		}
		return runSettle(s, l, args[0], sent, language)
	})
	cmd.Flags().BoolVar(&sent, "sent", false, "the chat has got the card")
	cmd.Flags().BoolVar(&notSent, "not-sent", false, "the chat has not got the card")
	return cmd
}

func runSettle(s Streams, l *ledger.Ledger, place string, sent bool, language msg.Language) error {
	file, line, err := parsePlace(place)
	if err != nil {
		return usageError{err}
	}
	run, err := inbox.FindRun(l, file)
	if err != nil {
		return usageError{err}
	}
	runs := batch.Runs{Ledger: l}
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
	row, errRow := l.RowAt(run.ID, line)
	written, isHere := publish.Files{}, filepath.IsAbs(run.Output) // else it is on another machine
	if isHere {
		written, err = publish.Publisher{Ledger: l, Language: language, Version: version()}.PublishRun(run)
	}
	if err := errors.Join(errRow, err); err != nil {
		return err
	}
	words, outcome := terminal.Language(language), "settle.not-sent"
	if sent {
		outcome = "settle.sent"
	}
	fmt.Fprint(s.Out, terminal.Words(words, "settle.recorded", "File", run.Name, "Line", strconv.Itoa(line), "Chat", row.Fields.ChatID,
		"Run", strconv.FormatInt(run.ID, 10), "At", run.Started, "Outcome", terminal.Words(words, outcome)),
		terminal.WordsIf(isHere, words, "summary.results", "File", written.Results), terminal.WordsIf(isHere, words, "summary.proof", "Proof", written.Proof))
	if !isHere {
		fmt.Fprint(s.Out, noFolder(words, run))
	}
	return nil
}
