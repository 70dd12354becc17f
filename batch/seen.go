package batch

import (
	"hash/maphash"

	"contact-distributor/csvmodel"
)

// seen knows the cards of a file by 64 bits of a hash: of a million different
// cards two look the same once in tens of millions of files. It takes about 16
// bytes a card, a third of what a map does, in many small tables, so that
// growing never needs much more.
type seen struct {
	hash   maphash.Hash
	tables [1024]table
	cards  int
}

// maxSeen is how many different cards are known at the most, so that memory
// stays within bounds whatever the file. Later ones are new each time.
const maxSeen = 2_000_000

// table is open addressing with linear probing, at most four fifths full.
type table struct {
	slots []slot
	used  int
}

// slot is two halves of a hash, which together are not 0, and a row number.
type slot [3]uint32

func newSeen() *seen { return &seen{} }

// first returns the number of the first row with the same card, or 0 for a card
// that is new.
func (s *seen) first(row csvmodel.Row) int {
	s.hash.Reset()
	f := &row.Fields
	for _, cell := range [...]string{f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company, f.QuotedMessageID} {
		s.hash.WriteString(cell)
		s.hash.WriteByte(0)
	}
	sum := s.hash.Sum64() | 1
	card := slot{uint32(sum >> 32), uint32(sum), uint32(row.Number)}
	table := &s.tables[sum>>54]
	if 5*table.used >= 4*len(table.slots) {
		table.grow()
	}
	switch place := table.place(card); {
	case place[2] != 0:
		return int(place[2])
	case s.cards < maxSeen:
		*place = card
		table.used++
		s.cards++
	}
	return 0
}

// place is where the card is, or belongs.
func (t *table) place(card slot) *slot {
	// The high bits chose the table, the low ones choose the place.
	for i := uint64(card[1]) * uint64(len(t.slots)) >> 32; ; i++ {
		if i == uint64(len(t.slots)) {
			i = 0
		}
		if s := &t.slots[i]; s[2] == 0 || s[0] == card[0] && s[1] == card[1] {
			return s
		}
	}
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(16, len(old)*4/3))
	for _, card := range old {
		if card[2] != 0 {
			*t.place(card) = card
		}
	}
}
