package batch

import (
	"fmt"
	"io"
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
// is what would be sent. A file that cannot be read as rows is an error for
// which errors.As finds a *csvmodel.FileError.
func Validate(path string, report func(Finding)) (csvmodel.Counts, error) {
	counts, err := validate(path, report)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return counts, nil
}

func validate(path string, report func(Finding)) (csvmodel.Counts, error) {
	f, err := csvmodel.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	reader, err := csvmodel.NewReader(f)
	if err != nil {
		return nil, err
	}
	counts, cards := csvmodel.Counts{}, newSeen()
	for {
		row, err := reader.Read()
		if err == io.EOF {
			return counts, nil
		}
		if err != nil {
			return nil, err
		}
		finding := judge(row, cards)
		counts[finding.Status]++
		if finding.Status != csvmodel.Unsent {
			report(finding)
		}
	}
}

func judge(row csvmodel.Row, cards *seen) Finding {
	if !row.Valid() {
		return Finding{row, csvmodel.Invalid, row.Faults}
	}
	if first := cards.first(row); first != 0 {
		reason := csvmodel.Reason{Code: csvmodel.CodeDuplicateHere, Args: []string{strconv.Itoa(first)}}
		return Finding{row, csvmodel.Duplicate, []csvmodel.Reason{reason}}
	}
	return Finding{Row: row, Status: csvmodel.Unsent}
}
