package report

import (
	"cmp"
	"strings"

	"contact-distributor/csvmodel"
)

// fact is shown only where it has values.
type fact struct {
	Name   string
	Values []string
	IsCode bool // in letters of one width
}

// newFact leaves out the values that are empty. A value is a string or several.
func (v *view) newFact(key string, values ...any) fact {
	f := fact{Name: v.text(key), IsCode: key == "fact.sha256" || key == "fact.outcomes"}
	for _, value := range values {
		several, isSeveral := value.([]string)
		if !isSeveral {
			several = []string{value.(string)}
		}
		for _, text := range several {
			if text != "" && len(f.Values) < 12 {
				f.Values = append(f.Values, clip(text, 600))
			}
		}
	}
	return f
}

func (v *view) Notes() (notes []string) {
	for _, note := range v.File.Layout.Notes {
		notes = append(notes, v.sentence(note))
	}
	return notes
}

// Form says how the file was read.
func (v *view) Form() string {
	layout := v.File.Layout
	if layout.Encoding == "" {
		return ""
	}
	ends := "form.lf"
	if layout.CRLF {
		ends = "form.crlf"
	}
	parts := []string{v.text("form.encoding", "Encoding", layout.Encoding), v.text("form.delimiter", "Delimiter", v.name("delimiter", layout.Delimiter)), v.text(ends)}
	if layout.Sheet != "" {
		parts = []string{v.text("form.sheet", "Sheet", layout.Sheet)}
	}
	switch layout.Region {
	case "":
	case csvmodel.RegionNone:
		parts = append(parts, v.text("form.international"))
	default:
		parts = append(parts, v.text("form.region", "Region", layout.Region))
	}
	if layout.ShortNumbers {
		parts = append(parts, v.text("form.short-numbers"))
	}
	return strings.Join(parts, ", ")
}

// Columns says which column is which field, and which ones are none.
func (v *view) Columns() []string {
	layout := v.File.Layout
	var fields, others []string
	for i, field := range layout.Columns {
		name := ""
		if i < len(layout.Header) {
			name = strings.TrimSpace(layout.Header[i])
		}
		name = cmp.Or(clip(v.mask.numbers(name), 60), v.text("column.unnamed"))
		switch {
		case field == "":
			others = append(others, name)
		case !csvmodel.IsField(field):
		case name == field:
			fields = append(fields, field)
		default:
			fields = append(fields, v.text("column.is", "Name", name, "Field", field))
		}
	}
	const most = 24
	if more := len(others) - most; more > 0 {
		others = append(others[:most], v.text("column.others.more", "Count", more))
	}
	if len(others) > 0 {
		fields = append(fields, v.text("column.others", "Names", strings.Join(others, ", ")))
	}
	return fields
}

// Departed is a forecast, and the actual time beside it.
func (v *view) Departed() (times []string) {
	key := "reckoned"
	if v.Run.IsObserved {
		key = "actual"
	}
	if !v.Run.Forecast.IsZero() {
		times = append(times, v.text("forecast", "At", v.moment(v.Run.Forecast)))
	}
	if !v.Run.Departed.IsZero() || len(times) > 0 {
		times = append(times, v.text(key, "At", v.moment(v.Run.Departed)))
	}
	return times
}

func (v *view) Webhook() string {
	return v.text(map[Reports]string{ReportsOff: "webhook.off", ReportsOn: "webhook.on", ReportsUnknown: "not-known"}[v.Delivery.Reports])
}

func (v *view) AskedAt() string {
	if v.Delivery.AskedAt.IsZero() && !v.Delivery.RetryAt.IsZero() {
		return v.whyUnknown("tile")
	}
	return cmp.Or(v.stamp(v.Delivery.AskedAt), v.text("asked.never"))
}
