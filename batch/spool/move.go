package spool

// redo makes all moves of a record that are not made yet. What is not there any
// more was moved before, or somebody has taken it away.
func (d *disk) redo(r *record) error {
	for _, m := range r.Moves {
		if err := d.move(string(m.From), string(m.To)); err != nil {
			return err
		}
	}
	return nil
}

// move moves an ordinary file to a place that is free. Where that is taken, the file
// was moved before, and what has its name now is a new one.
func (d *disk) move(from, to string) error {
	source, err := d.regular(from)
	if err != nil || source == nil {
		return err
	}
	if there, err := d.exists(to); err != nil || there {
		return err
	}
	return d.rename(from, to)
}
