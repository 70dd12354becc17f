// Package batch is the job: it plans a file into the ledger, sends what is not
// settled yet, and finds out what became of it.
//
// A row's way goes forward only:
//
//	contacts.csv ─ csvmodel.Reader ─▶ rows, a bad one is still a row
//	     │
//	     ▼ plan      the whole file into the ledger; a forecast before the first request
//	     ▼ send      intend (on disk) → token → POST → outcome (on disk)
//	     ▼ settle    rows without an answer, from the service's queue and journal
//	     ▼ track     what was delivered, from the queue and the journal, at any later time
//	     ▼ results   read from the ledger, at any time, without the file
//
// One goroutine, the dispatcher, decides which row goes when. A fixed number of
// workers wait for it, for the disk and for the service; the ledger has one
// more goroutine that commits. Each has an end: the dispatcher when nothing is
// left or something says stop, the workers when the dispatcher hands out no
// more.
//
//	             source                       ┌─ worker ─┐
//	planned rows ──────▶ dispatcher ── task ─▶│ Intend   │─▶ ledger
//	                      ▲  ▲  │             │ asking ──┼─▶ dispatcher: waits for a token
//	   returned rows ─────┘  │  └── granted ─▶│ POST     │─▶ greenapi
//	                         └──── settled ───│ End      │─▶ ledger
//	                                          └──────────┘
//
// Before a row is intended it passes the gates: the hours in which cards may
// leave, the limit of a day, the state of the account, and room in the service's
// queue, which is kept short. Two more goroutines tell the dispatcher what it needs
// for that, the watcher the account's state, once a minute, and the counter the
// length of the queue, when it is asked for; from its counts it is also seen how fast
// the queue really drains. They end with the dispatcher.
//
// Sending takes turns (sending.round): what is due to be settled is settled while
// no request is under way, what can be sent is sent, and then the next thing to
// settle is waited for. What the records say of a row is a pure function, match.Decide.
//
// What keeps a card from going twice:
//
//   - Its row is intended on disk before the request, and its outcome recorded
//     after. A row that is found intended by the next process is unknown.
//   - A claim on the card is taken with the intent, in one transaction.
//   - Only what was surely not taken is asked for again.
//   - One instance has one sender, one file one run: locks that die with their
//     process.
//
// The packages below know less and less: greenapi what an answer means, ledger
// what is on disk, csvmodel what is in files. The command line is in cli, which
// reaches the ledger through this package.
package batch
