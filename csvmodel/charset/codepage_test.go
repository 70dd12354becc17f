package charset_test

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"contact-distributor/csvmodel/charset"
)

const (
	utf16LE     = "utf-16le"
	utf16BE     = "utf-16be"
	windows1251 = "windows-1251"
	windows1252 = "windows-1252"
	koi8R       = "koi8-r"
	cp866       = "cp866"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, spelling, want string }{
		{"its own name", "windows-1251", windows1251},
		{"any case", "UTF-8", charset.UTF8},
		{"no hyphen", "utf8", charset.UTF8},
		{"a low line", "KOI8_R", koi8R},
		{"a space", "UTF-8 BOM", charset.UTF8},
		{"Windows' short name", "cp1251", windows1251},
		{"another one", "win-1251", windows1251},
		{"the number alone", "1252", windows1252},
		{"Latin 1 is taken for what Windows made of it", "latin1", windows1252},
		{"so is the standard's name", "ISO-8859-1", windows1252},
		{"UTF-16 is what Excel writes", "utf16", utf16LE},
		{"the other UTF-16", "UTF-16BE", utf16BE},
		{"DOS is Cyrillic here", "DOS", cp866},
		{"IBM's name", "ibm866", cp866},
		{"none that is known", "cp850", ""},
		{"nothing", "", ""},
		{"punctuation alone", " -", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := charset.Parse(c.spelling)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Fatal("got", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), strings.Join(charset.Names(), ", ")) {
				t.Error("does not name those there are:", err)
			}
		})
	}
	for _, name := range charset.Names() {
		if got, err := charset.Parse(name); got != name || err != nil {
			t.Error(name, "is", got, err)
		}
	}
}

func TestDecoded(t *testing.T) {
	for _, c := range []struct{ name, encoding, bytes, want string }{
		{"UTF-8 is left as it is", charset.UTF8, "Ян,1\r\n", "Ян,1\r\n"},
		{"but for its byte order mark", charset.UTF8, charset.BOM + "Ян", "Ян"},
		{"of which there is one", charset.UTF8, charset.BOM + charset.BOM, charset.BOM},
		{"a file of the mark alone is empty", charset.UTF8, charset.BOM, ""},
		{"half a mark is none", charset.UTF8, charset.BOM[:2], charset.BOM[:2]},
		{"what is not UTF-8 is left for the rows to name", charset.UTF8, "a\xff,\xd0", "a\xff,\xd0"},
		{"nothing is nothing", charset.UTF8, "", ""},
		{"Windows-1251", windows1251, "\xdf\xed \xb9 1 \x88", "Ян № 1 €"},
		{"a byte it does not have", windows1251, "\x98", "\ufffd"},
		{"Windows-1252", windows1252, "M\xfcller \x80", "Müller €"},
		{"bytes it does not have", windows1252, "\x81\x8d\x8f\x90\x9d", "\ufffd\ufffd\ufffd\ufffd\ufffd"},
		{"KOI8-R", koi8R, "\xf1\xce", "Ян"},
		{"CP866", cp866, "\x9f\xad", "Ян"},
		{"UTF-16", utf16LE, "\x2f\x04\x3d\x04", "Ян"},
		{"UTF-16 with a mark", utf16LE, "\xff\xfe\x2f\x04\x3d\x04", "Ян"},
		{"the mark knows the order better", utf16LE, "\xfe\xff\x04\x2f\x04\x3d", "Ян"},
		{"the other UTF-16", utf16BE, "\x04\x2f\x04\x3d", "Ян"},
		{"UTF-16 beyond its first plane", utf16LE, "\x3d\xd8\x00\xde", "😀"},
		{"UTF-16 without its last byte", utf16LE, "\x2f\x04\x3d", "Я\ufffd"},
		{"UTF-16 with half a pair", utf16LE, "\x3d\xd8a\x00", "\ufffda"},
		{"UTF-16 of one byte", utf16BE, "\x04", "\ufffd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := iotest.TestReader(charset.NewReader(strings.NewReader(c.bytes), c.encoding), []byte(c.want)); err != nil {
				t.Error(err)
			}
			text, err := io.ReadAll(charset.NewReader(iotest.OneByteReader(strings.NewReader(c.bytes)), c.encoding))
			if string(text) != c.want || err != nil {
				t.Errorf("byte by byte: %q %v", text, err)
			}
		})
	}
}

func TestDecodedPassesErrorsOn(t *testing.T) {
	for _, encoding := range charset.Names() {
		src := io.MultiReader(strings.NewReader("ab"), iotest.ErrReader(io.ErrClosedPipe))
		if _, err := io.ReadAll(charset.NewReader(src, encoding)); err != io.ErrClosedPipe {
			t.Error(encoding, err)
		}
	}
}

func TestEncoder(t *testing.T) {
	for _, c := range []struct {
		name, encoding, text, want string
		ok                         bool
	}{
		{"UTF-8 carries everything", charset.UTF8, "Ян 😀 Müller", "Ян 😀 Müller", true},
		{"Cyrillic in Windows-1251", windows1251, "Ян № 1", "\xdf\xed \xb9 1", true},
		{"which has no umlaut", windows1251, "Müller", "M?ller", false},
		{"Windows-1252 has one", windows1252, "Müller", "M\xfcller", true},
		{"and no Cyrillic", windows1252, "Ян", "??", false},
		{"a character of several bytes is one question mark", windows1252, "a😀b", "a?b", false},
		{"the replacement character is in no code page", windows1252, "\ufffd", "?", false},
		{"nor is what is not UTF-8", windows1251, "a\xff", "a?", false},
		{"CP866", cp866, "Ян", "\x9f\xad", true},
		{"KOI8-R", koi8R, "Ян", "\xf1\xce", true},
		{"UTF-16", utf16LE, "Я1", "\x2f\x041\x00", true},
		{"the other UTF-16", utf16BE, "Я1", "\x04\x2f\x001", true},
		{"UTF-16 beyond its first plane", utf16LE, "😀", "\x3d\xd8\x00\xde", true},
		{"it has the replacement character", utf16BE, "\ufffd", "\xff\xfd", true},
		{"and no byte that is not UTF-8", utf16BE, "\xffa", "\x00?\x00a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, ok := charset.NewEncoder(c.encoding).Append([]byte("="), c.text)
			if string(out) != "="+c.want || ok != c.ok {
				t.Errorf("got %q %v", out, ok)
			}
		})
	}
}

// Encoded writes a text that the encoding must be able to carry.
func encoded(t testing.TB, encoding, text string) []byte {
	t.Helper()
	enc := charset.NewEncoder(encoding)
	out, ok := enc.Append([]byte(enc.Mark()), text)
	if !ok {
		t.Fatal(encoding, "cannot carry", text)
	}
	return out
}

func TestWhatIsEncodedIsDecodedAgain(t *testing.T) {
	cyrillic := "chatId;firstName\r\n79001234567;\"Ёлкина, Юлия\"\r\n"
	texts := map[string]string{
		charset.UTF8: cyrillic + "Zoë 😀 李", utf16LE: cyrillic + "Zoë 😀 李", utf16BE: cyrillic + "Zoë 😀 李",
		windows1251: cyrillic + "№ 5 «Ромашка» — Їжак", windows1252: "José,François,“Zoë” – 5 €\n",
		koi8R: cyrillic, cp866: cyrillic + "№",
	}
	for _, encoding := range charset.Names() {
		// Sizes around those of the decoders' buffers, in steps that fall into characters.
		for _, pad := range []int{0, 1, 2, 3, 4090, 4091, 4092, 4093, 4094, 4095} {
			text := strings.Repeat(".", pad) + strings.Repeat(texts[encoding], 200)
			src := bytes.NewReader(encoded(t, encoding, text))
			got, err := io.ReadAll(iotest.OneByteReader(charset.NewReader(iotest.HalfReader(src), encoding)))
			if string(got) != text || err != nil {
				t.Errorf("%s, %d bytes before: %v", encoding, pad, err)
			}
		}
	}
}

func TestEveryByteOfACodePageIsWrittenAsItWasRead(t *testing.T) {
	for _, encoding := range []string{windows1251, windows1252, koi8R, cp866} {
		for b := range 256 {
			text, err := io.ReadAll(charset.NewReader(bytes.NewReader([]byte{byte(b)}), encoding))
			if err != nil {
				t.Fatal(err)
			}
			out, ok := charset.NewEncoder(encoding).Append(nil, string(text))
			if undefined := string(text) == "\ufffd"; ok == undefined || ok && !slices.Equal(out, []byte{byte(b)}) {
				t.Errorf("%s: byte %x is %q, written as %x", encoding, b, text, out)
			}
		}
	}
}

func BenchmarkDecoded(b *testing.B) {
	text := strings.Repeat("79000000001@c.us,79001234567,Анна,Петровна,Примерова,Велосипед\n", 20000)
	for _, encoding := range []string{charset.UTF8, utf16LE, windows1251} {
		b.Run(encoding, func(b *testing.B) {
			file := encoded(b, encoding, text)
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				if _, err := io.Copy(io.Discard, charset.NewReader(bytes.NewReader(file), encoding)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncoder(b *testing.B) {
	for name, text := range map[string]string{"ASCII": "79000000001@c.us,79001234567,Anna\n", "Cyrillic": "Петровна Примерова"} {
		b.Run(name, func(b *testing.B) {
			enc := charset.NewEncoder(windows1251)
			out := make([]byte, 0, 100)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				out, _ = enc.Append(out[:0], text)
			}
		})
	}
}
