package ledger

import (
	"cmp"
	"crypto/rand"
	"errors"
	"slices"
	"strings"

	"contact-distributor/batch/ledger/postgres"
	"contact-distributor/batch/ledger/query"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// PrepareRows returns a func that adds rows of the file to a run, from this sequence number
// on, each for its Instance: rows can be prepared while others are written.
func (l *Lease) PrepareRows(run, seq int64, rows []csvmodel.Row) (add func() error) {
	salts := make([]byte, 16*len(rows))
	rand.Read(salts)
	all := make([][]any, len(rows))
	for i, r := range rows {
		all[i] = l.ledger.columnsOf(run, seq+int64(i), r, salts[16*i:16*i+16])
	}
	return func() error {
		return l.commit(func(t *tx) {
			t.addRows(all)
			for i, r := range rows {
				if r.Former != nil && r.Valid() {
					former, longer := l.ledger.cardsOf(*r.Former)
					t.exec(updateFormer, former[:], longer[:], run, seq+int64(i))
				}
			}
		})
	}
}

// PlanChunk is how many rows are best prepared together.
func (l *Ledger) PlanChunk() int {
	if l.server != nil {
		return 4096
	}
	return 1024
}

// addedColumns have no default, or another.
const addedColumns = "run, seq, row, line, source, chat, phone, first, middle, last, company, quoted, card, salt, status, code, args, remarks, account"

func (l *Ledger) columnsOf(run, seq int64, r csvmodel.Row, salt []byte) []any {
	f, state := r.Fields, Planned
	card, _ := l.cardsOf(f)
	if !r.Valid() {
		state = State(csvmodel.Invalid)
	}
	return []any{run, seq, r.Number, r.Line, []byte(r.Source), f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company,
		f.QuotedMessageID, card[:], salt, string(state), msg.Codes(r.Faults), encodeReasons(r.Faults), encodeReasons(r.Remarks), r.Instance}
}

// A bound value costs more than one in the statement.
const (
	insertPlanned = `INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'planned', '', x'', '', 0, 0, 0, 0, 0, '', '', '', 0, ?, ?)`
	insertInvalid = `INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'invalid', ?, ?, '', 0, 0, 0, 0, 0, '', '', '', 0, ?, ?)`

	// A row is a duplicate of what an earlier version sent: it has the card of that version
	// where one has claimed it.
	updateFormer = "UPDATE rows SET card = COALESCE((SELECT card FROM claims WHERE card IN (?, ?) LIMIT 1), card) WHERE run = ? AND seq = ?"
)

func (t *tx) addRows(rows [][]any) {
	if server, ok := t.on.(*postgres.Statements); ok {
		t.err = cmp.Or(t.err, server.Copy("rows", strings.Split(addedColumns, ", "), rows))
		return
	}
	const state = 14
	for _, columns := range rows {
		if columns[state] == string(Planned) {
			t.exec(insertPlanned, slices.Delete(slices.Clone(columns), state, state+3)...)
		} else {
			t.exec(insertInvalid, slices.Delete(slices.Clone(columns), state, state+1)...)
		}
	}
}

// plannedQuery reads each part in order, however many rows of the run are another account's.
const (
	plannedFor   = "SELECT " + rowColumns + " FROM rows INDEXED BY rows_state WHERE run = ?1 AND status = 'planned' AND account = "
	plannedQuery = "SELECT * FROM (" + plannedFor + "'' AND seq > ?3 ORDER BY seq LIMIT ?4) anybody UNION ALL SELECT * FROM (" +
		plannedFor + "?2 AND ?2 <> '' AND seq > ?3 ORDER BY seq LIMIT ?4) own ORDER BY seq LIMIT ?4"
)

// NextPlanned returns up to limit planned rows of the run after this sequence number that are
// the account's, or nobody's.
func (l *Ledger) NextPlanned(run int64, account string, after int64, limit int) ([]Row, error) {
	return query.All(l.reader, scanRow, plannedQuery, run, account, after, limit)
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
	sent, err := query.All(l.reader, query.ScanPair[string, string], sendersQuery, query.List[string](ids), query.List[string](instances))
	senders := map[string]string{}
	for _, s := range sent {
		senders[phone.Account(s.Key)] = s.Value
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
	scan := query.Into(func(r *Row) []any { return []any{&r.Seq, &r.Fields.ChatID} })
	for after := int64(0); ; {
		rows, err := query.All(l.ledger.reader, scan, "SELECT seq, chat FROM rows INDEXED BY rows_state WHERE run = ? AND status = 'planned' AND account = ? AND seq > ? ORDER BY seq LIMIT ?", run, from, after, size)
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
				t.exec("UPDATE rows SET account = ? WHERE run = ? AND seq IN (SELECT value FROM json_each(?)) AND status = 'planned' AND account = ?", account, run, query.List[int64](of), from)
			}
		})
		if err != nil {
			return err
		}
	}
}

// Pending is a planned run with rows that an account is to send.
type Pending struct {
	Run
	Own  int // planned for the account
	Free int // planned for whichever account sends the run
}

// Pending returns the planned runs that are neither finished nor cancelled with rows for an
// account, those with the fewest first. Runs whose record was altered are left out.
func (l *Ledger) Pending(account string) (pending []Pending, err error) {
	const count = "(SELECT COUNT(*) FROM rows INDEXED BY rows_state WHERE run = runs.id AND status = 'planned' AND account = "
	const counted = "SELECT id, " + count + "?1 AND ?1 <> '') AS own, " + count + "'') AS free FROM runs WHERE planned <> 0 AND finished = 0 AND cancelled = 0"
	scan := query.Into(func(p *Pending) []any { return []any{&p.ID, &p.Own, &p.Free} })
	open, err := query.All(l.reader, scan, "SELECT id, own, free FROM ("+counted+") open WHERE own + free > 0 ORDER BY own + free, id", account)
	if err != nil {
		return nil, err
	}
	for _, p := range open {
		if p.Run, err = l.Run(p.ID); err == nil {
			pending = append(pending, p)
		} else if !errors.As(err, new(*DamagedError)) {
			return nil, err
		}
	}
	return pending, nil
}

// CountsOf returns how many rows of the run that are one account's have each status.
func (l *Ledger) CountsOf(run int64, account string) (csvmodel.Counts, error) {
	states, err := query.Table[State, int](l.reader, "SELECT status, COUNT(*) FROM rows INDEXED BY rows_state WHERE run = ? AND status IN ("+allStates+") AND account = ? GROUP BY status", run, account)
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
	scan := query.Into(func(p *part) []any { return []any{&p.account, &p.state, &p.rows} })
	for p, err := range query.Each(l.reader, scan, "SELECT account, status, COUNT(*) FROM rows WHERE run = ? GROUP BY status, account", run) {
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
