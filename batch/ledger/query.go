package ledger

import (
	"encoding/json"
	"time"
)

// RowsWithMessage returns the rows of all runs that have this idMessage, oldest
// run first: it is unique within a chat only.
func (l *Ledger) RowsWithMessage(id string) ([]Row, error) {
	return l.collect("SELECT "+rowColumns+" FROM rows WHERE message = ? AND message <> '' ORDER BY run, seq", id)
}

// RowsTo returns the rows of all runs for these chats, oldest run first. It reads
// every row there is, in half a second a million: an index would have each plan
// take three times as long.
func (l *Ledger) RowsTo(chats ...string) ([]Row, error) {
	list, err := json.Marshal(chats)
	if err != nil {
		return nil, err
	}
	return l.collect("SELECT "+rowColumns+" FROM rows WHERE chat IN (SELECT value FROM json_each(?)) ORDER BY run, seq", list)
}

// HolderOf returns the row that holds the claim on a card; ErrNoRow if none does.
func (l *Ledger) HolderOf(card Card) (Row, error) {
	rows, err := l.collect("SELECT "+rowColumns+" FROM rows WHERE (run, seq) = (SELECT run, seq FROM claims WHERE card = ?)", card[:])
	if err == nil && len(rows) == 0 {
		err = ErrNoRow
	}
	if err != nil {
		return Row{}, err
	}
	return rows[0], nil
}

// Alias is another id of a chat, as the records of an instance have shown.
type Alias struct {
	Instance  string
	LID, Chat string
	At        time.Time
}

// Aliases returns what is known of the other ids of a chat, also of those that
// they lead to, oldest first.
func (l *Ledger) Aliases(chat string) ([]Alias, error) {
	rows, err := l.reader.Query(`WITH RECURSIVE same(id) AS (SELECT ?1 UNION
	SELECT iif(chats.lid = same.id, chats.chat, chats.lid) FROM chats JOIN same ON same.id IN (chats.lid, chats.chat))
SELECT instance, lid, chat, at FROM chats WHERE lid IN (SELECT id FROM same) ORDER BY at, instance, lid`, chat)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []Alias
	for rows.Next() {
		var (
			a  Alias
			at int64
		)
		if err := rows.Scan(&a.Instance, &a.LID, &a.Chat, &at); err != nil {
			return nil, err
		}
		a.At = fromMillis(at)
		all = append(all, a)
	}
	return all, rows.Err()
}

// NotesOfNoRun returns the notes of these kinds that are about no run, oldest
// first.
func (l *Ledger) NotesOfNoRun(kinds ...NoteKind) ([]Note, error) {
	list, err := json.Marshal(kinds)
	if err != nil {
		return nil, err
	}
	return l.notes("SELECT "+noteColumns+" FROM notes WHERE run = 0 AND seq = 0 AND kind IN (SELECT value FROM json_each(?)) ORDER BY id", list)
}
