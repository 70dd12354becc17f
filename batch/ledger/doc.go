// Package ledger is the durable record of what was asked for, what was tried
// and what came of it. Everything else, results and reports, can be made from
// it again.
//
// One process may have a Ledger open many times over and several processes may
// share its file, but one instance is sent for by one process at a time (Lease),
// and a file is run by one process at a time (HoldFile).
//
// A write returns after it is on disk. Writes that wait together share one
// transaction. After one commit has failed, that write and every later one get
// its error: what is not recorded must not be done.
//
// A row moves only forward, and each write names the state and the attempt that
// it expects to find:
//
//	planned ─▶ intended ─▶ accepted · rejected · unknown
//	   ▲           │
//	   └───────────┘  surely not taken
//	planned ─▶ duplicate · suppressed         (invalid from the start)
//
// What the files of a run were made of is sealed by a manifest. The manifests of
// all runs are a chain; beside the newest one of each run an imprint of every row
// is kept, so that a row that was altered can be named.
//
// The ledger holds the cards as they are, and so is its owner's only. It never
// holds a token.
package ledger
