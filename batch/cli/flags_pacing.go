package cli

import (
	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel/msg"
)

// pacingFlags say how fast, when and how many.
type pacingFlags struct {
	depth, window, zone string
}

func (p *pacingFlags) flags(cmd *cobra.Command, s *batch.Settings) {
	f := cmd.Flags()
	f.Float64Var(&s.Rate, "rate", 10, "`N` requests a second at the most; the service takes 50")
	f.StringVar(&p.depth, "queue-depth", "auto", "`N` messages waiting at the service at the most; auto: what leaves in a minute, at least 20, no limit while the service reports a delay of 0; 0: only what leaves within its 24 hours")
	f.StringVar(&p.window, "window", "", "`HOURS` within which cards leave, such as 09:00-20:00 (default: all); needs --timezone")
	f.StringVar(&p.zone, "timezone", "", "`ZONE` of --window, such as Europe/Moscow")
	f.IntVar(&s.PerDay, "per-day", 0, "`N` cards at the most in any 24 hours for the instance, over all files and runs (default: no limit)")
}

// check finds wrong use before anything is done, and puts what is right into s.
func (p *pacingFlags) check(s *batch.Settings) (err error) {
	if !(s.Rate > 0 && s.Rate <= 1e6) {
		return usageError{msg.Problem("usage.rate", msg.Args{"Value": s.Rate})}
	}
	if s.PerDay < 0 {
		return usageError{msg.Problem("usage.per-day", msg.Args{"Value": s.PerDay})}
	}
	if s.QueueDepth, err = pacing.ParseQueueDepth(p.depth); err != nil {
		return usageError{msg.Problem("usage.flag", msg.Args{"Flag": "--queue-depth", "Err": err})}
	}
	if s.Window, err = pacing.ParseWindow(p.window, p.zone); err != nil {
		return usageError{err}
	}
	return nil
}
