package batch

import (
	"hash/maphash"
	"strconv"

	"contact-distributor/csvmodel"
)

// Finding is what is to be said of one row of a file that was only checked.
type Finding struct {
	Row     csvmodel.Row
	Status  csvmodel.Status // Invalid or Duplicate
	Reasons []csvmodel.Reason
}

// Validate reads and checks a file as Send would. Nothing is sent, and no
// ledger is asked: duplicates are found within the file only. Rows about which
// there is something to be said go to report, in order. Unsent in the counts
// is what would be sent.
func Validate(in Input, report func(Finding)) (csvmodel.Counts, error) {
	counts := csvmodel.Counts{}
	seen := newSeen()
	err := in.rows(planPortion, func(rows []csvmodel.Row) error {
		for _, row := range rows {
			finding := judge(row, seen)
			counts[finding.Status]++
			if finding.Status != csvmodel.Unsent {
				report(finding)
			}
		}
		return nil
	})
	return counts, err
}

func judge(row csvmodel.Row, seen *seen) Finding {
	if !row.Valid() {
		return Finding{row, csvmodel.Invalid, row.Faults}
	}
	if first := seen.at(row); first != 0 {
		reason := csvmodel.Reason{Code: csvmodel.CodeDuplicateHere, Args: []string{strconv.Itoa(first)}}
		return Finding{row, csvmodel.Duplicate, []csvmodel.Reason{reason}}
	}
	return Finding{Row: row, Status: csvmodel.Unsent}
}

// seen knows the cards of a file by a hash of 64 bits: of a million different
// ones two look the same once in tens of millions of files.
type seen struct {
	hash maphash.Hash
	rows map[uint64]uint32
}

func newSeen() *seen { return &seen{rows: map[uint64]uint32{}} }

// at returns the number of the first row with the same card, or 0 for a card
// that is new.
func (s *seen) at(row csvmodel.Row) int {
	s.hash.Reset()
	f := &row.Fields
	for _, cell := range [...]string{f.ChatID, f.PhoneContact, f.FirstName, f.MiddleName, f.LastName, f.Company, f.QuotedMessageID} {
		s.hash.WriteString(cell)
		s.hash.WriteByte(0)
	}
	sum := s.hash.Sum64()
	first, known := s.rows[sum]
	if !known {
		s.rows[sum] = uint32(row.Number)
	}
	return int(first)
}
