package charset_test

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// contacts is a file with a name in each row.
func contacts(header string, names ...string) string {
	return header + strings.Join(names, "\r\n79001234567;79001234568;") + "\r\n"
}

const (
	asciiHead   = "chatId;phoneContact;firstName\r\n79001234567;79001234568;"
	russianHead = "Чат;Телефон;Имя\r\n79001234567;79001234568;"
)

func TestDetectOfCodePages(t *testing.T) {
	w1250, w1251, w1252 := charmap.Windows1250, charmap.Windows1251, charmap.Windows1252
	for _, c := range []struct {
		name string
		in   encoding.Encoding
		text string
		want string // "": refused
	}{
		{"three Russian names", w1251, contacts(asciiHead, "Иванов", "Ян", "Юля"), windows1251},
		{"Russian names under a Russian header", w1251, contacts(russianHead, "Анна", "Пётр"), windows1251},
		{"a Russian header alone", w1251, russianHead + "Anna\r\n", windows1251},
		{"a city in every row", w1251, contacts(asciiHead, strings.Repeat("Москва\r\n", 5000)), windows1251},
		{"Russian whole names", w1251, contacts(asciiHead, "Примерова Анна Петровна", "Щукин Юлий Эдуардович"), windows1251},
		{"Russian capitals, as 1C writes them", w1251, contacts(asciiHead, "ПРИМЕРОВА АННА ПЕТРОВНА", "ЩУКИН ЮЛИЙ ЭДУАРДОВИЧ"), windows1251},
		{"two names in capitals", w1251, contacts(asciiHead, "ИВАНОВ", "СМИРНОВА"), windows1251},
		{"Russian without capitals", w1251, contacts(asciiHead, "анна", "сергей", "примерова"), windows1251},
		{"Russian companies", w1251, contacts(asciiHead, "ООО «Ромашка»", "ИП Щукин Ю. Э.", "Магазин № 5 — «Всё для дома»"), windows1251},
		{"Russian with Latin words", w1251, contacts(asciiHead, "Анна Smith", "ООО Example Trade", "Пётр"), windows1251},
		{"Russian names joined by no-break spaces", w1251, contacts(asciiHead, "Анна\u00a0Петровна", "Пётр\u00a0Ильич"), windows1251},
		{"Russian and numbers", w1251, contacts(asciiHead, "Клиент 12", "Клиент 13 (новый)", "2 этаж"), windows1251},
		{"Russian initials behind names", w1251, contacts(asciiHead, "Смирнов А. Б.", "Кузнецова В. Г."), windows1251},
		{"Ukrainian names", w1251, contacts(asciiHead, "Єлизавета Ґонта", "Андрій Ткаченко", "Їжакевич Олексій"), windows1251},
		{"Ukrainian capitals", w1251, contacts(asciiHead, "ТКАЧЕНКО АНДРІЙ", "КОВАЛЕНКО ЮЛІЯ"), windows1251},
		{"short Ukrainian names", w1251, contacts(asciiHead, "Ліна", "Міша", "Юлія", "Олег"), windows1251},
		{"Bulgarian names", w1251, contacts(asciiHead, "Димитър Петков", "Гергана Иванова", "Йорданка Христова"), windows1251},
		{"Belarusian names", w1251, contacts(asciiHead, "Уладзімір Прыкладаў", "Алёна Кавалёва", "Сяргей"), windows1251},
		{"Serbian names", w1251, contacts(asciiHead, "Љиљана Петровић", "Ђорђе Јовановић", "Милош"), windows1251},
		{"a sign that only Cyrillic pages have", w1251, contacts(asciiHead, "Shop № 5"), windows1251},

		{"three names of the west", w1252, contacts(asciiHead, "Müller", "José", "François"), windows1252},
		{"one German name", w1252, contacts(asciiHead, "Anna", "Müller"), windows1252},
		{"German names", w1252, contacts(asciiHead, "Jürgen Groß", "Käthe Möller", "Süß & Söhne GmbH"), windows1252},
		{"German capitals", w1252, contacts(asciiHead, "MÜLLER", "KÖHLER", "ÄRZTEHAUS"), windows1252},
		{"German without capitals", w1252, contacts(asciiHead, "müller", "größe", "käthe"), windows1252},
		{"French names", w1252, contacts(asciiHead, "Hélène Lefèvre", "Noël", "Genève", "Thérèse", "Zoë Façade"), windows1252},
		{"French capitals", w1252, contacts(asciiHead, "HÉLÈNE", "FRANÇOIS", "ANDRÉ"), windows1252},
		{"Spanish names", w1252, contacts(asciiHead, "Íñigo Ibáñez", "María Núñez", "Begoña Peña", "Ángel"), windows1252},
		{"Spanish ordinals", w1252, contacts(asciiHead, "Mª José", "Nº 5, 1º B", "Peña"), windows1252},
		{"Portuguese names", w1252, contacts(asciiHead, "João Conceição", "Assunção", "Simões", "Inês"), windows1252},
		{"Portuguese companies", w1252, contacts(asciiHead, "Promoções e Ação", "Informações", "São João"), windows1252},
		{"Italian names", w1252, contacts(asciiHead, "Niccolò", "Nicolò Forlì", "Università", "Così"), windows1252},
		{"Catalan names", w1252, contacts(asciiHead, "Gal·la Martí", "Núria Solà", "Carme Güell"), windows1252},
		{"Swedish names", w1252, contacts(asciiHead, "Åsa Sjöberg", "Björn Lindström", "Göran Åkesson"), windows1252},
		{"Danish and Norwegian names", w1252, contacts(asciiHead, "Søren Kjær", "Øystein Håland", "Bjørn"), windows1252},
		{"Finnish names", w1252, contacts(asciiHead, "Päivi Mäkinen", "Yrjö Hämäläinen"), windows1252},
		{"Icelandic names", w1252, contacts(asciiHead, "Þórður Guðmundsson", "Ásdís Sigurðardóttir", "Björk"), windows1252},
		{"Dutch names", w1252, contacts(asciiHead, "Daniëlle", "René", "Loïs", "Zoë"), windows1252},
		{"names of many countries of the west", w1252, contacts(asciiHead, "Müller", "Søren", "Peña", "João", "Hélène", "Åsa"), windows1252},
		{"apostrophes of Windows", w1252, contacts(asciiHead, "O’Brien", "D’Angelo", "O’Neill", "L’Oasis"), windows1252},
		{"apostrophes beside names of the west", w1252, contacts(asciiHead, "O’Brien", "José", "D’Angelo", "Müller"), windows1252},
		{"no-break spaces alone", w1252, contacts(asciiHead, "Anna\u00a0Maria", "1\u00a0000", "2\u00a0\u00a0000"), windows1252},
		{"a dash alone", w1252, contacts(asciiHead, "Anna – Maria"), windows1252},
		{"quotes and dots alone", w1252, contacts(asciiHead, "“Example” Ltd…", "Anna – new"), windows1252},
		{"prices", w1252, contacts(asciiHead, "Müller, 5 £", "José, 6 £, 20 °C, 3 m²", "François"), windows1252},
		{"Turkish names without a letter of their own", charmap.Windows1254, contacts(asciiHead, "Özgür Çelik", "Gül"), windows1252},

		{"Polish names", w1250, contacts(asciiHead, "Wałęsa", "Łukasz Żak", "Paweł Gąsior"), ""},
		{"one Polish name among others costs its own row", w1250, contacts(asciiHead, "Anna", "Jan", "Wałęsa"), charset.UTF8},
		{"one Polish name in a file of its own", w1250, contacts(asciiHead, "Wałęsa"), ""},
		{"Polish names of another page", charmap.ISO8859_2, contacts(asciiHead, "Wałęsa", "Łukasz Żak", "Świątek"), ""},
		{"Polish names of DOS", charmap.CodePage852, contacts(asciiHead, "Wałęsa", "Łukasz Żak", "Świątek"), ""},
		{"Czech names", w1250, contacts(asciiHead, "Dvořák", "Růžička", "Němec", "Kateřina Šťastná"), ""},
		{"Romanian names", w1250, contacts(asciiHead, "Ştefan Ionescu", "Constanţa", "Brăila"), ""},
		{"Croatian names", w1250, contacts(asciiHead, "Marković", "Đurđica Šimić", "Živko Žigić"), ""},
		{"Turkish names", charmap.Windows1254, contacts(asciiHead, "Yıldız", "Şahin Doğan", "Işık"), ""},
		{"Lithuanian names", charmap.Windows1257, contacts(asciiHead, "Šimkus", "Žemaitė", "Ąžuolas Kęstutis"), ""},
		{"German names of a Macintosh", charmap.Macintosh, contacts(asciiHead, "Müller", "Köhler", "Käthe"), ""},
		{"French names of a Macintosh", charmap.Macintosh, contacts(asciiHead, "Hélène", "André", "François"), ""},
		{"German names of DOS", charmap.CodePage850, contacts(asciiHead, "Müller", "Köhler", "Käthe"), ""},
		{"Spanish names of DOS", charmap.CodePage850, contacts(asciiHead, "María", "Peña", "Ibáñez"), ""},

		{"Russian in KOI8-R", charmap.KOI8R, contacts(asciiHead, "Иванов", "Ян", "Юля"), ""},
		{"capitals in KOI8-R", charmap.KOI8R, contacts(asciiHead, "ПРИМЕРОВА", "АННА ПЕТРОВНА"), ""},
		{"no capitals in KOI8-R", charmap.KOI8R, contacts(asciiHead, "примерова", "анна петровна"), ""},
		{"Ukrainian in KOI8-U", charmap.KOI8U, contacts(asciiHead, "Андрій Ткаченко", "Юлія"), ""},
		{"Russian in CP866", charmap.CodePage866, contacts(asciiHead, "Иванов", "Ян", "Юля"), ""},
		{"capitals in CP866", charmap.CodePage866, contacts(asciiHead, "ПРИМЕРОВА", "АННА ПЕТРОВНА"), ""},
		{"no capitals in CP866", charmap.CodePage866, contacts(asciiHead, "примерова", "анна петровна"), ""},
		{"Russian of a Macintosh", charmap.MacintoshCyrillic, contacts(asciiHead, "Иванов", "Ян", "Юля"), ""},
		{"Russian in ISO 8859-5", charmap.ISO8859_5, contacts(asciiHead, "Иванов", "Ян", "Юля"), ""},
		{"Greek names", charmap.Windows1253, contacts(asciiHead, "Γιώργος Παπαδόπουλος", "Ελένη"), ""},
		{"Greek capitals", charmap.Windows1253, contacts(asciiHead, "ΓΙΩΡΓΟΣ", "ΠΑΠΑΔΟΠΟΥΛΟΣ", "ΕΛΕΝΗ"), ""},
		{"one Greek name", charmap.Windows1253, contacts(asciiHead, "Μαρία"), ""},
		{"Hebrew names", charmap.Windows1255, contacts(asciiHead, "דוד כהן", "שרה לוי", "יוסף"), ""},
		{"Arabic names", charmap.Windows1256, contacts(asciiHead, "محمد أحمد", "فاطمة", "عبد الله"), ""},
		{"Thai names", charmap.Windows874, contacts(asciiHead, "สมชาย", "สมหญิง ใจดี"), ""},
		{"Vietnamese names", charmap.Windows1258, contacts(asciiHead, "Trân", "Đoàn", "Lưu"), ""},
		{"Japanese names in Shift-JIS", japanese.ShiftJIS, contacts(asciiHead, "山田太郎", "鈴木花子", "ヤマダ"), ""},
		{"Japanese names in EUC-JP", japanese.EUCJP, contacts(asciiHead, "山田太郎", "鈴木花子", "すずき"), ""},
		{"Chinese names in GBK", simplifiedchinese.GBK, contacts(asciiHead, "王伟", "李娜", "张秀英"), ""},
		{"one Chinese name", simplifiedchinese.GBK, contacts(asciiHead, "王伟"), ""},
		{"Chinese names in Big5", traditionalchinese.Big5, contacts(asciiHead, "陳志明", "林美玲"), ""},
		{"Korean names", korean.EUCKR, contacts(asciiHead, "김철수", "이영희"), ""},

		{"one Russian initial", w1251, contacts(asciiHead, "Anna И."), ""},
		{"the same initial in every row", w1251, contacts(asciiHead, strings.Repeat("И.\r\n", 1000)), ""},
		{"one letter between figures", w1252, contacts(asciiHead, "5é6"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := c.in.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			checkEncoding(t, file, c.want, false)
		})
	}
}

// checkEncoding wants a file to be found to have an encoding, or to be refused.
func checkEncoding(t *testing.T, file, want string, mark bool) {
	t.Helper()
	got, gotMark, err := charset.Detect(iotest.HalfReader(strings.NewReader(file)))
	var refused *msg.Refusal
	if got != want || gotMark != mark || (want == "") != errors.As(err, &refused) {
		t.Errorf("got %q, mark %v, %v", got, gotMark, err)
	}
}
