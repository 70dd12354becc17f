package msg_test

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"contact-distributor/csvmodel/msg"
)

func TestInRussian(t *testing.T) {
	for _, c := range []struct {
		name   string
		reason msg.Reason
		want   string
	}{
		{"a cell is shown as it stands", msg.Fault(msg.PhoneShort, "phoneContact", "900%d{{.Column}}"),
			`phoneContact: в "900%d{{.Column}}" меньше 11 цифр: напишите номер с кодом страны`},
		{"numbers agree with their words", msg.NewReason(msg.RowWidth, 21, 4, `"x"`),
			`в строке 21 ячейка, в конце — "x", а в заголовке 4 столбца: не хватает разделителя или есть лишний; если разделитель — часть текста ячейки, заключите всю ячейку в двойные кавычки`},
		{"a large number is grouped", msg.NewReason(msg.DoubtElsewhere, 1000001),
			"1\u00a0000\u00a0001 строка ждёт, пока не выяснится, отправлена ли та же карточка из другого файла, при прежнем запуске этого или с другого инстанса"},
		{"a row's number is not", msg.NewReason(msg.DuplicateHere, 1000001), "та же карточка отправляется в этот чат в строке 1000001"},
		{"a day", msg.NewReason(msg.EarlierRun, at), "отправлено при прошлом запуске этого файла, 22.11.2026"},
		{"a moment", msg.NewReason(msg.SaidSent, "anna@desk", at), "anna@desk сообщает (22.11.2026 15:04:05 (UTC+03:00)): карточка отправлена"},
		{"a fault within a sentence", msg.NewReason("list-line", 3, msg.Fault(msg.ChatID, "chat", "x")),
			`в строке 3 не указан чат, и ничего не отправлено: chat: "x" — не чат: нужен номер в международном формате, от 7 до 16 цифр, или идентификатор от API, который оканчивается на @c.us, @g.us или @lid`},
		{"a duration and the service's newest answer", msg.NewReason(msg.NothingTaken, 21*time.Minute, msg.NewReason(msg.Throttled)),
			"сервис ничего не принимает уже 21 минуту: сервис просит отправлять медленнее (429)"},
		{"an answer to a question, and its cause", msg.NewReason(msg.ServiceAway, 3, asked),
			"сервис не ответил 3 раза подряд, в последний раз: getStateInstance: нет ответа: время ожидания истекло"},
		{"a code that is not known: as it is", msg.NewReason("newer", "a", 2), "newer: a: 2"},
		{"a list", msg.NewReason("column-twice", "chatId", []string{"1", "2", "3"}),
			"столбец chatId встречается дважды, как 1, 2 и 3: переименуйте или удалите один из них"},
		{"a list that is too long", msg.NewReason("column-twice", "chatId", []string{"1", "2", "3", "4", "5", "6"}),
			"столбец chatId встречается дважды, как 1, 2, 3, 4 и ещё 2: переименуйте или удалите один из них"},
		{"a choice", msg.NewReason("card-phones", []string{"1", "2", "3"}),
			"TEL: не ясно, какой из телефонов нужен, 1 или 2 или 3: оставьте в карточке один или отметьте его как основной (TYPE=pref)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.reason.Text(msg.Russian); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestOldLedgers has the arguments of ledgers of earlier versions, which were all
// texts: they are shown as they are.
func TestOldLedgers(t *testing.T) {
	for _, c := range []struct{ name, stored, english, russian string }{
		{"numbers still agree with their words", `{"code":"row-width","args":["3","7","\"x\""]}`,
			`cells: 3, ending in "x", where the header has 7: a separator is missing or one too many; put a cell that contains the separator into double quotes`,
			`в строке 3 ячейки, в конце — "x", а в заголовке 7 столбцов: не хватает разделителя или есть лишний; если разделитель — часть текста ячейки, заключите всю ячейку в двойные кавычки`},
		{"a number with its word", `{"code":"unsettled","args":["2 requests"]}`,
			"2 requests without an answer: the next run finds out what became of it",
			"2 requests без ответа: чем дело кончилось, выяснит следующий запуск"},
		{"a day", `{"code":"earlier-run","args":["2026-11-22"]}`,
			"sent in an earlier run of this file, on 2026-11-22", "отправлено при прошлом запуске этого файла, 2026-11-22"},
		{"a time", `{"code":"said-sent","args":["anna@desk","2026-11-22T15:04:05+03:00"]}`,
			"anna@desk said on 2026-11-22T15:04:05+03:00 that the card was sent", "anna@desk сообщает (2026-11-22T15:04:05+03:00): карточка отправлена"},
		{"a duration, and an answer", `{"code":"nothing-taken","args":["15m0s","the instance is starting"]}`,
			"the service has taken nothing for 15m0s: the instance is starting", "сервис ничего не принимает уже 15m0s: the instance is starting"},
		{"a cause", `{"code":"no-answer","args":["time-out"]}`,
			"no answer (time-out): it is not known whether the service took the card", "нет ответа (time-out): неизвестно, принял ли сервис карточку"},
		{"a delivery", `{"code":"delivery","args":["read","2026-11-22T15:04:05Z"]}`,
			"delivery: the chat was opened (read); left the queue at 2026-11-22T15:04:05Z", "доставка: чат открыли (read); вышла из очереди 2026-11-22T15:04:05Z"},
		{"a list", `{"code":"column-whose","args":["\"a\"","\"b\""]}`,
			`has no column chatId, and does not say whose numbers are in "a" and "b": name the column of the chats that get the cards chatId and that of the numbers on the cards phoneContact, or give one card for all with --card`,
			`нет столбца chatId, и не ясно, чьи номера указаны в "a" и "b": столбец с чатами, которые получат карточки, назовите chatId, а столбец с номерами для карточек — phoneContact, или задайте одну карточку для всех с --card`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var r msg.Reason
			if err := json.Unmarshal([]byte(c.stored), &r); err != nil {
				t.Fatal(err)
			}
			if got := r.Text(msg.English); got != c.english {
				t.Errorf("got  %s\nwant %s", got, c.english)
			}
			if got := r.Text(msg.Russian); got != c.russian {
				t.Errorf("got  %s\nwant %s", got, c.russian)
			}
			if again, err := json.Marshal(r); string(again) != c.stored {
				t.Errorf("stored again it is %s, %v", again, err)
			}
		})
	}
}

// oldArgs are arguments as ledgers of earlier versions have them.
func oldArgs(r msg.Reason) (old []string) {
	for _, arg := range msg.Plain([]msg.Reason{r})[0].Args {
		old = append(old, arg.(string))
	}
	return old
}

func TestEveryCodeOfAnOldLedgerIsShown(t *testing.T) {
	for _, r := range sentences {
		stored, err := json.Marshal(map[string]any{"code": r.Code, "args": oldArgs(r)})
		if err != nil {
			t.Fatal(err)
		}
		var old msg.Reason
		if err := json.Unmarshal(stored, &old); err != nil {
			t.Fatalf("%s: %v", r.Code, err)
		}
		for _, l := range msg.Languages() {
			text := old.Text(l)
			if unknown := strings.Join(append([]string{string(r.Code)}, oldArgs(r)...), ": "); strings.Contains(text, "{{") || text == unknown {
				t.Errorf("%s: %s", r.Code, text)
			}
			for _, arg := range oldArgs(r) {
				isShown := strings.Contains(text, arg) || strings.Contains(r.Text(l), text)
				if !isShown && !isUnsaid[r.Code] {
					t.Errorf("%s: %q is not in %s", r.Code, arg, text)
				}
			}
		}
	}
}

func TestASentenceWithoutItsArgumentsIsASentence(t *testing.T) {
	for _, r := range sentences {
		for _, l := range msg.Languages() {
			text := msg.NewReason(r.Code).Text(l)
			if strings.ContainsAny(text, "{}") || strings.Contains(text, "<no value>") || strings.Contains(text, "%!") {
				t.Errorf("%s: %s", r.Code, text)
			}
		}
	}
}

// isUnsaid are the codes with arguments that are for machines, or stand for a text.
var isUnsaid = map[msg.Code]bool{
	msg.RowLong: true, msg.ChatMissing: true, msg.PhoneMissing: true, msg.NameMissing: true,
	msg.RepeatedRow: true, msg.ListedTwice: true, msg.Resent: true, msg.OnceMoreLate: true, msg.Found: true,
	"header-unknown": true, "column-whose": true,
}

func TestAReasonIsStoredWithTheTypesOfItsArguments(t *testing.T) {
	for _, r := range sentences {
		stored, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again msg.Reason
		if err := json.Unmarshal(stored, &again); err != nil {
			t.Fatal(err)
		}
		for i, arg := range r.Args {
			was, isTime := arg.(time.Time)
			if is, ok := again.Args[i].(time.Time); isTime && ok && is.Equal(was) {
				r.Args[i] = is // the zone is another pointer
			}
		}
		if !reflect.DeepEqual(r, again) {
			t.Errorf("%s: is %#v, was %#v", stored, again, r)
		}
	}
}

func TestHowArgumentsAreStored(t *testing.T) {
	r := msg.NewReason("x", "a", 7, at, 90*time.Second, msg.NewReason("y", 1), []string{"b"})
	const want = `{"code":"x","args":["a",7,{"time":"2026-11-22T15:04:05+03:00"},{"duration":"1m30s"},{"code":"y","args":[1]},["b"]]}`
	if got, err := json.Marshal(r); string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	if _, err := json.Marshal(msg.NewReason("x", 1.5)); err == nil {
		t.Error("an argument of a type that is not known is stored")
	}
	var newer msg.Reason
	if err := json.Unmarshal([]byte(`{"code":"x","args":[{"money":3},null,1.5]}`), &newer); err != nil || newer.Text(msg.English) != `x: {"money":3}: null: 1.5` {
		t.Errorf("of a newer version: %v, %v", newer, err)
	}
}

func TestArgumentsAsMachinesHaveThem(t *testing.T) {
	r := msg.NewReason(msg.DuplicateEarlier, "a.csv", 1234, at, message)
	if got := oldArgs(r); !slices.Equal(got, []string{"a.csv", "1234", "2026-11-22", message}) {
		t.Errorf("got %q", got)
	}
	r = msg.NewReason(msg.NothingTaken, 15*time.Minute, msg.NewReason(msg.Starting))
	if got := oldArgs(r); !slices.Equal(got, []string{"15m0s", "the instance is starting"}) {
		t.Errorf("got %q", got)
	}
}

func TestDurationsAsPeopleSayThem(t *testing.T) {
	for _, c := range []struct {
		name             string
		d                time.Duration
		english, russian string
	}{
		{"no time", 0, "under a second", "меньше секунды"},
		{"a second", time.Second, "1 second", "1 секунда"},
		{"seconds", 45 * time.Second, "45 seconds", "45 секунд"},
		{"minutes", 22 * time.Minute, "22 minutes", "22 минуты"},
		{"hours", 26*time.Hour + 5*time.Minute, "26 h 05 min", "26 ч 05 мин"},
		{"very many hours", 1000 * time.Hour, "1 000 h 00 min", "1\u00a0000 ч 00 мин"},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := msg.Args{"Reason": c.d}
			if english, russian := msg.Text(msg.English, "log.reason", args), msg.Text(msg.Russian, "log.reason", args); english != c.english || russian != c.russian {
				t.Errorf("got %s, %s", english, russian)
			}
		})
	}
}

func TestArgumentsByName(t *testing.T) {
	for _, c := range []struct {
		name   string
		reason msg.Reason
	}{
		{"with types", msg.NewReason(msg.Forecast, at, 7)},
		{"of an old ledger", msg.NewReason(msg.Forecast, at.Format(time.RFC3339), "7")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if r := c.reason; !r.Time("At").Equal(at) || r.Word("Who") != "" {
				t.Errorf("got %v", r.Time("At"))
			}
		})
	}
	if r := msg.NewReason(msg.SaidSent, "anna", at); r.Word("Who") != "anna" || r.Word("At") != "" || !r.Time("Who").IsZero() {
		t.Error("an argument has another type")
	}
}

func TestManyMaySpeakAtOnce(t *testing.T) {
	reason := msg.Fault(msg.PhoneShort, "phoneContact", "12")
	want := reason.Text(msg.Russian)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 1000 {
				if got := reason.Text(msg.Russian); got != want {
					t.Error("got", got)
					return
				}
			}
		})
	}
	all.Wait()
}

func FuzzText(f *testing.F) {
	for i := range sentences {
		f.Add(i, 4, "2026-11-22", "15m0s", "{{.Column}} %d", "4")
		f.Add(i, -1, "2026-11-22T15:04:05Z", "99999999999999999999", "-1", "\xff")
		f.Add(i, math.MinInt, "-9223372036854775808", "-9223372036854775809", "1e99999999", "NaN")
		f.Add(i, math.MaxInt, "9223372036854775807", "-0", "0x10", "2562047h47m16.854775807s")
	}
	f.Fuzz(func(t *testing.T, i, n int, a, b, c, d string) {
		code := sentences[uint(i)%uint(len(sentences))].Code
		for _, reason := range []msg.Reason{
			msg.NewReason(code, a, b, c, d), msg.NewReason(code, n, n, n, n), msg.NewReason(code, a, n, time.Duration(n), n),
		} {
			for _, l := range msg.Languages() {
				if text := reason.Text(l); text == "" {
					t.Errorf("%v has no text", reason)
				}
			}
		}
	})
}

func BenchmarkSentences(b *testing.B) {
	faults := []msg.Reason{msg.Fault(msg.PhoneShort, "phoneContact", "12345"), msg.NewReason(msg.RowWidth, 3, 7, `"x"`)}
	for _, l := range msg.Languages() {
		b.Run(string(l), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				msg.Join(faults, l)
			}
		})
	}
}

func BenchmarkFirstSentence(b *testing.B) {
	for b.Loop() {
		msg.Reload()
		msg.NewReason(msg.Throttled).Text(msg.Russian)
	}
}
