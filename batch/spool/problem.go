package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Problem is why something in the folder was not claimed or moved. Each scan tries again.
type Problem struct {
	Name string
	Kind string // such as "untaken"
	Err  error
}

// Error is for programmers: Message is for people.
func (p *Problem) Error() string { return fmt.Sprintf("%q %s: %v", p.Name, p.Kind, p.cause()) }

// Message is the key of the text for people, with its arguments.
func (p *Problem) Message() (key string, args map[string]any) {
	return "spool." + p.Kind, map[string]any{"Name": p.Name, "Err": p.cause()}
}

// cause leaves out the names that the system's errors repeat.
func (p *Problem) cause() error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(p.Err, &path):
		return path.Err
	case errors.As(p.Err, &link):
		return link.Err
	}
	return p.Err
}

func (p *Problem) Unwrap() error { return p.Err }

// fault is what is wrong with something of a name, which may be "".
type fault struct{ kind, name string }

func (f fault) Error() string { return f.kind + " " + f.name }

// Message is that of a Problem.
func (f fault) Message() (key string, args map[string]any) {
	return "spool." + f.kind, map[string]any{"Name": f.name}
}
