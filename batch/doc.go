// Package batch is the job: it plans a file into the ledger, sends the rows that are not
// final yet, and finds out what the service did with them. This comment is the map of the
// whole program.
//
// # What the program promises
//
// Nothing twice: no card goes to a chat twice, whatever is killed, cut or run again.
// Nothing lost: every row of a file has one status at the end of every run, and the sum
// is checked. Five rules keep a card from going twice:
//
//   - A row is intended on disk before its request, and its outcome is on disk after. A row
//     that the next process finds intended is unknown.
//   - A claim on the card is taken in the transaction that intends the row.
//   - Only a row that is proven not to be accepted is sent again.
//   - An unknown row is settled by the service's own records, or by a person.
//   - One instance has one sender and one file one run: locks die with their process, and
//     leases on a server end by its clock.
//
// # The way of a row
//
// A row goes forward only:
//
//	contacts.csv ─ csvmodel.Reader ─▶ rows; a bad one is still a row
//	     │
//	     ▼ plan       the whole file into the ledger; a forecast before the first request
//	     ▼ dispatch   gate → intend (on disk) → token → POST → outcome (on disk)
//	     ▼ reconcile  unknown rows, from the service's queue and journal
//	     ▼ tracking   deliveries, from the same records, at any later time
//	     ▼ publish    results, report and proof: from the ledger alone, at any time
//
// Dispatch and reconcile take turns, and no request is under way while rows are settled:
// that is a round. What the service's records say of a row is a pure function,
// match.Decide.
//
// # An afternoon's reading
//
// About 3,800 lines, each file below the one before. The paths are those of the module:
//
//	main.go
//	batch/cli/root.go batch/cli/send.go
//	batch/job.go batch/run.go batch/plan.go batch/sending.go batch/sender.go batch/rounds.go
//	batch/dispatch/dispatcher.go batch/dispatch/queue.go
//	batch/pacing/gate.go
//	batch/ledger/doc.go batch/ledger/row.go batch/ledger/intend.go batch/ledger/claim.go
//	batch/greenapi/sendcontact.go batch/greenapi/exchange.go
//	batch/match/decide.go
//	batch/reconcile/reconciler.go
//
// # Where to change what
//
//	another limit                  batch/pacing/gate.go batch/pacing/limiter.go; its setting: batch/job.go;
//	                               its flag: batch/cli/flags_sending.go
//	a retry or a pause             batch/dispatch/dispatcher.go batch/pacing/limiter.go batch/dispatch/breaker.go
//	an answer's meaning            batch/greenapi/sendcontact.go
//	a limit of reading             batch/greenapi/client.go; how the journal is read: batch/greenapi/records.go
//	a column                       csvmodel/aliases.txt; its field: csvmodel/contact.go
//	which account sends a row      batch/assign.go; side by side: batch/sending.go; in a folder: batch/inbox/accounts.go
//	what is read of a workbook     csvmodel/xlsx/sheet.go csvmodel/xlsx/ods.go
//	what counts as a name          csvmodel/text/text.go
//	a sentence                     csvmodel/msg/en.toml csvmodel/msg/ru.toml
//	what the same card is          batch/ledger/row.go, cardsOf
//	how a ledger moves to a server batch/ledger/import.go; how its tables are copied: batch/ledger/postgres/copy.go
//	how long a lease lasts         batch/ledger/leases/shared.go; who has it: batch/ledger/leases/lease.go
//	what shares a transaction      batch/ledger/commit/commit.go
//	what counts as a duplicate     batch/ledger/claim.go
//	when an unknown row goes again batch/match/decide.go; how often: batch/ledger/intend.go
//	the wait before settling       batch/reconcile/reconciler.go; its flag: batch/cli/flags_sending.go
//	another delivery status        csvmodel/status.go batch/tracking/state.go
//	how a file is claimed          batch/spool/scan.go
//	a flag                         batch/cli/send.go batch/cli/flags_sending.go batch/cli/flags.go
//	a verb's help                  batch/cli/help, a text for each verb
//	what cron says                 batch/inbox/notices.go; how it reads: batch/cli/inbox.go
//	the closing summary            batch/cli/terminal/summary.go; the log: batch/cli/terminal/log.go
//	which run work sends next      batch/ledger/planned.go batch/work.go; what it tells: batch/cli/work.go
//	what --plan-only does          batch/inbox/plan.go; how a verb goes on by itself: batch/cli/flags_sending.go
//	which paths are local          batch/ledger/ledger.go, stored
//	the page                       report/page.html.tmpl report/view.go; what it is given: batch/publish/page.go
//	what explain says              batch/timeline/explain.go batch/timeline/steps.go; how it reads: batch/cli/explain.go
//	a field of the manifest        batch/audit/manifest.go; how rows are compared: batch/audit/rows.go
//
// Which package may import which stands in batch/cli/arrows_test.go. Each package says in
// its comment what it promises and what to call first.
package batch
