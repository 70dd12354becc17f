// Package charset finds out in which encoding a file is, decodes it and encodes it
// again. It promises that an encoding is never guessed: where two would give other
// text and both are likely, Detect returns a *msg.Refusal. Detect comes first; NewReader
// and NewEncoder take the name that it returns.
package charset

import (
	"bufio"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"contact-distributor/csvmodel/msg"
)

// UTF8 is the encoding that can carry everything.
const UTF8 = "utf-8"

// BOM is the byte order mark of UTF-8.
const BOM = "\xef\xbb\xbf"

const (
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	windows1251 = "windows-1251"
	windows1252 = "windows-1252"
	koi8R       = "koi8-r"
	cp866       = "cp866"
)

// encodings are those that files may have. A spelling is written without case
// and punctuation.
var encodings = []struct {
	name      string
	page      *charmap.Charmap // nil for the encodings of Unicode
	spellings []string
}{
	{UTF8, nil, []string{"utf8", "utf8bom", "utf8sig", "csvutf8"}},
	{utf16LE, nil, []string{"utf16le", "utf16", "ucs2", "ucs2le", "unicode"}},
	{utf16BE, nil, []string{"utf16be", "ucs2be"}},
	{windows1251, charmap.Windows1251, []string{"windows1251", "win1251", "cp1251", "1251"}},
	{windows1252, charmap.Windows1252, []string{"windows1252", "win1252", "cp1252", "1252", "latin1", "iso88591"}},
	{koi8R, charmap.KOI8R, []string{"koi8r", "koi8", "cp20866"}},
	{cp866, charmap.CodePage866, []string{"cp866", "ibm866", "dos866", "dos", "oem866", "866"}},
}

// Names are the names that Parse returns, the likeliest first.
func Names() []string {
	names := make([]string, len(encodings))
	for i, known := range encodings {
		names[i] = known.name
	}
	return names
}

// Parse returns the name in Names that is meant, in whatever case
// and usual spelling, such as CP1251 for windows-1251.
func Parse(name string) (string, error) {
	spelling := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	for _, known := range encodings {
		if slices.Contains(known.spellings, spelling) {
			return known.name, nil
		}
	}
	return "", msg.Problem("usage.encoding", msg.Args{"Value": name, "Names": strings.Join(Names(), ", ")})
}

// IsDetected reports whether files are found to be in this encoding by their letters
// alone; of others a byte order mark or a person tells.
func IsDetected(encoding string) bool { return encoding == windows1251 || encoding == windows1252 }

func pageOf(encoding string) *charmap.Charmap {
	for _, known := range encodings {
		if known.name == encoding {
			return known.page
		}
	}
	return nil
}

// NewReader gives the text of r as UTF-8 without a byte order mark. What is not
// valid in the encoding becomes U+FFFD, but in UTF-8 it is left as it is.
func NewReader(r io.Reader, encoding string) io.Reader {
	switch encoding {
	case UTF8:
		return skipBOM(r)
	case utf16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case utf16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(r)
	}
	return pageOf(encoding).NewDecoder().Reader(r)
}

// skipBOM gives all of r but a leading byte order mark of UTF-8. An error of r comes with
// the read that gets there.
func skipBOM(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, 16)
	if start, _ := in.Peek(len(BOM)); string(start) == BOM {
		in.Discard(len(BOM))
	}
	return in
}

// Encoder writes text in one of the encodings.
type Encoder struct {
	page  *charmap.Charmap
	order binary.AppendByteOrder // of UTF-16; nil for the others
	mark  string
}

// NewEncoder returns the Encoder of an encoding, a name of Names.
func NewEncoder(encoding string) Encoder {
	switch encoding {
	case UTF8:
		return Encoder{mark: BOM}
	case utf16LE:
		return Encoder{order: binary.LittleEndian, mark: "\xff\xfe"}
	case utf16BE:
		return Encoder{order: binary.BigEndian, mark: "\xfe\xff"}
	}
	return Encoder{page: pageOf(encoding)}
}

// Mark is the byte order mark that a file begins with, or nothing.
func (e Encoder) Mark() string { return e.mark }

// Append appends s to dst. Where ok is false, there are characters that
// the encoding does not have, and a question mark stands for each of them.
func (e Encoder) Append(dst []byte, s string) (out []byte, ok bool) {
	switch {
	case e.order != nil:
		for _, unit := range utf16.Encode([]rune(strings.ToValidUTF8(s, "?"))) {
			dst = e.order.AppendUint16(dst, unit)
		}
		return dst, utf8.ValidString(s)
	case e.page != nil:
		return e.appendNarrow(dst, s)
	}
	return append(dst, s...), true
}

func (e Encoder) appendNarrow(dst []byte, s string) (out []byte, ok bool) {
	ok = true
	for _, char := range s {
		b, has := e.page.EncodeRune(char)
		if !has {
			b, ok = '?', false
		}
		dst = append(dst, b)
	}
	return dst, ok
}
