package cli

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel/msg"
)

// explainText writes an explanation for people: each row as it is now, then what
// happened.
func explainText(w io.Writer, l msg.Language, e timeline.Explanation) error {
	var text bytes.Buffer
	for i, row := range e.Rows {
		if i > 0 && e.Rows[i-1].IsRequested && !row.IsRequested {
			text.WriteString(words(l, "explain.duplicates"))
		}
		rowText(&text, l, row)
	}
	for _, a := range e.Aliases {
		text.WriteString(words(l, "explain.alias", "LID", a.LID, "Chat", a.ChatID, "Instance", a.Instance, "At", stampText(a.At)))
	}
	stepsText(&text, l, e)
	_, err := w.Write(text.Bytes())
	return err
}

// stepsText names the row of a step where there are several.
func stepsText(w io.Writer, l msg.Language, e timeline.Explanation) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	places := placesOf(l, e.Rows)
	for _, s := range e.Steps {
		at := stampText(s.At)
		if s.Undated {
			at = ""
		}
		if len(places) > 1 {
			at += "\t" + places[ref{s.Run, s.Line}]
		}
		fmt.Fprintf(out, "%s\t%s\n", at, oneLine(s.Words(l)))
	}
	out.Flush()
}

// ref names a row by the line on which it begins.
type ref struct {
	run  int64
	line int
}

// placesOf returns the files and lines of rows, with the run where two rows share one.
func placesOf(l msg.Language, rows []timeline.Row) map[ref]string {
	count := map[string]int{}
	for _, r := range rows {
		count[place(r)]++
	}
	places := map[ref]string{}
	for _, r := range rows {
		text := place(r)
		if count[text] > 1 {
			text = words(l, "explain.place", "Place", text, "Run", strconv.FormatInt(r.Run, 10))
		}
		places[ref{r.Run, r.Line}] = text
	}
	return places
}

func place(r timeline.Row) string { return fmt.Sprintf("%s:%d", oneLine(r.FileName), r.Line) }

func rowText(w io.Writer, l msg.Language, r timeline.Row) {
	fmt.Fprintf(w, "%s: %s", place(r), status(l, r.Status))
	if r.IDMessage != "" {
		fmt.Fprintf(w, ", idMessage %s", r.IDMessage)
	}
	if r.Delivery != "" {
		fmt.Fprint(w, words(l, "explain.delivery", "Delivery", string(r.Delivery)))
	}
	fmt.Fprint(w, words(l, "explain.to", "Chat", oneLine(r.ChatID), "Name", oneLine(r.Names), "Phone", oneLine(r.Phone)),
		words(l, "explain.row", "Row", strconv.Itoa(r.Number), "Run", strconv.FormatInt(r.Run, 10), "File", oneLine(r.File)),
		"  "+oneLine(r.OutlookText(l))+"\n\n")
}

func stampText(t time.Time) string { return t.Local().Format(time.DateTime) }
