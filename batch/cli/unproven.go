package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"contact-distributor/batch"
	"contact-distributor/report"
)

// checkUnproven looks for traces of a manifest, of a run that has none in the chain.
// Where there are none, a program that was killed before it made one cannot be told
// from somebody who has cleared everything away, but by a head that was kept.
func (v *verifying) checkUnproven() error {
	chain, err := v.places(batch.Manifest{})
	if err != nil {
		return err
	}
	l := v.language
	for n := 1; ; n++ {
		path := v.manifestPath(n)
		written, _, err := v.records.Outputs(v.run).At(path)
		if err != nil {
			return err
		}
		text, err := os.ReadFile(path)
		gone := errors.Is(err, fs.ErrNotExist)
		switch {
		case err != nil && !gone:
			return err
		case written != [32]byte{} && chain[written] == nowhere, v.isOfRun(text):
			v.found(differs, say(l, "there is no manifest of this run in the ledger, but the program has written one, %[1]s: the end of the chain was cut off", filepath.Base(path)))
			return nil
		case gone && written == [32]byte{}:
			v.found(remark, say(l, "there is no manifest of this run, nor a trace of one: the program was interrupted before it made one, or its files were made by an older version. Whether somebody has cleared all of it away is seen only with --head. contact-distributor report %[1]s makes one of what there is now", fmt.Sprint(v.run.ID)))
			return nil
		}
	}
}

// isOfRun reports whether a text is a manifest of the run.
func (v *verifying) isOfRun(text []byte) bool {
	m, err := report.ParseManifest(text)
	return err == nil && m.Ledger == v.records.Ledger.ID() && m.Run.ID == v.run.ID
}
