package timeline

import (
	"encoding/json"
	"strconv"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// OutlookText returns the sentence for what is to be expected of the row.
func (r Row) OutlookText(l msg.Language) string {
	key := string(r.Outlook)
	switch {
	case r.Outlook == WillSend && (r.Status == csvmodel.Suppressed || r.Status == csvmodel.Rejected):
		key = string(r.Status)
	case r.Outlook == MayResend && r.Delivery.MayGoAgain():
		key = string(msg.NotDelivered)
	}
	return msg.Text(l, "prospect."+key, msg.Args{"File": r.File, "Line": strconv.Itoa(r.Line)})
}

// Words returns the sentence for what happened.
func (s Step) Words(l msg.Language) string {
	reasons, key := msg.Join(s.Reasons, l), string(s.Kind)
	if s.Kind == StepAsked && s.Undated {
		key = "began"
	}
	text, known := msg.Lookup(l, "step."+key, msg.Args{"Attempt": strconv.Itoa(s.Attempt), "Instance": s.Instance, "Message": s.IDMessage})
	switch {
	case !known:
		text = reasons
	case reasons != "":
		text += ": " + reasons
	}
	if s.Times > 1 {
		text = msg.Text(l, "explain.times", msg.Args{"Text": text, "Times": strconv.Itoa(s.Times), "At": s.Until.Local().Format(time.DateTime)})
	}
	return text
}

// MarshalJSON adds the English sentence, and writes arguments of reasons as texts.
func (r Row) MarshalJSON() ([]byte, error) {
	type row Row
	r.Reasons = msg.Plain(r.Reasons)
	return json.Marshal(struct {
		row
		Text string `json:"text"`
	}{row(r), r.OutlookText(msg.English)})
}

// MarshalJSON adds the English sentence and the times. Where it is not known when the
// step happened, time is null; after says when the program had begun to do it, or before
// when it was over.
func (s Step) MarshalJSON() ([]byte, error) {
	type step Step
	out := struct {
		Time   *time.Time `json:"time"`
		After  *time.Time `json:"after,omitempty"`
		Before *time.Time `json:"before,omitempty"`
		Until  *time.Time `json:"until,omitempty"`
		step
		Text string `json:"text"`
	}{step: step(s), Text: s.Words(msg.English)}
	out.Reasons = msg.Plain(s.Reasons)
	at, until := s.At.Truncate(time.Second), s.Until.Truncate(time.Second)
	switch {
	case !s.Undated:
		out.Time = &at
	case s.Kind == StepAsked:
		out.Before = &at
	default:
		out.After = &at
	}
	if s.Times > 0 {
		out.Until = &until
	}
	return json.Marshal(out)
}
