package publish

import (
	"contact-distributor/batch"
	"contact-distributor/batch/ledger"
	"contact-distributor/report"
	"errors"
	"io/fs"
	"os"
	"strconv"
)

// TraceOfProof returns the path of a manifest of which the ledger remembers that it
// was written, or that is there, though the run has none in the chain. Where there is
// none, a program that was killed before it made one cannot be told from somebody who
// has cleared everything away, but by a head that was kept.
func TraceOfProof(records batch.Records, run ledger.Run) (string, error) {
	chain, err := PlacesIn(records, batch.Manifest{})
	if err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		path := ManifestPath(run, n)
		written, _, err := records.Outputs(run).At(path)
		if err != nil {
			return "", err
		}
		text, err := os.ReadFile(path)
		gone := errors.Is(err, fs.ErrNotExist)
		switch {
		case err != nil && !gone:
			return "", err
		case written != [32]byte{} && chain[written] == Nowhere, isProofOf(records, run, text):
			return path, nil
		case gone && written == [32]byte{}:
			return "", nil
		}
	}
}

// isProofOf reports whether a text is a manifest of the run.
func isProofOf(records batch.Records, run ledger.Run, text []byte) bool {
	m, err := report.ParseManifest(text)
	return err == nil && m.Ledger == records.Ledger.ID() && m.Run.ID == run.ID
}

// places are where manifests stand in the chain, by their hash, seen from the newest
// one about some files.
type places map[[32]byte]standing

type standing int

const (
	Nowhere standing = iota
	other            // it is about other files, or came later
	older            // it is about the same files
	newest
)

func PlacesIn(records batch.Records, proof batch.Manifest) (places, error) {
	all := places{}
	for m, err := range records.Chain() {
		switch {
		case err != nil:
			return nil, err
		case m.ID == proof.ID:
			all[m.Hash] = newest
		case m.ID < proof.ID && m.Output == proof.Output:
			all[m.Hash] = older
		default:
			all[m.Hash] = other
		}
	}
	return all, nil
}

// Explain reports whether a program that was killed before the newest manifest stood
// beside the files can have left what is there, a zero hash being nothing. It writes
// only what is in the chain by then: so what is found is an older one, or nothing
// where nothing was.
func (p places) Explain(is, written, replaced [32]byte) bool {
	none := [32]byte{}
	begun := written == none || p[written] >= older
	left := is == written || is == replaced
	return begun && left && (is == none || p[is] == older)
}

// ManifestPath is the n-th of the paths that the copy of a manifest can have.
func ManifestPath(run ledger.Run, n int) string {
	if n == 1 {
		return run.Output + batch.ManifestSuffix
	}
	return run.Output + "-" + strconv.Itoa(n) + batch.ManifestSuffix
}
