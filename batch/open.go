package batch

import "contact-distributor/batch/ledger"

// HeldError says that another process holds the instance or the file.
type HeldError = ledger.HeldError

// DamagedError says that what the ledger holds of a run cannot be read.
type DamagedError = ledger.DamagedError

// Ledger is the durable record, for those who only hand it on.
type Ledger = ledger.Ledger

// OpenLedger opens the ledger at path, or makes it.
func OpenLedger(path string) (*Ledger, error) { return ledger.Open(path, ledger.Options{}) }

// OpenToRead opens the ledger at path for those who look at it and add nothing but
// what they have written: one of an older version is refused, not brought up to date.
func OpenToRead(path string) (*Ledger, error) {
	return ledger.Open(path, ledger.Options{AsItIs: true})
}

// OpenThrowaway makes a ledger in dir that need not outlive the process.
func OpenThrowaway(dir string) (*Ledger, error) {
	return ledger.Open(dir+"/ledger.db", ledger.Options{NoSync: true})
}

// Run is one file's content as it was read in one way.
type Run = ledger.Run
