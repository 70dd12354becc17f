package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

	maxUnpacked  = 2 << 30 // bytes of all that is read of a workbook
	maxElement   = 8 << 20 // bytes of a row, and of any other part but those with rows
	maxDirectory = 4 << 20 // bytes of the list of parts
)

// Sheet is a sheet as text in UTF-8. Each row is a record, its cells are separated by commas, and
// rows that are empty or left out are blank lines: a record has the number of its row.
type Sheet struct {
	Name  string
	Notes []msg.Reason // on what is left out
	text  *scratch
}

// Text reads the text from its beginning.
func (s *Sheet) Text() io.Reader { return io.NewSectionReader(s.text, 0, math.MaxInt64) }

// Close removes the text.
func (s *Sheet) Close() error { return s.text.Close() }

// IsWorkbook reports whether a file with this beginning is for OpenSheet.
func IsWorkbook(start []byte) bool {
	return bytes.HasPrefix(start, []byte(zipMagic)) || bytes.HasPrefix(start, []byte(oleMagic))
}

// OpenSheet reads the sheet of that name or, without one, the only visible sheet with rows.
// A workbook that cannot be read to its end is a *msg.Refusal. Nothing in it is run, and
// memory stays bounded whatever it holds.
func OpenSheet(r io.ReaderAt, size int64, name string) (*Sheet, error) {
	text, err := newScratch()
	if err != nil {
		return nil, err
	}
	p := &picker{want: name, text: bufio.NewWriterSize(text, 1<<16)}
	if err = read(r, size, p); err == nil {
		err = p.finish()
	}
	if refused, system := (*msg.Refusal)(nil), (*fs.PathError)(nil); err != nil {
		if !errors.As(err, &refused) && !errors.As(err, &system) {
			err = msg.Refuse("sheet-broken").Because(err)
		}
		return nil, errors.Join(err, text.Close())
	}
	return &Sheet{p.chosen.name, p.chosen.notes(), text}, nil
}

func read(r io.ReaderAt, size int64, p *picker) error {
	start := make([]byte, 512)
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return err
	}
	if bytes.HasPrefix(start, []byte(oleMagic)) {
		return msg.Refuse(oleKind(r, start))
	}
	b := book{parts: map[string]*zip.File{}, left: maxUnpacked}
	files := &limited{r, maxDirectory}
	archive, err := zip.NewReader(files, size)
	if err != nil {
		return err
	}
	files.left = math.MaxInt64
	for _, file := range archive.File {
		b.parts[partName(file.Name)] = file
	}
	switch {
	case b.parts["encrypted-package"] != nil:
		return msg.Refuse("sheet-locked")
	case b.parts["index/document.iwa"] != nil, b.parts["index.zip"] != nil:
		return msg.Refuse("sheet-numbers")
	case b.parts["content.xml"] != nil:
		return b.readODS(p)
	case b.parts["[content_types].xml"] != nil:
		return b.readXLSX(p)
	}
	return msg.Refuse("file-archive")
}

// oleKind tells a workbook with a password from an old one by the names of its streams.
func oleKind(r io.ReaderAt, header []byte) msg.Code {
	directory := make([]byte, 4096)
	first := int64(binary.LittleEndian.Uint32(header[48:]))
	r.ReadAt(directory, (first+1)<<min(header[30], 16)) // without one it is an old workbook
	if bytes.Contains(directory, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00")) {
		return "sheet-locked"
	}
	return "file-old-workbook"
}

// book is an open workbook.
type book struct {
	parts map[string]*zip.File // by partName
	left  int64                // bytes that may still be unpacked
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// unpacked reads a part, up to left bytes of it.
type unpacked struct {
	io.ReadCloser
	book *book
	left int64
}

func (p *unpacked) Read(b []byte) (int, error) {
	if p.left <= 0 || p.book.left <= 0 {
		return 0, msg.Refuse("sheet-large")
	}
	n, err := p.ReadCloser.Read(b)
	p.left -= int64(n)
	p.book.left -= int64(n)
	return n, err
}

var (
	errEnough  = errors.New("enough") // ends each before the end of the part
	errDamaged = errors.New("damaged")
)

// each calls f with each element that begins in a part and that f has not decoded as part
// of another. It reads all of the part, so that its checksum is checked.
func (b *book) each(name string, f func(*xml.Decoder, xml.StartElement) error) error {
	file := b.parts[partName(name)]
	if file == nil {
		return fs.ErrNotExist
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	p := &unpacked{content, b, maxElement}
	d := xml.NewDecoder(p)
	for err == nil {
		var token xml.Token
		if token, err = d.Token(); err != nil {
			break
		}
		if element, is := token.(xml.StartElement); is {
			offset := d.InputOffset()
			if err = f(d, element); d.InputOffset() > offset {
				p.left = maxElement
			}
		}
	}
	if err != io.EOF && err != errEnough {
		return err
	}
	p.left = math.MaxInt64
	_, err = io.Copy(io.Discard, p)
	return err
}

// decode reads a part as a whole. One that is not there has nothing.
func (b *book) decode(name string, into any) error {
	if b.parts[partName(name)] == nil {
		return nil
	}
	isRoot := true
	return b.each(name, func(d *xml.Decoder, root xml.StartElement) error {
		if !isRoot {
			return errEnough
		}
		isRoot = false
		return d.DecodeElement(into, &root)
	})
}

// relation is what one part has to do with another, or with the workbook.
type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

// relations returns those of a part, or with an empty name of the workbook. The targets
// are names of parts.
func (b *book) relations(of string) ([]relation, error) {
	var list struct {
		Relations []relation `xml:"Relationship"`
	}
	dir, base := path.Split(of)
	err := b.decode(dir+"_rels/"+base+".rels", &list)
	for i, r := range list.Relations {
		if list.Relations[i].Type = path.Base(r.Type); !strings.HasPrefix(r.Target, "/") {
			list.Relations[i].Target = path.Join(dir, r.Target)
		}
	}
	return list.Relations, err
}

// limited reads at most left bytes.
type limited struct {
	io.ReaderAt
	left int64
}

func (l *limited) ReadAt(b []byte, offset int64) (int, error) {
	if l.left -= int64(len(b)); l.left < 0 {
		return 0, msg.Refuse("sheet-large")
	}
	return l.ReaderAt.ReadAt(b, offset)
}

// scratch is a file without a name, so that a process that is killed leaves nothing. Where
// the system has no such files it has one until it is closed.
type scratch struct {
	*os.File
	name string
}

func newScratch() (*scratch, error) {
	file, err := os.CreateTemp("", "contact-distributor-*")
	if err != nil {
		return nil, err
	}
	s := &scratch{file, file.Name()}
	if os.Remove(s.name) == nil {
		s.name = ""
	}
	return s, nil
}

func (s *scratch) Close() error {
	err := s.File.Close()
	if s.name != "" {
		err = errors.Join(err, os.Remove(s.name))
	}
	return err
}
