package charset_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

func TestDetectOfUnicode(t *testing.T) {
	wide := func(encoding, text string) string { return string(encoded(t, encoding, text))[2:] }
	russian := contacts(russianHead, "Анна", "Пётр", "Примерова")
	ascii := contacts(asciiHead, "Anna", "Maria")
	for _, c := range []struct {
		name, file, want string
		mark             bool
	}{
		{"an empty file", "", charset.UTF8, false},
		{"ASCII", ascii, charset.UTF8, false},
		{"UTF-8", russian, charset.UTF8, false},
		{"UTF-8 with a mark", charset.BOM + russian, charset.UTF8, true},
		{"a mark alone", charset.BOM, charset.UTF8, true},
		{"half a mark is no text that is known", charset.BOM[:2], "", false},
		{"a mark says more than what comes behind", charset.BOM + "\xd0\xcd\xce", charset.UTF8, true},
		{"UTF-8 behind much ASCII", strings.Repeat(ascii, 5000) + russian, charset.UTF8, false},
		{"UTF-8 with a damaged cell", russian + "\xff\xfe", charset.UTF8, false},
		{"UTF-8 cut inside a character", russian + "\xd0", charset.UTF8, false},
		{"UTF-8 with a NUL", russian + "\x00", charset.UTF8, false},
		{"ASCII with two NULs in a row", ascii + "\x00\x00", charset.UTF8, false},
		{"UTF-16 with a mark", "\xff\xfe" + wide(utf16LE, russian), utf16LE, true},
		{"the other one", "\xfe\xff" + wide(utf16BE, russian), utf16BE, true},
		{"UTF-16 without a mark", wide(utf16LE, ascii), utf16LE, false},
		{"the other one without a mark", wide(utf16BE, ascii), utf16BE, false},
		{"Cyrillic UTF-16 without a mark", wide(utf16LE, strings.Repeat("Примерова,Анна\n", 50)), utf16LE, false},
		{"the other one, Cyrillic", wide(utf16BE, strings.Repeat("Примерова,Анна\n", 50)), utf16BE, false},
		{"UTF-16 of few rows", wide(utf16LE, "Имя\nЯн\n"), utf16LE, false},
		{"UTF-16 with typographic signs", wide(utf16LE, contacts(russianHead, "ООО «Ромашка» № 5 — €")), utf16LE, false},
		{"Chinese UTF-16 among numbers", wide(utf16BE, contacts(asciiHead, "王伟", "李娜")), utf16BE, false},
		{"UTF-16 without its last byte", wide(utf16LE, ascii+"x")[:2*len(ascii)+1], utf16LE, false},
		{"UTF-32", "\xff\xfe\x00\x00a\x00\x00\x00", "", false},
		{"the other UTF-32", "\x00\x00\xfe\xff\x00\x00\x00a", "", false},
		{"UTF-32 without a mark", "a\x00\x00\x00b\x00\x00\x00c\x00\x00\x00", "", false},
		{"a program", "\x7fELF\x02\x01\x01\x00\x00\x00\x03chatId,phoneContact\n", "", false},
		{"a file that ends in a block of NULs", ascii + strings.Repeat("\x00", 100_000), charset.UTF8, false},
		{"a file with one in the middle", ascii + strings.Repeat("\x00", 4096) + ascii, "", false},
		{"random bytes", randomBytes(100_000, 0), "", false},
		{"a few random bytes", randomBytes(60, ' '), "", false},
		{"random bytes that are no control characters", randomBytes(100_000, ' '), "", false},
		{"where fewer rows are in Windows-1251 than in UTF-8 or ASCII, these are at fault",
			russian + string(encoded(t, windows1251, contacts(asciiHead, "Сергей", "Велосипед", "Москва"))), charset.UTF8, false},
		{"Windows-1251 with bytes it does not have", string(encoded(t, windows1251, russian)) + "\x98\x98", windows1251, false},
		{"Windows-1252 with bytes it does not have",
			string(encoded(t, windows1252, contacts(asciiHead, "Müller", "José", "François"))) + "\x81", windows1252, false},
		{"one after the other",
			strings.Repeat(russian, 2000) + string(encoded(t, windows1251, strings.Repeat(russian, 2000))), "", false},
		{"Windows-1251 behind much ASCII",
			strings.Repeat(ascii, 5000) + string(encoded(t, windows1251, russian)), windows1251, false},
	} {
		t.Run(c.name, func(t *testing.T) { checkEncoding(t, c.file, c.want, c.mark) })
	}
}

func randomBytes(n int, from byte) string {
	random := rand.New(rand.NewPCG(1, 2))
	text := make([]byte, n)
	for i := range text {
		text[i] = from + byte(random.IntN(256-int(from)))
	}
	return string(text)
}

// pieceSize is what takeSurvey looks at at once.
const pieceSize = 64 << 10

func TestDetectWhereverTheEvidenceIs(t *testing.T) {
	names := contacts("", "Müller\r\n", "José\r\n", "François\r\n")
	for _, encoding := range []string{charset.UTF8, windows1252} {
		for at := pieceSize - len(names) - 3; at < pieceSize+3; at++ {
			file := strings.Repeat(".", at) + string(encoded(t, encoding, names)) + strings.Repeat(".", pieceSize)
			file = strings.TrimPrefix(strings.Replace(file, charset.BOM, "", 1), charset.BOM)
			if got, _, err := charset.Detect(strings.NewReader(file)); got != encoding {
				t.Errorf("%s at %d: got %q, %v", encoding, at, got, err)
			}
		}
	}
}

func TestAdviceForAnEncodingThatMustBeSaid(t *testing.T) {
	text := contacts(asciiHead, "Примерова Анна", "Сергей", "Юлия")
	for encoding, want := range map[string]string{koi8R: "--encoding koi8-r", cp866: "--encoding cp866"} {
		_, _, err := charset.Detect(bytes.NewReader(encoded(t, encoding, text)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", encoding, err)
		}
	}
}

func TestDetectPassesErrorsOn(t *testing.T) {
	for _, failure := range []error{io.ErrClosedPipe, io.ErrUnexpectedEOF} {
		src := io.MultiReader(strings.NewReader(asciiHead), iotest.ErrReader(failure))
		if _, _, err := charset.Detect(src); err != failure {
			t.Error("got", err)
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte(asciiHead + "Müller"))
	for _, encoding := range charset.Names() {
		f.Add(encoded(f, encoding, contacts(asciiHead, "Anna")))
	}
	for _, encoding := range []string{utf16LE, windows1251, koi8R, cp866} {
		f.Add(encoded(f, encoding, contacts(russianHead, "Анна", "Сергей", "Юля")))
	}
	f.Add(encoded(f, windows1252, contacts(asciiHead, "Müller", "José", "François")))
	f.Add([]byte("\xff\xfea\x00b"))
	f.Fuzz(func(t *testing.T, file []byte) {
		encoding, mark, err := charset.Detect(bytes.NewReader(file))
		if err != nil {
			var refused *msg.Refusal
			if !errors.As(err, &refused) || encoding != "" {
				t.Fatal(encoding, err)
			}
			return
		}
		checkNothingLost(t, file, encoding, mark)
	})
}

// checkNothingLost wants what is decoded to be written as the file is, where no
// replacement stands for bytes that are not valid.
func checkNothingLost(t *testing.T, file []byte, encoding string, mark bool) {
	text, err := io.ReadAll(charset.NewReader(bytes.NewReader(file), encoding))
	if err != nil {
		t.Fatal(err)
	}
	if encoding != charset.UTF8 && !utf8.Valid(text) {
		t.Fatalf("%s: not UTF-8: %q", encoding, text)
	}
	enc := charset.NewEncoder(encoding)
	var again []byte
	if mark {
		again = append(again, enc.Mark()...)
	}
	again, _ = enc.Append(again, string(text))
	switch replaced := bytes.ContainsRune(text, utf8.RuneError); {
	case !replaced && !bytes.Equal(again, file):
		t.Fatalf("%s: %q became %q", encoding, file, again)
	case !strings.HasPrefix(encoding, "utf-") && len(again) != len(file):
		t.Fatalf("%s: %d bytes became %d", encoding, len(file), len(again))
	}
}

func BenchmarkDetect(b *testing.B) {
	russian := strings.Repeat("79000000001@c.us,79001234567,Анна,Петровна,Примерова,Велосипед\n", 20000)
	west := strings.Repeat("79000000001@c.us,79001234567,José,,Müller,Example Ltd,spring\n", 20000)
	for _, c := range []struct {
		name string
		file []byte
	}{
		{"ASCII", []byte(strings.Repeat("79000000001@c.us,79001234567,Ann,,Example,Example Ltd,spring\n", 20000))},
		{"UTF-8", []byte(russian)},
		{windows1251, encoded(b, windows1251, russian)},
		{windows1252, encoded(b, windows1252, west)},
		{utf16LE, encoded(b, utf16LE, russian)[2:]},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.file)))
			for b.Loop() {
				if _, _, err := charset.Detect(bytes.NewReader(c.file)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
