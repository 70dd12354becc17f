package cli

import (
	"cmp"
	"contact-distributor/batch"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newSettle(s Streams) *cobra.Command {
	var ledger string
	var language msg.Language
	var sent, notSent bool
	cmd := &cobra.Command{
		Use:   "settle FILE:LINE --sent|--not-sent",
		Short: "Records your word on a row that the records cannot decide",
		Long: `Records your word on an unknown row: whether the chat has got the card. Look into
the chat first. With --sent the row counts as accepted; with --not-sent the next
send of the file sends it. LINE is the one that the results file shows. Your user
name and the time are kept.`,
		Example: `  contact-distributor settle contacts.csv:17 --sent`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if sent == notSent {
				return usageError{errors.New("say one of --sent and --not-sent")}
			}
			return runSettle(s, ledger, args[0], sent, language)
		},
	}
	ledgerFlag(cmd, &ledger)
	cmd.Flags().BoolVar(&sent, "sent", false, "the chat has got the card")
	cmd.Flags().BoolVar(&notSent, "not-sent", false, "the chat has not got the card")
	languageFlag(cmd, &language)
	fromEnvironment(cmd)
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
	records := batch.Records{Ledger: ledger, Language: language}
	run, err := inbox.FindRun(records, file)
	if err != nil {
		return usageError{err}
	}
	machine, user := whoAndWhere()
	err = records.SettleByHand(run, line, sent, user+"@"+machine, time.Now())
	if errors.Is(err, batch.ErrNotUnknown) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	written, err := publish.Publisher{Version: version(), Records: records}.PublishRun(run)
	if err != nil {
		return err
	}
	l := cmp.Or(language, run.Layout.Language())
	word := say(l, "not sent: send the file again to send it")
	if sent {
		word = say(l, "sent")
	}
	fmt.Fprint(s.Out, say(l, "%[1]s:%[2]s is recorded as %[3]s.\n", run.Name, strconv.Itoa(line), word), say(l, "Results: %[1]s\n", written.Results), say(l, "Proof:   %[1]s\n", written.Proof))
	return nil
}

// parsePlace takes FILE:LINE apart.
func parsePlace(place string) (file string, line int, err error) {
	i := strings.LastIndexByte(place, ':')
	if i > 0 {
		line, err = strconv.Atoi(place[i+1:])
	}
	if i <= 0 || err != nil || line < 1 {
		return "", 0, fmt.Errorf("%s: needs a file and a line of it, such as contacts.csv:17", place)
	}
	return place[:i], line, nil
}
