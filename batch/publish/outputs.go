package publish

import "contact-distributor/batch/ledger"

// outputs is the report.Record of a run: the ledger remembers the files that were written
// for the content of its file.
type outputs struct {
	ledger  *ledger.Ledger
	content [32]byte
}

// Ours reports whether the file at path, with this SHA-256, is as it was written.
func (o outputs) Ours(path string, sum [32]byte) (bool, error) {
	return o.ledger.OutputUnchanged(path, o.content, sum)
}

// Remember records that a file with this SHA-256 is about to appear at path, in place of
// one with that of before.
func (o outputs) Remember(path string, sum, before [32]byte) error {
	return o.ledger.RecordOutput(path, o.content, sum, before)
}
