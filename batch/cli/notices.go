package cli

import (
	"contact-distributor/batch"
	"contact-distributor/batch/inbox"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/spool"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
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
		p.print(newsLine(p.language, "news.blocked", msg.Args{"Why": n.Stop}))
	case p.json && n.Event != inbox.Begins:
		p.add(p.writeJSON(n))
	case !p.json:
		p.print(p.text(n))
	}
}

// showFailure leaves an error to the end of the run, unless it is one of the folder's
// files or another process at work. One that was told before counts for its status.
func (p *notices) showFailure(n inbox.Notice) {
	problem, held := (*spool.Problem)(nil), (*ledger.HeldError)(nil)
	switch {
	case errors.As(n.Err, &problem):
		if n.IsNew {
			p.print(n.Err.Error() + "\n")
		}
		p.add(statusError(exitFailed))
	case errors.As(n.Err, &held):
		p.add(overlaps(textOut(p.streams, p.json), p.language, n.Err))
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

func (p *notices) print(text string) {
	_, err := io.WriteString(textOut(p.streams, p.json), harmless(text))
	p.add(err)
}

// text is a notice for people.
func (p *notices) text(n inbox.Notice) string {
	l, s := n.Language, n.Summary
	args := msg.Args{"File": n.File, "Path": n.Path}
	switch n.Event {
	case inbox.Begins:
		return forecastText(l, n.Forecast, p.settings) + "\n"
	case inbox.Waits:
		args["Why"] = s.Stop.Text(l)
		return newsLine(l, "news.waits", args) + details(n)
	case inbox.Refused:
		args["Why"], args["Path"] = n.Refusal.Short, whyFile(n)
		return newsLine(l, "news.refused", args)
	case inbox.Undelivered:
		args["Cards"] = s.Deliveries.Failed()
		return newsLine(l, "news.undelivered", args) + fixmeText(l, n)
	case inbox.Appended:
		key := "news.appended"
		if n.IsRefused {
			key = "news.appended-refused"
		}
		args["Results"] = strings.TrimSuffix(n.Path, filepath.Ext(n.Path)) + batch.ResultsSuffix
		return newsLine(l, key, args)
	}
	args["How"] = endText(l, s)
	return newsLine(l, "news.ended", args) + details(n)
}

// endText says in a few words how the work on a file has ended.
func endText(l msg.Language, s batch.Summary) string {
	switch {
	case s.Run.ID == 0:
		return msg.Text(l, "news.cancelled", nil)
	case !s.Stop.IsZero():
		return s.Stop.Text(l)
	}
	return msg.Text(l, "news.done", nil)
}

// details says in a few lines what a file has come to, if there is a run.
func details(n inbox.Notice) string {
	l, s := n.Language, n.Summary
	if s.Run.ID == 0 {
		return ""
	}
	text := newsLine(l, "news.rows", msg.Args{"Rows": s.Run.Rows, "Counts": countsText(l, s.Counts)}) +
		newsLine(l, "news.results", msg.Args{"Path": n.Files.Results})
	if n.Files.Proof != "" {
		text += newsLine(l, "news.proof", msg.Args{"Proof": n.Files.Proof})
	}
	if n.Files.Fixme != "" {
		text += fixmeText(l, n)
	}
	if unknown := s.Counts[csvmodel.Unknown]; unknown > 0 && n.Folder != "" {
		text += newsLine(l, "news.unknown", msg.Args{"Cards": unknown, "Path": n.Path})
	}
	return text
}

func fixmeText(l msg.Language, n inbox.Notice) string {
	return newsLine(l, "news.fixme", msg.Args{"Rows": n.Summary.NeedPerson(), "Path": n.Files.Fixme})
}

// countsText says on one line how many rows have which status.
func countsText(l msg.Language, counts csvmodel.Counts) string {
	var texts []string
	for _, status := range csvmodel.Statuses {
		if n := counts[status]; n > 0 {
			texts = append(texts, msg.Text(l, "news.count", msg.Args{"Rows": n, "Status": string(status)}))
		}
	}
	return strings.Join(texts, ", ")
}

// newsLine is a text whose arguments, such as names of files, take no lines of their
// own.
func newsLine(l msg.Language, key string, args msg.Args) string {
	for name, arg := range args {
		if text, isText := arg.(string); isText {
			args[name] = oneLine(text)
		}
	}
	return msg.Text(l, key, args) + "\n"
}

func whyFile(n inbox.Notice) string { return filepath.Join(n.Folder, "WHY.txt") }

// writeJSON writes a notice for machines.
func (p *notices) writeJSON(n inbox.Notice) error {
	switch {
	case n.Event == inbox.Refused:
		why := msg.Text(n.Language, "news.it", msg.Args{"Why": n.Refusal.Short})
		return writeJSON(p.streams.Out, map[string]any{"file": n.File, "refused": why, "why": whyFile(n), "exitStatus": exitRows})
	case n.Event == inbox.Appended:
		return writeJSON(p.streams.Out, map[string]any{"file": n.File, "addedTo": n.Path, "exitStatus": exitRows})
	case n.Summary.Run.ID == 0:
		return writeJSON(p.streams.Out, map[string]any{"file": n.Path, "stop": stopJSON(n.Summary.Stop), "exitStatus": noticeStatus(n)})
	}
	return closing{summary: n.Summary, files: n.Files, ledger: p.ledger}.writeJSON(p.streams.Out)
}
