package report

import (
	"cmp"
	"testing"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestEveryKindHasTexts(t *testing.T) {
	for _, c := range []struct {
		text  string
		kinds []kind
	}{{"status", statusKinds}, {"delivery", deliveryKinds}} {
		for _, k := range c.kinds {
			if _, hasText := msg.Lookup(msg.English, "report."+c.text+"."+cmp.Or(k.word, "nothing"), nil); !hasText {
				t.Errorf("%s %q has no name", c.text, k.word)
			}
		}
	}
	issues := []string{"invalid", "rejected", "unknown"}
	for _, delivery := range csvmodel.Deliveries {
		if delivery.Failed() {
			issues = append(issues, string(delivery))
		}
	}
	for _, issue := range issues {
		if _, hasText := msg.Lookup(msg.English, "report.advice."+issue, nil); !hasText {
			t.Errorf("there is no advice on %q", issue)
		}
	}
}

func TestTextsWithCounts(t *testing.T) {
	for _, c := range []struct {
		name string
		lang msg.Language
		key  string
		args []any
		want string
	}{
		{"one row in English", "en", "issues.all", []any{"Count", 1}, "1 row."},
		{"many rows in English", "en", "issues.all", []any{"Count", 1234567}, "1 234 567 rows."},
		{"no rows in English", "en", "issues.all", []any{"Count", 0}, "0 rows."},
		{"one row in Russian", "ru", "issues.all", []any{"Count", 1}, "1 строка."},
		{"twenty-one is one in Russian", "ru", "issues.all", []any{"Count", 21}, "21 строка."},
		{"two rows in Russian", "ru", "issues.all", []any{"Count", 2}, "2 строки."},
		{"eleven is many in Russian", "ru", "issues.all", []any{"Count", 11}, "11 строк."},
		{"thousands are apart in Russian", "ru", "issues.all", []any{"Count", 12345}, "12\u00a0345 строк."},
		{"one row is not called one of one", "en", "answer.all", []any{"Count", 1}, "The only row of the file reached the service."},
		{"a count may stand apart", "en", "tile.person", []any{"Count", 1}, "needs a person"},
		{"the second count has its own place", "ru", "answer", []any{"Count", 2, "Rows", 1000}, "До сервиса дошли 2 строки из 1\u00a0000."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := testWords(t, c.lang, nil).text(c.key, c.args...); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func testWords(t testing.TB, lang msg.Language, zone *time.Location) words {
	t.Helper()
	return newWords(lang, zone)
}

func TestTimesHaveTheirZone(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 59, 0, time.UTC)
	for _, c := range []struct {
		name  string
		lang  msg.Language
		hours float64
		want  string
	}{
		{"in English", "en", 0, "22 Nov 2026 14:05 UTC"},
		{"in Russian", "ru", 0, "22.11.2026 14:05 UTC"},
		{"in a zone to the east", "ru", 3, "22.11.2026 17:05 UTC+3"},
		{"in a zone to the west", "en", -10, "22 Nov 2026 04:05 UTC\u221210"},
		{"in a zone that is off by half an hour", "en", 5.5, "22 Nov 2026 19:35 UTC+5:30"},
		{"on another day", "en", 13, "23 Nov 2026 03:05 UTC+13"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := testWords(t, c.lang, time.FixedZone("", int(c.hours*3600)))
			if got := w.moment(at); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestShares(t *testing.T) {
	for _, c := range []struct {
		name        string
		lang        msg.Language
		part, whole int
		want        string
	}{
		{"all are a hundred", "en", 7, 7, "100%"},
		{"none is nothing", "en", 0, 7, "0.0%"},
		{"one of very many is not nothing", "en", 1, 100000, "< 0.1%"},
		{"all but one are not all", "en", 99999, 100000, "> 99.9%"},
		{"of no rows there is no share", "en", 0, 0, ""},
		{"in Russian with a comma", "ru", 1, 8, "12,5\u00a0%"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := testWords(t, c.lang, nil).share(c.part, c.whole); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
