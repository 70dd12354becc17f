package csvmodel

// Status is the outcome of a row. The words are those of the results file, and are never
// translated.
type Status string

const (
	// Accepted: the service has queued the card and given it an idMessage.
	// Queued is not sent: Result.Delivery says what is known of the rest.
	Accepted Status = "accepted"
	// Duplicate: the same card went to the same chat already.
	Duplicate Status = "duplicate"
	// Suppressed: the chat is on the list of those that must not be written to.
	Suppressed Status = "suppressed"
	// Invalid: the row itself is wrong, and no request was made.
	Invalid Status = "invalid"
	// Rejected: the service refused this row.
	Rejected Status = "rejected"
	// Unknown: a request was made, and neither its answer nor a record decides (yet)
	// whether the service has the card.
	Unknown Status = "unknown"
	// Unsent: no request was made, or the service surely does not have the card.
	Unsent Status = "unsent"
)

// Statuses are all statuses, in the order in which people are shown them.
var Statuses = []Status{Accepted, Duplicate, Suppressed, Invalid, Rejected, Unknown, Unsent}

// Counts are the numbers of rows by status.
type Counts map[Status]int

// Rows returns the number of all rows.
func (c Counts) Rows() int {
	rows := 0
	for _, n := range c {
		rows += n
	}
	return rows
}

// NeedsPerson reports whether a row belongs into a fixme file: it is wrong, or was
// accepted and did not arrive.
func NeedsPerson(s Status, d Delivery) bool {
	return s == Invalid || s == Rejected || s == Accepted && d.Failed()
}

// NeedPerson returns the number of rows that need a person.
func NeedPerson(c Counts, d DeliveryCounts) int { return c[Invalid] + c[Rejected] + d.Failed() }
