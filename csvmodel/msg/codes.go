package msg

import "strings"

const (
	// What can be wrong with a row of the file.
	RowWidth     Code = "row-width"
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
	ShortNumber  Code = "short-number" // whole, and not allowed

	// What can be wrong with the number in phoneContact or chatId beside that.
	NumberLost      Code = "number-lost"      // 7.90012E+10: its last digits are gone
	NumberTrunk     Code = "number-trunk"     // 8 900 123-45-67: without its country
	NumberTwo       Code = "number-two"       // two of them in one cell
	NumberExtension Code = "number-extension" // with what is dialled after it
	NumberCountry   Code = "number-country"   // no country has such a number
	NumberAmbiguous Code = "number-ambiguous" // with and without the country code it is another one

	// What is remarked of a row that is valid even so.
	NumberNotation Code = "number-notation" // it stood there as 7.9001234567E+10
	NumberUnusual  Code = "number-unusual"  // no number of this kind is known in its country

	// How the columns of a file were understood.
	ColumnNear     Code = "column-near"
	ColumnTaken    Code = "column-taken"     // a telephone column
	ColumnFullName Code = "column-full-name" // whole names in one column

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
	Cancelled      Code = "cancelled"       // a person has taken the file away
	Changed        Code = "changed"         // another file is in its place, and is sent as a new one
	Continued      Code = "continued"       // the same, in older ledgers
	DoubtElsewhere Code = "doubt-elsewhere" // rows with the same card in other runs are in doubt
	ChatInDoubt    Code = "chat-in-doubt"   // rows of another file to the same chats are

	// Why a run does not send now, or not any more.
	Window    Code = "window"
	DayFull   Code = "day-full" // --per-day
	CountAway Code = "count-away"
	QueueFull Code = "queue-full"
	MayNot    Code = "account-state"
	Rest      Code = "rest" // the account is at rest from now on
	Resting   Code = "resting"
	Resumed   Code = "resumed"
	Forecast  Code = "forecast"

	// Why a whole file is refused.
	FileMissing    Code = "file-missing"
	FilePermission Code = "file-permission"
	FileFolder     Code = "file-folder"
	FileWorkbook   Code = "file-workbook"
	FileOldBook    Code = "file-old-workbook"
	FilePDF        Code = "file-pdf"
	FileCompressed Code = "file-compressed"
	FileIrregular  Code = "file-irregular" // a pipe or a device
	FileVCard      Code = "file-vcard"
	FileRTF        Code = "file-rtf"
	FileMarkup     Code = "file-markup"
	FileBinary     Code = "file-binary"
	FileUTF32      Code = "file-utf-32"
	FileMixed      Code = "file-mixed"    // its rows differ in their encoding
	FileEncoding   Code = "file-encoding" // cannot be told
	FileLikely     Code = "file-likely"
	FileEmpty      Code = "file-empty"
	FileSeparator  Code = "file-separator"

	// What is wrong with the line that names the columns.
	HeaderEncoding  Code = "header-encoding"
	HeaderMistaken  Code = "header-mistaken" // a byte order mark that was read as letters
	HeaderLong      Code = "header-long"
	HeaderQuote     Code = "header-quote"
	HeaderWide      Code = "header-wide"
	HeaderUnknown   Code = "header-unknown"
	ColumnTwice     Code = "column-twice"
	ColumnMisspelt  Code = "column-misspelt"
	ColumnMissing   Code = "column-missing"
	ColumnNoPhone   Code = "column-no-phone"
	ColumnUndecided Code = "column-undecided"
	ColumnNoChat    Code = "column-no-chat"
	ColumnWhose     Code = "column-whose"
	MapField        Code = "map-field"
	MapTwice        Code = "map-twice"
	MapNone         Code = "map-none"
	MapSeveral      Code = "map-several"
	ListLine        Code = "list-line" // of chats

	// Why a vCard is refused, beside the faults of what is in it.
	Card           Code = "card" // of a table
	CardLarge      Code = "card-large"
	CardEmpty      Code = "card-empty"
	CardEncoding   Code = "card-encoding"
	CardNone       Code = "card-none"
	CardCut        Code = "card-cut"
	CardSeveral    Code = "card-several"
	CardNoVersion  Code = "card-no-version"
	CardVersion    Code = "card-version"
	CardForeign    Code = "card-foreign"
	CardLine       Code = "card-line"
	CardPhones     Code = "card-phones"
	CardExtension  Code = "card-extension"
	CardPhoneStyle Code = "card-phone-style"

	// What is found when files and ledger are held against the manifests.
	ProofChain         Code = "proof.chain"
	ProofManifest      Code = "proof.manifest"
	ProofManifestGone  Code = "proof.manifest-gone"
	ProofManifestsGone Code = "proof.manifests-gone"
	ProofManifestLink  Code = "proof.manifest-link"
	ProofNoHead        Code = "proof.no-head"
	ProofHeadGone      Code = "proof.head-gone"
	ProofHeadLast      Code = "proof.head-last"
	ProofHead          Code = "proof.head"
	ProofAltered       Code = "proof.altered"
	ProofAlteredRows   Code = "proof.altered-rows"
	ProofNone          Code = "proof.none"
	ProofCut           Code = "proof.cut"
	ProofRows          Code = "proof.rows"
	ProofRowAdded      Code = "proof.row-added"
	ProofRowGone       Code = "proof.row-gone"
	ProofRowCells      Code = "proof.row-cells"
	ProofRowStatus     Code = "proof.row-status"
	ProofRowDelivery   Code = "proof.row-delivery"
	ProofNoDelivery    Code = "proof.no-delivery"
	ProofMoreRows      Code = "proof.more-rows"
	ProofRecord        Code = "proof.record"
	ProofRecordGone    Code = "proof.record-gone"
	ProofNotes         Code = "proof.notes"
	ProofLater         Code = "proof.later"
	ProofDelivered     Code = "proof.delivered"
	ProofRun           Code = "proof.run"
	ProofStart         Code = "proof.start"
	ProofDamaged       Code = "proof.damaged"
	ProofFile          Code = "proof.file"
	ProofFileGone      Code = "proof.file-gone"
	ProofFileChanged   Code = "proof.file-changed"
	ProofFileChangedAt Code = "proof.file-changed-at"
	ProofSameCells     Code = "proof.same-cells"
	ProofMissingRow    Code = "proof.missing-row"
	ProofSurplusRow    Code = "proof.surplus-row"
	ProofCell          Code = "proof.cell"
	ProofOtherRow      Code = "proof.other-row"
	ProofInterrupted   Code = "proof.interrupted"
	ProofInputGone     Code = "proof.input-gone"
	ProofInputChanged  Code = "proof.input-changed"
	ProofNoFiles       Code = "proof.no-files"
	ProofLaterRun      Code = "proof.later-run"
	ProofNewerFiles    Code = "proof.newer-files"
	ProofCopyOlder     Code = "proof.copy-older"
	ProofCopyCut       Code = "proof.copy-cut"
	ProofCopyStrange   Code = "proof.copy-strange"
)

// argNames are the names by which messages have the arguments of a code. Ledgers have
// the arguments by place: the order of names stays, and a new one is the last.
var argNames = byCode(map[string][]Code{
	"Cells, Columns, End": {RowWidth},
	"Column, Value": {
		RowLong, Quote, QuoteOpen, Encoding, ChatMissing, ChatID, PhoneMissing, Phone, PhoneZero,
		PhoneShort, PhoneLong, ShortNumber, NameMissing, NameControl, NameLong, QuotedID, NumberLost, NumberTrunk,
		NumberTwo, NumberExtension, NumberCountry, NumberAmbiguous, NumberNotation, NumberUnusual,
	},
	"Columns, Most":                 {HeaderWide},
	"Column, Field":                 {ColumnNear, ColumnTaken},
	"Column":                        {ColumnFullName},
	"Words":                         {Refused, QuestionRefused},
	"Cause":                         {NoConnection, NoAnswer, QuestionUnanswered},
	"Status":                        {Protocol, OddAnswer, QuestionOdd},
	"Method, Answer":                {Question},
	"Row, Message":                  {Duplicate},
	"Row":                           {DuplicateHere, ProofMissingRow, ProofSurplusRow, ProofOtherRow},
	"File, Row, Day, Message":       {DuplicateEarlier, DuplicateReading},
	"File, Row, Message, Delivery":  {DuplicateFailed},
	"File, Row":                     {DuplicateDoubt},
	"Day":                           {EarlierRun},
	"Stop":                          {Unsent},
	"Where, Message":                {Found},
	"Ended, Entries, Earliest":      {Free},
	"Chat, Message":                 {Repeated},
	"Who, At":                       {SaidSent, SaidNot},
	"Chat, Message, File, Row, Run": {RepeatedRow, ListedTwice, Resent, OnceMoreLate},
	"Delivery, Left":                {Delivery},
	"Answer":                        {Untracked},
	"Times, Answer":                 {ServiceAway, GivenUp},
	"For, Answer":                   {NothingTaken, CountAway},
	"Rows, Refusal":                 {SameRefusal},
	"State":                         {NotReady},
	"Requests":                      {Unsettled},
	"Run":                           {Continued, ProofNone},
	"Count":                         {DoubtElsewhere},
	"Rows":                          {ChatInDoubt, ProofRows, ProofMoreRows, ProofRecordGone},
	"Hours, Until":                  {Window},
	"Cards, Until":                  {DayFull},
	"For, Messages":                 {QueueFull},
	"State, Messages":               {MayNot},
	"State, Messages, Instance":     {Rest},
	"Instance, Since, State":        {Resting},
	"Who, Since":                    {Resumed},
	"At, Others":                    {Forecast},
	"Encoding":                      {FileLikely},
	"Fields":                        {FileEmpty},
	"Line, Separator":               {FileSeparator},
	"Fields, Start":                 {HeaderUnknown},
	"Field, Columns":                {ColumnTwice, ColumnMissing},
	"Field, Column":                 {ColumnMisspelt},
	"Columns":                       {ColumnNoPhone, ColumnWhose},
	"Field, Mapping, Columns":       {ColumnUndecided},
	"Mapping, Columns":              {ColumnNoChat, MapNone},
	"Mapping, Fields":               {MapField},
	"Mapping, Other":                {MapTwice},
	"Mapping":                       {MapSeveral},
	"Line, Fault":                   {ListLine},
	"File, Fault":                   {Card},
	"Version":                       {CardVersion},
	"Property":                      {CardForeign},
	"Properties":                    {CardLine},
	"Phones":                        {CardPhones},
	"Phone, Number":                 {CardExtension},
	"Manifests":                     {ProofChain, ProofHead},
	"Manifest":                      {ProofManifest, ProofManifestGone, ProofManifestLink, ProofAltered},
	"First, Last":                   {ProofManifestsGone},
	"Manifest, Rows, First":         {ProofAlteredRows},
	"File":                          {ProofCut, ProofFile, ProofNewerFiles, ProofFileChanged, ProofInputGone, ProofInputChanged, ProofCopyOlder, ProofCopyCut, ProofCopyStrange},
	"Row, Line":                     {ProofRowAdded},
	"Place":                         {ProofRowGone},
	"Row, Line, Status":             {ProofRowCells},
	"Row, Line, Was, Is":            {ProofRowStatus},
	"Row, Line, Is, Noted":          {ProofRowDelivery},
	"Rows, Run":                     {ProofLater, ProofDelivered},
	"What":                          {ProofDamaged},
	"File, Run":                     {ProofFileGone, ProofInterrupted},
	"File, Where":                   {ProofFileChangedAt},
	"Row, Column":                   {ProofCell},
	"Folder":                        {ProofNoFiles},
	"Folder, Run":                   {ProofLaterRun},
})

func byCode(codes map[string][]Code) map[Code][]string {
	names := map[Code][]string{}
	for joined, all := range codes {
		for _, code := range all {
			names[code] = append(names[code], strings.Split(joined, ", ")...)
		}
	}
	return names
}
