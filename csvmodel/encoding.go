package csvmodel

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// UTF8 is the encoding that can carry everything.
const UTF8 = "utf-8"

const bom = "\xef\xbb\xbf"

const (
	encUTF16LE = "utf-16le"
	encUTF16BE = "utf-16be"
	enc1251    = "windows-1251"
	enc1252    = "windows-1252"
	encKOI8R   = "koi8-r"
	encCP866   = "cp866"
)

// encodings are those that files may have. A spelling is written without case
// and punctuation.
var encodings = []struct {
	name      string
	page      *charmap.Charmap // nil for the encodings of Unicode
	spellings []string
}{
	{UTF8, nil, []string{"utf8", "utf8bom", "utf8sig", "csvutf8"}},
	{encUTF16LE, nil, []string{"utf16le", "utf16", "ucs2", "ucs2le", "unicode"}},
	{encUTF16BE, nil, []string{"utf16be", "ucs2be"}},
	{enc1251, charmap.Windows1251, []string{"windows1251", "win1251", "cp1251", "1251"}},
	{enc1252, charmap.Windows1252, []string{"windows1252", "win1252", "cp1252", "1252", "latin1", "iso88591"}},
	{encKOI8R, charmap.KOI8R, []string{"koi8r", "koi8", "cp20866"}},
	{encCP866, charmap.CodePage866, []string{"cp866", "ibm866", "dos866", "dos", "oem866", "866"}},
}

// Encodings are the names that ParseEncoding returns, the likeliest first.
func Encodings() []string {
	names := make([]string, len(encodings))
	for i, known := range encodings {
		names[i] = known.name
	}
	return names
}

// ParseEncoding returns the name in Encodings that is meant, in whatever case
// and usual spelling, such as CP1251 for windows-1251.
func ParseEncoding(name string) (string, error) {
	spelling := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name))
	for _, known := range encodings {
		if slices.Contains(known.spellings, spelling) {
			return known.name, nil
		}
	}
	return "", fmt.Errorf("%q is no encoding that is known: needs one of %s", name, strings.Join(Encodings(), ", "))
}

// pageOf is the table of an encoding with one byte for each character, or nil.
func pageOf(encoding string) *charmap.Charmap {
	for _, known := range encodings {
		if known.name == encoding {
			return known.page
		}
	}
	return nil
}

// decoded gives the text of r as UTF-8 without a byte order mark. What is not
// valid in the encoding becomes U+FFFD, but in UTF-8 it is left as it is.
func decoded(r io.Reader, encoding string) io.Reader {
	switch encoding {
	case UTF8:
		return withoutMark(r)
	case encUTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case encUTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(r)
	}
	return pageOf(encoding).NewDecoder().Reader(r)
}

// withoutMark gives all of r but a leading byte order mark of UTF-8. Only the
// first read goes through a buffer.
func withoutMark(r io.Reader) io.Reader {
	return &unmarked{src: bufio.NewReaderSize(r, 16)}
}

type unmarked struct {
	src     *bufio.Reader
	started bool
}

func (u *unmarked) Read(p []byte) (int, error) {
	if !u.started {
		u.started = true
		// An error is met again by the read that gets there.
		if start, _ := u.src.Peek(len(bom)); bytes.Equal(start, []byte(bom)) {
			u.src.Discard(len(bom))
		}
	}
	return u.src.Read(p)
}

// encoder writes text in one of the encodings.
type encoder struct {
	page  *charmap.Charmap
	order binary.AppendByteOrder // of UTF-16; nil for the others
	mark  string
}

// newEncoder takes a name from Encodings.
func newEncoder(encoding string) encoder {
	switch encoding {
	case UTF8:
		return encoder{mark: bom}
	case encUTF16LE:
		return encoder{order: binary.LittleEndian, mark: "\xff\xfe"}
	case encUTF16BE:
		return encoder{order: binary.BigEndian, mark: "\xfe\xff"}
	}
	return encoder{page: pageOf(encoding)}
}

// start is the byte order mark that a file begins with, or nothing.
func (e encoder) start() string { return e.mark }

// append appends s to dst. Where ok is false, there are characters that the
// encoding does not have, and a question mark stands for each of them.
func (e encoder) append(dst []byte, s string) (out []byte, ok bool) {
	switch {
	case e.order != nil:
		return e.appendWide(dst, s)
	case e.page != nil:
		return e.appendNarrow(dst, s)
	}
	return append(dst, s...), true
}

func (e encoder) appendNarrow(dst []byte, s string) (out []byte, ok bool) {
	ok = true
	for i := 0; i < len(s); {
		end := i + asciiPrefix(s[i:])
		dst = append(dst, s[i:end]...)
		if i = end; i == len(s) {
			break
		}
		char, size := utf8.DecodeRuneInString(s[i:])
		i += size
		b, has := e.page.EncodeRune(char)
		if !has {
			b, ok = '?', false
		}
		dst = append(dst, b)
	}
	return dst, ok
}

func (e encoder) appendWide(dst []byte, s string) (out []byte, ok bool) {
	ok = true
	for i, char := range s {
		if char == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
			char, ok = '?', false
		}
		if high, low := utf16.EncodeRune(char); high != utf8.RuneError {
			dst = e.order.AppendUint16(dst, uint16(high))
			char = low
		}
		dst = e.order.AppendUint16(dst, uint16(char))
	}
	return dst, ok
}

// asciiPrefix returns how many bytes s begins with that are ASCII.
func asciiPrefix(s string) int {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return i
		}
	}
	return len(s)
}
