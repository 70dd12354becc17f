package report

import (
	"errors"
	"io"
	"iter"

	"contact-distributor/csvmodel"
)

type content func(w io.Writer, encoding string) error

// Results drafts the results file: one row for each row of the input, in its order and
// layout, and in its encoding if that has every character of theirs, else in UTF-8. The
// rows may be gone through twice.
func Results(place Place, layout csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	return inEncoding(place, layout.Encoding, func(w io.Writer, encoding string) error {
		return csvmodel.WriteResults(w, layout, encoding, rows)
	})
}

// Fixme drafts, in the same way, the file in which the rows that need a person are to be
// corrected. There should be one.
func Fixme(place Place, layout csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (*Draft, error) {
	content := func(w io.Writer, encoding string) error { return csvmodel.WriteFixme(w, layout, encoding, rows) }
	if err := legible(layout, content); errors.As(err, new(*csvmodel.FileError)) {
		return inEncoding(place, csvmodel.UTF8, content) // the few rows do not show what the many did
	}
	return inEncoding(place, layout.Encoding, content)
}

// legible reports, as a *csvmodel.FileError, that what is written in the encoding
// of the input would not be found to be in it.
func legible(layout csvmodel.Layout, content content) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(content(w, layout.Encoding)) }()
	defer r.Close()
	return layout.CheckEncoding(r)
}

func inEncoding(place Place, encoding string, write content) (*Draft, error) {
	draft, err := place.Draft(func(w io.Writer) error { return write(w, encoding) })
	if errors.Is(err, csvmodel.ErrNotCarried) {
		return place.Draft(func(w io.Writer) error { return write(w, csvmodel.UTF8) })
	}
	return draft, err
}
