package csvmodel

import (
	"slices"
	"strings"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// NationalError says that numbers in a file do not say their country. The rows before it
// do not count: the file is to be read once more, with the verdicts as Options.Against.
type NationalError struct {
	Verdicts phone.Verdicts
	Notes    []msg.Reason // on the columns of which no number without a plus is international
}

// Error is the English text of the notes.
func (e *NationalError) Error() string { return msg.Join(e.Notes, msg.English) }

// Judge returns a *NationalError at the end of a file that must be read once more.
func (r *Reader) Judge() error {
	verdicts := r.phones.Verdicts()
	if verdicts.IsZero() || !r.phones.Against.IsZero() {
		return nil
	}
	e := NationalError{Verdicts: verdicts}
	for _, field := range columns[:2] {
		verdict := verdicts.Chats
		if field == columns[1] {
			verdict = verdicts.Cards
		}
		if i := slices.Index(r.layout.Columns, field); verdict.All && i >= 0 {
			likely := verdict.Countries[:min(len(verdict.Countries), 3)]
			e.Notes = append(e.Notes, msg.NewReason(msg.ColumnNational, strings.TrimSpace(r.layout.Header[i]), likely))
		}
	}
	return &e
}
