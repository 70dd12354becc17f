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
//	scan, err := s.Scan(time.Now())
//	folder, err := scan.Files[0].Archive() // or Refuse, or SetNote for a later run
//
// It promises:
//
//   - A dropped file is in one place: in DIR, in working, or where it was put away.
//     A process may be killed between any two steps; the next Scan goes on from
//     there. All of the folder must be on one device.
//   - Nothing is written over, and nothing is deleted but what the package itself has
//     made.
//   - Only ordinary files are taken. Links, devices and folders are left alone and
//     never followed, nor is anything outside DIR touched.
//   - One file that cannot be taken is a Problem of its own and does not keep the
//     others waiting.
//   - A file that is taken out of working is cancelled. One that somebody puts there
//     is left alone: it may have been renamed to stop it. One that has changed is to be
//     given back. One that was put away is watched for a day: Modified.
//
// A move is written down before it is made, in working/.claims with one record for
// each file, and made again as often as needed: that is all there is to its safety.
// The observations of a scan are in working/.seen and not with the caller: they belong
// to the folder and go where that goes. Without them files only wait longer.
//
// One process at a time may have a folder open. Its caller sees to that; the package
// takes no lock. What cannot be promised on this system is in Caveat.
package spool
