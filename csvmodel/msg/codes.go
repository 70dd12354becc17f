package msg

import (
	_ "embed"
	"strings"
)

// These are the codes of rows and of runs. Those for which a whole file is refused, and
// of what is found when it is verified, are named where they are found.
const (
	// What can be wrong with a row of the file.
	RowWidth     Code = "row-width"
	RowLong      Code = "row-long"
	CellBeyond   Code = "cell-beyond" // of a workbook, right of all columns
	Quote        Code = "quote"
	QuoteOpen    Code = "quote-open"
	HeadingAgain Code = "heading-again" // the row is a line of headings
	HeadingOther Code = "heading-other" // it stands below one with other columns
	Encoding     Code = "encoding"
	ChatMissing  Code = "chat-missing"
	ChatID       Code = "chat-id"
	PhoneMissing Code = "phone-missing"
	Phone        Code = "phone"
	PhoneZero    Code = "phone-zero"
	PhoneShort   Code = "phone-short"
	PhoneLong    Code = "phone-long"
	NameMissing  Code = "name-missing"
	NameControl  Code = "name-control"
	NameLong     Code = "name-long"
	NameError    Code = "name-error"    // #NAME?, nan: what a program writes for none
	NameTemplate Code = "name-template" // {{name}}
	NameSpoilt   Code = "name-spoilt"   // JosÃ©, O&#39;Neil
	NameLost     Code = "name-lost"     // ????
	QuotedID     Code = "quoted-id"
	ShortNumber  Code = "short-number"  // whole, and not allowed
	AccountOther Code = "account-other" // the account that is to send the row does not send

	// What can be wrong with the number in phoneContact or chatId beside that.
	NumberLost      Code = "number-lost"      // 7.90012E+10: its last digits are gone
	NumberTrunk     Code = "number-trunk"     // 8 900 123-45-67: without its country
	NumberTwo       Code = "number-two"       // two of them in one cell
	NumberExtension Code = "number-extension" // with what is dialled after it
	NumberCountry   Code = "number-country"   // no country has such a number
	NumberNational  Code = "number-national"  // it may be one of many countries
	NumberCode      Code = "number-code"      // with the country code beside it, it is none
	ColumnNational  Code = "column-national"  // none of a column's numbers says its country
	NumberAmbiguous Code = "number-ambiguous" // with and without the country code it is another one
	NumberDate      Code = "number-date"      // it is a day

	// What is remarked of a row that is valid even so.
	NumberNotation Code = "number-notation"  // it stood there as 7.9001234567E+10
	NumberUnusual  Code = "number-unusual"   // no number of this kind is known in its country
	NumberAsOthers Code = "number-as-others" // read like the others of its column, which could be read in two ways

	// What the service, or the way to it, answered to a request.
	Refused       Code = "refused"        // this row
	ChatQuota     Code = "chat-quota"     // this chat is outside the plan's allowance
	Throttled     Code = "throttled"      // 429
	Starting      Code = "starting"       // the instance is starting
	NoConnection  Code = "no-connection"  // no connection was ever got
	NotFound      Code = "not-found"      // 404
	Unauthorized  Code = "unauthorized"   // 401, or 200 with code 401
	Forbidden     Code = "forbidden"      // 403
	NotAuthorized Code = "not-authorized" // the account is not linked
	Expired       Code = "expired"        // the instance is not paid for
	Deleted       Code = "deleted"        // the instance is deleted
	Quota         Code = "quota"          // the method's monthly quota is used up
	Protocol      Code = "protocol"       // an answer that means: wrong address
	NoAnswer      Code = "no-answer"      // time-out, reset, cut
	OddAnswer     Code = "odd-answer"     // an answer that says nothing of the row

	// What the service answered to a question about the account.
	Question           Code = "question" // with its method
	QuestionRefused    Code = "question-refused"
	QuestionQuota      Code = "question-quota"
	QuestionUnanswered Code = "question-no-answer"
	QuestionOdd        Code = "question-odd-answer"

	// NotKnown stands for an argument that is not.
	NotKnown Code = "not-known"

	// What the job itself decides of a row.
	Duplicate        Code = "duplicate"
	DuplicateHere    Code = "duplicate-here" // found without a ledger
	DuplicateEarlier Code = "duplicate-earlier"
	DuplicateFailed  Code = "duplicate-failed"
	DuplicateReading Code = "duplicate-reading"
	DuplicateDoubt   Code = "duplicate-doubt" // the other row is unknown
	SameAccount      Code = "same-account"    // beside one of these: the other row has another form of the chat
	EarlierRun       Code = "earlier-run"     // this very line went in an earlier run
	Suppressed       Code = "suppressed"
	Strict           Code = "strict"  // not attempted, since other rows are invalid
	Crashed          Code = "crashed" // the process ended before the outcome was recorded
	Unsent           Code = "unsent"  // not attempted, or not again
	Waiting          Code = "waiting" // the run has not come to it yet
	Asked            Code = "asked"   // asked for, and no answer is recorded yet

	// What is known by now of a row that was unknown.
	Found    Code = "found"
	Free     Code = "free"
	GivenUp  Code = "given-up" // free too often
	SaidSent Code = "said-sent"
	SaidNot  Code = "said-not-sent"

	// Resent is a message beyond those that were asked for.
	Resent Code = "once-more"

	// What earlier versions noted of such messages.
	Repeated     Code = "repeated"
	RepeatedRow  Code = "repeated-row"
	ListedTwice  Code = "listed-twice"
	OnceMoreLate Code = "once-more-late"

	// What became of a card that was accepted.
	NotDelivered Code = "not-delivered"
	NoAccount    Code = "no-account"   // the number has no WhatsApp
	NotInGroup   Code = "not-in-group" // the account is not
	YellowCard   Code = "yellow-card"  // the account had one
	Suspended    Code = "suspended"    // the account was
	Dropped      Code = "dropped"      // after 24 hours in the queue
	Delivery     Code = "delivery"     // a note: what was seen
	Untracked    Code = "untracked"    // delivery cannot be asked for

	// Why a run stopped before its end.
	Interrupted    Code = "interrupted" // a signal
	TimeLimit      Code = "time-limit"  // --max-time
	ServiceAway    Code = "service-away"
	NothingTaken   Code = "nothing-taken"
	SameRefusal    Code = "same-refusal"
	NotReady       Code = "not-ready" // the account does not become ready
	Unsettled      Code = "unsettled"
	Planned        Code = "planned"         // for work to send
	Cancelled      Code = "cancelled"       // a person has taken the file away
	Changed        Code = "changed"         // another file is in its place, and is sent as a new one
	Continued      Code = "continued"       // the same, in older ledgers
	DoubtElsewhere Code = "doubt-elsewhere" // rows with the same card in other runs are in doubt
	ChatInDoubt    Code = "chat-in-doubt"   // rows of another file to the same chats are
	AccountAbsent  Code = "account-absent"  // rows are an account's that does not send
	LeaseLost      Code = "lease-lost"      // another process may send for the account by now

	// Why a run does not send now, or not any more.
	Window    Code = "window"
	DayFull   Code = "day-full" // --per-day
	CountAway Code = "count-away"
	QueueFull Code = "queue-full"
	MayNot    Code = "account-state"
	Rest      Code = "rest" // the account is at rest from now on
	Resting   Code = "resting"
	Promoted  Code = "promoted" // the ledger may lack what was sent last
	Resumed   Code = "resumed"
	Forecast  Code = "forecast"
)

//go:embed arguments.txt
var argumentsFile string

// argNames are in the order of the arguments in ledgers: it stays, and a new one is the last.
var argNames = parseArgNames(argumentsFile)

func parseArgNames(file string) map[Code][]string {
	names := map[Code][]string{}
	for line := range strings.Lines(file) {
		code, args, _ := strings.Cut(strings.TrimSpace(line), ": ")
		names[Code(code)] = strings.Split(args, ", ")
	}
	return names
}
