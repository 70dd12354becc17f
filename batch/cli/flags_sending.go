package cli

import (
	"github.com/spf13/cobra"

	"contact-distributor/batch/ledger"
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
