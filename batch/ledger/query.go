package ledger

import "slices"

// RowAt returns the row of the run that begins on this line of the file; ErrNoRow if
// none does.
func (l *Ledger) RowAt(run int64, line int) (Row, error) {
	return l.row("WHERE run = ? AND line = ?", run, line)
}

// RowsWithMessage returns the rows of all runs that have this idMessage, oldest
// run first: it is unique within a chat only.
func (l *Ledger) RowsWithMessage(id string) ([]Row, error) {
	return l.rows("WHERE message = ? AND message <> '' ORDER BY run, seq", id)
}

// RowsTo returns the rows of all runs for these chats, oldest run first. It reads
// every row there is, in half a second a million: an index would have each plan
// take three times as long.
func (l *Ledger) RowsTo(chats ...string) ([]Row, error) {
	return l.rows("WHERE chat IN (SELECT value FROM json_each(?)) ORDER BY run, seq", list(chats))
}

// HolderOf returns the row with the newest claim that makes a row a duplicate by a Scope;
// ErrNoRow if there is none. It may be the row itself.
func (l *Ledger) HolderOf(r Row, s Scope) (Row, error) {
	return l.row("WHERE (run, seq) = (SELECT run, seq FROM "+counting+" ORDER BY at DESC, run DESC LIMIT 1)", s.argsOf(r)...)
}

// holderChunk is how many ids one query has at the most.
const holderChunk = 500

// Holders returns the rows of the instance that hold one of these idMessages.
func (l *Ledger) Holders(instance string, ids []string) ([]Row, error) {
	var holders []Row
	for chunk := range slices.Chunk(ids, holderChunk) {
		rows, err := l.rows("WHERE message IN (SELECT value FROM json_each(?)) AND message <> '' AND instance = ?", list(chunk), instance)
		if err != nil {
			return nil, err
		}
		holders = append(holders, rows...)
	}
	return holders, nil
}

// CountHolders returns how many rows Holders would return.
func (l *Ledger) CountHolders(instance string, ids []string) (int, error) {
	return value[int](l.reader, "SELECT COUNT(*) FROM rows WHERE message IN (SELECT value FROM json_each(?)) AND message <> '' AND instance = ?", list(ids), instance)
}

// InstancesOf returns the instances on which rows of the run were attempted.
func (l *Ledger) InstancesOf(run int64) ([]string, error) {
	return all(l.reader, cell[string], "SELECT DISTINCT instance FROM rows WHERE run = ? AND instance <> '' ORDER BY instance", run)
}
