package batch

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// readerVersion changes when rows may be read in another way. The same content is another run
// then, and its claims keep cards from going twice.
const readerVersion = "4"

// ErrChanged is returned for a file that has changed since ReadInput.
var ErrChanged = msg.Problem("error.changed", nil)

// Input is a file to be sent, open until Close, or a planned run that needs none.
type Input struct {
	Path    string // absolute
	Name    string
	Mode    fs.FileMode // at most to read and write
	Content [32]byte    // SHA-256 of the file
	Layout  csvmodel.Layout
	// Output is the stem of the output files; empty: Send finds a free one.
	Output string

	run     int64           // that is planned; 0: a file
	file    *os.File        // nil of a run
	sheet   *csvmodel.Sheet // of a workbook, else nil
	size    int64
	opts    csvmodel.Options // with an encoding
	reading [32]byte         // a hash of all that decides how the content is read
}

// ReadInput reads the header of an open file, which the Input closes, and hashes its content.
// errors.As finds a *csvmodel.FileError for a file that is no table of contacts.
func ReadInput(f *os.File, path string, opts csvmodel.Options) (Input, error) {
	in := Input{Name: filepath.Base(path), file: f}
	if err := in.read(path, opts); err != nil {
		return Input{}, errors.Join(msg.Problem("error.file", msg.Args{"File": path, "Err": err}), in.Close())
	}
	return in, nil
}

func (in *Input) read(path string, opts csvmodel.Options) error {
	info, err := in.file.Stat()
	if err == nil {
		err = csvmodel.CheckSize(info)
	}
	if err != nil {
		return err
	}
	in.Mode, in.size = info.Mode()&0o666, info.Size()
	if in.Path, err = filepath.Abs(path); err != nil {
		return err
	}
	if in.Content, err = csvmodel.Sum(in.content()); err != nil { // first, so that a change meanwhile is found
		return err
	}
	if in.sheet, opts, err = csvmodel.OpenSheet(in.file, in.size, opts); err != nil {
		return err
	}
	if in.opts, err = csvmodel.DetectEncoding(in.text(io.Discard), opts); err != nil {
		return err
	}
	reader, err := csvmodel.NewReader(in.text(io.Discard), in.opts)
	if err != nil {
		return err
	}
	in.Layout = reader.Layout()
	in.reading, err = readingHash(in.Layout, opts.Card)
	return err
}

// content leaves out what is added to the file meanwhile.
func (in *Input) content() io.Reader { return io.NewSectionReader(in.file, 0, in.size) }

// text reads the text that has the rows. It has it hashed where that is the content.
func (in *Input) text(hash io.Writer) io.Reader {
	if in.sheet != nil {
		return in.sheet.Text()
	}
	return io.TeeReader(in.content(), hash)
}

func (in *Input) checkUnchanged(read hash.Hash) error {
	if in.sheet != nil {
		if _, err := io.Copy(read, in.content()); err != nil {
			return err
		}
	}
	info, err := in.file.Stat()
	if [32]byte(read.Sum(nil)) != in.Content || err == nil && info.Size() != in.size {
		return msg.Problem("error.file", msg.Args{"File": in.Name, "Err": ErrChanged})
	}
	return nil
}

func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	if in.sheet == nil {
		return in.file.Close()
	}
	return errors.Join(in.sheet.Close(), in.file.Close())
}

func readingHash(form csvmodel.Layout, card *csvmodel.Card) ([32]byte, error) {
	form.Notes, form.Cyrillic = nil, false // what is said of it decides nothing
	read, err := json.Marshal(form)
	if card != nil {
		sum := card.Hash()
		read = append(read, sum[:]...)
	}
	return sha256.Sum256(append(read, "reader "+readerVersion...)), err
}

// IsOf reports whether a run is of this content, read in this way.
func (in *Input) IsOf(run ledger.Run) bool {
	return run.Content == in.Content && run.Options == in.reading
}

type lineCount int

func (n *lineCount) Write(p []byte) (int, error) {
	*n += lineCount(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}

// rows reads the file once more. After some rows it may end with ErrChanged, or with a
// *csvmodel.NationalError that judge must be given.
func (in Input) rows() iter.Seq2[csvmodel.Row, error] {
	return func(yield func(csvmodel.Row, error) bool) {
		hash := sha256.New()
		reader, err := csvmodel.NewReader(in.text(hash), in.opts)
		for err == nil {
			var row csvmodel.Row
			if row, err = reader.Read(); err == nil && !yield(row, nil) {
				return
			}
		}
		if err == io.EOF {
			err = cmp.Or(in.checkUnchanged(hash), reader.Judge())
		}
		if err != nil {
			yield(csvmodel.Row{}, err)
		}
	}
}

func (in *Input) judge(err error) (again bool) {
	national := (*csvmodel.NationalError)(nil)
	if again = errors.As(err, &national); again {
		in.opts.Against = national.Verdicts
		in.Layout.Notes = append(slices.Clip(in.Layout.Notes), national.Notes...)
	}
	return again
}

func (in Input) chunks(size int) iter.Seq2[[]csvmodel.Row, error] {
	return func(yield func([]csvmodel.Row, error) bool) {
		rows := make([]csvmodel.Row, 0, size)
		for row, err := range in.rows() {
			if err != nil {
				yield(nil, err)
				return
			}
			if rows = append(rows, row); len(rows) == size {
				if !yield(rows, nil) {
					return
				}
				rows = make([]csvmodel.Row, 0, size)
			}
		}
		if len(rows) > 0 {
			yield(rows, nil)
		}
	}
}

// Stem returns the path that the names of output files begin with.
func (in Input) Stem(dir, suffix string) string {
	if dir == "" {
		dir = filepath.Dir(in.Path)
	}
	return filepath.Join(dir, strings.TrimSuffix(in.Name, filepath.Ext(in.Name))+suffix)
}
