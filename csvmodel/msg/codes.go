package msg

// What can be wrong with a row of the file.
const (
	RowWidth     Code = "row-width" // Args: cells, cells of the header, the row's end, quoted
	RowLong      Code = "row-long"
	Quote        Code = "quote"
	QuoteOpen    Code = "quote-open"
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
	QuotedID     Code = "quoted-id"
	// Uncorrected: the row of a fixme or results file is as it was written
	// there, when its cells could not be told apart.
	Uncorrected Code = "uncorrected"
)

// What can be wrong with the number in phoneContact or chatId beside that.
const (
	NumberLost      Code = "number-lost"      // 7.90012E+10: its last digits are gone
	NumberTrunk     Code = "number-trunk"     // 8 900 123-45-67: of which country is not said
	NumberTwo       Code = "number-two"       // two of them in one cell
	NumberExtension Code = "number-extension" // with what is dialled after it
	NumberCountry   Code = "number-country"   // no country has such a number
	NumberAmbiguous Code = "number-ambiguous" // with and without the country code it is another one
)

// What is remarked of a row that is valid even so.
const (
	NumberNotation Code = "number-notation" // it stood there as 7.9001234567E+10
	NumberUnusual  Code = "number-unusual"  // no number of this kind is known in its country
)

// What is to be said of how the columns of a file were understood.
const (
	ColumnNear     Code = "column-near"      // Args: column, the field it is nearly
	ColumnTaken    Code = "column-taken"     // a telephone column. Args: column, the field it is taken for
	ColumnFullName Code = "column-full-name" // whole names in one column. Args: column
)

// What the service, or the way to it, said of a request.
const (
	Refused       Code = "refused"        // this row; Args: the service's words
	ChatQuota     Code = "chat-quota"     // this chat is outside the plan's allowance
	Throttled     Code = "throttled"      // 429
	Starting      Code = "starting"       // the instance is starting
	NoConnection  Code = "no-connection"  // no connection was ever got; Args: why
	NotFound      Code = "not-found"      // 404
	Unauthorized  Code = "unauthorized"   // 401, or 200 with code 401
	Forbidden     Code = "forbidden"      // 403
	NotAuthorized Code = "not-authorized" // the account is not linked
	Expired       Code = "expired"        // the instance is not paid for
	Deleted       Code = "deleted"        // the instance is deleted
	Quota         Code = "quota"          // the method's monthly quota is used up
	Protocol      Code = "protocol"       // an answer that means: wrong address; Args: HTTP status
	NoAnswer      Code = "no-answer"      // time-out, reset, cut; Args: what happened
	OddAnswer     Code = "odd-answer"     // an answer that says nothing of the row; Args: HTTP status
)

// What the job itself decides of a row.
const (
	Duplicate        Code = "duplicate"         // Args: row of this file, idMessage
	DuplicateHere    Code = "duplicate-here"    // found without a ledger. Args: row of this file
	DuplicateEarlier Code = "duplicate-earlier" // Args: file, row, day, idMessage
	DuplicateFailed  Code = "duplicate-failed"  // Args: file, row, idMessage, delivery: it did not arrive
	DuplicateDoubt   Code = "duplicate-doubt"   // the other row is unknown. Args: file, row
	EarlierRun       Code = "earlier-run"       // this very line went in an earlier run. Args: day
	Suppressed       Code = "suppressed"
	Strict           Code = "strict"  // not attempted, since other rows are invalid
	Crashed          Code = "crashed" // the process ended before the outcome was recorded
	Unsent           Code = "unsent"  // not attempted, or not again. Args: why the run stopped
	Waiting          Code = "waiting" // the run has not come to it yet
	Asked            Code = "asked"   // asked for, and no answer is recorded yet
)

// What was found out about a row that was unknown.
const (
	Found    Code = "found"         // Args: where, idMessage
	Free     Code = "free"          // Args: given up at, entries that are no known card's, journal since
	Repeated Code = "repeated"      // by the service itself. Args: chat, idMessage
	SaidSent Code = "said-sent"     // Args: who, when
	SaidNot  Code = "said-not-sent" // Args: who, when
)

// Messages beyond those that were asked for. Args: chat, idMessage, file, row, run
const (
	RepeatedRow  Code = "repeated-row"   // by the service itself
	ListedTwice  Code = "listed-twice"   // the same, or an entry that is there twice
	OnceMore     Code = "once-more"      // by the service itself, or another sender
	OnceMoreLate Code = "once-more-late" // or by an attempt that was taken for lost
)

// What became of a card that was accepted.
const (
	NotDelivered Code = "not-delivered"
	NoAccount    Code = "no-account"   // the number has no WhatsApp
	NotInGroup   Code = "not-in-group" // the account is not
	YellowCard   Code = "yellow-card"  // the account had one
	Suspended    Code = "suspended"    // the account was
	Dropped      Code = "dropped"      // after 24 hours in the queue
	Delivery     Code = "delivery"     // a note: what was seen. Args: the word for it, perhaps when the card left the queue
	Untracked    Code = "untracked"    // delivery cannot be asked for. Args: the service's answer
)

// Why a run stopped before its end.
const (
	Interrupted  Code = "interrupted"   // a signal
	TimeLimit    Code = "time-limit"    // --max-time
	ServiceAway  Code = "service-away"  // Args: how many questions, the newest answer
	NothingTaken Code = "nothing-taken" // Args: for how long, the newest answer
	SameRefusal  Code = "same-refusal"  // Args: how many rows, the service's words
	NotReady     Code = "not-ready"     // the account does not become ready. Args: its state
	Unsettled    Code = "unsettled"     // Args: how many rows
	Cancelled    Code = "cancelled"     // a person has taken the file away
	Changed      Code = "changed"       // another file is in its place, and is sent as a new one
	Continued    Code = "continued"     // the same, in older ledgers. Args: the run in which it went on
	// DoubtElsewhere: of rows with the same card in other runs nothing is
	// known yet. Args: how many rows wait for that
	DoubtElsewhere Code = "doubt-elsewhere"
	// ChatInDoubt: of another file's rows to the same chats nothing is known yet.
	// Args: how many rows wait for that
	ChatInDoubt Code = "chat-in-doubt"
	State       Code = "state" // the account must not send. Args: its state
)

// Why a run does not send now, or not any more.
const (
	Window    Code = "window"        // Args: the hours in which cards may leave, when the next begin
	DayFull   Code = "day-full"      // --per-day. Args: how many, when there is room again
	CountAway Code = "count-away"    // Args: for how long, the newest answer
	QueueFull Code = "queue-full"    // Args: for how long, messages in it
	MayNot    Code = "account-state" // Args: the account's state, messages in its queue
	Rest      Code = "rest"          // the account is at rest from now on. Args: its state, messages in its queue, instance
	Resting   Code = "resting"       // Args: instance, since when, its state then
	Resumed   Code = "resumed"       // Args: who, since when it was at rest
	Forecast  Code = "forecast"      // Args: when the last card is to have left
)

// EnglishSentences has the text for each code, with its arguments by place. Faults of
// a cell have two: the column and the quoted value.
var EnglishSentences = map[Code]string{
	RowWidth:     "cells: %[1]s, ending in %[3]s, where the header has %[2]s: a separator is missing or one too many; put a cell that contains the separator into double quotes",
	RowLong:      "longer than 64 KiB, and so no row of contacts; it begins %[2]s: a line break or a closing double quote is missing",
	Quote:        `%[1]s: a stray double quote in %[2]s: put the whole cell into double quotes and write each quote inside it twice ("")`,
	QuoteOpen:    `%[1]s: the double quote that opens %[2]s is not closed: add the closing one, or take this one off`,
	Encoding:     "%[1]s: %[2]s holds bytes that are no text in the encoding of the file: type it again, or save the file as CSV UTF-8",
	ChatMissing:  "%[1]s: empty: needs the chat that gets the card, a number such as 79001234567 or an id such as 79001234567@c.us",
	ChatID:       "%[1]s: %[2]s is no chat: needs an international number of 7 to 16 digits, or an id ending in @c.us, @g.us or @lid as the API gives it",
	PhoneMissing: "%[1]s: empty: needs the number of the card, international, 11 to 16 digits",
	Phone:        "%[1]s: %[2]s is no telephone number: needs 11 to 16 digits, international, without letters",
	PhoneZero:    "%[1]s: %[2]s begins with 0, which no international number does: write it with its country code",
	PhoneShort:   "%[1]s: %[2]s has fewer than 11 digits, which the service does not take: write it with its country code",
	PhoneLong:    "%[1]s: %[2]s has more than 16 digits: needs one number of 11 to 16 digits",
	NameMissing:  "%[1]s: all empty: at least one of them must be given",
	NameControl:  "%[1]s: %[2]s holds a line break or a control character: write it on one line",
	NameLong:     "%[1]s: %[2]s is longer than 256 characters: shorten it",
	QuotedID:     "%[1]s: %[2]s is no message id: leave it empty, or give the idMessage of a message of this chat",

	Uncorrected: "is as it was written here to be corrected, and its cells cannot be told apart for certain: correct it as the original file shows it, or change any cell if it is right as it is",

	NumberLost:      `%[1]s: %[2]s has lost its last digits in the spreadsheet: give the column the cell format "Text", enter the number again with all its digits, and save`,
	NumberTrunk:     "%[1]s: %[2]s does not say its country: write it with the country code in place of the 8, such as 79001234567, with a plus if the country code begins with 8, or have the file read with --region RU",
	NumberTwo:       "%[1]s: %[2]s holds more than one number: leave one",
	NumberExtension: "%[1]s: %[2]s has an extension, which WhatsApp does not know: leave the number only",
	NumberCountry:   "%[1]s: %[2]s is a number that no country has: check its digits, and leave out a 0 or 8 that is dialled only within the country",
	NumberAmbiguous: "%[1]s: %[2]s can be read as a number of this country or, with its country code, of another: write it with a plus and the country code",

	NumberNotation: "%[1]s: %[2]s was read as a number with all its digits",
	NumberUnusual:  "%[1]s: %[2]s is an unusual number for its country: check its digits",

	ColumnNear:     "the column %[1]q is nearly %[2]s and was not taken for it: rename it if it is",
	ColumnTaken:    "the column %[1]q was taken for %[2]s",
	ColumnFullName: "the column %[1]q was taken for whole names, which go into firstName",

	Refused:       "the service refused this row: %[1]s",
	ChatQuota:     "this chat is outside the allowance of the account's plan: other chats still work",
	Throttled:     "the service asked to slow down (429)",
	Starting:      "the instance is starting",
	NoConnection:  "no connection to the service (%[1]s): check apiUrl and the network",
	NotFound:      "the service does not know the address that was asked (404): check apiUrl and idInstance",
	Unauthorized:  "the service does not accept the token (401): check it against the console",
	Forbidden:     "the service refuses the instance (403): check idInstance, and that apiUrl is the one the console shows for it",
	NotAuthorized: "the account is not linked: scan the QR code in the console",
	Expired:       "the instance's subscription has expired: renew it in the console",
	Deleted:       "the instance has been deleted",
	Quota:         "the plan's monthly quota for sending is used up",
	Protocol:      "the answer was HTTP %[1]s, which the service does not give: check that apiUrl is the one the console shows",
	NoAnswer:      "no answer (%[1]s): it is not known whether the service took the card",
	OddAnswer:     "an answer that does not say whether the service took the card (HTTP %[1]s)",

	Duplicate:        "the same card goes to this chat in row %[1]s (idMessage %[2]s)",
	DuplicateHere:    "the same card goes to this chat in row %[1]s",
	DuplicateFailed:  "the same card went to this chat already, and did not arrive there: %[1]s, row %[2]s (idMessage %[3]s): %[4]s",
	DuplicateEarlier: "the same card went to this chat already: %[1]s, row %[2]s, on %[3]s (idMessage %[4]s)",
	DuplicateDoubt:   "the same card was asked for in %[1]s, row %[2]s, and it is not known whether the service took it",
	EarlierRun:       "sent in an earlier run of this file, on %[1]s",
	Suppressed:       "this chat is on the list of those that must not be written to",
	Strict:           "not sent, since other rows of the file are invalid (--strict)",
	Crashed:          "the program ended before an answer was recorded: it is not known whether the service took the card",
	Unsent:           "not sent: %[1]s",
	Waiting:          "the run has not come to this row yet",
	Asked:            "asked for; no answer has been recorded yet",

	Interrupted:    "the run was interrupted and goes on when it is started again",
	TimeLimit:      "the time for this run was over; the next one goes on",
	Changed:        "the file has changed since it was read, and is sent again as a new one: what has gone does not go again",
	Continued:      "the file has changed since it was read, and goes on as run %[1]s",
	Cancelled:      "the file was taken out of the folder, which cancels it: drop it there again to send what is left",
	ServiceAway:    "the service did not answer %[1]s times in a row, the last time: %[2]s",
	NothingTaken:   "the service has taken nothing for %[1]s: %[2]s",
	SameRefusal:    "%[1]s rows one after the other were refused in the same words, so the trouble is the account's rather than the rows': %[2]s",
	NotReady:       "the account does not get ready, its state is still %[1]s",
	State:          "the account must not send: the service says that its state is %[1]s: look into the console, where the instance can be linked again",
	ChatInDoubt:    "another file's request to the same chats has no answer yet, and cards of one chat go one after the other (rows that wait: %[1]s)",
	DoubtElsewhere: "%[1]s rows wait until it is known whether the same card went from another file or by another instance",
	Unsettled:      "%[1]s without an answer: the next run finds out what became of it",

	Window:    "cards may leave only within %[1]s, and what waits in the queue must have left when that ends: the next run goes on at %[2]s",
	DayFull:   "the limit of %[1]s cards in 24 hours (--per-day) is reached: there is room again at %[2]s",
	CountAway: "the service has not said for %[1]s how many messages are in its queue: %[2]s",
	QueueFull: "the service's queue has had no room for %[1]s (messages in it: %[2]s): it stands still, or other senders on the account fill it: look into the console",
	MayNot:    "the account must not send: the service says that its state is %[1]s (messages in its queue at that moment: %[2]s): look into the console, where the instance can be linked again",
	Rest:      "the service says that the account's state is %[1]s (messages in its queue at that moment: %[2]s); the instance is at rest from now on: after such a warning the vendor advises to rest for days, since a number that goes on at once is likely to be blocked for good; when you are sure: contact-distributor resume %[3]s",
	Resting:   "instance %[1]s is at rest since %[2]s, when the service said that its state was %[3]s: after such a warning the vendor advises to rest for days, since a number that goes on at once is likely to be blocked for good; when you are sure: contact-distributor resume %[1]s",
	Resumed:   "%[1]s ended the rest that began on %[2]s",
	Forecast:  "the last card leaves at %[1]s",

	Found:        "found in the service's records (%[1]s): it was taken as %[2]s",
	Free:         "surely not taken: given up at %[1]s, and neither the queue nor the journal since %[3]s shows it (entries there that are of no known card: %[2]s); it goes again",
	Repeated:     "the service sent a message to %[1]s once more by itself (%[2]s)",
	RepeatedRow:  "the service sent the card of row %[4]s of %[3]s once more by itself, to %[1]s (%[2]s)",
	ListedTwice:  "the service's journal shows the card of row %[4]s of %[3]s, to %[1]s, twice at one time (%[2]s): it was sent once more, or is only listed twice",
	OnceMore:     "the card of row %[4]s of %[3]s was sent to %[1]s once more, as %[2]s, by the service itself or by another sender",
	OnceMoreLate: "the card of row %[4]s of %[3]s was sent to %[1]s once more, as %[2]s, by the service itself, by another sender, or by an earlier attempt that was taken for lost",
	NotDelivered: "chatId: WhatsApp did not deliver the card: check the number, then send the row again",
	NoAccount:    "chatId: this number has no WhatsApp: correct it, or reach the person in another way",
	NotInGroup:   "chatId: the account is not in this group: have it added, then send the row again with --dedupe file",
	YellowCard:   "WhatsApp held the card back, since the account had a yellow card: let the account rest as the console says, then send the row again",
	Suspended:    "WhatsApp held the card back, since the account was suspended: look into the console, then send the row again",
	Dropped:      "the card waited in the service's queue for 24 hours and was dropped: send the row again",
	Delivery:     "delivery: %[1]s",
	Untracked:    "the service could not be asked what was delivered (%[1]s): the next contact-distributor track asks again",

	SaidSent: "%[1]s said on %[2]s that the card was sent",
	SaidNot:  "%[1]s said on %[2]s that the card was not sent",
}
