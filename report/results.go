package report

import (
	"fmt"
	"io"
	"io/fs"
	"iter"

	"contact-distributor/csvmodel"
)

// Results writes the results file at path: one row for each row of the input,
// in its order and form.
func Results(path string, mode fs.FileMode, form csvmodel.Form, rows iter.Seq2[csvmodel.Result, error]) error {
	err := whole(path, mode, func(w io.Writer) error {
		out, err := csvmodel.NewResultWriter(w, form)
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
	})
	if err != nil {
		return fmt.Errorf("the results cannot be written to %s: %w", path, err)
	}
	return nil
}
