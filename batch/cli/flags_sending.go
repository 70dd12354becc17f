package cli

import (
	"github.com/spf13/cobra"

	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel/msg"
)

// sendingOptions are the flags of the verbs that send.
type sendingOptions struct {
	jobOptions
	reading  readingOptions
	suppress string
	pacing   pacingFlags
	dedupe   string
	progress string
}

func (o *sendingOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	o.jobOptions.flags(cmd)
	o.pacing.flags(cmd, &o.settings)
	f.IntVar(&o.settings.Workers, "workers", 16, "`N` requests under way at once, at the most")
	o.reading.flags(cmd)
	suppressFlag(cmd, &o.suppress)
	f.StringVar(&o.dedupe, "dedupe", "forever", "`HOW` far back the same card to the same chat is a duplicate: forever, file (within this file only), or a time such as 720h")
	f.BoolVar(&o.settings.Strict, "strict", false, "send nothing if any row is invalid")
}

// check finds wrong use before anything is done.
func (o *sendingOptions) check() error {
	var err error
	switch o.settings.Dedupe, err = ledger.ParseDedupe(o.dedupe); {
	case err != nil:
		return usageError{msg.Problem("usage.flag", msg.Args{"Flag": "--dedupe", "Err": err})}
	case o.settings.Workers < 1 || o.settings.Workers > 1024:
		return usageError{msg.Problem("usage.workers", msg.Args{"Value": o.settings.Workers})}
	}
	if err := o.pacing.check(&o.settings); err != nil {
		return err
	}
	if err := o.settings.Window.CheckTimeout(o.timeout); err != nil {
		return usageError{err}
	}
	return o.jobOptions.check()
}

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
