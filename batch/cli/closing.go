package cli

import (
	"bytes"
	"contact-distributor/batch"
	"contact-distributor/batch/publish"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

// closing is the closing summary.
type closing struct {
	summary  batch.Summary
	files    publish.Files
	ledger   string
	language msg.Language // that was asked for
	sandbox  bool
}

func (c closing) write(w io.Writer, asJSON bool) error {
	if asJSON {
		return c.writeJSON(w)
	}
	l := terminal(c.language)
	var text bytes.Buffer
	fmt.Fprintf(&text, "\n%s\n", c.summary.Run.Name)
	table(&text, l, c.summary.Counts)
	if c.summary.Deliveries.Known() > 0 {
		text.WriteString(words(l, "summary.deliveries"))
		deliveryTable(&text, l, c.summary.Deliveries)
	}
	if n := c.summary.Resends; n > 0 {
		text.WriteString(words(l, "summary.resent", "Count", n))
	}
	c.writeLeaving(&text, l)
	c.writeLate(&text, l)
	if r := c.summary.Stop; r.Code != "" {
		text.WriteString(words(l, "summary.stopped", "Reason", r))
	}
	fmt.Fprintln(&text)
	c.writePlaces(&text, l)
	_, err := w.Write(text.Bytes())
	return err
}

// writePlaces says where everything is.
func (c closing) writePlaces(text *bytes.Buffer, l msg.Language) {
	if c.files.Results != "" {
		text.WriteString(words(l, "summary.results", "File", c.files.Results))
	}
	if c.files.Report != "" {
		text.WriteString(words(l, "summary.report", "File", c.files.Report))
	}
	if c.files.Fixme != "" {
		text.WriteString(words(l, "summary.fixme", "File", c.files.Fixme, "Count", c.summary.NeedPerson()))
	}
	if c.files.Proof != "" {
		text.WriteString(words(l, "summary.proof", "Proof", c.files.Proof))
	}
	if c.sandbox {
		text.WriteString(words(l, "summary.sandbox"))
	} else {
		text.WriteString(words(l, "summary.ledger", "File", c.ledger))
	}
}

// writeLeaving says when the last card leaves the queue: accepted is not sent yet.
func (c closing) writeLeaving(text *bytes.Buffer, l msg.Language) {
	leaves, forecast := momentIn(l, c.summary.LastDeparture, c.summary.Zone), momentIn(l, c.summary.ForecastDeparture, c.summary.Zone)
	switch {
	case c.summary.LastDeparture.IsZero(), c.summary.Stop.Action() == msg.ByPerson: // who knows, when the account may not send
	case c.summary.Counts[csvmodel.Unsent] > 0:
		text.WriteString(words(l, "summary.leaves-some", "At", leaves, "Forecast", forecast))
	case c.summary.LastDeparture.After(time.Now()):
		text.WriteString(words(l, "summary.leaves", "At", leaves, "Forecast", forecast))
	default:
		text.WriteString(words(l, "summary.left", "At", leaves, "Forecast", forecast))
	}
}

// writeLate says what happens to cards in the queue that nobody wants.
func (c closing) writeLate(text *bytes.Buffer, l msg.Language) {
	if n := c.summary.AfterHours; n > 0 {
		text.WriteString(words(l, "summary.after-hours", "Count", n))
	}
	if n := c.summary.WillExpire; n > 0 {
		text.WriteString(words(l, "summary.expire", "Count", n))
	}
}

func (c closing) writeJSON(w io.Writer) error {
	return writeJSON(w, map[string]any{
		"forecastLastLeaves": timeJSON(c.summary.ForecastDeparture), "lastLeaves": timeJSON(c.summary.LastDeparture), "leaveAfterHours": c.summary.AfterHours, "willBeDropped": c.summary.WillExpire,
		"file": c.summary.Run.Path, "run": c.summary.Run.ID, "rows": c.summary.Run.Rows, "counts": c.summary.Counts, "deliveries": knownDeliveries(c.summary.Deliveries), "repeatedByService": c.summary.Resends,
		"stop": stopJSON(c.summary.Stop), "exitStatus": runStatus(c.summary), "results": c.files.Results, "fixme": c.files.Fixme, "report": c.files.Report, "manifest": c.files.Manifest, "proof": c.files.Proof, "ledger": c.ledger, "sandbox": c.sandbox,
	})
}

// writeJSON writes a summary, or what stands in its place.
func writeJSON(w io.Writer, summary map[string]any) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(summary)
}

// knownDeliveries leaves out the rows of which nothing is known yet.
func knownDeliveries(counts csvmodel.DeliveryCounts) csvmodel.DeliveryCounts {
	counts = maps.Clone(counts)
	delete(counts, "")
	return counts
}

// timeJSON is a time as the summary has it, null for none.
func timeJSON(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.Format(time.RFC3339)
}

func stopJSON(s msg.Reason) any {
	if s.IsZero() {
		return nil
	}
	return map[string]string{"code": string(s.Code), "text": s.String()}
}
