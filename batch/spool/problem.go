package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Problem is why something of that name, as seen from the folder, was not taken or
// moved. It is tried again at each look.
type Problem struct {
	Name string
	What string // such as "cannot be taken"
	Err  error
}

// Error leaves out the names that the system's errors repeat.
func (p *Problem) Error() string {
	cause := p.Err
	var path *fs.PathError
	var link *os.LinkError
	if errors.As(cause, &path) {
		cause = path.Err
	} else if errors.As(cause, &link) {
		cause = link.Err
	}
	return fmt.Sprintf("%q %s: %v", p.Name, p.What, cause)
}

func (p *Problem) Unwrap() error { return p.Err }
