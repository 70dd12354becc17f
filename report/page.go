// Package report writes what people get to see of a run: the results, the rows to be
// corrected, and the audit report.
//
// Call Results, Fixme or HTML with the rows of a run, then Publish of the Draft. The package
// never sees the job, so it cannot send. Every file appears whole or not at all, never in
// place of what somebody else has written. A report hides people, unless it is to be Full.
package report

import (
	"errors"
	"io"
	"iter"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// Page is what the audit report says beside the rows. A zero value is not known.
type Page struct {
	Lang    msg.Language
	Zone    *time.Location // of the times; nil is UTC
	Full    bool           // numbers and names are shown whole
	Sandbox bool           // the service was an imitation: nothing was really sent
	MadeAt  time.Time

	Corrected int // rows that stand here as they were sent from the fixme file

	File     File
	Run      Run
	Delivery Delivery

	// Notes of the ledger, in order of time.
	Starts  []Note // the run began or went on or, with a reason, stopped
	Settled []Note // findings about rows that were unknown
	Resends []Note // messages beyond those that were asked for

	// Departures counts cards that left the service's queue, by a time within the hour.
	Departures map[time.Time]int

	Outcomes string // the manifest's hash over all rows; its own one covers the page
}

// File is what was read, and what else was written for it.
type File struct {
	Name   string
	SHA256 string // in hexadecimal
	Rows   int    // HTML fails if it is given another number of them
	Layout csvmodel.Layout

	Results, Fixme string // names of the files that lie beside the page
}

// Run is how the file was sent, with the settings of the newest start.
type Run struct {
	Instances  []string
	Accounts   []Account // where there are several
	Rate       float64   // requests a second, at the most
	Window     string    // such as "09:00-20:00 Europe/Berlin"
	PerDay     int       // cards in 24 hours, at the most
	Forecast   time.Time // before the first request, of when the last card leaves the service's queue
	Departed   time.Time // when it left
	IsObserved bool      // Departed is from the service's records, not an estimate

	Started    time.Time
	Ended      time.Time // zero: something is left to do
	SentBefore time.Time // all had gone before, the newest card then, and nothing went now; else zero

	IsSettling   bool // the next run settles the unknown rows, which need no person yet
	NeedsAccount bool // the run stopped since the account needs a person
	IsWithheld   bool // rows were not to be sent, and nothing goes on by itself

	Machine, User, Version string
}

// Account is one of several that rows went from, or are to go from.
type Account struct{ Name, Instance string }

// Delivery says what the deliveries in the rows are worth.
type Delivery struct {
	Reports Reports
	AskedAt time.Time // when the service last answered about them; zero: never
	RetryAt time.Time // when the quota of such questions allows the next one; zero: now
}

// Reports says whether the account is set so that deliveries become known.
type Reports int

const (
	ReportsUnknown Reports = iota // nobody has looked
	ReportsOff                    // outgoingWebhook is off: what is not seen may yet have happened
	ReportsOn
)

// Note is one entry of the run's log.
type Note struct {
	At     time.Time
	Row    int // as in Result; 0: the whole run
	Reason msg.Reason

	Account string // of several, or ""
}

// HTML drafts the report: one file without scripts, that loads nothing from elsewhere.
// It goes through the rows once, and keeps some hundred of them at the most.
func HTML(place Place, page Page, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	v := &view{words: newWords(page.Lang, page.Zone), Page: page, mask: newMask(page)}
	var err error
	if v.summary, err = v.summarize(rows); err != nil {
		return nil, place.failed(err)
	}
	return place.Draft(v.write)
}

type content func(w io.Writer, encoding string) error

// Results drafts the results file: the rows of the input in its order, layout and encoding,
// or UTF-8 where that lacks a character. The rows may be gone through twice.
func Results(place Place, layout csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	return inEncoding(place, layout.Encoding, func(w io.Writer, encoding string) error {
		return csvmodel.WriteResults(w, layout, encoding, rows)
	})
}

// Fixme drafts, in the same way, the file in which the rows are to be corrected.
func Fixme(place Place, layout csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	content := func(w io.Writer, encoding string) error { return csvmodel.WriteFixme(w, layout, encoding, rows) }
	if err := legible(layout, content); errors.As(err, new(*csvmodel.FileError)) {
		return inEncoding(place, csvmodel.UTF8, content) // the few rows do not show what the many did
	}
	return inEncoding(place, layout.Encoding, content)
}

// legible reports, as a *csvmodel.FileError, that what is written in the encoding
// of the input would not be found to be in it.
func legible(layout csvmodel.Layout, content content) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(content(w, layout.Encoding)) }()
	defer r.Close()
	return layout.CheckEncoding(r)
}

func inEncoding(place Place, encoding string, write content) (*Draft, error) {
	draft, err := place.Draft(func(w io.Writer) error { return write(w, encoding) })
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return place.Draft(func(w io.Writer) error { return write(w, csvmodel.UTF8) })
	}
	return draft, err
}
