package csvmodel

import (
	"errors"
	"io"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/xlsx"
)

// Sheet is the text of a sheet of a workbook.
type Sheet = xlsx.Sheet

// OpenSheet opens the sheet of a workbook that the options name, or else the only one with
// rows, and returns the options with which its text is read. Of a file that is no workbook
// the Sheet is nil. A workbook that cannot be read is a *FileError.
func OpenSheet(file io.ReaderAt, size int64, opts Options) (*Sheet, Options, error) {
	start := make([]byte, 16)
	n, err := file.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return nil, opts, err
	}
	if !xlsx.IsWorkbook(start[:n]) {
		opts.Sheet = ""
		return nil, opts, nil
	}
	sheet, err := xlsx.OpenSheet(file, size, opts.Sheet)
	if refused := (*FileError)(nil); errors.As(err, &refused) {
		refused.Cyrillic = hasCyrillic([]byte(refused.Error())) // the names of its sheets
	}
	if err != nil {
		return nil, opts, err
	}
	opts.Encoding, opts.Delimiter, opts.Sheet, opts.notes = charset.UTF8, "", sheet.Name, sheet.Notes
	return sheet, opts, nil
}
