package msg_test

import (
	"flag"
	"fmt"
	"maps"
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
	msg.NewReason(msg.RowWidth, 21, 4, `"x;y"`), msg.Fault(msg.RowLong, "", "abc"),
	msg.Fault(msg.Quote, "phoneContact", "12345"), msg.Fault(msg.QuoteOpen, "phoneContact", "12345"),
	msg.Fault(msg.Encoding, "phoneContact", "12345"), msg.Fault(msg.ChatMissing, "phoneContact", "12345"),
	msg.Fault(msg.ChatID, "phoneContact", "12345"), msg.Fault(msg.PhoneMissing, "phoneContact", "12345"),
	msg.Fault(msg.Phone, "phoneContact", "12345"), msg.Fault(msg.PhoneZero, "phoneContact", "12345"),
	msg.Fault(msg.PhoneShort, "phoneContact", "12345"), msg.Fault(msg.PhoneLong, "phoneContact", "12345"),
	msg.Fault(msg.NameMissing, "phoneContact", "12345"), msg.Fault(msg.NameControl, "phoneContact", "12345"),
	msg.Fault(msg.NameLong, "phoneContact", "12345"), msg.Fault(msg.QuotedID, "phoneContact", "12345"),
	msg.Fault(msg.NumberLost, "phoneContact", "12345"), msg.Fault(msg.NumberTrunk, "phoneContact", "12345"),
	msg.Fault(msg.NumberTwo, "phoneContact", "12345"), msg.Fault(msg.NumberExtension, "phoneContact", "12345"),
	msg.Fault(msg.ShortNumber, "phoneContact", "4532123456"), msg.Fault(msg.NumberCountry, "phoneContact", "12345"), msg.Fault(msg.NumberAmbiguous, "phoneContact", "12345"),
	msg.Fault(msg.NumberNotation, "phoneContact", "12345"), msg.Fault(msg.NumberUnusual, "phoneContact", "12345"),
	msg.NewReason(msg.ColumnNear, "Chat Idd", "chatId"), msg.NewReason(msg.ColumnTaken, "Телефон", "phoneContact"),
	msg.NewReason(msg.ColumnFullName, "ФИО"),

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
	msg.NewReason(msg.DuplicateDoubt, "a.csv", 3), msg.NewReason(msg.EarlierRun, at), msg.NewReason(msg.Suppressed),
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
	msg.NewReason(msg.NotReady, "starting"), msg.NewReason(msg.Unsettled, 2), msg.NewReason(msg.Cancelled), msg.NewReason(msg.Changed),
	msg.NewReason(msg.Continued, "7"), msg.NewReason(msg.DoubtElsewhere, 1), msg.NewReason(msg.ChatInDoubt, 3),
	msg.NewReason(msg.Window, "09:00-18:00 Europe/Moscow", at), msg.NewReason(msg.DayFull, 800, at),
	msg.NewReason(msg.CountAway, 5*time.Minute, msg.NewReason(msg.Question, "getMessagesCount", msg.NewReason(msg.QuestionOdd, 200))),
	msg.NewReason(msg.QueueFull, 61*time.Minute, 300), msg.NewReason(msg.MayNot, "notAuthorized", msg.NewReason(msg.NotKnown)),
	msg.NewReason(msg.Rest, "yellowCard", 3, "1101"), msg.NewReason(msg.Resting, "1101", at, "yellowCard"),
	msg.NewReason(msg.Resumed, "anna@desk", at), msg.NewReason(msg.Forecast, at),

	msg.NewReason(msg.FileMissing), msg.NewReason(msg.FilePermission), msg.NewReason(msg.FileFolder), msg.NewReason(msg.FileIrregular), msg.NewReason(msg.FileWorkbook),
	msg.NewReason(msg.FileOldBook), msg.NewReason(msg.FilePDF), msg.NewReason(msg.FileCompressed), msg.NewReason(msg.FileVCard),
	msg.NewReason(msg.FileRTF), msg.NewReason(msg.FileMarkup), msg.NewReason(msg.FileBinary), msg.NewReason(msg.FileUTF32),
	msg.NewReason(msg.FileMixed), msg.NewReason(msg.FileEncoding), msg.NewReason(msg.FileLikely, "windows-1251"),
	msg.NewReason(msg.FileEmpty, "chatId, phoneContact"), msg.NewReason(msg.FileSeparator, `"sep=x"`, "x"),
	msg.NewReason(msg.HeaderEncoding), msg.NewReason(msg.HeaderMistaken), msg.NewReason(msg.HeaderLong), msg.NewReason(msg.HeaderQuote), msg.NewReason(msg.HeaderWide, 2000, 1024),
	msg.NewReason(msg.HeaderUnknown, "chatId, phoneContact", "a\tb"), msg.NewReason(msg.ColumnTwice, "chatId", []string{`"a"`, `"b"`}),
	msg.NewReason(msg.ColumnMisspelt, "chatId", `"chatid1"`), msg.NewReason(msg.ColumnMissing, "chatId", `"a, b"`),
	msg.NewReason(msg.ColumnNoPhone, `"a, b"`), msg.NewReason(msg.ColumnUndecided, "phoneContact", `"phoneContact=a"`, []string{`"a"`, `"b"`, `"c"`}),
	msg.NewReason(msg.ColumnNoChat, `"chatId=a"`, []string{`"a"`}), msg.NewReason(msg.ColumnWhose, []string{"1", "2", "3", "4", "5", "6"}),
	msg.NewReason(msg.MapField, `"x=a"`, "chatId, phoneContact"), msg.NewReason(msg.MapTwice, `"chatId=a"`, `"chatId=b"`),
	msg.NewReason(msg.MapNone, `"chatId=a"`, `"a, b"`), msg.NewReason(msg.MapSeveral, `"chatId=a"`),
	msg.NewReason(msg.ListLine, 1234, msg.Fault(msg.ChatID, "chat", "x")),
	msg.NewReason(msg.Card, "c.vcf", msg.NewReason(msg.CardVersion, `"2.1"`)), msg.NewReason(msg.CardLarge), msg.NewReason(msg.CardEmpty),
	msg.NewReason(msg.CardEncoding), msg.NewReason(msg.CardNone), msg.NewReason(msg.CardCut), msg.NewReason(msg.CardSeveral),
	msg.NewReason(msg.CardNoVersion), msg.NewReason(msg.CardVersion, `"2.1"`), msg.NewReason(msg.CardForeign, "N"),
	msg.NewReason(msg.CardLine, "N, FN"), msg.NewReason(msg.CardPhones, []string{"1", "2"}),
	msg.NewReason(msg.CardExtension, `"1 ext 2"`, `"1"`), msg.NewReason(msg.CardPhoneStyle),

	msg.NewReason(msg.ProofChain, 4),
	msg.NewReason(msg.ProofManifest, 4),
	msg.NewReason(msg.ProofManifestGone, 4),
	msg.NewReason(msg.ProofManifestsGone, 4, 1234),
	msg.NewReason(msg.ProofManifestLink, 4),
	msg.NewReason(msg.ProofNoHead),
	msg.NewReason(msg.ProofHeadGone),
	msg.NewReason(msg.ProofHeadLast),
	msg.NewReason(msg.ProofHead, 4),
	msg.NewReason(msg.ProofAltered, 4),
	msg.NewReason(msg.ProofAlteredRows, 4, 1234, "2, 3, …"),
	msg.NewReason(msg.ProofNone, 4),
	msg.NewReason(msg.ProofCut, "c.csv"),
	msg.NewReason(msg.ProofNewerFiles, "/d/c.manifest.json"),
	msg.NewReason(msg.ProofRows, 1234),
	msg.NewReason(msg.ProofRowAdded, 1234, 1235),
	msg.NewReason(msg.ProofRowGone, 1234),
	msg.NewReason(msg.ProofRowCells, 1234, 1235, "accepted"),
	msg.NewReason(msg.ProofRowStatus, 1234, 1235, "rejected", "accepted"),
	msg.NewReason(msg.ProofRowDelivery, 1234, 1235, "read", msg.NewReason(msg.ProofNoDelivery)),
	msg.NewReason(msg.ProofNoDelivery),
	msg.NewReason(msg.ProofMoreRows, 1234),
	msg.NewReason(msg.ProofRecord),
	msg.NewReason(msg.ProofRecordGone, 1234),
	msg.NewReason(msg.ProofNotes),
	msg.NewReason(msg.ProofLater, 1234, 4),
	msg.NewReason(msg.ProofDelivered, 1234, 4),
	msg.NewReason(msg.ProofRun),
	msg.NewReason(msg.ProofStart),
	msg.NewReason(msg.ProofDamaged, "form"),
	msg.NewReason(msg.ProofFile, "c.csv"),
	msg.NewReason(msg.ProofFileGone, "c.csv", 4),
	msg.NewReason(msg.ProofFileChanged, "c.csv"),
	msg.NewReason(msg.ProofFileChangedAt, "c.csv", msg.NewReason(msg.ProofSameCells)),
	msg.NewReason(msg.ProofSameCells),
	msg.NewReason(msg.ProofMissingRow, "1234"),
	msg.NewReason(msg.ProofSurplusRow, "1234"),
	msg.NewReason(msg.ProofCell, "1234", "status"),
	msg.NewReason(msg.ProofOtherRow, "1234"),
	msg.NewReason(msg.ProofInterrupted, "c.csv", 4),
	msg.NewReason(msg.ProofInputGone, "c.csv"),
	msg.NewReason(msg.ProofInputChanged, "c.csv"),
	msg.NewReason(msg.ProofNoFiles, "/in"),
	msg.NewReason(msg.ProofLaterRun, "/in", 4),
	msg.NewReason(msg.ProofCopyOlder, "c.manifest.json"),
	msg.NewReason(msg.ProofCopyCut, "c.manifest.json"),
	msg.NewReason(msg.ProofCopyStrange, "c.manifest.json"),
}

var (
	unanswered = msg.NewReason(msg.QuestionUnanswered, msg.NewReason("cause.time-out"))
	asked      = msg.NewReason(msg.Question, "getStateInstance", unanswered)
)

// TestNoSentenceChangesByItself compares all sentences with testdata/sentences.txt.
func TestNoSentenceChangesByItself(t *testing.T) {
	var text strings.Builder
	sorted := slices.SortedFunc(slices.Values(sentences), func(a, b msg.Reason) int { return strings.Compare(string(a.Code), string(b.Code)) })
	for _, r := range sorted {
		fmt.Fprintf(&text, "%s\n  %s\n  %s\n", r.Code, r.Text(msg.English), r.Text(msg.Russian))
	}
	compare(t, "testdata/sentences.txt", text.String())
}

// TestArgumentsKeepTheirPlaces compares the arguments of all codes with
// testdata/arguments.txt: ledgers have them by place.
func TestArgumentsKeepTheirPlaces(t *testing.T) {
	var text strings.Builder
	for _, code := range slices.Sorted(maps.Keys(msg.ArgNames())) {
		fmt.Fprintf(&text, "%s: %s\n", code, strings.Join(msg.ArgNames()[code], ", "))
	}
	compare(t, "testdata/arguments.txt", text.String())
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
