package csvmodel

import (
	"contact-distributor/csvmodel/msg"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"
)

func TestParseLanguage(t *testing.T) {
	for _, c := range []struct {
		name, said string
		want       msg.Language
	}{
		{"English", "en", msg.English},
		{"Russian", "ru", msg.Russian},
		{"in capitals", "RU", msg.Russian},
		{"one that there are no sentences in", "de", ""},
		{"nothing", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, err := msg.ParseLanguage(c.said); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestLanguageOfAFile(t *testing.T) {
	late := good + strings.Repeat("79000000001,79000000002,Anna,,,,\n", 4000) + "79000000001,79000000002,Анна,,,,\n"
	for _, c := range []struct {
		name, file string
		want       msg.Language
	}{
		{"Latin letters throughout", head + good, msg.English},
		{"a Cyrillic name of a column", "chatId,phoneContact,Имя\n", msg.Russian},
		{"a Cyrillic cell in the first rows", head + "79000000001,79000000002,Анна,,,,\n", msg.Russian},
		{"a Cyrillic cell far behind them", head + late, msg.English},
		{"bytes that are no text", head + "79000000001,79000000002,\xd0,,,,\n", msg.English},
		{"a refused file with a Cyrillic header", "Имя,Город\n", msg.Russian},
		{"a refused file without", "a,b\n", msg.English},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := open(c.file)
			var got msg.Language
			if refused, ok := err.(*FileError); ok {
				got = refused.Language()
			} else {
				got = rows.Form().Language()
			}
			if got != c.want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

func TestInRussian(t *testing.T) {
	for _, c := range []struct {
		name   string
		reason msg.Reason
		want   string
	}{
		{"a cell is shown as it stands", msg.Fault(msg.PhoneShort, "phoneContact", "900%d"),
			`phoneContact: в "900%d" меньше 11 цифр, такие номера сервис не принимает: напишите номер с кодом страны`},
		{"numbers agree with their words", msg.Reason{Code: msg.RowWidth, Args: []string{"21", "4", `"x"`}},
			`в строке 21 ячейка, в конце — "x", а в заголовке 4 столбца: не хватает разделителя или есть лишний; если разделитель — часть текста ячейки, заключите всю ячейку в двойные кавычки`},
		{"a large number is grouped", msg.Reason{Code: msg.DoubtElsewhere, Args: []string{"1000001"}},
			"1\u00a0000\u00a0001 строка ждёт, пока не выяснится, отправлена ли та же карточка из другого файла или с другого инстанса"},
		{"a number with an English word behind it", msg.Reason{Code: msg.Unsettled, Args: []string{"12 requests"}},
			"12 запросов без ответа: чем дело кончилось, выяснит следующий запуск"},
		{"a day", msg.Reason{Code: msg.EarlierRun, Args: []string{"2026-11-22"}},
			"отправлено при прошлом запуске этого файла, 22.11.2026"},
		{"a moment", msg.Reason{Code: msg.SaidSent, Args: []string{"anna@desk", "2026-11-22T15:04:05+03:00"}},
			"anna@desk сообщает (22.11.2026 15:04:05 (UTC+03:00)): карточка отправлена"},
		{"a time of day", msg.Reason{Code: msg.DayFull, Args: []string{"1000", "2026-11-22 15:04 +03:00"}},
			"достигнут предел: 1\u00a0000 карточек за 24 часа (--per-day); место появится 22.11.2026 15:04 (UTC+03:00)"},
		{"a fault within a sentence", msg.Reason{Code: msg.ListLine, Args: []string{"3", string(msg.ChatID), "chat", `"x"`}},
			`в строке 3 не указан чат, и ничего не отправлено: chat: "x" — не чат: нужен номер в международном формате, от 7 до 16 цифр, или идентификатор от API, который оканчивается на @c.us, @g.us или @lid`},
		{"a duration and the service's newest answer", msg.Reason{Code: msg.NothingTaken, Args: []string{"15m0s", msg.Reason{Code: msg.Throttled}.String()}},
			"сервис ничего не принимает уже 15 минут: сервис просит отправлять медленнее (429)"},
		{"an answer and its cause", msg.Reason{Code: msg.ServiceAway, Args: []string{"5", msg.Reason{Code: msg.NoConnection, Args: []string{"no such host"}}.String()}},
			"сервис не ответил 5 раз подряд, в последний раз: нет соединения с сервисом (такого сервера нет): проверьте apiUrl и сеть"},
		{"an answer to a question", msg.Reason{Code: msg.ServiceAway, Args: []string{"3", "getStateInstance: no answer: time-out"}},
			"сервис не ответил 3 раза подряд, в последний раз: getStateInstance: нет ответа: время ожидания истекло"},
		{"the service's own words", msg.Reason{Code: msg.SameRefusal, Args: []string{"20", "the service refused this row: no: why"}},
			"сервис отклонил подряд 20 строк с одним и тем же ответом, значит, дело не в строках, а в аккаунте: сервис отклонил эту строку: no: why"},
		{"an argument that cannot be understood: in English", msg.Reason{Code: msg.EarlierRun, Args: []string{"yesterday"}},
			"sent in an earlier run of this file, on yesterday"},
		{"a code that is not known: as it is", msg.Reason{Code: "newer", Args: []string{"a"}}, "newer: a"},
		{"what a column holds", msg.Reason{Code: msg.ColumnMissing, Args: []string{"chatId", columnHolds["chatId"], `"a"`}},
			`нет столбца chatId: переименуйте в chatId тот столбец, в котором чаты, которые получат карточки; сейчас в файле столбцы "a"`},
		{"a list", msg.Reason{Code: msg.ColumnWhose, Args: []string{`"a"`, `"b"`, `"c"`}},
			`нет столбца chatId, и не ясно, чьи номера указаны в "a", "b" и "c": столбец с чатами, которые получат карточки, назовите chatId, а столбец с номерами для карточек — phoneContact, или задайте одну карточку для всех с --card`},
		{"a list that is too long", msg.Reason{Code: msg.ColumnTwice, Args: []string{"chatId", "1", "2", "3", "4", "5", "6"}},
			"столбец chatId встречается дважды, как 1, 2, 3, 4 и ещё 2: переименуйте или удалите один из них"},
		{"a choice", msg.Reason{Code: msg.CardPhones, Args: []string{"1", "2"}},
			"TEL: не ясно, какой из телефонов нужен, 1 или 2: оставьте в карточке один или отметьте его как основной (TYPE=pref)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.reason.In(msg.Russian); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if english := c.reason.String(); c.reason.In(msg.English) != english || c.reason.In("") != english {
				t.Errorf("in English: %s, %s, %s", english, c.reason.In(msg.English), c.reason.In(""))
			}
		})
	}
}

func TestACardIsRefusedInRussian(t *testing.T) {
	_, err := ReadCard(strings.NewReader(cardFile("N:;;;;", "TEL:12")), "")
	want := `TEL: в "12" меньше 11 цифр, такие номера сервис не принимает: напишите номер с кодом страны; ` +
		"имя (N или FN) и компания (ORG): ничего не заполнено: нужно заполнить хотя бы что-то одно"
	if got := err.(*FileError).In(msg.Russian); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestATableIsRefusedForItsCard(t *testing.T) {
	_, err := ReadCard(strings.NewReader(cardFile("N:;;;;", "TEL:12")), "")
	refused := err.(*FileError).OfCard("c.vcf")
	if got, want := refused.Error(), "has a card, c.vcf, which "+err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := refused.In(msg.Russian), "с карточкой c.vcf что-то не так: "+err.(*FileError).In(msg.Russian); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// tables are the sentences of all codes, in both languages.
func tables() (english, inRussian map[msg.Code]string) {
	english, inRussian = maps.Clone(msg.EnglishSentences), maps.Clone(msg.RussianSentences)
	maps.Copy(english, msg.Refusals)
	maps.Copy(inRussian, msg.RussianRefusals)
	return english, inRussian
}

func TestEveryCodeHasASentenceInEveryLanguage(t *testing.T) {
	english, inRussian := tables()
	codes := declaredCodes(t)
	if len(codes) != len(english) || len(codes) != len(inRussian) {
		t.Errorf("%d codes, %d and %d sentences", len(codes), len(english), len(inRussian))
	}
	for _, code := range codes {
		if english[code] == "" || inRussian[code] == "" {
			t.Errorf("%s: %q, %q", code, english[code], inRussian[code])
		}
	}
}

// declaredCodes are the constants of type Code in the files of this folder.
func declaredCodes(t *testing.T) (codes []msg.Code) {
	t.Helper()
	files, err := os.ReadDir("msg")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), "msg/"+file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok {
				if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" && len(spec.Values) == 1 {
					code, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
					codes = append(codes, msg.Code(code))
				}
			}
			return true
		})
	}
	return codes
}

func TestSentencesUseTheSameArgumentsInEveryLanguage(t *testing.T) {
	english, inRussian := tables()
	for code, sentence := range english {
		if a, b := argumentsOf(sentence), argumentsOf(inRussian[code]); !slices.Equal(a, b) {
			t.Errorf("%s: %v and %v", code, a, b)
		}
	}
	for sentence, russian := range msg.RussianQuestions {
		if a, b := argumentsOf(sentence), argumentsOf(russian); !slices.Equal(a, b) {
			t.Errorf("%s: %v and %v", sentence, a, b)
		}
	}
}

var argumentPattern = regexp.MustCompile(`%[.\d]*\[(\d)\]|\$\{\w+\((\d)\)\}`)

// argumentsOf are the places that a sentence names.
func argumentsOf(sentence string) (places []string) {
	for _, found := range argumentPattern.FindAllStringSubmatch(sentence, -1) {
		places = append(places, found[1]+found[2])
	}
	slices.Sort(places)
	return slices.Compact(places)
}

// lastPlace is how many arguments a sentence needs.
func lastPlace(sentence string) int {
	last, _ := strconv.Atoi(slices.Max(append(argumentsOf(sentence), "0")))
	return last
}

func TestEveryRussianSentenceCanBeSaid(t *testing.T) {
	english, _ := tables()
	for code := range english {
		args := []string{"1", "2", "3", "4"}
		for i, meant := range msg.Meanings[code] {
			for _, arg := range []string{"5", "2026-11-22", "2026-11-22T15:04:05Z", "2026-11-22 15:04 +03:00", "15m0s"} {
				if meant(arg) != nil {
					args[i] = arg
					break
				}
			}
		}
		args = args[:lastPlace(english[code])]
		said := msg.Reason{Code: code, Args: args}.In(msg.Russian)
		if strings.Contains(said, "%!") || strings.Contains(said, "${") || !msg.HasCyrillic([]byte(said)) {
			t.Errorf("%s: %s", code, said)
		}
	}
}

// TestNoRussianWordHasLatinLetters finds a letter of the one alphabet that looks
// like one of the other.
func TestNoRussianWordHasLatinLetters(t *testing.T) {
	_, texts := tables()
	for _, table := range []map[string]string{msg.RussianCardTerms, msg.RussianHoldings, msg.RussianTerms, msg.RussianCauses, msg.RussianQuestions} {
		for english, text := range table {
			texts[msg.Code(english)] = text
		}
	}
	for code, text := range texts {
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
			latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
			if latin && msg.HasCyrillic([]byte(word)) {
				t.Errorf("%s: %s", code, word)
			}
		}
	}
}

func TestEveryTermIsInRussian(t *testing.T) {
	for _, term := range cardTerms {
		if term != "TEL" && msg.RussianCardTerms[term] == "" {
			t.Errorf("%q", term)
		}
	}
	for _, holds := range columnHolds {
		if msg.RussianHoldings[holds] == "" {
			t.Errorf("%q", holds)
		}
	}
}

func TestWordsAgreeWithTheirNumbers(t *testing.T) {
	texts := msg.NewPhrases(map[string]string{"%[1]s ${rows(1)}": "%[1]d ${rows(1)}"})
	for _, c := range []struct {
		name             string
		n                int
		english, russian string
	}{
		{"none", 0, "0 rows", "0 строк"},
		{"one", 1, "1 row", "1 строка"},
		{"a few", 4, "4 rows", "4 строки"},
		{"many", 5, "5 rows", "5 строк"},
		{"eleven is not one", 11, "11 rows", "11 строк"},
		{"fourteen is not four", 14, "14 rows", "14 строк"},
		{"one and twenty", 21, "21 rows", "21 строка"},
		{"one and a thousand", 1001, "1 001 rows", "1\u00a0001 строка"},
		{"one and a million", 1000001, "1 000 001 rows", "1\u00a0000\u00a0001 строка"},
		{"twelve and a million", 1000012, "1 000 012 rows", "1\u00a0000\u00a0012 строк"},
		{"two and ten million", 10000002, "10 000 002 rows", "10\u00a0000\u00a0002 строки"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := texts.Say(msg.English, "%[1]s ${rows(1)}", c.n); got != c.english {
				t.Error("got", got)
			}
			if got := texts.Say(msg.Russian, "%[1]s ${rows(1)}", c.n); got != c.russian {
				t.Error("got", got)
			}
		})
	}
}

func TestFractionsAreWrittenAsTheLanguageHasThem(t *testing.T) {
	texts := msg.NewPhrases(map[string]string{"at most %[1]s": "не больше %[1]g"})
	for _, c := range []struct {
		name             string
		n                float64
		english, russian string
	}{
		{"a whole number", 10, "at most 10", "не больше 10"},
		{"a fraction", 0.5, "at most 0.5", "не больше 0,5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if english, russian := texts.Say(msg.English, "at most %[1]s", c.n), texts.Say(msg.Russian, "at most %[1]s", c.n); english != c.english || russian != c.russian {
				t.Error("got", english, russian)
			}
		})
	}
}

func TestManyMaySpeakAtOnce(t *testing.T) {
	reason := msg.Fault(msg.PhoneShort, "phoneContact", "12")
	want := reason.In(msg.Russian)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				if got := reason.In(msg.Russian); got != want {
					t.Error("got", got)
					return
				}
			}
		})
	}
	all.Wait()
}

func FuzzIn(f *testing.F) {
	english, _ := tables()
	codes := slices.Sorted(maps.Keys(english))
	for i := range codes {
		f.Add(i, "2026-11-22", "15m0s", "${rows(1)} %d", "4")
		f.Add(i, "2026-11-22T15:04:05Z", "99999999999999999999", "-1", "\xff")
	}
	f.Fuzz(func(t *testing.T, i int, a, b, c, d string) {
		reason := msg.Reason{Code: codes[uint(i)%uint(len(codes))], Args: []string{a, b, c, d}}
		if strings.Contains(a+b+c+d, "%!") {
			return
		}
		for _, l := range []msg.Language{msg.English, msg.Russian} {
			if said := reason.In(l); said == "" || strings.Contains(strings.ReplaceAll(said, "%!(EXTRA", ""), "%!") {
				t.Errorf("%s", said)
			}
		}
	})
}

func BenchmarkSentences(b *testing.B) {
	faults := []msg.Reason{msg.Fault(msg.PhoneShort, "phoneContact", "12345"), {Code: msg.RowWidth, Args: []string{"3", "7", `"x"`}}}
	for _, l := range []msg.Language{msg.English, msg.Russian} {
		b.Run(string(l), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				msg.Sentences(faults, l)
			}
		})
	}
}
