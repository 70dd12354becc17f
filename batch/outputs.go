package batch

import "contact-distributor/batch/ledger"

// Outputs remembers the files that were written for runs of one content.
type Outputs struct {
	ledger  *ledger.Ledger
	content [32]byte
}

// Outputs returns what is remembered for the run.
func (r Records) Outputs(run ledger.Run) Outputs { return Outputs{r.Ledger, run.Content} }

// Ours reports whether the file at path, with this SHA-256, is as it was written.
func (o Outputs) Ours(path string, sum [32]byte) (bool, error) {
	return o.ledger.OutputUnchanged(path, o.content, sum)
}

// Remember notes that a file with this SHA-256 is about to be written to path, in
// place of one with that of before.
func (o Outputs) Remember(path string, sum, before [32]byte) error {
	return o.ledger.RecordOutput(path, o.content, sum, before)
}

// Appeared notes that the file remembered for path is there.
func (o Outputs) Appeared(path string) error { return o.ledger.ConfirmOutput(path) }

// At returns the SHA-256 of what was written to path, and of what it replaced; zero
// where nothing was. They are the same once it is known to have appeared.
func (o Outputs) At(path string) (sum, before [32]byte, err error) {
	return o.ledger.Output(path, o.content)
}
