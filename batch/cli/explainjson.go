package cli

import (
	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"encoding/json"
	"io"
)

// explainedRow is a row in the JSON of explain.
type explainedRow struct {
	Asked     bool             `json:"asked"` // for; else it has the same card for the same chat
	Run       int64            `json:"run"`
	File      string           `json:"file"`
	Row       int              `json:"row"`
	Line      int              `json:"line"`
	ChatID    string           `json:"chatId"`
	Phone     string           `json:"phoneContact"`
	Status    csvmodel.Status  `json:"status"`
	IDMessage string           `json:"idMessage"`
	Instance  string           `json:"idInstance"`
	Attempts  int              `json:"attempts"`
	Delivery  string           `json:"delivery"`
	Reasons   []msg.Reason     `json:"reasons"`
	Prospect  timeline.Outlook `json:"prospect"`
	Text      string           `json:"text"` // of the prospect
}

// explainedStep is what happened, in the JSON of explain. Where it is not known
// when, Time is null and After says when the program had begun to do it, or Before
// when it was over.
type explainedStep struct {
	Time      any               `json:"time"`
	After     any               `json:"after,omitempty"`
	Before    any               `json:"before,omitempty"`
	Times     int               `json:"times,omitempty"`
	Until     any               `json:"until,omitempty"`
	Run       int64             `json:"run,omitempty"`
	Line      int               `json:"line,omitempty"`
	Kind      timeline.StepKind `json:"kind"`
	Attempt   int               `json:"attempt,omitempty"`
	Instance  string            `json:"idInstance,omitempty"`
	IDMessage string            `json:"idMessage,omitempty"`
	Reasons   []msg.Reason      `json:"reasons,omitempty"`
	Text      string            `json:"text"`
}

// explainedAlias is another id of a chat, in the JSON of explain.
type explainedAlias struct {
	LID      string `json:"lid"`
	ChatID   string `json:"chatId"`
	Instance string `json:"idInstance"`
	Time     any    `json:"time"`
}

// explainJSON writes an explanation for machines, in English.
func explainJSON(w io.Writer, e timeline.Explanation) error {
	rows, steps, aliases := make([]explainedRow, len(e.Rows)), make([]explainedStep, len(e.Steps)), make([]explainedAlias, len(e.Aliases))
	lines := map[ref]int{}
	for i, k := range e.Rows {
		rows[i] = rowJSON(k)
		lines[ref{k.Row.Run, k.Row.Seq}] = k.Row.Line
	}
	for i, s := range e.Steps {
		steps[i] = stepJSON(s)
		steps[i].Line = lines[ref{s.Run, s.Seq}]
	}
	for i, a := range e.Aliases {
		aliases[i] = explainedAlias{LID: a.LID, ChatID: a.Chat, Instance: a.Instance, Time: timeJSON(a.At)}
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(map[string]any{"rows": rows, "events": steps, "aliases": aliases})
}

func rowJSON(k timeline.Row) explainedRow {
	r := k.Row
	return explainedRow{
		Asked: k.IsAsked, Run: k.Run.ID, File: k.Run.Path, Row: r.Number, Line: r.Line,
		ChatID: r.Fields.ChatID, Phone: r.Fields.PhoneContact,
		Status: r.State.Status(), IDMessage: r.IDMessage, Instance: r.Instance, Attempts: r.Attempt, Delivery: string(r.Delivery),
		Reasons:  msg.Plain(r.Reasons), // none is an empty list
		Prospect: k.Outlook, Text: prospectText(msg.English, k),
	}
}

func stepJSON(s timeline.Step) explainedStep {
	step := explainedStep{
		Time: timeJSON(s.At), Times: s.Times,
		Run: s.Run, Kind: s.Kind, Attempt: s.Attempt, Instance: s.Instance,
		IDMessage: s.IDMessage, Reasons: msg.Plain(s.Reasons), Text: stepText(msg.English, s),
	}
	if s.Undated {
		step.Time = nil
		if s.Kind == timeline.StepAsked {
			step.Before = timeJSON(s.At)
		} else {
			step.After = timeJSON(s.At)
		}
	}
	if s.Times > 0 {
		step.Until = timeJSON(s.Until)
	}
	return step
}
