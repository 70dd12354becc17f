package batch

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"contact-distributor/csvmodel"
)

// readerVersion changes when rows may be understood in another way than before:
// the same content is then another run, and what was sent stays known by its
// claims.
const readerVersion = "2"

// ErrChanged is returned where a file is not any more what it was when it was opened.
var ErrChanged = errors.New("was changed while it was read: start again when it is complete")

// Input is one file that somebody wants sent.
type Input struct {
	Path    string // absolute
	Name    string
	Mode    fs.FileMode
	Content [32]byte // SHA-256 of the file
	Form    csvmodel.Form
	// Output is the path and stem of what is written for it, if that is given: no
	// other content has its files there. Else a free one is found.
	Output string

	how     csvmodel.Reading // with an encoding
	options [32]byte         // a hash of what beside the content decides how it is read
}

// OpenInput looks at a file: what it holds, and whether it is a table of
// contacts. One that is not is an error that says what to do, for which
// errors.As finds a *csvmodel.FileError.
func OpenInput(path string, how csvmodel.Reading) (Input, error) {
	in, err := openInput(path, how)
	if err != nil {
		return Input{}, fmt.Errorf("%s: %w", path, err)
	}
	return in, nil
}

func openInput(path string, how csvmodel.Reading) (Input, error) {
	f, err := csvmodel.Open(path)
	if err != nil {
		return Input{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Input{}, err
	}
	in := Input{Name: filepath.Base(path), Mode: info.Mode().Perm()}
	if in.Path, err = filepath.Abs(path); err != nil {
		return Input{}, err
	}
	hash := sha256.New()
	all := io.TeeReader(f, hash)
	if in.how, err = csvmodel.FindEncoding(all, how); err != nil {
		return Input{}, err
	}
	if _, err := io.Copy(io.Discard, all); err != nil {
		return Input{}, err
	}
	hash.Sum(in.Content[:0])
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Input{}, fmt.Errorf("must be an ordinary file, which can be read twice: %w", err)
	}
	reader, err := csvmodel.NewReader(f, in.how)
	if err != nil {
		return Input{}, err
	}
	in.Form = reader.Form()
	in.options, err = options(in.Form, how.Card)
	return in, err
}

func options(form csvmodel.Form, card *csvmodel.Card) ([32]byte, error) {
	form.Notes, form.Cyrillic = nil, false // what is said of it decides nothing
	read, err := json.Marshal(form)
	if card != nil {
		sum := card.Hash()
		read = append(read, sum[:]...)
	}
	return sha256.Sum256(append(read, "reader "+readerVersion...)), err
}

// contentOf is the hash of a file, whatever it holds, and how many lines it has.
func contentOf(path string) (content [32]byte, lines int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return content, 0, err
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(io.MultiWriter(hash, (*lineCount)(&lines)), f)
	hash.Sum(content[:0])
	return content, lines, err
}

// lineCount counts line feeds.
type lineCount int

func (n *lineCount) Write(p []byte) (int, error) {
	*n += lineCount(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}

// read reads the file once more. A file that is not any more what it was is an
// error, after some of its rows have been given.
func (in Input) read() iter.Seq2[csvmodel.Row, error] {
	return func(yield func(csvmodel.Row, error) bool) {
		f, err := os.Open(in.Path)
		if err != nil {
			yield(csvmodel.Row{}, err)
			return
		}
		defer f.Close()
		hash := sha256.New()
		reader, err := csvmodel.NewReader(io.TeeReader(f, hash), in.how)
		for err == nil {
			var row csvmodel.Row
			if row, err = reader.Read(); err == nil && !yield(row, nil) {
				return
			}
		}
		if err == io.EOF && [32]byte(hash.Sum(nil)) == in.Content {
			return
		}
		if err == io.EOF {
			err = fmt.Errorf("%s: %w", in.Name, ErrChanged)
		}
		yield(csvmodel.Row{}, err)
	}
}

// portions is read, many rows at a time, which may be kept.
func (in Input) portions(size int) iter.Seq2[[]csvmodel.Row, error] {
	return func(yield func([]csvmodel.Row, error) bool) {
		rows := make([]csvmodel.Row, 0, size)
		for row, err := range in.read() {
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

// Stem is the path of what is written for the file, without what is appended.
func (in Input) Stem(dir, suffix string) string {
	if dir == "" {
		dir = filepath.Dir(in.Path)
	}
	return filepath.Join(dir, strings.TrimSuffix(in.Name, filepath.Ext(in.Name))+suffix)
}
