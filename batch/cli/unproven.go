package cli

import (
	"contact-distributor/batch/publish"
	"fmt"
	"path/filepath"
)

// checkUnproven looks for traces of a manifest, of a run that has none in the chain.
func (v *verifying) checkUnproven() error {
	trace, err := publish.TraceOfProof(v.records, v.run)
	l := v.language
	switch {
	case err != nil:
		return err
	case trace != "":
		v.found(differs, say(l, "there is no manifest of this run in the ledger, but the program has written one, %[1]s: the end of the chain was cut off", filepath.Base(trace)))
	default:
		v.found(remark, say(l, "there is no manifest of this run, nor a trace of one: the program was interrupted before it made one, or its files were made by an older version. Whether somebody has cleared all of it away is seen only with --head. contact-distributor report %[1]s makes one of what there is now", fmt.Sprint(v.run.ID)))
	}
	return nil
}
