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
			text.WriteString(say(l, "The same card for the same chat:\n\n"))
		}
		knownText(&text, l, known)
	}
	for _, a := range e.Aliases {
		text.WriteString(say(l, "%[1]s is %[2]s: the records of instance %[3]s showed it on %[4]s.\n\n", a.LID, a.Chat, a.Instance, stampText(a.At)))
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
			text = say(l, "%[1]s (run %[2]s)", text, strconv.FormatInt(k.Run.ID, 10))
		}
		places[ref{k.Row.Run, k.Row.Seq}] = text
	}
	return places
}

func place(k timeline.Row) string { return fmt.Sprintf("%s:%d", visible(k.Run.Name), k.Row.Line) }

func knownText(w io.Writer, l msg.Language, k timeline.Row) {
	f := k.Row.Fields
	fmt.Fprintf(w, "%s: %s", place(k), k.Row.State.Status())
	if id := k.Row.IDMessage; id != "" {
		fmt.Fprintf(w, ", idMessage %s", id)
	}
	if k.Row.Delivery != "" {
		fmt.Fprint(w, say(l, ", delivery %[1]s", k.Row.Delivery))
	}
	name := strings.Join(strings.Fields(strings.Join([]string{f.FirstName, f.MiddleName, f.LastName, f.Company}, " ")), " ")
	fmt.Fprint(w, say(l, "\n  to %[1]s: %[2]s, %[3]s\n", visible(f.ChatID), visible(name), visible(f.PhoneContact)),
		say(l, "  row %[1]s of run %[2]s, %[3]s\n", strconv.Itoa(k.Row.Number), strconv.FormatInt(k.Run.ID, 10), visible(k.Run.Path)),
		"  "+prospectText(l, k)+"\n\n")
}

// prospectText says what is to be expected of a row.
func prospectText(l msg.Language, k timeline.Row) string {
	switch k.Outlook {
	case timeline.WaitsForDuplicate:
		return say(l, "The same card was asked for in another row: it goes only if that one turns out not to have gone.")
	case timeline.Sent:
		return say(l, "The same card does not go to this chat again by itself.")
	case timeline.MayResend:
		if k.Row.Delivery.MayGoAgain() {
			return say(l, "It did not arrive, and may go again: send the fixme file of its run.")
		}
		return say(l, "The same card may go to this chat again.")
	case timeline.Decidable:
		return say(l, "It is not sent again before it is known whether it went: the next send or track finds out.")
	case timeline.NeedsPerson:
		return say(l, "It is not sent again by itself: look into the chat, and say contact-distributor settle %[1]s:%[2]s --sent or --not-sent.",
			visible(k.Run.Path), strconv.Itoa(k.Row.Line))
	case timeline.UnderWay:
		return say(l, "Either a run is at work on it, or was ended in the middle: then the next one finds out what became of it.")
	case timeline.ToCorrect:
		return say(l, "It does not go before it is corrected.")
	}
	switch k.Row.State.Status() {
	case csvmodel.Suppressed:
		return say(l, "It is looked at when the file is sent again, with the list of that day.")
	case csvmodel.Rejected:
		return say(l, "It is tried again when the file is sent again.")
	}
	return say(l, "It goes when the file is sent again.")
}

// stepText says in words what happened.
func stepText(l msg.Language, s timeline.Step) string {
	text, attempt := msg.Join(s.Reasons, l), strconv.Itoa(s.Attempt)
	switch s.Kind {
	case timeline.StepRead:
		text = joined(say(l, "the file was read"), text)
	case timeline.StepStarted:
		text = say(l, "the file was run again")
	case timeline.StepStopped:
		text = joined(say(l, "the run stopped"), text)
	case timeline.StepSkipped:
		text = say(l, "the file was run again, and this row was left as it was")
	case timeline.StepAsked:
		if s.Undated {
			return say(l, "attempt %[1]s began, on instance %[2]s: when, is kept of the newest attempt only", attempt, s.Instance)
		}
		text = say(l, "attempt %[1]s begins, on instance %[2]s", attempt, s.Instance)
	case timeline.StepAttempt:
		text = joined(say(l, "attempt %[1]s", attempt), text)
	case timeline.StepAccepted:
		text = say(l, "attempt %[1]s: the service has queued the card, as %[2]s", attempt, s.IDMessage)
	}
	if s.Times > 1 {
		text = say(l, "%[1]s (in all %[2]s times, the last on %[3]s)", text, strconv.Itoa(s.Times), stampText(s.Until))
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
