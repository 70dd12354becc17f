package charset

import (
	"io"
	"slices"
	"strings"

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
	case s.controls > s.size/20:
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
