package batch

import (
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"contact-distributor/csvmodel"
)

// readerVersion changes when rows may be understood in another way than before:
// the same content is then another run, and what was sent stays known by its
// claims.
const readerVersion = "1"

// Input is one file that somebody wants sent.
type Input struct {
	Path    string // absolute
	Name    string
	Mode    fs.FileMode
	Content [32]byte // SHA-256 of the file
	Form    csvmodel.Form
}

// OpenInput looks at a file: what it holds, and whether it is a table of
// contacts. One that is not is an error that says what to do, for which
// errors.As finds a *csvmodel.FileError.
func OpenInput(path string) (Input, error) {
	in, err := openInput(path)
	if err != nil {
		return Input{}, fmt.Errorf("%s: %w", path, err)
	}
	return in, nil
}

func openInput(path string) (Input, error) {
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
	reader, err := csvmodel.NewReader(f)
	if err != nil {
		return Input{}, err
	}
	in.Form = reader.Form()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return Input{}, fmt.Errorf("must be an ordinary file, which can be read twice: %w", err)
	}
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return Input{}, err
	}
	hash.Sum(in.Content[:0])
	return in, nil
}

// options is the hash of what beside the content decides how the file is read.
func (in Input) options() [32]byte {
	return sha256.Sum256([]byte("reader " + readerVersion))
}

// rows reads the file once more and gives its rows to each, which may keep
// them, in portions. A file that is not any more what it was is an error, after
// some of its rows have been given.
func (in Input) rows(portion int, each func([]csvmodel.Row) error) error {
	f, err := os.Open(in.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	hash := sha256.New()
	reader, err := csvmodel.NewReader(io.TeeReader(f, hash))
	if err != nil {
		return err
	}
	rows := make([]csvmodel.Row, 0, portion)
	for err == nil {
		var row csvmodel.Row
		if row, err = reader.Read(); err == nil {
			rows = append(rows, row)
		}
		if len(rows) == portion || err == io.EOF && len(rows) > 0 {
			if err := each(rows); err != nil {
				return err
			}
			rows = make([]csvmodel.Row, 0, portion)
		}
	}
	if err != io.EOF {
		return err
	}
	if [32]byte(hash.Sum(nil)) != in.Content {
		return fmt.Errorf("%s: was changed while it was read: start again when it is complete", in.Name)
	}
	return nil
}

// stem is the path of what is written for the file, without what is appended.
func (in Input) stem(dir, suffix string) string {
	if dir == "" {
		dir = filepath.Dir(in.Path)
	}
	return filepath.Join(dir, strings.TrimSuffix(in.Name, filepath.Ext(in.Name))+suffix)
}
