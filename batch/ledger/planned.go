package ledger

import (
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/phone"
)

// plannedQuery reads each part in order, however many rows of the run are another account's.
const (
	plannedFor   = "SELECT " + rowColumns + " FROM rows INDEXED BY rows_state WHERE run = ?1 AND status = 'planned' AND account = "
	plannedQuery = "SELECT * FROM (" + plannedFor + "'' AND seq > ?3 ORDER BY seq LIMIT ?4) anybody UNION ALL SELECT * FROM (" +
		plannedFor + "?2 AND ?2 <> '' AND seq > ?3 ORDER BY seq LIMIT ?4) own ORDER BY seq LIMIT ?4"
)

// NextPlanned returns up to limit planned rows of the run after this sequence number that are
// the account's, or nobody's.
func (l *Ledger) NextPlanned(run int64, account string, after int64, limit int) ([]Row, error) {
	return all(l.reader, scanRow, plannedQuery, run, account, after, limit)
}

// IndexRecipients makes the index that SendersTo needs. It costs a sixth of the speed of
// sending, which who has one account need not pay.
func (l *Ledger) IndexRecipients() error {
	if l.file == nil {
		return nil // a server has it from the start
	}
	return l.exec("CREATE INDEX IF NOT EXISTS rows_chat ON rows (chat) WHERE status = 'accepted'")
}

// SendersTo returns for the accounts of these chats which of the instances has sent a card to
// them last, if any has.
func (l *Ledger) SendersTo(chats, instances []string) (map[string]string, error) {
	ids := make([]string, 0, len(chats))
	for _, chat := range chats {
		short, long := phone.Forms(chat)
		if ids = append(ids, short); long != "" {
			ids = append(ids, long)
		}
	}
	sent, err := all(l.reader, scanPair[string, string], sendersQuery, list[string](ids), list[string](instances))
	senders := map[string]string{}
	for _, s := range sent {
		senders[phone.Account(s.key)] = s.value
	}
	return senders, err
}

const sendersQuery = `SELECT chat, instance FROM rows INDEXED BY rows_chat
WHERE status = 'accepted' AND chat IN (SELECT value FROM json_each(?)) AND instance IN (SELECT value FROM json_each(?)) ORDER BY accepted`

// Reassign gives the planned rows of a run that are one account's to those that choose returns
// for their chats, "" to let one be. A row of nobody's that was requested stays with its
// instance, should it become planned again. It is repeatable.
func (l *Lease) Reassign(run int64, from string, choose func(chats []string) ([]string, error)) error {
	const size = 4096
	if from == "" {
		if err := l.exec("UPDATE rows INDEXED BY rows_state SET account = instance WHERE run = ? AND account = '' AND "+openRows, run); err != nil {
			return err
		}
	}
	scan := into(func(r *Row) []any { return []any{&r.Seq, &r.Fields.ChatID} })
	for after := int64(0); ; {
		rows, err := all(l.ledger.reader, scan, "SELECT seq, chat FROM rows INDEXED BY rows_state WHERE run = ? AND status = 'planned' AND account = ? AND seq > ? ORDER BY seq LIMIT ?", run, from, after, size)
		if err != nil || len(rows) == 0 {
			return err
		}
		chats := make([]string, len(rows))
		for i, row := range rows {
			chats[i] = row.Fields.ChatID
		}
		chosen, err := choose(chats)
		if err != nil {
			return err
		}
		seqs := map[string][]int64{}
		for i, account := range chosen {
			if after = rows[i].Seq; account != "" {
				seqs[account] = append(seqs[account], after)
			}
		}
		err = l.commit(func(t *tx) {
			for account, of := range seqs {
				t.exec("UPDATE rows SET account = ? WHERE run = ? AND seq IN (SELECT value FROM json_each(?)) AND status = 'planned' AND account = ?", account, run, list[int64](of), from)
			}
		})
		if err != nil {
			return err
		}
	}
}

// CountsOf returns how many rows of the run that are one account's have each status.
func (l *Ledger) CountsOf(run int64, account string) (csvmodel.Counts, error) {
	states, err := table[State, int](l.reader, "SELECT status, COUNT(*) FROM rows INDEXED BY rows_state WHERE run = ? AND status IN ("+allStates+") AND account = ? GROUP BY status", run, account)
	return countsOf(states), err
}

// AccountCounts returns the same for each account, under "" for the rows of none.
func (l *Ledger) AccountCounts(run int64) (map[string]csvmodel.Counts, error) {
	type part struct {
		account string
		state   State
		rows    int
	}
	counts := map[string]csvmodel.Counts{"": {}}
	scan := into(func(p *part) []any { return []any{&p.account, &p.state, &p.rows} })
	for p, err := range each(l.reader, scan, "SELECT account, status, COUNT(*) FROM rows WHERE run = ? GROUP BY status, account", run) {
		if err != nil {
			return nil, err
		}
		if counts[p.account] == nil {
			counts[p.account] = csvmodel.Counts{}
		}
		counts[p.account][p.state.Status()] += p.rows
	}
	return counts, nil
}

// allStates lets a query find an account in the index behind the state.
const allStates = "'planned', 'intended', 'accepted', 'rejected', 'unknown', 'duplicate', 'suppressed', 'invalid'"
