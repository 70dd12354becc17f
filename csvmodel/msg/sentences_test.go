package msg_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"contact-distributor/csvmodel/msg"
)

var update = flag.Bool("update", false, "write the files of testdata")

var (
	moscow  = time.FixedZone("", 3*60*60)
	at      = time.Date(2026, 11, 22, 15, 4, 5, 0, moscow)
	message = "3EB0"
	chat    = "79001234567@c.us"
)

// sentences are a Reason of every code, with the arguments that it has.
var sentences = []msg.Reason{
	msg.NewReason(msg.RowWidth, 21, 4, `"x;y"`), msg.Fault(msg.RowLong, "", "abc"), msg.NewReason(msg.CellBeyond, `"x"`),
	msg.Fault(msg.Quote, "phoneContact", "12345"), msg.Fault(msg.QuoteOpen, "phoneContact", "12345"),
	msg.NewReason(msg.HeadingAgain), msg.NewReason(msg.HeadingOther, 57),
	msg.Fault(msg.Encoding, "phoneContact", "12345"), msg.Fault(msg.ChatMissing, "phoneContact", "12345"),
	msg.Fault(msg.AccountOther, "idInstance", "7105000009"),
	msg.Fault(msg.ChatID, "phoneContact", "12345"), msg.Fault(msg.PhoneMissing, "phoneContact", "12345"),
	msg.Fault(msg.Phone, "phoneContact", "12345"), msg.Fault(msg.PhoneZero, "phoneContact", "12345"),
	msg.Fault(msg.PhoneShort, "phoneContact", "12345"), msg.Fault(msg.PhoneLong, "phoneContact", "12345"),
	msg.Fault(msg.NameMissing, "phoneContact", "12345"), msg.Fault(msg.NameControl, "phoneContact", "12345"),
	msg.Fault(msg.NameLong, "phoneContact", "12345"), msg.Fault(msg.QuotedID, "phoneContact", "12345"),
	msg.Fault(msg.NameError, "firstName", "#NAME?"), msg.Fault(msg.NameTemplate, "firstName", "%NAME%"), msg.Fault(msg.NameLost, "firstName", "????"),
	msg.NewReason(msg.NameSpoilt, "firstName", msg.Quoted("JosÃ©"), msg.Quoted("José")),
	msg.Fault(msg.NumberLost, "phoneContact", "12345"), msg.Fault(msg.NumberTrunk, "phoneContact", "12345"),
	msg.Fault(msg.NumberTwo, "phoneContact", "12345"), msg.Fault(msg.NumberExtension, "phoneContact", "12345"),
	msg.Fault(msg.ShortNumber, "phoneContact", "4532123456"), msg.Fault(msg.NumberCountry, "phoneContact", "12345"),
	msg.Fault(msg.NumberNational, "phoneContact", "861312345678"), msg.NewReason(msg.NumberNational, "chatId", `"11987654321"`, []string{"+55 (BR)", "+7 (RU)"}),
	msg.NewReason(msg.PhoneShort, "phoneContact", `"2025550101"`, []string{"+1 (US)"}), msg.NewReason(msg.PhoneZero, "phoneContact", `"015112345678"`, []string{"+49 (DE)"}),
	msg.Fault(msg.NumberAmbiguous, "phoneContact", "12345"), msg.Fault(msg.NumberDate, "phoneContact", "25.11.2026"),
	msg.Fault(msg.NumberNotation, "phoneContact", "12345"), msg.Fault(msg.NumberUnusual, "phoneContact", "12345"), msg.Fault(msg.NumberAsOthers, "phoneContact", "12345"),
	msg.Fault(msg.NumberCode, "chatId", "12345"), msg.NewReason("column-code-whose", `"Country Code"`, []string{"chatId", "phoneContact"}),
	msg.NewReason(msg.ColumnNational, "Phone", []string{"BR"}),
	msg.NewReason("column-near", "Chat Idd", "chatId"), msg.NewReason("column-taken", "Телефон", "phoneContact"),
	msg.NewReason("column-full-name", "ФИО"),
	msg.NewReason("sheet-hidden-rows", 21), msg.NewReason("sheet-hidden-columns", []string{"B", "AC"}), msg.NewReason("sheet-merged", 1), msg.NewReason("sheet-uncalculated", 3),

	msg.NewReason(msg.Refused, "Validation failed"), msg.NewReason(msg.ChatQuota), msg.NewReason(msg.Throttled),
	msg.NewReason(msg.Starting), msg.NewReason(msg.NoConnection, msg.NewReason("cause.refused")),
	msg.NewReason(msg.NotFound), msg.NewReason(msg.Unauthorized), msg.NewReason(msg.Forbidden),
	msg.NewReason(msg.NotAuthorized), msg.NewReason(msg.Expired), msg.NewReason(msg.Deleted),
	msg.NewReason(msg.Quota), msg.NewReason(msg.Protocol, 302), msg.NewReason(msg.NoAnswer, msg.NewReason("cause.time-out")),
	msg.NewReason(msg.OddAnswer, 500),
	msg.NewReason(msg.Question, "getStateInstance", msg.NewReason(msg.QuestionQuota)), msg.NewReason(msg.QuestionRefused, "no"),
	msg.NewReason(msg.QuestionQuota), unanswered, msg.NewReason(msg.QuestionOdd, 200), msg.NewReason(msg.NotKnown),

	msg.NewReason(msg.Duplicate, 3, message), msg.NewReason(msg.DuplicateHere, 1234),
	msg.NewReason(msg.DuplicateEarlier, "a.csv", 3, at, message), msg.NewReason(msg.DuplicateFailed, "a.csv", 3, message, "noAccount"), msg.NewReason(msg.DuplicateReading, "a.csv", 3, at, message),
	msg.NewReason(msg.DuplicateDoubt, "a.csv", 3), msg.NewReason(msg.SameAccount, "5215512345678@c.us"), msg.NewReason(msg.EarlierRun, at), msg.NewReason(msg.Suppressed),
	msg.NewReason(msg.Strict), msg.NewReason(msg.Crashed), msg.NewReason(msg.Unsent, msg.NewReason(msg.TimeLimit)),
	msg.NewReason(msg.Waiting), msg.NewReason(msg.Asked),
	msg.NewReason(msg.Found, "journal", message), msg.NewReason(msg.Free, at, 1234, at), msg.NewReason(msg.GivenUp, 5, msg.NewReason(msg.OddAnswer, 502)),
	msg.NewReason(msg.Repeated, chat, message),
	msg.NewReason(msg.SaidSent, "anna@desk", at), msg.NewReason(msg.SaidNot, "anna@desk", at),
	msg.NewReason(msg.RepeatedRow, chat, message, "a.csv", 1234, "5"), msg.NewReason(msg.ListedTwice, chat, message, "a.csv", 1234, "5"),
	msg.NewReason(msg.Resent, chat, message, "a.csv", 1234, "5"), msg.NewReason(msg.OnceMoreLate, chat, message, "a.csv", 1234, "5"),
	msg.NewReason(msg.NotDelivered), msg.NewReason(msg.NoAccount), msg.NewReason(msg.NotInGroup), msg.NewReason(msg.YellowCard),
	msg.NewReason(msg.Suspended), msg.NewReason(msg.Dropped), msg.NewReason(msg.Delivery, "read", at),
	msg.NewReason(msg.Untracked, asked),

	msg.NewReason(msg.Interrupted), msg.NewReason(msg.TimeLimit),
	msg.NewReason(msg.ServiceAway, 5, msg.NewReason(msg.NoConnection, msg.NewReason("cause.no-host"))),
	msg.NewReason(msg.NothingTaken, 15*time.Minute, msg.NewReason(msg.Throttled)),
	msg.NewReason(msg.SameRefusal, 20, msg.NewReason(msg.Refused, "no")),
	msg.NewReason(msg.NotReady, "starting"), msg.NewReason(msg.Unsettled, 2), msg.NewReason(msg.Planned), msg.NewReason(msg.Cancelled), msg.NewReason(msg.Changed),
	msg.NewReason(msg.Continued, "7"), msg.NewReason(msg.DoubtElsewhere, 1), msg.NewReason(msg.ChatInDoubt, 3), msg.NewReason(msg.AccountAbsent, "7105000009", 3), msg.NewReason(msg.LeaseLost), msg.NewReason(msg.Promoted, "1101", at),
	msg.NewReason(msg.Window, "09:00-18:00 Europe/Moscow", at), msg.NewReason(msg.DayFull, 800, at),
	msg.NewReason(msg.CountAway, 5*time.Minute, msg.NewReason(msg.Question, "getMessagesCount", msg.NewReason(msg.QuestionOdd, 200))),
	msg.NewReason(msg.QueueFull, 61*time.Minute, 300), msg.NewReason(msg.MayNot, "notAuthorized", msg.NewReason(msg.NotKnown)),
	msg.NewReason(msg.Rest, "yellowCard", 3, "1101"), msg.NewReason(msg.Resting, "1101", at, "yellowCard"),
	msg.NewReason(msg.Resumed, "anna@desk", at), msg.NewReason(msg.Forecast, at),

	msg.NewReason("file-missing"), msg.NewReason("file-permission"), msg.NewReason("file-folder"), msg.NewReason("file-irregular"), msg.NewReason("file-large"), msg.NewReason("file-workbook"),
	msg.NewReason("file-old-workbook"), msg.NewReason("file-pdf"), msg.NewReason("file-compressed"), msg.NewReason("file-vcard"),
	msg.NewReason("file-rtf"), msg.NewReason("file-markup"), msg.NewReason("file-json"), msg.NewReason("file-sylk"), msg.NewReason("file-picture"), msg.NewReason("file-binary"), msg.NewReason("file-utf-32"),
	msg.NewReason("file-mixed"), msg.NewReason("file-encoding"), msg.NewReason("file-likely", "windows-1251"),
	msg.NewReason("file-archive"), msg.NewReason("sheet-broken"), msg.NewReason("sheet-large"), msg.NewReason("sheet-locked"), msg.NewReason("sheet-binary"), msg.NewReason("sheet-numbers"),
	msg.NewReason("sheet-missing", "Лист3", []string{"Лист1", "Лист2"}), msg.NewReason("sheet-which", "Лист1", []string{"Лист1", "Лист2"}),
	msg.NewReason("file-empty", "chatId, phoneContact"), msg.NewReason("file-separator", `"sep=x"`, "x"),
	msg.NewReason("header-encoding"), msg.NewReason("header-mistaken"), msg.NewReason("header-long"), msg.NewReason("header-quote"), msg.NewReason("header-wide", 2000, 1024),
	msg.NewReason("header-unknown", "chatId, phoneContact", "a\tb"), msg.NewReason("column-twice", "chatId", []string{`"a"`, `"b"`}),
	msg.NewReason("column-misspelt", "chatId", `"chatid1"`), msg.NewReason("column-missing", "chatId", `"a, b"`),
	msg.NewReason("column-no-phone", `"a, b"`), msg.NewReason("column-undecided", "phoneContact", `"phoneContact=a"`, []string{`"a"`, `"b"`, `"c"`}),
	msg.NewReason("column-no-chat", `"chatId=a"`, []string{`"a"`}), msg.NewReason("column-whose", []string{"1", "2", "3", "4", "5", "6"}),
	msg.NewReason("map-field", `"x=a"`, "chatId, phoneContact"), msg.NewReason("map-twice", `"chatId=a"`, `"chatId=b"`),
	msg.NewReason("header-below", 3), msg.NewReason("header-line", 3), msg.NewReason("column-map", []string{`"chatId=#1"`, `"chatId=#3"`}),
	msg.NewReason("map-none", `"chatId=a"`, `"a, b"`), msg.NewReason("map-several", `"chatId=a"`),
	msg.NewReason("list-line", 1234, msg.Fault(msg.ChatID, "chat", "x")),
	msg.NewReason("card", "c.vcf", msg.NewReason("card-version", `"2.1"`)), msg.NewReason("card-large"), msg.NewReason("card-empty"),
	msg.NewReason("card-encoding"), msg.NewReason("card-none"), msg.NewReason("card-cut"), msg.NewReason("card-several"),
	msg.NewReason("card-no-version"), msg.NewReason("card-version", `"2.1"`), msg.NewReason("card-foreign", "N"),
	msg.NewReason("card-line", "N, FN"), msg.NewReason("card-phones", []string{"1", "2"}),
	msg.NewReason("card-extension", `"1 ext 2"`, `"1"`), msg.NewReason("card-phone-style"),

	msg.NewReason("proof.chain", 4),
	msg.NewReason("proof.manifest", 4),
	msg.NewReason("proof.manifest-gone", 4),
	msg.NewReason("proof.manifests-gone", 4, 1234),
	msg.NewReason("proof.manifest-link", 4),
	msg.NewReason("proof.no-head"),
	msg.NewReason("proof.head-gone"),
	msg.NewReason("proof.head-last"),
	msg.NewReason("proof.head", 4),
	msg.NewReason("proof.altered", 4),
	msg.NewReason("proof.altered-rows", 4, 1234, "2, 3, …"),
	msg.NewReason("proof.none", 4),
	msg.NewReason("proof.cut", "c.csv"),
	msg.NewReason("proof.newer-files", "/d/c.manifest.json"),
	msg.NewReason("proof.rows", 1234),
	msg.NewReason("proof.row-added", 1234, 1235),
	msg.NewReason("proof.row-gone", 1234),
	msg.NewReason("proof.row-cells", 1234, 1235, "accepted"),
	msg.NewReason("proof.row-status", 1234, 1235, "rejected", "accepted"),
	msg.NewReason("proof.row-delivery", 1234, 1235, "read", msg.NewReason("proof.no-delivery")),
	msg.NewReason("proof.no-delivery"),
	msg.NewReason("proof.more-rows", 1234),
	msg.NewReason("proof.record"),
	msg.NewReason("proof.record-gone", 1234),
	msg.NewReason("proof.notes"),
	msg.NewReason("proof.later", 1234, 4),
	msg.NewReason("proof.delivered", 1234, 4),
	msg.NewReason("proof.run"),
	msg.NewReason("proof.start"),
	msg.NewReason("proof.damaged", "form"),
	msg.NewReason("proof.file", "c.csv"),
	msg.NewReason("proof.file-gone", "c.csv", "4"),
	msg.NewReason("proof.file-changed", "c.csv"),
	msg.NewReason("proof.file-changed-at", "c.csv", msg.NewReason("proof.same-cells")),
	msg.NewReason("proof.same-cells"),
	msg.NewReason("proof.missing-row", "1234"),
	msg.NewReason("proof.surplus-row", "1234"),
	msg.NewReason("proof.cell", "1234", "status"),
	msg.NewReason("proof.other-row", "1234"),
	msg.NewReason("proof.interrupted", "c.csv", "4"),
	msg.NewReason("proof.input-gone", "c.csv"),
	msg.NewReason("proof.input-changed", "c.csv"),
	msg.NewReason("proof.no-files", "/in"), msg.NewReason("proof.elsewhere", "mail:/in"),
	msg.NewReason("proof.later-run", "/in", 4),
	msg.NewReason("proof.copy-older", "c.manifest.json"),
	msg.NewReason("proof.copy-cut", "c.manifest.json"),
	msg.NewReason("proof.copy-strange", "c.manifest.json"),
}

var (
	unanswered = msg.NewReason(msg.QuestionUnanswered, msg.NewReason("cause.time-out"))
	asked      = msg.NewReason(msg.Question, "getStateInstance", unanswered)
)

// TestNoSentenceChangesByItself compares all sentences, and so the places of their
// arguments, with testdata/sentences.txt.
func TestNoSentenceChangesByItself(t *testing.T) {
	var text strings.Builder
	sorted := slices.SortedStableFunc(slices.Values(sentences), func(a, b msg.Reason) int { return strings.Compare(string(a.Code), string(b.Code)) })
	for _, r := range sorted {
		fmt.Fprintf(&text, "%s\n  %s\n  %s\n", r.Code, r.Text(msg.English), r.Text(msg.Russian))
		if e := r.Text(msg.English.Office()); e != r.Text(msg.English) {
			fmt.Fprintf(&text, "  (%s)\n  (%s)\n", e, r.Text(msg.Russian.Office()))
		}
	}
	compare(t, "testdata/sentences.txt", text.String())
}

// compare compares a text with a file. With -update it writes that.
func compare(t *testing.T, golden, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	was, is := strings.Split(string(want), "\n"), strings.Split(text, "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			t.Fatalf("%s: line %d is not as it was: what is meant to change, go test -update writes", golden, i+1)
		}
	}
}
