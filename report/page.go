package report

import (
	"iter"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Page is what the audit report says beside what the rows do. What has its zero
// value is not known: the page leaves it out, or says that it is not known.
type Page struct {
	Lang    msg.Language   // of the page. Result.Error should be in the same
	Zone    *time.Location // of its times; nil is UTC
	Full    bool           // numbers and names are shown whole
	Sandbox bool           // the service was an imitation: nothing was really sent
	MadeAt  time.Time      // when the page is made

	File     File
	Run      Run
	Delivery Delivery

	Starts  []Note // the run began or went on, or, with a reason, stopped; in order of time
	Settled []Note // what was found out about rows that were unknown, in order of time
	Resends []Note // messages beyond those that were asked for, in order of time

	// Left is how many cards left the service's queue, by any time within the
	// hour. Nil: not known. How many it accepted the rows say.
	Departures map[time.Time]int

	// Outcomes is the hash over all rows as the manifest has it. Its own hash cannot
	// be here: it is also about the page.
	Outcomes string
}

// File is what was read, and what else was written for it.
type File struct {
	Name, Path string
	SHA256     string // in hexadecimal
	Rows       int    // that are in it; others than those given to HTML are an error
	Layout     csvmodel.Layout

	Results, Fixme string // names of the files that lie beside the page
}

// Run is how the file was sent, with the settings of the newest start.
type Run struct {
	Instances  []string
	Rate       float64 // requests a second, at the most
	Window     string  // such as "09:00-20:00 Europe/Berlin"
	PerDay     int     // cards in 24 hours, at the most
	Forecast   Ends    // what was expected before the first request
	Actual     Ends
	IsObserved bool // Came.Left is of the service's records; otherwise it was reckoned

	Started time.Time
	Ended   time.Time // zero: something is left to do
	// Settling says that the next run looks for what became of the unknown rows,
	// so that no person needs to yet.
	IsSettling bool
	// Account says that the run stopped since the account needs a person, and Withheld
	// that rows were not to be sent: nothing goes on by itself.
	NeedsAccount, IsWithheld bool

	Machine, User, Version string
}

// Ends is when a run had, or should have, its last card where it belongs.
type Ends struct {
	Accepted time.Time // by the service
	Departed time.Time // from its queue, on the way to WhatsApp
}

// Delivery says what the deliveries in the rows are worth.
type Delivery struct {
	Reports Reports
	AskedAt time.Time // when the service has last told of them; zero: never
	// Rests is until when it is not asked, as the plan's quota of such questions is
	// used up; zero: it may be.
	RetryAt time.Time
}

// Reports says whether the account is set so that deliveries become known.
type Reports int

const (
	ReportsUnknown Reports = iota // nobody has looked
	ReportsOff                    // outgoingWebhook is off: what is not seen may yet have happened
	ReportsOn
)

// Note is one line of the ledger's diary.
type Note struct {
	At     time.Time
	Row    int // as in Result; 0: the whole run
	Reason msg.Reason
}

// HTML drafts the report: one file without scripts, that loads nothing from elsewhere.
// It goes through the rows once, and keeps no more than some hundred of them, whatever
// the file.
func HTML(place Place, page Page, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	found, err := summarize(page, rows)
	if err != nil {
		return nil, place.failed(err)
	}
	return place.Draft(newView(page, found, newWords(page.Lang, page.Zone)).write)
}
