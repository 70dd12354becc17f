// Package spool is a folder that people drop files into: it finds what is ready,
// claims it, hands it over and puts it away. What is done with a file in between
// is no business of this package; it imports nothing else of this program.
//
//	DIR/contacts.csv          dropped, perhaps still being written
//	     │ Look               settled: moved, with the card contacts.vcf beside it
//	     ▼
//	DIR/working/contacts.csv  a File; what is made of it is written Beside it
//	     │ Done, Refuse
//	     ▼
//	DIR/done/2026-11-22/contacts/      with all that was beside it
//	DIR/refused/2026-11-22/contacts/   and WHY.txt
//
// A File that is not Complete any more is given back, or is looked at in working
// until it is. One that was put away is looked at for a day: Late.
//
// A caller opens the Box, asks it to Look, takes one of the files it finds and
// works on it, then looks again: what has been dropped meanwhile may be shorter.
//
//	box, err := spool.Open(dir, spool.Options{Settled: time.Minute, Endings: endings})
//	look, err := box.Look(time.Now())
//	for _, file := range spool.FewestFirst(look.Files, left) { … }
//	folder, err := file.Done()   // or Refuse(why), or Keep(note) for the next run
//
// It promises:
//
//   - A dropped file is in one place: in DIR, in working, or where it was put away.
//     A process may be killed between any two steps; the next Look goes on from
//     there. All of the folder must be on one device.
//   - Nothing is written over, and nothing is deleted but what the package itself has
//     made.
//   - Only ordinary files are taken. Links, devices and folders are left alone and
//     never followed, nor is anything outside DIR touched.
//   - One file that cannot be taken is a Problem of its own and does not keep the
//     others waiting.
//   - A file that is taken out of working is Cancelled. One that somebody puts
//     there is left alone: it may have been renamed to stop it.
//
// What is moved is written down before, in working/.claims with one record for
// each file, and done again as often as needed: that is all there is to its
// safety. What was seen at the last look is in working/.seen rather than with the
// caller, since it belongs to the folder and goes where that goes; without it
// files only wait longer.
//
// One process at a time may have a folder open. It is for the caller to see to
// that; the package takes no lock.
package spool
