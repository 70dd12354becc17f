package charset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"contact-distributor/csvmodel/msg"
)

var marks = []struct{ mark, encoding string }{
	{"\xff\xfe\x00\x00", ""}, // UTF-32
	{"\x00\x00\xfe\xff", ""},
	{BOM, UTF8},
	{"\xff\xfe", utf16LE},
	{"\xfe\xff", utf16BE},
}

// Detect reads all of r and returns its encoding and whether it begins with a byte order
// mark. It never guesses: where two encodings would give other text and both are likely,
// it returns a *msg.Refusal, or UTF-8 where most lines are that, so that only the other lines
// are at fault. It takes for another encoding text of few words in Windows-1250 whose
// every letter is a western one in Windows-1252, and Macintosh Cyrillic with neither
// capitals nor я.
func Detect(r io.Reader) (encoding string, bom bool, err error) {
	s, err := readStats(r)
	if err != nil {
		return "", false, err
	}
	for _, known := range marks {
		if !strings.HasPrefix(string(s.start[:]), known.mark) {
			continue
		}
		if known.encoding == "" {
			return "", false, msg.Refuse("file-utf-32")
		}
		return known.encoding, true, nil
	}
	encoding, err = s.encoding()
	return encoding, false, err
}

func (s *stats) encoding() (string, error) {
	switch {
	case s.isWide(1):
		return utf16LE, nil
	case s.isWide(0):
		return utf16BE, nil
	case s.controls-s.filling > (s.size-s.filling)/20:
		return "", msg.Refuse("file-binary")
	case s.multi >= 3*s.invalid:
		return UTF8, nil
	}
	encoding, err := s.page()
	if err != nil && 2*s.spoilt < s.lines {
		return UTF8, nil // the other lines mean the same in any encoding but UTF-16
	}
	return encoding, err
}

func (s *stats) page() (string, error) {
	if s.clean > s.invalid/10 || s.words.utf8 > len(s.words.unique)/4 {
		return "", msg.Refuse("file-mixed")
	}
	return pageOfWords(s.words.text)
}

// isWide reports whether the bytes at places of that parity are the high ones of
// UTF-16, which are below 8 in all alphabets from Latin to Arabic.
func (s *stats) isWide(parity int) bool {
	units := s.size / 2
	return s.low[parity] > units*2/3 && s.low[1-parity] <= units/20
}

func pageOfWords(words []byte) (string, error) {
	scores := make([]float64, len(pages))
	for i, reading := range pages {
		scores[i] = reading.score(words)
	}
	for i, reading := range pages {
		if IsDetected(reading.encoding) && scores[i] > unknownScore(words)+decisive && isDecisive(words, scores, i) {
			return reading.encoding, nil
		}
	}
	best := slices.Index(scores, slices.Max(scores))
	name := pages[best].encoding
	if name == "" || IsDetected(name) || scores[best] < unknownScore(words) {
		return "", msg.Refuse("file-encoding")
	}
	refused := msg.Refuse("file-likely", name)
	refused.Cyrillic = name == windows1251 || name == koi8R || name == cp866
	return "", refused
}

// isDecisive reports whether every reading that gives other text is less likely
// than the i-th by the margin.
func isDecisive(words []byte, scores []float64, i int) bool {
	for j, other := range pages {
		if scores[j]+decisive > scores[i] && other.page != pages[i].page && !sameText(words, other.page, pages[i].page) {
			return false
		}
	}
	return true
}

type stats struct {
	start    [4]byte
	size     int64
	low      [2]int64 // bytes below 8, by the parity of their place
	controls int64    // control characters that no text has
	filling  int64    // of them, the NULs at the end
	multi    int64    // characters of several bytes, if it is UTF-8
	clean    int64    // of multi, those in pieces that are UTF-8 throughout
	invalid  int64    // bytes that are not UTF-8
	lines    int64    // line feeds
	spoilt   int64    // of the lines, those that are not UTF-8
	words    wordSample
}

func readStats(r io.Reader) (*stats, error) {
	s := &stats{words: wordSample{unique: map[string]bool{}}}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		piece, err := in.Peek(in.Size())
		if err == nil {
			piece = piece[:wholeCharacters(piece)]
		}
		s.add(piece)
		in.Discard(len(piece))
		switch {
		case err == io.EOF:
			s.words.end()
			return s, nil
		case err != nil:
			return nil, err
		}
	}
}

// wholeCharacters returns the size of a piece without a character of UTF-8 that its end
// cuts.
func wholeCharacters(piece []byte) int {
	for n := 1; n < utf8.UTFMax; n++ {
		if tail := piece[len(piece)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return len(piece) - n
			}
			break
		}
	}
	return len(piece)
}

func (s *stats) add(piece []byte) {
	if s.size == 0 {
		copy(s.start[:], piece)
	}
	text := bytes.TrimRight(piece, "\x00")
	if len(text) > 0 {
		s.filling = 0
	}
	s.filling += int64(len(piece) - len(text))
	switch {
	case isASCII(piece) && bytes.IndexByte(piece, 0) < 0:
		s.words.end()
	case utf8.Valid(piece):
		s.countControls(piece)
		n := leads(piece)
		s.multi += n
		s.clean += n
		s.words.end() // they say nothing of another encoding
	default:
		s.countControls(piece)
		s.countCharacters(piece)
		s.countSpoilt(piece)
		s.words.add(piece)
	}
	s.lines += int64(bytes.Count(piece, newline))
	s.size += int64(len(piece))
}

func (s *stats) countControls(piece []byte) {
	for i, b := range piece {
		if b >= ' ' || b == '\t' || b == '\n' || b == '\r' {
			continue
		}
		s.controls++
		if b < 8 {
			s.low[(s.size+int64(i))&1]++
		}
	}
}

func leads(piece []byte) (n int64) {
	for _, b := range piece {
		if b >= 0xc0 {
			n++
		}
	}
	return n
}

func (s *stats) countCharacters(piece []byte) {
	for i := 0; i < len(piece); {
		if piece[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(piece[i:])
		if i += size; size == 1 {
			s.invalid++
		} else {
			s.multi++
		}
	}
}

var newline = []byte{'\n'}

func (s *stats) countSpoilt(piece []byte) {
	for line := range bytes.SplitSeq(piece, newline) {
		if !utf8.Valid(line) {
			s.spoilt++
		}
	}
}

func isASCII(piece []byte) bool {
	const high = 0x8080808080808080
	for ; len(piece) >= 32; piece = piece[32:] {
		a, b := binary.NativeEndian.Uint64(piece), binary.NativeEndian.Uint64(piece[8:])
		c, d := binary.NativeEndian.Uint64(piece[16:]), binary.NativeEndian.Uint64(piece[24:])
		if (a|b|c|d)&high != 0 {
			return false
		}
	}
	return !slices.ContainsFunc(piece, func(b byte) bool { return b >= utf8.RuneSelf })
}

const (
	maxWords   = 4096    // of the sample
	maxLookups = 1 << 20 // words that are looked up in it
	maxWord    = 64      // bytes; the rest of a longer one is left out
)

// wordSample has the first words of a file that are not ASCII, each of them
// once: a city in every row says no more of the encoding than in one.
type wordSample struct {
	text   []byte // the words, a space behind each
	unique map[string]bool
	utf8   int // number of them that are UTF-8

	lookups int // words so far, repeated ones too

	word []byte // the one that has not ended
	high bool   // it is not ASCII
}

func (w *wordSample) add(piece []byte) {
	if w.full() {
		return
	}
	for _, b := range piece {
		if b < utf8.RuneSelf && !isPlainLetter(b) {
			w.end()
			continue
		}
		w.high = w.high || b >= utf8.RuneSelf
		if len(w.word) < maxWord {
			w.word = append(w.word, b)
		}
	}
}

func (w *wordSample) end() {
	if w.high {
		w.lookups++
	}
	if w.high && !w.full() && !w.unique[string(w.word)] {
		w.unique[string(w.word)] = true
		w.text = append(append(w.text, w.word...), ' ')
		if utf8.Valid(w.word) {
			w.utf8++
		}
	}
	w.word, w.high = w.word[:0], false
}

func (w *wordSample) full() bool { return len(w.unique) == maxWords || w.lookups > maxLookups }

func isPlainLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }
