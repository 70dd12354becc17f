package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"time"

	"contact-distributor/batch/ledger/proof"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// State is where a row stands.
type State = proof.State

// The states that are no statuses.
const (
	Planned  = proof.Planned
	Intended = proof.Intended
)

// Resolver is what decided an outcome.
type Resolver string

// The resolvers. A row that another row's outcome decided has the code of its Reason instead.
const (
	ByAnswer  Resolver = "answer"
	ByQueue   Resolver = "queue"   // the service's
	ByJournal Resolver = "journal" // the service's
	ByPerson  Resolver = "person"  // whose word no record could replace
)

// Card is a keyed hash of a card and its chat's account. Earlier versions hashed the chat in
// place of the account.
type Card [16]byte

// cardsOf returns the card, and the one that an earlier version has where the chat is the
// longer of two forms.
func (l *Ledger) cardsOf(f csvmodel.Fields) (card, longer Card) {
	short, long := phone.Forms(f.ChatID)
	f.ChatID = short
	card = l.hash(f)
	if f.ChatID = long; long == "" {
		return card, card
	}
	return card, l.hash(f)
}

func (l *Ledger) hash(f csvmodel.Fields) Card {
	mac := hmac.New(sha256.New, l.cardKey)
	for _, s := range []string{f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company, f.QuotedMessageID} {
		mac.Write([]byte(s))
		mac.Write([]byte{0})
	}
	return Card(mac.Sum(nil)[:16])
}

// Row is one row of a run as the ledger holds it.
type Row struct {
	Run, Seq     int64
	Number, Line int
	Source       string
	Fields       csvmodel.Fields
	Card         Card
	State        State
	Reasons      []msg.Reason
	Remarks      []msg.Reason // of the row as it was read
	Instance     string
	Attempt      int // the newest one's number; requests made, when none is under way
	Intended     time.Time
	ClockSkew    time.Duration // the service's clock less ours at that time
	Ended        time.Time
	Accepted     time.Time
	IDMessage    string
	ResolvedBy   Resolver
	Delivery     csvmodel.Delivery
	Account      string // the instance that the row is planned for; "" is whichever sends the run
}

const rowColumns = "run, seq, row, line, source, chat, phone, first, middle, last, company, quoted, card, status, args, instance, attempt, intended, skew, ended, accepted, message, learned, delivery, remarks, account"

var scanRow = query.Into(func(r *Row) []any {
	f := &r.Fields
	return []any{&r.Run, &r.Seq, &r.Number, &r.Line, &r.Source, &f.ChatID, &f.PhoneContact, &f.FirstName, &f.MiddleName, &f.LastName,
		&f.Company, &f.QuotedMessageID, query.BytesColumn(r.Card[:]), &r.State, query.AsJSON(&r.Reasons), &r.Instance, &r.Attempt, query.AsTime(&r.Intended),
		query.AsMillis(&r.ClockSkew), query.AsTime(&r.Ended), query.AsTime(&r.Accepted), &r.IDMessage, &r.ResolvedBy, &r.Delivery, query.AsJSON(&r.Remarks), &r.Account}
})

func encodeReasons(reasons []msg.Reason) []byte {
	if len(reasons) == 0 {
		return []byte{}
	}
	text, err := json.Marshal(reasons)
	if err != nil {
		panic(err) // these cannot fail to be encoded
	}
	return text
}

// Rows goes through all rows of a run in order.
func (l *Ledger) Rows(run int64) iter.Seq2[Row, error] {
	return query.Each(l.reader, scanRow, "SELECT "+rowColumns+" FROM rows WHERE run = ? ORDER BY seq", run)
}

func (l *Ledger) rows(which string, args ...any) ([]Row, error) {
	return query.All(l.reader, scanRow, "SELECT "+rowColumns+" FROM rows "+which, args...)
}

// Counts returns how many rows of the run have each status.
func (l *Ledger) Counts(run int64) (csvmodel.Counts, error) {
	states, err := query.Table[State, int](l.reader, "SELECT status, COUNT(*) FROM rows WHERE run = ? GROUP BY status", run)
	return countsOf(states), err
}

func countsOf(states map[State]int) csvmodel.Counts {
	counts := csvmodel.Counts{}
	for state, n := range states {
		counts[state.Status()] += n
	}
	return counts
}

// CountDuplicates returns how many of the planned rows of the run, or of those of one account,
// would become duplicates if they were intended now, in order.
//
// SQLite's page caches share one limit. While others hold as much as that, each look
// at claims would read its pages anew.
func (l *Ledger) CountDuplicates(run int64, account string, s Scope) (int, error) {
	if l.file != nil {
		if _, err := l.file.Reader.Exec("PRAGMA shrink_memory"); err != nil {
			return 0, err
		}
	}
	planned, args := `rows WHERE run = ?1 AND status || '' = 'planned' AND seq >= (
	SELECT MIN(seq) FROM rows INDEXED BY rows_state WHERE run = ?1 AND status = 'planned')`, s.args(run)
	if account != "" {
		planned, args = "rows INDEXED BY rows_state WHERE run = ?1 AND status = 'planned' AND account = ?5", append(args, account)
	}
	return query.Value[int](l.reader, `SELECT COALESCE(SUM(n - CASE WHEN EXISTS (SELECT 1 FROM claims WHERE claims.card = planned.card AND `+inScope+`)
	OR EXISTS (SELECT 1 FROM rows line JOIN claims ON claims.card = line.card AND claims.run = line.run
		WHERE line.run IN (`+siblings+`) AND line.seq = planned.seq) THEN 0 ELSE 1 END), 0)
FROM (SELECT card, COUNT(*) n, MIN(seq) seq FROM `+planned+` GROUP BY card) planned`, args...)
}

// RowAt returns the row of the run that begins on this line of the file, or ErrNoRow.
func (l *Ledger) RowAt(run int64, line int) (Row, error) {
	return query.First(l.reader, ErrNoRow, scanRow, "SELECT "+rowColumns+" FROM rows WHERE run = ? AND line = ?", run, line)
}

// RowsWithMessage returns the rows of all runs that have this idMessage, which is unique
// within a chat only, oldest run first.
func (l *Ledger) RowsWithMessage(id string) ([]Row, error) {
	return l.rows("WHERE message = ? AND message <> '' ORDER BY run, seq", id)
}

// RowsTo returns the rows of all runs for the accounts of these chats, oldest run first. It
// takes half a second a million rows: with an index a plan would take three times as long.
func (l *Ledger) RowsTo(chats ...string) ([]Row, error) {
	for _, chat := range chats {
		if short, long := phone.Forms(chat); long != "" {
			chats = append(chats, short, long)
		}
	}
	return l.rows("WHERE chat IN (SELECT value FROM json_each(?)) ORDER BY run, seq", query.List[string](chats))
}

// HolderOf returns the row with the newest claim that makes a row a duplicate by a Scope, if
// any. It may be the row itself.
func (l *Ledger) HolderOf(r Row, s Scope) (Row, error) {
	return query.First(l.reader, nil, scanRow, "SELECT "+rowColumns+" FROM rows WHERE (run, seq) = (SELECT run, seq FROM "+conflictingClaims+" ORDER BY at DESC, run DESC LIMIT 1)", l.argsOf(r, s)...)
}

const holding = "message IN (SELECT value FROM json_each(?)) AND message <> '' AND instance = ?"

// Holders returns the rows of the instance that hold one of these idMessages.
func (l *Ledger) Holders(instance string, ids []string) ([]Row, error) {
	return l.rows("WHERE "+holding, query.List[string](ids), instance)
}

// CountHolders returns how many rows Holders would return.
func (l *Ledger) CountHolders(instance string, ids []string) (int, error) {
	return query.Value[int](l.reader, "SELECT COUNT(*) FROM rows WHERE "+holding, query.List[string](ids), instance)
}

// InstancesOf returns the instances on which rows of the run were attempted.
func (l *Ledger) InstancesOf(run int64) ([]string, error) {
	return query.All(l.reader, query.Cell[string], "SELECT DISTINCT instance FROM rows WHERE run = ? AND instance <> '' ORDER BY instance", run)
}

// openRows is the condition of the index rows_open. A query uses the index only where
// it has the same words.
const openRows = "status IN ('intended', 'unknown')"

// Unknown returns the rows of all runs that are unknown on the instance, in order.
func (l *Ledger) Unknown(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" AND status = 'unknown' ORDER BY run, seq", instance)
}

// Unanswered returns the rows of all runs that are intended or unknown on the instance.
func (l *Ledger) Unanswered(instance string) ([]Row, error) {
	return l.rows("WHERE instance = ? AND "+openRows+" ORDER BY run, seq", instance)
}

// UnknownOf returns the rows of a run that are unknown, or intended by a process on
// another instance, which may have ended.
func (l *Ledger) UnknownOf(run int64) ([]Row, error) {
	return l.rows("INDEXED BY rows_open WHERE run = ? AND "+openRows+" ORDER BY seq", run)
}

// SettledSince returns why rows of a run were settled last after this note, by their
// sequence numbers.
func (l *Ledger) SettledSince(run, note int64) (map[int64]msg.Code, error) {
	reasons, err := query.All(l.reader, query.ScanPair[int64, []byte], "SELECT seq, reason FROM notes WHERE run = ? AND kind = ? AND id > ? ORDER BY id", run, string(NoteSettled), note)
	codes := map[int64]msg.Code{}
	for _, r := range reasons {
		var reason msg.Reason
		_ = json.Unmarshal(r.Value, &reason) // somebody may have altered it
		codes[r.Key] = reason.Code
	}
	return codes, err
}

// SettledByHand returns the rows of the instance that a person declared sent or not sent,
// intended since then, and not again.
func (l *Ledger) SettledByHand(instance string, since time.Time) ([]Row, error) {
	return l.rows("INDEXED BY rows_by_hand WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'person' ORDER BY run, seq",
		instance, query.Millis(since))
}

// answerWithin is by far longer than it takes from the intent to the answer.
const answerWithin = time.Hour

// Sent is cards that were sent within a second, and when the last of them was.
type Sent struct {
	At    time.Time
	Cards int
}

// The columns of the innermost query are those of an index. A row that was accepted when
// it was intended may have been found later; that is looked up.
const sentSinceQuery = `SELECT MAX(at), COUNT(*) FROM (
	SELECT CASE WHEN accepted > intended THEN accepted ELSE (
		SELECT CASE learned WHEN 'answer' THEN accepted ELSE ended + ?1 END FROM rows WHERE rows.run = newest.run AND rows.seq = newest.seq) END AS at
	FROM (SELECT run, seq, intended, accepted FROM rows
		WHERE instance = ?2 AND intended > 0 AND intended >= ?3 AND status = 'accepted' ORDER BY intended DESC LIMIT ?4) newest) sent
WHERE at > ?5 GROUP BY at / 1000 ORDER BY at / 1000`

// SentSince returns when the instance's accepted cards of all runs were sent since then,
// oldest first, for the newest of them up to a limit: at the service's answer. A card that
// was found later may have been accepted until settleAfter after its request was given up,
// and counts from then.
func (l *Ledger) SentSince(instance string, since time.Time, settleAfter time.Duration, limit int) ([]Sent, error) {
	scan := query.Into(func(s *Sent) []any { return []any{query.AsTime(&s.At), &s.Cards} })
	return query.All(l.reader, scan, sentSinceQuery, settleAfter.Milliseconds(), instance, query.Millis(since.Add(-answerWithin)), limit, query.Millis(since))
}

// The newest requests are among the newest intents, though not in their order.
const lastRequestQuery = `SELECT COALESCE(MAX(at), 0) FROM (
	SELECT CASE WHEN ended > intended THEN ended ELSE intended END AS at FROM rows WHERE instance = ? AND intended > 0 ORDER BY intended DESC LIMIT 1000) newest`

// LastRequest returns a time by which all requests of the instance were made.
func (l *Ledger) LastRequest(instance string) (time.Time, error) {
	return query.First(l.reader, nil, query.ScanTime, lastRequestQuery, instance)
}

const countAcceptedQuery = `SELECT COUNT(*) FROM rows
WHERE instance = ? AND intended > 0 AND intended >= ? AND learned = 'answer' AND accepted >= ? AND accepted < ?`

// CountAccepted returns how many cards the instance has accepted between these times.
func (l *Ledger) CountAccepted(instance string, from, to time.Time) (int, error) {
	return query.Value[int](l.reader, countAcceptedQuery, instance, query.Millis(from.Add(-answerWithin)), query.Millis(from), query.Millis(to))
}
