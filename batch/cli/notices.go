package cli

import (
	"contact-distributor/batch"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// notices shows what an inbox has to say, as text or for machines, and keeps what the
// exit status follows from.
type notices struct {
	streams  Streams
	json     bool
	ledger   string
	settings batch.Settings
	language msg.Language // where none is said, that of each file
	errs     []error
}

func (p *notices) add(err error) {
	if err != nil && err != statusError(exitDone) {
		p.errs = append(p.errs, err)
	}
}

func (p *notices) show(n inbox.Notice) {
	if n.Event == inbox.Fails {
		p.showFailure(n)
		return
	}
	p.add(statusError(noticeStatus(n)))
	switch {
	case !n.IsNew:
	case n.Event == inbox.Blocked:
		p.print("What became of cards without an answer cannot be found out: %s.\n", n.Stop)
	case p.json && n.Event != inbox.Begins:
		p.add(p.writeJSON(n))
	case !p.json:
		p.print("%s", p.text(n))
	}
}

// showFailure leaves an error to the end of the run, unless it is one of the folder's
// files or another process at work. One that was told before counts for its status.
func (p *notices) showFailure(n inbox.Notice) {
	problem, held := (*spool.Problem)(nil), (*batch.HeldError)(nil)
	switch {
	case errors.As(n.Err, &problem):
		if n.IsNew {
			p.print("%v\n", n.Err)
		}
		p.add(statusError(exitFailed))
	case errors.As(n.Err, &held):
		p.add(overlaps(textOut(p.streams, p.json), n.Err))
	case n.IsNew:
		p.add(n.Err)
	default:
		p.add(statusError(exitStatus(n.Err)))
	}
}

// noticeStatus is the exit status that follows from a notice alone.
func noticeStatus(n inbox.Notice) int {
	switch n.Event {
	case inbox.Refused, inbox.Undelivered, inbox.Appended:
		return exitRows
	case inbox.Blocked:
		return exitAccount
	case inbox.Waits:
		return runStatus(n.Summary)
	case inbox.Ends:
		if n.Summary.Run.ID != 0 && n.Summary.Stop.Code != msg.Changed {
			return runStatus(n.Summary)
		}
	}
	return exitDone
}

func (p *notices) print(format string, args ...any) {
	_, err := io.WriteString(textOut(p.streams, p.json), harmless(fmt.Sprintf(format, args...)))
	p.add(err)
}

// text is a notice for people.
func (p *notices) text(n inbox.Notice) string {
	l, s := n.Language, n.Summary
	switch n.Event {
	case inbox.Begins:
		return forecastText(l, n.Forecast, p.settings) + "\n"
	case inbox.Waits:
		return p.ending(n, say(l, "waits: %[1]s", s.Stop.Text(l)))
	case inbox.Refused:
		return say(l, "%[1]s: refused: it %[2]s\n  %[3]s\n", n.File, n.Refusal.Short, whyFile(n))
	case inbox.Undelivered:
		return say(l, "%[1]s: cards that did not arrive: %[2]s\n", n.File, s.Deliveries.Failed()) +
			say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", s.NeedPerson(), n.Files.Fixme)
	case inbox.Appended:
		return appendedText(l, n)
	}
	return p.ending(n, endText(l, n))
}

// endText says in a few words how the work on a file has ended.
func endText(l msg.Language, n inbox.Notice) string {
	switch {
	case n.Summary.Run.ID == 0:
		return say(l, "was taken out of the folder before anything was sent")
	case !n.Summary.Stop.IsZero():
		return n.Summary.Stop.Text(l)
	}
	return say(l, "done")
}

func appendedText(l msg.Language, n inbox.Notice) string {
	if n.IsRefused {
		return say(l, "%[1]s: something was added to it after it had been refused: drop it again, it is now %[2]s\n", n.File, n.Path)
	}
	return say(l, "%[1]s: something was added to it after it had been sent, and that has not gone: drop the rows that were added, with the line that names the columns, as a file of their own. They are at the end of %[2]s; what was sent is in %[3]s\n",
		n.File, n.Path, strings.TrimSuffix(n.Path, filepath.Ext(n.Path))+batch.ResultsSuffix)
}

// ending says in a few lines what a file has come to.
func (p *notices) ending(n inbox.Notice, what string) string {
	l, s := n.Language, n.Summary
	text := oneLine(n.File) + ": " + what + "\n"
	if s.Run.ID == 0 {
		return text
	}
	text += say(l, "  %[1]s ${rows(1)}: %[2]s\n  results: %[3]s\n", s.Run.Rows, countsText(l, s.Counts), n.Files.Results)
	if n.Files.Proof != "" {
		text += say(l, "  proof: %[1]s\n", n.Files.Proof)
	}
	if n.Files.Fixme != "" {
		text += say(l, "  %[1]s ${rowsNeed(1)} a person: %[2]s\n", s.NeedPerson(), n.Files.Fixme)
	}
	if unknown := s.Counts[csvmodel.Unknown]; unknown > 0 && n.Folder != "" {
		text += say(l, "  %[1]s ${cardsAre(1)} not known to have gone: look into the chats, then contact-distributor settle %[2]s:LINE\n", unknown, n.Path)
	}
	return text
}

// countsText says on one line how many rows have which status.
func countsText(l msg.Language, counts csvmodel.Counts) string {
	var texts []string
	for _, status := range csvmodel.Statuses {
		if n := counts[status]; n > 0 {
			texts = append(texts, number(l, n)+" "+string(status))
		}
	}
	return strings.Join(texts, ", ")
}

func whyFile(n inbox.Notice) string { return filepath.Join(n.Folder, "WHY.txt") }

// writeJSON writes a notice for machines.
func (p *notices) writeJSON(n inbox.Notice) error {
	switch {
	case n.Event == inbox.Refused:
		return writeJSON(p.streams.Out, map[string]any{"file": n.File, "refused": say(n.Language, "it %[1]s", n.Refusal.Short), "why": whyFile(n), "exitStatus": exitRows})
	case n.Event == inbox.Appended:
		return writeJSON(p.streams.Out, map[string]any{"file": n.File, "addedTo": n.Path, "exitStatus": exitRows})
	case n.Summary.Run.ID == 0:
		return writeJSON(p.streams.Out, map[string]any{"file": n.Path, "stop": stopJSON(n.Summary.Stop), "exitStatus": noticeStatus(n)})
	}
	return closing{summary: n.Summary, files: n.Files, ledger: p.ledger}.writeJSON(p.streams.Out)
}
