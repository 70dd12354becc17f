package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
)

// closing is the closing summary.
type closing struct {
	summary batch.Summary
	files   files
	ledger  string
	sandbox bool
}

func (c closing) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return c.writeJSON(w)
	}
	var text bytes.Buffer
	fmt.Fprintf(&text, "\n%s\n", c.summary.Run.Name)
	table(&text, c.summary.Counts)
	if n := c.summary.Repeats; n > 0 {
		fmt.Fprintf(&text, "\nThe service sent %s once more by itself.\n", count(n, "message", "messages"))
	}
	if n := c.summary.Others; n > 0 {
		fmt.Fprintf(&text, "\nAt least %s of other senders waited in the account's queue among the cards.\n", count(n, "message", "messages"))
	}
	c.leaving(&text)
	if r := c.summary.Stop.Reason; r.Code != "" {
		fmt.Fprintf(&text, "\nStopped: %s.\n", r)
	}
	fmt.Fprintln(&text)
	if c.files.results != "" {
		fmt.Fprintf(&text, "Results: %s\n", c.files.results)
	}
	if c.files.fixme != "" {
		fmt.Fprintf(&text, "Fixme:   %s (%s to correct there and send)\n", c.files.fixme, count(csvmodel.NeedPerson(c.summary.Counts), "row", "rows"))
	}
	if c.sandbox {
		fmt.Fprintln(&text, "This was the sandbox: nothing has reached WhatsApp, and nothing is remembered.")
	} else {
		fmt.Fprintf(&text, "Ledger:  %s\n", c.ledger)
	}
	_, err := w.Write(text.Bytes())
	return err
}

// leaving says when the last card leaves the queue: accepted is not sent yet.
func (c closing) leaving(w io.Writer) {
	s := c.summary
	if s.Leaves.IsZero() {
		return
	}
	verb := "has left"
	if s.Leaves.After(time.Now()) {
		verb = "leaves"
	}
	fmt.Fprintf(w, "\nThe last of these cards %s the service's queue at %s (forecast, before the first card of the file went: %s).\n", verb, moment(s.Leaves), moment(s.Forecast))
}

func (c closing) writeJSON(w io.Writer) error {
	return writeJSON(w, map[string]any{
		"forecastLastLeaves": timeJSON(c.summary.Forecast), "lastLeaves": timeJSON(c.summary.Leaves), "messagesOfOthers": c.summary.Others,
		"file": c.summary.Run.Path, "run": c.summary.Run.ID, "rows": c.summary.Run.Rows, "counts": c.summary.Counts, "repeatedByService": c.summary.Repeats,
		"stop": stopJSON(c.summary.Stop), "exitStatus": runStatus(c.summary), "results": c.files.results, "fixme": c.files.fixme, "ledger": c.ledger, "sandbox": c.sandbox,
	})
}

// writeJSON writes a summary, or what stands in its place.
func writeJSON(w io.Writer, summary map[string]any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(summary)
}

// timeJSON is a time as the summary has it, null for none.
func timeJSON(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func stopJSON(s batch.Stop) any {
	if s.Reason.Code == "" {
		return nil
	}
	return map[string]string{"code": string(s.Reason.Code), "text": s.Reason.String()}
}
