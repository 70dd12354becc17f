package xlsx

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path"
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
)

const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

	maxUnpacked  = 2 << 30   // bytes of all that is read of a workbook
	maxElement   = 8 << 20   // bytes of a row, and of any part but those with rows
	maxDirectory = 4 << 20   // bytes of the list of parts
	maxSize      = 512 << 20 // bytes of the text
	maxRows      = 1 << 20   // of a sheet, as spreadsheets have it
	maxColumns   = 1 << 14
	maxRecord    = 1 << 16 // bytes of a record: longer ones are faulty, and need not be whole
)

var (
	errEnough  = errors.New("enough") // ends book.each
	errDamaged = errors.New("damaged")
)

// Sheet is a sheet as text in UTF-8. Each row is a record, its cells are separated by commas, and
// rows that are empty or left out are blank lines: a record has the number of its row.
type Sheet struct {
	Name  string
	Notes []msg.Reason // on what is left out
	file  *os.File
	name  string // of the file, "" if it has none
	start int64  // of the text
}

// Text reads the text from its beginning.
func (s *Sheet) Text() io.Reader { return io.NewSectionReader(s.file, s.start, math.MaxInt64-s.start) }

// Close removes the text.
func (s *Sheet) Close() error {
	if s.name == "" {
		return s.file.Close()
	}
	return errors.Join(s.file.Close(), os.Remove(s.name))
}

// OpenSheet reads the sheet of that name or, without one, the only visible sheet with rows. Of
// a file that is no workbook the Sheet is nil. A workbook that cannot be read to its end is a
// *msg.Refusal. Nothing in it is run, and memory stays bounded whatever it holds.
func OpenSheet(r io.ReaderAt, size int64, name string) (*Sheet, error) {
	start := make([]byte, 512)
	if _, err := r.ReadAt(start, 0); err != nil && err != io.EOF {
		return nil, err
	}
	if bytes.HasPrefix(start, []byte(oleMagic)) {
		return nil, msg.Refuse(oleKind(r, start))
	}
	if !bytes.HasPrefix(start, []byte(zipMagic)) {
		return nil, nil
	}
	file, err := os.CreateTemp("", "contact-distributor-*")
	if err != nil {
		return nil, err
	}
	b := &book{Sheet: Sheet{file: file, name: file.Name()}, want: name, text: bufio.NewWriterSize(file, 1<<16), left: maxUnpacked}
	if os.Remove(b.name) == nil { // where files can lose their name, a process that is killed leaves nothing
		b.name = ""
	}
	if err = cmp.Or(b.read(r, size), b.finish()); err == nil {
		return &b.Sheet, nil
	}
	if refused, system := (*msg.Refusal)(nil), (*fs.PathError)(nil); !errors.As(err, &refused) && !errors.As(err, &system) {
		err = msg.Refuse("sheet-broken").Because(err)
	}
	return nil, errors.Join(err, b.Close())
}

type book struct {
	Sheet
	parts map[string]*zip.File // by partName
	left  uint64               // bytes that may still be unpacked
	want  string               // the name of the sheet; "": the only one with rows
	text  *bufio.Writer

	chosen *table   // the first with rows, else the last; nil while there is none
	names  []string // of the visible sheets
	filled []string // of those with rows
}

func (b *book) read(r io.ReaderAt, size int64) error {
	file := &limited{ReaderAt: r, left: maxDirectory}
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return err
	}
	file.left, b.parts = math.MaxInt, map[string]*zip.File{}
	for _, part := range archive.File {
		b.parts[partName(part.Name)] = part
	}
	has := func(part string) bool { return b.parts[part] != nil }
	switch {
	case has("encrypted-package"):
		return msg.Refuse("sheet-locked")
	case has("xl/workbook.bin"):
		return msg.Refuse("sheet-binary")
	case has("index/document.iwa"), has("index.zip"):
		return msg.Refuse("sheet-numbers")
	case has("content.xml"):
		return b.readODS()
	}
	return b.readXLSX()
}

// oleKind tells a workbook with a password from an old one by the names of its streams.
func oleKind(r io.ReaderAt, header []byte) msg.Code {
	names := make([]byte, 4096)
	first := int64(binary.LittleEndian.Uint32(header[48:]))
	r.ReadAt(names, (first+1)<<min(header[30], 16)) // if there are none it is an old one
	if bytes.Contains(names, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00")) {
		return "sheet-locked"
	}
	return "file-old-workbook"
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// limited refuses to read more than left bytes.
type limited struct {
	io.ReaderAt
	io.Reader
	left int
}

func (l *limited) ReadAt(b []byte, offset int64) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, msg.Refuse("sheet-large")
	}
	return l.ReaderAt.ReadAt(b, offset)
}

func (l *limited) Read(b []byte) (int, error) {
	if l.left <= 0 {
		return 0, msg.Refuse("sheet-large")
	}
	n, err := l.Reader.Read(b)
	l.left -= n
	return n, err
}

// each calls f with each element of a part, if there is one, but for those that f has decoded.
// It reads all of the part, so that its checksum is checked.
func (b *book) each(name string, f func(*xml.Decoder, xml.StartElement) error) error {
	file := b.parts[partName(name)]
	if file == nil {
		return nil
	}
	if file.UncompressedSize64 > b.left { // more of it than that archive/zip does not give
		return msg.Refuse("sheet-large")
	}
	b.left -= file.UncompressedSize64
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	p := &limited{Reader: content, left: maxElement}
	d := xml.NewDecoder(p)
	for err == nil {
		var token xml.Token
		token, err = d.Token()
		if element, is := token.(xml.StartElement); is && err == nil {
			offset := d.InputOffset()
			if err = f(d, element); d.InputOffset() > offset {
				p.left = maxElement
			}
		}
	}
	if err != io.EOF && err != errEnough {
		return err
	}
	p.left = math.MaxInt
	_, err = io.Copy(io.Discard, p)
	return err
}

func (b *book) decode(name string, into any) error {
	return b.each(name, func(d *xml.Decoder, root xml.StartElement) error {
		return cmp.Or(d.DecodeElement(into, &root), errEnough)
	})
}

// relations returns the parts to which a part, or without a name the workbook, has relations:
// sheets by id, what there is one of by the last word of its type.
func (b *book) relations(of string) (map[string]string, error) {
	var list struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	dir, base := path.Split(of)
	err := b.decode(dir+"_rels/"+base+".rels", &list)
	parts := map[string]string{}
	for _, r := range list.Relations {
		key := path.Base(r.Type)
		if key == "worksheet" {
			key = r.ID
		}
		if parts[key] = r.Target; !strings.HasPrefix(r.Target, "/") {
			parts[key] = path.Join(dir, r.Target)
		}
	}
	return parts, err
}

func attribute(element xml.StartElement, name string) string {
	for _, attr := range element.Attr {
		if attr.Name.Local == name {
			return attr.Value
		}
	}
	return ""
}

// table writes the rows of a sheet as text, or of one that is not chosen notes that there are some.
type table struct {
	*book
	name    string
	rows    int          // number of the last row
	width   int          // of the widest one
	size    int          // bytes written
	columns map[int]bool // the hidden ones by their index; true: with something in them
	counts  map[msg.Code]int
}

func (b *book) begin(name string, isHidden bool) *table {
	if !isHidden {
		b.names = append(b.names, name)
	}
	if b.want == "" && isHidden || b.want != "" && !strings.EqualFold(b.want, name) {
		return nil
	}
	t := &table{book: b, name: name, columns: map[int]bool{}, counts: map[msg.Code]int{}}
	if len(b.filled) == 0 {
		b.chosen = t
	}
	return t
}

func (b *book) finish() error {
	switch {
	case b.chosen == nil && len(b.names) == 0:
		return msg.Refuse("file-archive")
	case b.chosen == nil:
		return msg.Refuse("sheet-missing", b.want, b.names)
	case len(b.filled) > 1:
		return msg.Refuse("sheet-which", b.filled[0], b.filled)
	}
	b.Name, b.Notes = b.chosen.name, b.chosen.notes()
	return b.text.Flush()
}

func (t *table) hide(from, to int) error {
	for i := from; i < min(to, maxColumns); i++ {
		if _, isHidden := t.columns[i]; isHidden || i < 0 {
			return errDamaged
		}
		t.columns[i] = false
	}
	return nil
}

func (t *table) add(number int, cells []string, isHidden bool) error {
	switch {
	case number <= t.rows || number > maxRows || len(cells) > maxColumns:
		return errDamaged
	case isHidden && !isBlank(cells...):
		t.counts["sheet-hidden-rows"]++
		return nil
	}
	cells = t.visible(cells)
	if isBlank(cells...) {
		return nil
	}
	if !slices.Contains(t.filled, t.name) {
		t.filled = append(t.filled, t.name)
	}
	if t.chosen != t {
		return errEnough
	}
	text := append([]byte(strings.Repeat("\n", number-t.rows-1)), t.record(cells)...)
	t.rows = number
	if t.size += len(text); t.size > maxSize {
		return msg.Refuse("sheet-large")
	}
	_, err := t.text.Write(text)
	return err
}

func isBlank(cells ...string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

func (t *table) visible(cells []string) (visible []string) {
	if len(t.columns) == 0 {
		return cells
	}
	for i, cell := range cells {
		if _, isHidden := t.columns[i]; !isHidden {
			visible = append(visible, cell)
		} else if !isBlank(cell) {
			t.columns[i] = true
		}
	}
	return visible
}

var (
	quoter     = strings.NewReplacer("\r\n", "\n", "\r", "\n", `"`, `""`)
	longRecord = strings.NewReplacer("\n", " ", `"`, "'")
)

// record returns the text of a row, as wide as the widest before it.
func (t *table) record(cells []string) (text []byte) {
	for len(cells) > t.width && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for i, cell := range cells {
		beginsOther := i == 0 && cell != "" && strings.Contains("<{[%", cell[:1]) // as files of other kinds do
		if beginsOther || strings.ContainsAny(cell, ",;\t|\"\r\n") {
			cell = `"` + quoter.Replace(cell) + `"`
		}
		text = append(append(text, cell...), ',')
		if len(text) > maxRecord { // on one line, so that the next record is found
			return []byte(longRecord.Replace(string(text[:min(len(text), 2*maxRecord)])) + "\n")
		}
	}
	t.width = max(t.width, len(cells))
	text = append(text, strings.Repeat(",", t.width-len(cells))...)
	text[len(text)-1] = '\n'
	return text
}

func (t *table) notes() (notes []msg.Reason) {
	var columns []string
	for i := range maxColumns {
		if t.columns[i] {
			columns = append(columns, columnRef(i))
		}
	}
	if columns != nil {
		notes = append(notes, msg.NewReason("sheet-hidden-columns", columns))
	}
	for _, code := range slices.Sorted(maps.Keys(t.counts)) {
		notes = append(notes, msg.NewReason(code, t.counts[code]))
	}
	return notes
}
