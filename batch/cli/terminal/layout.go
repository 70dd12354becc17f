package terminal

import (
	"fmt"
	"log/slog"
	"strings"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// LogLayout says how a file was understood.
func LogLayout(log *slog.Logger, l msg.Language, in batch.Input) {
	log.Info("log.form", "File", in.Name, "Form", Layout(l, in.Layout))
	for _, note := range in.Layout.Notes {
		log.Warn("log.note", "File", in.Name, "Note", note)
	}
}

// delimiters are the keys of what people call what separates cells.
var delimiters = map[string]string{",": "reading.comma", ";": "reading.semicolon", "\t": "reading.tab", "|": "reading.bar"}

// Layout is the form of a file in one line.
func Layout(l msg.Language, form csvmodel.Layout) string {
	text := Words(l, "reading.form", "Encoding", form.Encoding, "Delimiter", Words(l, delimiters[form.Delimiter]))
	if form.Sheet != "" {
		text = Words(l, "reading.sheet", "Sheet", form.Sheet)
	}
	var fields, others []string
	for i, column := range form.Columns {
		name := strings.TrimSpace(form.Header[i])
		switch {
		case csvmodel.IsField(column) && strings.EqualFold(name, column):
			fields = append(fields, column)
		case csvmodel.IsField(column):
			fields = append(fields, fmt.Sprintf("%s = %q", column, name))
		case column == "" && name != "":
			others = append(others, name)
		}
	}
	text += Words(l, "reading.columns", "Columns", strings.Join(fields, ", "))
	if len(others) > 0 {
		text += Words(l, "reading.others", "Columns", shorten(strings.Join(others, ", "), 200))
	}
	switch form.Region {
	case "":
	case csvmodel.RegionNone:
		text += Words(l, "reading.international")
	default:
		text += Words(l, "reading.region", "Region", form.Region)
	}
	if form.ShortNumbers {
		text += Words(l, "reading.short-numbers")
	}
	return text
}

func shorten(text string, limit int) string {
	if runes := []rune(text); len(runes) > limit {
		return string(runes[:limit-1]) + "…"
	}
	return text
}
