package csvmodel

// What can be wrong with a row of the file.
const (
	CodeRowWidth     Code = "row-width" // Args: cells, cells of the header, the row's end, quoted
	CodeRowLong      Code = "row-long"
	CodeQuote        Code = "quote"
	CodeQuoteOpen    Code = "quote-open"
	CodeEncoding     Code = "encoding"
	CodeChatMissing  Code = "chat-missing"
	CodeChatID       Code = "chat-id"
	CodePhoneMissing Code = "phone-missing"
	CodePhone        Code = "phone"
	CodePhoneZero    Code = "phone-zero"
	CodePhoneShort   Code = "phone-short"
	CodePhoneLong    Code = "phone-long"
	CodeNameMissing  Code = "name-missing"
	CodeNameControl  Code = "name-control"
	CodeNameLong     Code = "name-long"
	CodeQuotedID     Code = "quoted-id"
	// CodeUncorrected: the row of a fixme or results file is as it was written
	// there, when its cells could not be told apart.
	CodeUncorrected Code = "uncorrected"
)

// What can be wrong with the number in phoneContact or chatId beside that.
const (
	CodeNumberLost      Code = "number-lost"      // 7.90012E+10: its last digits are gone
	CodeNumberTrunk     Code = "number-trunk"     // 8 900 123-45-67: of which country is not said
	CodeNumberTwo       Code = "number-two"       // two of them in one cell
	CodeNumberExtension Code = "number-extension" // with what is dialled after it
	CodeNumberCountry   Code = "number-country"   // no country has such a number
	CodeNumberAmbiguous Code = "number-ambiguous" // with and without the country code it is another one
)

// What is remarked of a row that is valid even so.
const (
	CodeNumberNotation Code = "number-notation" // it stood there as 7.9001234567E+10
	CodeNumberUnusual  Code = "number-unusual"  // no number of this kind is known in its country
)

// What is to be said of how the columns of a file were understood.
const (
	CodeColumnNear     Code = "column-near"      // Args: column, the field it is nearly
	CodeColumnTaken    Code = "column-taken"     // a telephone column. Args: column, the field it is taken for
	CodeColumnFullName Code = "column-full-name" // whole names in one column. Args: column
)

// What the service, or the way to it, said of a request.
const (
	CodeRefused       Code = "refused"        // this row; Args: the service's words
	CodeChatQuota     Code = "chat-quota"     // this chat is outside the plan's allowance
	CodeThrottled     Code = "throttled"      // 429
	CodeStarting      Code = "starting"       // the instance is starting
	CodeNoConnection  Code = "no-connection"  // no connection was ever got; Args: why
	CodeNotFound      Code = "not-found"      // 404
	CodeUnauthorized  Code = "unauthorized"   // 401, or 200 with code 401
	CodeForbidden     Code = "forbidden"      // 403
	CodeNotAuthorized Code = "not-authorized" // the account is not linked
	CodeExpired       Code = "expired"        // the instance is not paid for
	CodeDeleted       Code = "deleted"        // the instance is deleted
	CodeQuota         Code = "quota"          // the method's monthly quota is used up
	CodeProtocol      Code = "protocol"       // an answer that means: wrong address; Args: HTTP status
	CodeNoAnswer      Code = "no-answer"      // time-out, reset, cut; Args: what happened
	CodeOddAnswer     Code = "odd-answer"     // an answer that says nothing of the row; Args: HTTP status
)

// What the job itself decides of a row.
const (
	CodeDuplicate        Code = "duplicate"         // Args: row of this file, idMessage
	CodeDuplicateHere    Code = "duplicate-here"    // found without a ledger. Args: row of this file
	CodeDuplicateEarlier Code = "duplicate-earlier" // Args: file, row, day, idMessage
	CodeDuplicateFailed  Code = "duplicate-failed"  // Args: file, row, idMessage, delivery: it did not arrive
	CodeDuplicateDoubt   Code = "duplicate-doubt"   // the other row is unknown. Args: file, row
	CodeEarlierRun       Code = "earlier-run"       // this very line went in an earlier run. Args: day
	CodeSuppressed       Code = "suppressed"
	CodeStrict           Code = "strict"  // not attempted, since other rows are invalid
	CodeCrashed          Code = "crashed" // the process ended before the outcome was recorded
	CodeUnsent           Code = "unsent"  // not attempted, or not again. Args: why the run stopped
	CodeWaiting          Code = "waiting" // the run has not come to it yet
	CodeAsked            Code = "asked"   // asked for, and no answer is recorded yet
)

// What was found out about a row that was unknown.
const (
	CodeFound    Code = "found"         // Args: where, idMessage
	CodeFree     Code = "free"          // Args: given up at, entries that are no known card's, journal since
	CodeRepeated Code = "repeated"      // by the service itself. Args: chat, idMessage
	CodeSaidSent Code = "said-sent"     // Args: who, when
	CodeSaidNot  Code = "said-not-sent" // Args: who, when
)

// Messages beyond those that were asked for. Args: chat, idMessage, file, row, run
const (
	CodeRepeatedRow  Code = "repeated-row"   // by the service itself
	CodeListedTwice  Code = "listed-twice"   // the same, or an entry that is there twice
	CodeOnceMore     Code = "once-more"      // by the service itself, or another sender
	CodeOnceMoreLate Code = "once-more-late" // or by an attempt that was taken for lost
)

// What became of a card that was accepted.
const (
	CodeNotDelivered Code = "not-delivered"
	CodeNoAccount    Code = "no-account"   // the number has no WhatsApp
	CodeNotInGroup   Code = "not-in-group" // the account is not
	CodeYellowCard   Code = "yellow-card"  // the account had one
	CodeSuspended    Code = "suspended"    // the account was
	CodeDropped      Code = "dropped"      // after 24 hours in the queue
	CodeDelivery     Code = "delivery"     // a note: what was seen. Args: the word for it, perhaps when the card left the queue
	CodeUntracked    Code = "untracked"    // delivery cannot be asked for. Args: the service's answer
)

// Why a run stopped before its end.
const (
	CodeInterrupted  Code = "interrupted"   // a signal
	CodeTimeLimit    Code = "time-limit"    // --max-time
	CodeServiceAway  Code = "service-away"  // Args: how many questions, the newest answer
	CodeNothingTaken Code = "nothing-taken" // Args: for how long, the newest answer
	CodeSameRefusal  Code = "same-refusal"  // Args: how many rows, the service's words
	CodeNotReady     Code = "not-ready"     // the account does not become ready. Args: its state
	CodeUnsettled    Code = "unsettled"     // Args: how many rows
	CodeCancelled    Code = "cancelled"     // a person has taken the file away
	CodeContinued    Code = "continued"     // the file has grown. Args: the run in which it goes on
	// CodeDoubtElsewhere: of rows with the same card in other runs nothing is
	// known yet. Args: how many rows wait for that
	CodeDoubtElsewhere Code = "doubt-elsewhere"
	// CodeChatInDoubt: of another file's rows to the same chats nothing is known yet.
	// Args: how many rows wait for that
	CodeChatInDoubt Code = "chat-in-doubt"
	CodeState       Code = "state" // the account must not send. Args: its state
)

// Why a run does not send now, or not any more.
const (
	CodeWindow    Code = "window"        // Args: the hours in which cards may leave, when the next begin
	CodeDayFull   Code = "day-full"      // --per-day. Args: how many, when there is room again
	CodeCountAway Code = "count-away"    // Args: for how long, the newest answer
	CodeQueueFull Code = "queue-full"    // Args: for how long, messages in it
	CodeMayNot    Code = "account-state" // Args: the account's state, messages in its queue
	CodeRest      Code = "rest"          // the account is at rest from now on. Args: its state, messages in its queue, instance
	CodeResting   Code = "resting"       // Args: instance, since when, its state then
	CodeResumed   Code = "resumed"       // Args: who, since when it was at rest
	CodeForecast  Code = "forecast"      // Args: when the last card is to have left
)

// sentences has the text for each code, with its arguments by place. Faults of
// a cell have two: the column and the quoted value.
var sentences = map[Code]string{
	CodeRowWidth:     "cells: %[1]s, ending in %[3]s, where the header has %[2]s: a separator is missing or one too many; put a cell that contains the separator into double quotes",
	CodeRowLong:      "longer than 64 KiB, and so no row of contacts; it begins %[2]s: a line break or a closing double quote is missing",
	CodeQuote:        `%[1]s: a stray double quote in %[2]s: put the whole cell into double quotes and write each quote inside it twice ("")`,
	CodeQuoteOpen:    `%[1]s: the double quote that opens %[2]s is not closed: add the closing one, or take this one off`,
	CodeEncoding:     "%[1]s: %[2]s holds bytes that are no text in the encoding of the file: type it again, or save the file as CSV UTF-8",
	CodeChatMissing:  "%[1]s: empty: needs the chat that gets the card, a number such as 79001234567 or an id such as 79001234567@c.us",
	CodeChatID:       "%[1]s: %[2]s is no chat: needs an international number of 7 to 16 digits, or an id ending in @c.us, @g.us or @lid as the API gives it",
	CodePhoneMissing: "%[1]s: empty: needs the number of the card, international, 11 to 16 digits",
	CodePhone:        "%[1]s: %[2]s is no telephone number: needs 11 to 16 digits, international, without letters",
	CodePhoneZero:    "%[1]s: %[2]s begins with 0, which no international number does: write it with its country code",
	CodePhoneShort:   "%[1]s: %[2]s has fewer than 11 digits, which the service does not take: write it with its country code",
	CodePhoneLong:    "%[1]s: %[2]s has more than 16 digits: needs one number of 11 to 16 digits",
	CodeNameMissing:  "%[1]s: all empty: at least one of them must be given",
	CodeNameControl:  "%[1]s: %[2]s holds a line break or a control character: write it on one line",
	CodeNameLong:     "%[1]s: %[2]s is longer than 256 characters: shorten it",
	CodeQuotedID:     "%[1]s: %[2]s is no message id: leave it empty, or give the idMessage of a message of this chat",

	CodeUncorrected: "is as it was written here to be corrected, and its cells cannot be told apart for certain: correct it as the original file shows it, or change any cell if it is right as it is",

	CodeNumberLost:      `%[1]s: %[2]s has lost its last digits in the spreadsheet: give the column the cell format "Text", enter the number again with all its digits, and save`,
	CodeNumberTrunk:     "%[1]s: %[2]s does not say its country: write it with the country code in place of the 8, such as 79001234567, with a plus if the country code begins with 8, or have the file read with --region RU",
	CodeNumberTwo:       "%[1]s: %[2]s holds more than one number: leave one",
	CodeNumberExtension: "%[1]s: %[2]s has an extension, which WhatsApp does not know: leave the number only",
	CodeNumberCountry:   "%[1]s: %[2]s is a number that no country has: check its digits, and leave out a 0 or 8 that is dialled only within the country",
	CodeNumberAmbiguous: "%[1]s: %[2]s can be read as a number of this country or, with its country code, of another: write it with a plus and the country code",

	CodeNumberNotation: "%[1]s: %[2]s was read as a number with all its digits",
	CodeNumberUnusual:  "%[1]s: %[2]s is an unusual number for its country: check its digits",

	CodeColumnNear:     "the column %[1]q is nearly %[2]s and was not taken for it: rename it if it is",
	CodeColumnTaken:    "the column %[1]q was taken for %[2]s",
	CodeColumnFullName: "the column %[1]q was taken for whole names, which go into firstName",

	CodeRefused:       "the service refused this row: %[1]s",
	CodeChatQuota:     "this chat is outside the allowance of the account's plan: other chats still work",
	CodeThrottled:     "the service asked to slow down (429)",
	CodeStarting:      "the instance is starting",
	CodeNoConnection:  "no connection to the service (%[1]s): check apiUrl and the network",
	CodeNotFound:      "the service does not know the address that was asked (404): check apiUrl and idInstance",
	CodeUnauthorized:  "the service does not accept the token (401): check it against the console",
	CodeForbidden:     "the service refuses the instance (403): check idInstance, and that apiUrl is the one the console shows for it",
	CodeNotAuthorized: "the account is not linked: scan the QR code in the console",
	CodeExpired:       "the instance's subscription has expired: renew it in the console",
	CodeDeleted:       "the instance has been deleted",
	CodeQuota:         "the plan's monthly quota for sending is used up",
	CodeProtocol:      "the answer was HTTP %[1]s, which the service does not give: check that apiUrl is the one the console shows",
	CodeNoAnswer:      "no answer (%[1]s): it is not known whether the service took the card",
	CodeOddAnswer:     "an answer that does not say whether the service took the card (HTTP %[1]s)",

	CodeDuplicate:        "the same card goes to this chat in row %[1]s (idMessage %[2]s)",
	CodeDuplicateHere:    "the same card goes to this chat in row %[1]s",
	CodeDuplicateFailed:  "the same card went to this chat already, and did not arrive there: %[1]s, row %[2]s (idMessage %[3]s): %[4]s",
	CodeDuplicateEarlier: "the same card went to this chat already: %[1]s, row %[2]s, on %[3]s (idMessage %[4]s)",
	CodeDuplicateDoubt:   "the same card was asked for in %[1]s, row %[2]s, and it is not known whether the service took it",
	CodeEarlierRun:       "sent in an earlier run of this file, on %[1]s",
	CodeSuppressed:       "this chat is on the list of those that must not be written to",
	CodeStrict:           "not sent, since other rows of the file are invalid (--strict)",
	CodeCrashed:          "the program ended before an answer was recorded: it is not known whether the service took the card",
	CodeUnsent:           "not sent: %[1]s",
	CodeWaiting:          "the run has not come to this row yet",
	CodeAsked:            "asked for; no answer has been recorded yet",

	CodeInterrupted:    "the run was interrupted and goes on when it is started again",
	CodeTimeLimit:      "the time for this run was over; the next one goes on",
	CodeContinued:      "the file has changed since it was read, and goes on as run %[1]s",
	CodeCancelled:      "the file was taken out of the folder, which cancels it: drop it there again to send what is left",
	CodeServiceAway:    "the service did not answer %[1]s times in a row, the last time: %[2]s",
	CodeNothingTaken:   "the service has taken nothing for %[1]s: %[2]s",
	CodeSameRefusal:    "%[1]s rows one after the other were refused in the same words, so the trouble is the account's rather than the rows': %[2]s",
	CodeNotReady:       "the account does not get ready, its state is still %[1]s",
	CodeState:          "the account must not send: the service says that its state is %[1]s: look into the console, where the instance can be linked again",
	CodeChatInDoubt:    "another file's request to the same chats has no answer yet, and cards of one chat go one after the other (rows that wait: %[1]s)",
	CodeDoubtElsewhere: "%[1]s rows wait until it is known whether the same card went from another file or by another instance",
	CodeUnsettled:      "%[1]s without an answer: the next run finds out what became of it",

	CodeWindow:    "cards may leave only within %[1]s, and what waits in the queue must have left when that ends: the next run goes on at %[2]s",
	CodeDayFull:   "the limit of %[1]s cards in 24 hours (--per-day) is reached: there is room again at %[2]s",
	CodeCountAway: "the service has not said for %[1]s how many messages are in its queue: %[2]s",
	CodeQueueFull: "the service's queue has had no room for %[1]s (messages in it: %[2]s): it stands still, or other senders on the account fill it: look into the console",
	CodeMayNot:    "the account must not send: the service says that its state is %[1]s (messages in its queue at that moment: %[2]s): look into the console, where the instance can be linked again",
	CodeRest:      "the service says that the account's state is %[1]s (messages in its queue at that moment: %[2]s); the instance is at rest from now on: after such a warning the vendor advises to rest for days, since a number that goes on at once is likely to be blocked for good; when you are sure: contact-distributor resume %[3]s",
	CodeResting:   "instance %[1]s is at rest since %[2]s, when the service said that its state was %[3]s: after such a warning the vendor advises to rest for days, since a number that goes on at once is likely to be blocked for good; when you are sure: contact-distributor resume %[1]s",
	CodeResumed:   "%[1]s ended the rest that began on %[2]s",
	CodeForecast:  "the last card leaves at %[1]s",

	CodeFound:        "found in the service's records (%[1]s): it was taken as %[2]s",
	CodeFree:         "surely not taken: given up at %[1]s, and neither the queue nor the journal since %[3]s shows it (entries there that are of no known card: %[2]s); it goes again",
	CodeRepeated:     "the service sent a message to %[1]s once more by itself (%[2]s)",
	CodeRepeatedRow:  "the service sent the card of row %[4]s of %[3]s once more by itself, to %[1]s (%[2]s)",
	CodeListedTwice:  "the service's journal shows the card of row %[4]s of %[3]s, to %[1]s, twice at one time (%[2]s): it was sent once more, or is only listed twice",
	CodeOnceMore:     "the card of row %[4]s of %[3]s was sent to %[1]s once more, as %[2]s, by the service itself or by another sender",
	CodeOnceMoreLate: "the card of row %[4]s of %[3]s was sent to %[1]s once more, as %[2]s, by the service itself, by another sender, or by an earlier attempt that was taken for lost",
	CodeNotDelivered: "chatId: WhatsApp did not deliver the card: check the number, then send the row again",
	CodeNoAccount:    "chatId: this number has no WhatsApp: correct it, or reach the person in another way",
	CodeNotInGroup:   "chatId: the account is not in this group: have it added, then send the row again with --dedupe file",
	CodeYellowCard:   "WhatsApp held the card back, since the account had a yellow card: let the account rest as the console says, then send the row again",
	CodeSuspended:    "WhatsApp held the card back, since the account was suspended: look into the console, then send the row again",
	CodeDropped:      "the card waited in the service's queue for 24 hours and was dropped: send the row again",
	CodeDelivery:     "delivery: %[1]s",
	CodeUntracked:    "the service could not be asked what was delivered (%[1]s): the next contact-distributor track asks again",

	CodeSaidSent: "%[1]s said on %[2]s that the card was sent",
	CodeSaidNot:  "%[1]s said on %[2]s that the card was not sent",
}
