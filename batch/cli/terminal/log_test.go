package terminal_test

import (
	"regexp"
	"strings"
	"testing"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/csvmodel/msg"
)

func TestLogLines(t *testing.T) {
	for _, c := range []struct {
		name, format string
		language     msg.Language
		want         string
	}{
		{"for people", "text", msg.English, `^\d\d:\d\d:\d\d warn: f.csv: 2 rows have no number run=7 ledger=/e.\[2J.\n$`},
		{"in Russian", "text", msg.Russian, `^\d\d:\d\d:\d\d \S+: f.csv: 2 rows have no number run=7 ledger=/e.\[2J.\n$`},
		{"for machines, in English", "json", msg.Russian, `^\{"time":"[^"]+","level":"WARN","msg":"f.csv: 2 rows have no number","run":7,"ledger":"/e\\u001b\[2J\\u202e"\}\n$`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var text strings.Builder
			log, err := terminal.NewLog(c.format, &text, c.language)
			if err != nil {
				t.Fatal(err)
			}
			log.Debug("log.error", "Err", "is not shown")
			log.With("run", 7).Warn("log.note", "File", "f.csv", "Note", "2 rows have no number", "ledger", "/e\x1b[2J\u202e")
			if !regexp.MustCompile(c.want).MatchString(text.String()) {
				t.Errorf("got %q", text.String())
			}
		})
	}
	if _, err := terminal.NewLog("xml", &strings.Builder{}, msg.English); err == nil {
		t.Error("xml is a format")
	}
}
