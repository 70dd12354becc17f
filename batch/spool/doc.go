// Package spool is a folder that people drop files into: it finds what is complete,
// claims it, hands it over and puts it away. What is done with a file in between is
// no business of this package; it imports nothing else of this program.
//
//	DIR/contacts.csv          dropped, perhaps still being written
//	     │ Scan               stable: moved, with the card contacts.vcf beside it
//	     ▼
//	DIR/working/contacts.csv  a File; outputs are written to its OutputPath
//	     │ Archive, Refuse    or GiveBack, back to where it was dropped
//	     ▼
//	DIR/done/2026-11-22/contacts/      with all its outputs
//	DIR/refused/2026-11-22/contacts/   and WHY.txt
//
// A caller opens the Spool, makes a Scan, takes one of the files that it finds and
// works on it, then makes another Scan: what was dropped meanwhile may be shorter.
//
//	s, err := spool.Open(dir, spool.Options{StableFor: time.Minute, Suffixes: suffixes})
//	scan, err := s.Scan(ctx, time.Now())
//	folder, err := scan.Files[0].Archive() // or Refuse, or SetNote for a later run
//
// It promises:
//
//   - A dropped file is in one place: in DIR, in working, or where it was put away.
//     A process may be killed between any two steps; the next Scan goes on from
//     there. All of the folder must be on one device.
//   - Nothing is written over, and nothing is deleted but what the package itself has
//     made.
//   - Only ordinary files with one name are taken, and read from what was opened. Links,
//     devices and folders are left alone, never followed and never waited for, nor is
//     anything outside DIR touched, whatever is exchanged for what meanwhile.
//   - One file that cannot be taken is a Problem of its own and does not keep the
//     others waiting.
//   - A file that is taken out of working is cancelled. One that somebody puts there
//     is left alone: it may have been renamed to stop it. One that has changed is to be
//     given back. One that was put away is watched for a day: Modified.
//
// A move is written down before it is made, in a record for each file, and made again as
// often as needed: that is all there is to its safety. Records and the observations of a
// scan are kept by the caller, by the Save of the Options, since people write in the folder.
//
// One process at a time may have a folder open. Its caller sees to that; the package
// takes no lock. What cannot be promised on this system is in Caveat.
package spool
