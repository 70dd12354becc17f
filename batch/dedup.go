package batch

import (
	"hash/maphash"

	"contact-distributor/csvmodel"
)

// cardSet holds the cards of a file by 64 bits of a hash: among a million different cards
// two collide once in tens of millions of files. It takes about 16 bytes a card, a third
// of a map, in many small tables, so that growing never needs much more.
type cardSet struct {
	hash   maphash.Hash
	tables [1024]hashTable
	cards  int
}

// maxCards is the most cards in a set, so that memory stays bounded whatever the file.
// Every later card counts as new.
const maxCards = 2_000_000

// hashTable uses open addressing with linear probing, and is at most four fifths full.
type hashTable struct {
	slots []slot
	used  int
}

// slot is the two halves of a hash, which is not 0, and a row number.
type slot [3]uint32

func newCardSet() *cardSet { return &cardSet{} }

// firstRow returns the number of the first row with the same card, and adds the card and
// returns 0 if there is none.
func (s *cardSet) firstRow(row csvmodel.Row) int {
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
	switch slot := table.find(card); {
	case slot[2] != 0:
		return int(slot[2])
	case s.cards < maxCards:
		*slot = card
		table.used++
		s.cards++
	}
	return 0
}

func (t *hashTable) find(card slot) *slot {
	// The high bits have chosen the table, the low ones choose the slot.
	for i := uint64(card[1]) * uint64(len(t.slots)) >> 32; ; i++ {
		if i == uint64(len(t.slots)) {
			i = 0
		}
		if s := &t.slots[i]; s[2] == 0 || s[0] == card[0] && s[1] == card[1] {
			return s
		}
	}
}

func (t *hashTable) grow() {
	old := t.slots
	t.slots = make([]slot, max(16, len(old)*4/3))
	for _, card := range old {
		if card[2] != 0 {
			*t.find(card) = card
		}
	}
}
