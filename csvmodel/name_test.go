package csvmodel_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// parse returns the name that a cell of a column has, and what is wrong with it.
func parse(column, cell string) (string, []msg.Reason) {
	f := csvmodel.Fields{ChatID: "79000000001", PhoneContact: "79000000002", FirstName: "Lee", Company: "Lee"}
	*nameFields[column](&f) = cell
	_, fields, faults := csvmodel.ParseContact(f)
	return *nameFields[column](&fields), faults
}

func TestNamesThatAreNone(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  msg.Code
		cells []string
	}{
		{"the errors of spreadsheets in many languages are no names", msg.NameError, []string{
			"#NAME?", "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#ERROR!", "#ИМЯ?", "#Н/Д", "#ССЫЛКА!", "#ДЕЛ/0!",
			"#ЗНАЧ!", "#WERT!", "#BEZUG!", "#ZAHL!", "#NV", "#ÜBERLAUF!", "#¡VALOR!", "#¿NOMBRE?", "#¡DIV/0!", "#N/D", "#NOM?", "#NOM ?", "#VALEUR\u00a0!", "#RIF!", "#NOME?", "#NÚM!",
			"#DZIEL/0!", "#ADR!", "#N/D!", "#BAŞV!", "#YOK", "#AD?", "#SAKNAS!", "#I/T", "#DĚLENÍ_NULOU!", "#NENÍ_K_DISPOZICI", "#HIÁNYZIK", "#N/B", "#Name?", "#n/a",
			"Err:502", "Err :508", "Ошибка:502", "Fehler:504", "########", `="#REF!"`, "Ann #N/A", "#REF! Lee", "=A2&B2", "=CONCATENATE(A2;B2)", "=СЦЕПИТЬ(A2;B2)"}},
		{"what programs write for nothing is no name", msg.NameError, []string{
			"nan", "NaN", "undefined", "null", "NULL", "None", "none", "NaT", "N/A", "n/a", "н/д", "0", "(null)", "<null>", "[object Object]", "(blank)", `\N`, "#null",
			"undefined undefined", "null null", "Null Null", "нет", "nil", "pd.NA", " undefined "}},
		{"cells of a workbook that are no text are no names", msg.NameError, []string{
			"TRUE", "FALSE", "ИСТИНА", "ЛОЖЬ", "2026-01-02", "2026-01-02 03:04:05", "2026-01-02T03:04:05", "02.01.2026", "1/2/26", "01:02:00", "25:00", "0.5", "0,5", "-1.25", "1.5E-07", " 0.5 "}},
		{"the marks of templates are no names", msg.NameTemplate, []string{
			"{{name}}", "{{ contact.first_name }}", "{name}", "{0}", "%NAME%", "%%first_name%%", "<first name>", "<<Name>>", "${name}", "#{name}", "*|FNAME|*",
			"[First Name]", "[имя]", "[Your Name]", "[[name]]", "«Имя»", "«First_Name»", "$name", "#имя#", "__name__", "<%= name %>", "{% name %}", "%s", "%1$s",
			"Dear {{name}}", "{!Contact.FirstName}", "{name|you}", "{имя клиента}", "<b>Ann</b>", "Ann<br>Lee"}},
		{"question marks stand for letters that are lost", msg.NameLost, []string{"????", "?????? ???", "?", "M?ller", "?van", "Ann ??"}},
		{"bytes that were lost are not made good", msg.Encoding, []string{"Jos\ufffd", "Р\ufffdРІР°РЅ"}},
	} {
		for column := range nameFields {
			for _, cell := range c.cells {
				if _, faults := parse(column, cell); msg.Codes(faults) != string(c.code) {
					t.Errorf("%s, but %q as %s: %v", c.name, cell, column, faults)
				}
			}
		}
	}
	for _, cell := range []string{"Ann undefined", "nan Lee", "Ann None", "null Lee", "Array"} {
		if _, faults := parse("firstName", cell); msg.Codes(faults) != string(msg.NameError) {
			t.Errorf("a person's name with the word of a program for nothing in it: %q, %v", cell, faults)
		}
	}
	if _, faults := parse("lastName", "Jos?"); msg.Codes(faults) != string(msg.NameLost) {
		t.Errorf("a person's name has no question mark: %v", faults)
	}
}

func TestNamesThatAreSpoilt(t *testing.T) {
	for _, c := range []struct {
		name         string
		cell, meants string
	}{
		{"UTF-8 read as Windows-1252", "JosÃ©|GarcÃ\u00ada|Ð˜Ð²Ð°Ð½|FranÃ§ois|MÃ¼ller|MÃœLLER|Ãœmit|ANTÃ”NIO|JOSÃ‰|NICOLÃ’|Ã\u0081ngela|VoilÃ\u00a0|Åžahin|ÄŒapek|Å\u0081ukasz|Oâ€™Neil|â€œAcmeâ€\u009d|ÅukaszewÅ„ski|æ\u009d\u008eå››|ðŸ˜€|Ð ÐµÐ½Ð°Ñ‚Ð°",
			"José|García|Иван|François|Müller|MÜLLER|Ümit|ANTÔNIO|JOSÉ|NICOLÒ|Ángela|Voilà|Şahin|Čapek|Łukasz|O’Neil|Acme|ÅukaszewÅ„ski|李四|😀|Ð ÐµÐ½Ð°Ñ‚Ð°"},
		{"as Windows-1251", "Р\u0098РІР°РЅ|РџРµС‚СЂ|РђРЅРЅР°|JosГ©|MГјller|Ivan OвЂ™Neil|РћР»РµРі|Рђ. РЎ. РџСѓС€РєРёРЅ",
			"Иван|Петр|Анна|José|Müller|Ivan O’Neil|Олег|А. С. Пушкин"},
		{"on a Macintosh and by DOS", "Jos√©|–ò–≤–∞–Ω|Jos├⌐|╨Ш╨▓╨░╨╜", "José|Иван|José|Иван"},
		{"twice", "JosÃƒÂ©|Ð\u00a0Ð¾Ð¼Ð°Ð½", "José|Роман"},
		{"a byte of it lost", "ÐÐ½Ð´Ñ€ÐµÐ¹|ÐœÐ°Ñ€Ð¸Ñ|РР»СЊСЏ", "\ufffdндрей|Мари\ufffd|\ufffdлья"},
		{"Windows-1251 read as Windows-1252 or 1250, and the other way", "Èâàí|Ïåòðîâ|Îëÿ|Ŕíäđĺé|Mьller|Josй|Franзois", "Иван|Петров|Оля|Андрей|Müller|José|François"},
		{"one word of several", "Иван JosÃ©|Ann SÃ¡nchez Lee", "Иван José|Ann Sánchez Lee"},
		{"entities of HTML", "O&#39;Neil|Smith &amp; Co|&#1048;&#1074;&#1072;&#1085;|Jos&eacute;|Tom &amp;amp; Co|&quot;Acme&quot; Ltd", "O'Neil|Smith & Co|Иван|José|Tom & Co|\"Acme\" Ltd"},
		{"escapes of other programs", `%D0%98%D0%B2%D0%B0%D0%BD|Ann%20Lee|\u0418\u0432\u0430\u043d|Jos\u00e9|Jos=C3=A9|Ann\nLee`, "Иван|Ann Lee|Иван|José|José|Ann Lee"},
	} {
		meants := strings.Split(c.meants, "|")
		for i, cell := range strings.Split(c.cell, "|") {
			if cell == meants[i] {
				continue
			}
			for column := range nameFields {
				_, faults := parse(column, cell)
				if msg.Codes(faults) != string(msg.NameSpoilt) || faults[0].Word("Meant") != `"`+meants[i]+`"` {
					t.Errorf("%s: %q as %s: %v", c.name, cell, column, faults)
				}
			}
		}
	}
}

func TestNamesThatAreOdd(t *testing.T) {
	people := []string{"True", "False", "Ann TRUE", "Null", "Nan", "NAN", "No", "NO", "None-Such", "O'Neil", "O’Neil", "D'Angelo", "Ñandú", "Ãngela", "Zoé", "Ærø", "Øyvind", "Ångström", "Đorđe", "Þór", "Çelik", "Ömer",
		"JOÃO", "SÃO", "CONCEIÇÃO", "MÃE", "ANDRÉ’S", "IRMÃ DULCE", "Ş. Öz", "Mª José", "José Mª", "Nguyễn Thị Ánh", "Łukasz", "Šárka", "LUKÁŠ", "İbrahim",
		"Ёлкин", "Пётр", "Гёте", "Лі", "Ші", "Гі", "Рі", "Ія", "Юрій", "Дії", "Їжакевич", "Сњежана", "Ђорђе", "Ўлмас", "Қайрат", "Ұлпан", "Әлия", "Өмір",
		"李四", "田中さくら", "김민수", "محمد", "علی\u200cرضا", "राम", "क्\u200dष", "דוד", "Νίκος", "Անի", "გიორგი", "สมชาย", "葛\U000e0100城", "❤️\u200d🔥", "👩🏽\u200d💻", "Анна 🎈", "🎈",
		"Ann-Marie", "St. John", "Ann (Annie) Lee", `Ann "Annie" Lee`, "Ann «Annie» Lee", "'t Hart", "'s-Gravenhage", "'Big' Joe", "'Ваня' Петров", "Jones'", "X Æ A-12", "Ann & Bob", "Jr.", "III", "2Pac", "Ann + Bob", "A", "李",
		"Иванoв", "Undefined", "Nil", "¿Qué?", "Nulla", "Nana", "nana", "Reference", "Err", "Ann <3", "Ann [Annie]", "{", "1%", "€uro"}
	companies := []string{"AT&T", "AT&T;", "Ärzte & Co", "#1 Pizza", "C#", "50% Off Store", "20% Off 50% Sale", "100%Pure", "GUESS?", "Yahoo!", "#MeToo", "#TEAM", "R&D", "Max&Mara", "Food&notes", "ÆØÅ", "ÅÄÖ",
		"CAFÉ™", "“Le CAFÉ” Ltd", "Loja “AMANHÃ”", "CAFÉ–BAR", "ООО «Ромашка»", `ООО "Рога и копыта"`, "=mc Consulting", "A=B", "$AP", "$uicideboy$", "@Home", "Curry nan", "Second to None", "Array", "Who? What?", "null & void", "M&M's", "1C", "1С:Франчайзинг", "1984", "3D", "7-11", "9.75 Films",
		"C++", "[solidcore]", "Room:12", "Bar: 502", "24/7", "H&M – Kids", "50%ad", "Null Ltd", "Déjà Vu", "ESPAÑA…", "Ångström™", "Acme*", "Co., Ltd.", "Toys “R” Us", "No Name", "The Company"}
	for column := range nameFields {
		cells := people
		if column == "company" {
			cells = append(cells, companies...)
		}
		for _, cell := range cells {
			if name, faults := parse(column, cell); faults != nil || name != cell && cell != "1%" && cell != "{" {
				t.Errorf("%q as %s: %q, %v", cell, column, name, faults)
			}
		}
	}
}

func TestNamesAreUnwrapped(t *testing.T) {
	for cell, want := range map[string]string{
		`="Ann"`: "Ann", `"Ann"`: "Ann", `'Ann`: "Ann", `'Ann'`: "Ann", `“Ann”`: "Ann", `«Ann»`: "Ann", `„Ann“`: "Ann", `'="Ann"`: "Ann", `""Ann""`: "Ann",
		`" Ann "`: "Ann", `'O'Neil`: "O'Neil", `="O'Neil"`: "O'Neil", `="Иван"`: "Иван", `"Ann" and "Bob"`: `"Ann" and "Bob"`, `'=mc Consulting`: "=mc Consulting",
		// Unicode has one form for each, and what nobody sees is not there.
		"Zoe\u0301": "Zoé", "\u200bZoé": "Zoé", "A\u200bnn": "Ann", "\ufeffAnn": "Ann", "An\u00adn": "Ann", "\u202aAnn\u202c": "Ann", "Ann\u200e": "Ann", "A\u200dnn": "Ann", "И\u0306ода": "Йода",
		"علی\u200c": "علی", "A\ufe0fnn": "Ann", "Ann\u2800": "Ann",
		// What has nothing to be read is as if empty.
		"-": "", "—": "", ".": "", "...": "", "_": "", "\u200b": "", "\u2800": "", "\u3164": "", "\u00ad": "", "\u2060": "", "\u200d": "", `""`: "", `=""`: "", "'": "", "*": "", "/": "",
	} {
		if got, faults := parse("company", cell); faults != nil || got != want {
			t.Errorf("%q became %q, %v", cell, got, faults)
		}
	}
	_, _, faults := csvmodel.ParseContact(csvmodel.Fields{ChatID: "79000000001", PhoneContact: "79000000002", FirstName: "\u3164", LastName: "-"})
	if msg.Codes(faults) != string(msg.NameMissing) {
		t.Errorf("names that cannot be read: %v", faults)
	}
}

func TestARowSaysHowEarlierVersionsReadItsNames(t *testing.T) {
	rows, err := csvmodel.NewReader(strings.NewReader("chatId,phoneContact,firstName,lastName,quotedMessageId\n"+
		"79000000001,79000000002, Zoe\u0301 ,-,0\n79000000001,79000000002, Zoé ,Lee,\n79000000001,79000000002,nan,-,\n"), inUTF8)
	if err != nil {
		t.Fatal(err)
	}
	var former []*csvmodel.Fields
	for range 3 {
		row, err := rows.Read()
		if err != nil {
			t.Fatal(err)
		}
		former = append(former, row.Former)
	}
	want := csvmodel.Fields{ChatID: "79000000001@c.us", PhoneContact: "79000000002", FirstName: "Zoe\u0301", LastName: "-", QuotedMessageID: "0"}
	if former[0] == nil || *former[0] != want || former[1] != nil || former[2] != nil {
		t.Errorf("got %+v", former)
	}
}
