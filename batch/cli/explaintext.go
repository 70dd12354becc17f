package cli

import (
	"bytes"
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
)

// explainText writes an explanation for people: each row as it is now, then what
// happened.
func explainText(w io.Writer, l msg.Language, e timeline.Explanation) error {
	var text bytes.Buffer
	for i, known := range e.Rows {
		if i > 0 && e.Rows[i-1].IsAsked && !known.IsAsked {
			text.WriteString(words(l, "explain.duplicates"))
		}
		knownText(&text, l, known)
	}
	for _, a := range e.Aliases {
		text.WriteString(words(l, "explain.alias", "LID", a.LID, "Chat", a.Chat, "Instance", a.Instance, "At", stampText(a.At)))
	}
	stepsText(&text, l, e)
	_, err := w.Write(text.Bytes())
	return err
}

// stepsText says of which row a step is where there are several.
func stepsText(w io.Writer, l msg.Language, e timeline.Explanation) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	places := placesOf(l, e.Rows)
	for _, s := range e.Steps {
		at := stampText(s.At)
		if s.Undated {
			at = ""
		}
		if len(places) > 1 {
			at += "\t" + places[ref{s.Run, s.Seq}]
		}
		fmt.Fprintf(out, "%s\t%s\n", at, visible(stepText(l, s)))
	}
	out.Flush()
}

// ref names a row.
type ref struct{ run, seq int64 }

// placesOf are the files and lines of rows, with the run where two of them are one
// place.
func placesOf(l msg.Language, rows []timeline.Row) map[ref]string {
	count := map[string]int{}
	for _, k := range rows {
		count[place(k)]++
	}
	places := map[ref]string{}
	for _, k := range rows {
		text := place(k)
		if count[text] > 1 {
			text = words(l, "explain.place", "Place", text, "Run", strconv.FormatInt(k.Run.ID, 10))
		}
		places[ref{k.Row.Run, k.Row.Seq}] = text
	}
	return places
}

func place(k timeline.Row) string { return fmt.Sprintf("%s:%d", visible(k.Run.Name), k.Row.Line) }

func knownText(w io.Writer, l msg.Language, k timeline.Row) {
	f := k.Row.Fields
	fmt.Fprintf(w, "%s: %s", place(k), status(l, k.Row.State.Status()))
	if id := k.Row.IDMessage; id != "" {
		fmt.Fprintf(w, ", idMessage %s", id)
	}
	if k.Row.Delivery != "" {
		fmt.Fprint(w, words(l, "explain.delivery", "Delivery", string(k.Row.Delivery)))
	}
	name := strings.Join(strings.Fields(strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " ")), " ")
	fmt.Fprint(w, words(l, "explain.to", "Chat", visible(f.ChatID), "Name", visible(name), "Phone", visible(f.PhoneContact)),
		words(l, "explain.row", "Row", strconv.Itoa(k.Row.Number), "Run", strconv.FormatInt(k.Run.ID, 10), "File", visible(k.Run.Path)),
		"  "+prospectText(l, k)+"\n\n")
}

// prospectText says what is to be expected of a row.
func prospectText(l msg.Language, k timeline.Row) string {
	switch k.Outlook {
	case timeline.WaitsForDuplicate:
		return words(l, "explain.waits")
	case timeline.Sent:
		return words(l, "explain.went")
	case timeline.MayResend:
		if k.Row.Delivery.MayGoAgain() {
			return words(l, "explain.may-resend")
		}
		return words(l, "explain.may-go")
	case timeline.Decidable:
		return words(l, "explain.decidable")
	case timeline.NeedsPerson:
		return words(l, "explain.needs-person", "File", visible(k.Run.Path), "Line", strconv.Itoa(k.Row.Line))
	case timeline.UnderWay:
		return words(l, "explain.under-way")
	case timeline.ToCorrect:
		return words(l, "explain.to-correct")
	}
	switch k.Row.State.Status() {
	case csvmodel.Suppressed:
		return words(l, "explain.suppressed")
	case csvmodel.Rejected:
		return words(l, "explain.rejected")
	}
	return words(l, "explain.goes")
}

// stepText says in words what happened.
func stepText(l msg.Language, s timeline.Step) string {
	text, attempt := msg.Join(s.Reasons, l), strconv.Itoa(s.Attempt)
	switch s.Kind {
	case timeline.StepRead:
		text = joined(words(l, "explain.read"), text)
	case timeline.StepStarted:
		text = words(l, "explain.started")
	case timeline.StepStopped:
		text = joined(words(l, "explain.stopped"), text)
	case timeline.StepSkipped:
		text = words(l, "explain.skipped")
	case timeline.StepAsked:
		if s.Undated {
			return words(l, "explain.began", "Attempt", attempt, "Instance", s.Instance)
		}
		text = words(l, "explain.begins", "Attempt", attempt, "Instance", s.Instance)
	case timeline.StepAttempt:
		text = joined(words(l, "explain.attempt", "Attempt", attempt), text)
	case timeline.StepAccepted:
		text = words(l, "explain.accepted", "Attempt", attempt, "Message", s.IDMessage)
	}
	if s.Times > 1 {
		text = words(l, "explain.times", "Text", text, "Times", strconv.Itoa(s.Times), "At", stampText(s.Until))
	}
	return text
}

func joined(what, more string) string {
	if more == "" {
		return what
	}
	return what + ": " + more
}

func stampText(t time.Time) string { return t.Local().Format(time.DateTime) }

// visible is text of files and of the service without what a terminal would act
// on.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return '\ufffd'
	}, text)
}
