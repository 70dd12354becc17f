package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"contact-distributor/batch/account"
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel/msg"
)

// repeat has a verb go on by itself.
type repeat struct{ every time.Duration }

func (r *repeat) flag(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&r.every, "every", 0, "`TIME` after which to look again, such as 1m: goes on until a signal, as cron would, with --max-time for each turn (default: ends when all is done)")
}

func (r *repeat) check() error {
	return check(rule{r.every < 0, "usage.no-less", ofFlag("--every", r.every)})
}

// run does a turn and returns what went wrong in the last one. What went wrong in the turn
// before in the same way is not told again. Wrong use ends it, and a ledger that must not be used.
func (r *repeat) run(ctx context.Context, s Streams, l msg.Language, turn func() []error) error {
	for told := ""; ; {
		errs := turn()
		if r.every == 0 {
			return printAllButWorst(s, l, errs)
		}
		var text strings.Builder
		worst := printAllButWorst(Streams{Err: &text}, l, errs)
		printError(&text, l, worst)
		if text.String() != told {
			told = text.String()
			if _, err := io.WriteString(s.Err, told); err != nil {
				return err
			}
		}
		if isA[usageError](worst) || isA[ledger.PlaceError](worst) || !account.Wait(ctx, r.every) {
			return statusErrorOf(exitStatus(worst))
		}
	}
}
