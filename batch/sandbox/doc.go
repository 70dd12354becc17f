// Package sandbox is an imitation of GREEN-API, as far as contact cards go: an
// [http.Handler] that tests mount and that the verb "sandbox" serves on
// localhost.
//
// It promises three things.
//
//   - It behaves as the service is known to: paths, answers, the queue with its
//     pace, hidden head and 24 hours, the journal and its lag, limits a second,
//     quotas. A comment says where a fact comes from: "documented" (the vendor's
//     pages), "seen" (recorded answers of the live service, #n being an issue of
//     github.com/green-api/issues), or "invented" where nobody knows.
//   - It keeps a record of its own, [Instance.Messages] and [Instance.Arrivals],
//     against which a test can judge what a program says it did.
//   - It fails on demand: a [Fault] says for which requests, before or after the
//     message was taken, and what happens to the answer. A [Quirk] is what the live
//     service does at times, for an account to do always.
//
// It imports nothing of the program it judges.
//
// Time is time.Now alone: there are no goroutines and no tickers, what has left
// a queue is worked out when somebody asks. So the whole of it runs in a bubble of
// testing/synctest; [Pipe] carries real HTTP there without sockets. Servers and
// pipes used in a bubble are made in it.
package sandbox
