package csvmodel

// Counts is how many rows have each status.
type Counts map[Status]int

// Rows is how many rows there are.
func (c Counts) Rows() int {
	rows := 0
	for _, n := range c {
		rows += n
	}
	return rows
}
