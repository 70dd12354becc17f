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
func (v *verifying) checkUnproven() error {
	trace, err := traceOfProof(v.records, v.run)
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

// traceOfProof returns the path of a manifest of which the ledger remembers that it
// was written, or that is there, though the run has none in the chain. Where there is
// none, a program that was killed before it made one cannot be told from somebody who
// has cleared everything away, but by a head that was kept.
func traceOfProof(records batch.Records, run batch.Run) (string, error) {
	chain, err := placesIn(records, batch.Manifest{})
	if err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		path := manifestPath(run, n)
		written, _, err := records.Outputs(run).At(path)
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(path)
		gone := errors.Is(err, fs.ErrNotExist)
		switch {
		case err != nil && !gone:
			return "", err
		case written != [32]byte{} && chain[written] == nowhere, isProofOf(records, run, text):
			return path, nil
		case gone && written == [32]byte{}:
			return "", nil
		}
	}
}

// isProofOf reports whether a text is a manifest of the run.
func isProofOf(records batch.Records, run batch.Run, text []byte) bool {
	m, err := report.ParseManifest(text)
	return err == nil && m.Ledger == records.Ledger.ID() && m.Run.ID == run.ID
}
