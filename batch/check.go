package batch

import (
	"hash/maphash"
	"iter"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// Check reads a file as Send does. Nothing is sent, and no ledger is used.
type Check struct {
	Input    Input
	Suppress csvmodel.ChatList // must not be written to
	Language msg.Language      // of sentences
}

// Finding is what Check says of a row.
type Finding struct {
	Row     csvmodel.Row
	Status  csvmodel.Status // Unsent: the row would be sent
	Reasons []msg.Reason
}

// Judge reports whether the findings that ended with an error do not count, and must be asked
// for once more.
func (c *Check) Judge(err error) bool { return c.Input.judge(err) }

// Findings finds duplicates within the file only, of its first two million different cards.
func (c Check) Findings() iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		cards := new(cardSet)
		for row, err := range c.Input.rows() {
			if err != nil {
				yield(Finding{}, msg.Problem("error.file", msg.Args{"File": c.Input.Path, "Err": err}))
				return
			}
			if !yield(c.check(row, cards), nil) {
				return
			}
		}
	}
}

func (c Check) check(row csvmodel.Row, cards *cardSet) Finding {
	if !row.Valid() {
		return Finding{row, csvmodel.Invalid, row.Faults}
	}
	if c.Suppress.Has(row.Fields.ChatID) {
		return Finding{row, csvmodel.Suppressed, []msg.Reason{{Code: msg.Suppressed}}}
	}
	if first, chat := cards.firstRow(row); first != 0 {
		reasons := []msg.Reason{msg.NewReason(msg.DuplicateHere, first)}
		if chat != row.Fields.ChatID {
			reasons = append(reasons, msg.NewReason(msg.SameAccount, chat))
		}
		return Finding{row, csvmodel.Duplicate, reasons}
	}
	return Finding{Row: row, Status: csvmodel.Unsent}
}

// Results returns the findings of the rows that need a person, as results.
func (c Check) Results() iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for row, err := range c.Input.rows() {
			if err == nil && row.Valid() {
				continue
			}
			result := csvmodel.Result{Row: row.Number, Line: row.Line, Fields: row.Fields, Status: csvmodel.Invalid,
				Reasons: row.Faults, Language: c.Language, Source: row.Source}
			if !yield(result, err) || err != nil {
				return
			}
		}
	}
}

// cardSet holds the cards of a file by 64 bits of a hash, of which among a million two are
// equal once in tens of millions of files.
type cardSet struct {
	hash maphash.Hash
	rows map[uint64]uint32 // twice a row number, plus 1 for the longer form of a chat
}

// maxCards bounds memory: every later card counts as new.
const maxCards = 2_000_000

// firstRow returns the number of the first row with the same card, and its chat in its form. It
// adds the card and returns 0 if there is none.
func (s *cardSet) firstRow(row csvmodel.Row) (number int, chat string) {
	s.hash.Reset()
	f := &row.Fields
	short, long := phone.Forms(f.ChatID)
	for _, cell := range [...]string{short, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company, f.QuotedMessageID} {
		s.hash.WriteString(cell)
		s.hash.WriteByte(0)
	}
	sum := s.hash.Sum64()
	if s.rows == nil {
		s.rows = map[uint64]uint32{}
	}
	switch first := s.rows[sum]; {
	case first%2 == 1:
		return int(first / 2), long
	case first != 0:
		return int(first / 2), short
	case len(s.rows) < maxCards:
		first = 2 * uint32(row.Number)
		if f.ChatID == long {
			first++
		}
		s.rows[sum] = first
	}
	return 0, ""
}
