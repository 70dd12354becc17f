// Package ledger is the durable record of a job: runs and their rows, requests and
// their outcomes, claims on cards, deliveries, notes and manifests. Results and
// reports are made from it alone, at any time.
//
// Open it first. TakeLease and LockFile give a Lease, which others cannot have: one instance has
// one sender, and a file is run by one process at a time. CreateRun, PrepareRows and
// CompletePlan plan a file; Intend and RecordOutcome stand before and after each
// request; Settle resolves a request without an answer; RecordDeliveries follows
// accepted cards; Seal and AddManifest prove what was published.
//
// A write returns after it is on disk. Writes that wait together share one
// transaction. After one commit has failed, that write and every later one return
// its error, and no request may start: what is not recorded must not be done.
//
// A row moves only forward, and each write names the state and the attempt that
// it expects to find:
//
//	planned ─▶ intended ─▶ accepted · rejected · unknown
//	   ▲           │
//	   └───────────┘  not accepted
//	planned ─▶ duplicate · suppressed         (invalid from the start)
//
// A manifest seals the rows of a run. The manifests of all runs are a chain; beside
// the newest one of each run the ledger keeps a digest of every row, so that a row
// that was altered can be named.
//
// The ledger holds the cards as they are, and so is its owner's only. It never
// holds a token.
package ledger
