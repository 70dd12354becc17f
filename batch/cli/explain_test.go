package cli

import (
	"strings"
	"testing"

	"contact-distributor/batch/timeline"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestTheCellsOfARowDoNotSteerTheTerminal(t *testing.T) {
	row := timeline.Row{Outlook: timeline.NeedsPerson, FileName: "a\x1b[2J.csv", File: "/in/a\x1b[2J.csv", Line: 2,
		Status: csvmodel.Unknown, IDMessage: "3EB0\x1b[2J\a\u202e", Delivery: "read\x1b", ChatID: "\x1b]0;x\a", Names: "Ada\u202e a\u00a0b\nc"}
	var text strings.Builder
	if err := explainText(&text, msg.English, timeline.Explanation{Rows: []timeline.Row{row}}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(text.String(), "\x1b\a\u202e") || strings.Count(text.String(), "\n") != 5 {
		t.Errorf("got %q", text.String())
	}
	if !strings.Contains(text.String(), "contact-distributor settle /in/a\ufffd[2J.csv:2 --sent or --not-sent") {
		t.Errorf("does not say what to do: %q", text.String())
	}
}
