package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

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

func (c closing) writeJSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{
		"file": c.summary.Run.Path, "run": c.summary.Run.ID, "rows": c.summary.Run.Rows, "counts": c.summary.Counts, "repeatedByService": c.summary.Repeats,
		"stop": stopJSON(c.summary.Stop), "exitStatus": runStatus(c.summary), "results": c.files.results, "fixme": c.files.fixme, "ledger": c.ledger, "sandbox": c.sandbox,
	})
}

func stopJSON(s batch.Stop) any {
	if s.Reason.Code == "" {
		return nil
	}
	return map[string]string{"code": string(s.Reason.Code), "text": s.Reason.String()}
}
