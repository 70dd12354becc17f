package charset

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf8"
)

type stats struct {
	start    [4]byte
	size     int64
	low      [2]int64 // bytes below 8, by the parity of their place
	controls int64    // control characters that no text has
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
	for _, b := range piece {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
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
