package inbox

import (
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel/msg"
)

// Notice is what people should know of a file or of the folder.
type Notice struct {
	Event Event
	// IsNew: the previous run has not notified the same. A notice that is not new still
	// counts for the exit status.
	IsNew bool

	File   string // its name, as it was dropped
	Path   string // where it is, or would be
	Folder string // where it was put away; "" where it was not

	Forecast batch.Forecast // of Begins
	Summary  batch.Summary  // of Waits, Ends and Undelivered; Run.ID is 0 where there is no run
	Files    publish.Files  // that were written
	Reasons  []msg.Reason   // of Refused and Blocked
	Err      error          // of Fails

	IsRefused bool // of Appended: the file had been refused
}

// Event is what has happened.
type Event int

const (
	Begins      Event = iota // the first card of a file is about to go
	Waits                    // a file stays for a later run
	Ends                     // a file was put away
	Refused                  // a file was put away, since it cannot be used
	Undelivered              // cards of a file that was put away did not arrive
	Appended                 // something was added to a file that was put away
	Blocked                  // nothing can be found out before somebody has looked after the account
	Fails                    // an error, of one file or of all
)
