// Package greenapi is the client of GREEN-API, the service that hands out the
// cards, and knows what each of its answers means.
//
// Three promises are kept here and nowhere else:
//
//   - A request is never sent twice by itself. The service has no key by which
//     it would know a repeated message, so whether to repeat is the caller's
//     decision, and the package's part is to say when that is safe: an Answer
//     is NotTaken only where that is certain, and Unknown wherever it is not.
//   - What an answer means is one pure function, interpret, that has a reading
//     for everything a server can say.
//   - The token, which the service wants inside the path of every URL, never
//     leaves the package: not in an error, an Answer, an entry or a log value.
//
// Comments that state a fact about the service say where it comes from:
// documented by its vendor, seen live, or inferred; a number such as #926 is
// one of the vendor's public issues.
package greenapi
