package report

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"errors"
	"io"
	"iter"
)

// content writes a file in an encoding.
type content func(w io.Writer, encoding string) error

// Results writes the results file and returns its path: one row for each row of the input,
// in its order and form, and in its encoding if that has every character of
// theirs, else in UTF-8. The rows may be gone through twice.
func Results(place Place, form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (string, error) {
	return inEncoding(place, form, resultsContent(form, rows))
}

// resultsContent writes what is in a results file.
func resultsContent(form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) content {
	return func(w io.Writer, encoding string) error {
		out, err := csvmodel.NewResultWriter(w, form, encoding)
		if err != nil {
			return err
		}
		for row, err := range rows {
			if err != nil {
				return err
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		return out.Flush()
	}
}

// Fixme writes, in the same way, the file in which the rows that need a person are to be
// corrected. There should be one.
func Fixme(place Place, form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) (string, error) {
	content := fixmeContent(form, rows)
	if err := legible(form, content); errors.As(err, new(*csvmodel.FileError)) {
		form.Encoding = csvmodel.UTF8 // the few rows do not show what the many did
	}
	return inEncoding(place, form, content)
}

// fixmeContent writes what is in a fixme file.
func fixmeContent(form csvmodel.Layout, rows iter.Seq2[csvmodel.Result, error]) content {
	return func(w io.Writer, encoding string) error {
		out, err := csvmodel.NewFixmeWriter(w, form, encoding)
		if err != nil {
			return err
		}
		for row, err := range rows {
			if err != nil {
				return err
			}
			if !csvmodel.NeedsPerson(row.Status, row.Delivery) {
				continue
			}
			if err := out.Write(row.Source, row.Error, row.Code); err != nil {
				return err
			}
		}
		return out.Flush()
	}
}

// legible reports, as a *csvmodel.FileError, that what is written in the encoding
// of the input would not be found to be in it.
func legible(form csvmodel.Layout, content content) error {
	r, w := io.Pipe()
	go func() { w.CloseWithError(content(w, form.Encoding)) }()
	defer r.Close()
	return form.CheckEncoding(r)
}

// inEncoding makes a file in the encoding of the input, or in UTF-8.
func inEncoding(place Place, form csvmodel.Layout, write content) (string, error) {
	path, err := place.write(func(w io.Writer) error { return write(w, form.Encoding) })
	if errors.Is(err, csvmodel.ErrNotCarried) {
		path, err = place.write(func(w io.Writer) error { return write(w, csvmodel.UTF8) })
	}
	if err != nil {
		err = msg.Problem("error.written", msg.Args{"Place": place.Stem + place.Suffix, "Err": err})
	}
	return path, err
}
