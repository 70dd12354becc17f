package ledger

import (
	"path/filepath"
	"strings"
)

// stored is a path as the ledger has it: in one that several machines share, with the name of
// this machine. A path of another machine has that already.
func (l *Ledger) stored(path string) string { return storedOn(l.machine, path) }

func storedOn(machine, path string) string {
	if machine != "" && filepath.IsAbs(path) {
		return machine + ":" + path
	}
	return path
}

// localize takes the name of this machine off paths. Those of others keep theirs, so that they
// are no paths here: they are not absolute.
func (l *Ledger) localize(paths ...*string) {
	for _, path := range paths {
		if own, ok := strings.CutPrefix(*path, l.machine+":"); ok && l.machine != "" {
			*path = own
		}
	}
}
