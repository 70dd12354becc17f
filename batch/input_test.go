package batch

import (
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestWhatTellsRunsOfOneContentApart(t *testing.T) {
	form := csvmodel.Layout{Encoding: csvmodel.UTF8, Delimiter: ","}
	with := func(change func(*csvmodel.Layout)) csvmodel.Layout {
		changed := form
		change(&changed)
		return changed
	}
	for _, c := range []struct {
		name  string
		other csvmodel.Layout
		apart bool
	}{
		{"another separator", with(func(f *csvmodel.Layout) { f.Delimiter = ";" }), true},
		{"what is said of the columns does not", with(func(f *csvmodel.Layout) { f.Notes = make([]msg.Reason, 1) }), false},
		{"nor does the language of who made the file", with(func(f *csvmodel.Layout) { f.Cyrillic = true }), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			one, err := readingHash(form, nil)
			if err != nil {
				t.Fatal(err)
			}
			other, err := readingHash(c.other, nil)
			if err != nil || (one != other) != c.apart {
				t.Errorf("apart: %t, %v", one != other, err)
			}
		})
	}
}
