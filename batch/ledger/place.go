package ledger

import "fmt"

// networked are the file systems on which locks and fsync cannot be relied on,
// by the names of the two operating systems' mount tables.
var networked = map[string]bool{
	"nfs": true, "smb": true, "smbfs": true, "cifs": true, "ceph": true, "afs": true, "afpfs": true, "webdav": true,
}

// doubtful are those of which it depends.
var doubtful = map[string]bool{"fuse": true, "9p": true, "macfuse": true}

func checkFileSystem(dir string) error {
	kind, err := fileSystem(dir)
	if err == nil && networked[kind] {
		return fmt.Errorf("lies on a network file system (%s), where its locks and its durability cannot be relied on: choose a local folder with --ledger", kind)
	}
	return err
}

// PlaceWarning says in words why the place of the ledger may not be relied on, or
// nothing.
func (l *Ledger) PlaceWarning() string {
	kind, err := fileSystem(l.path)
	if err != nil || !doubtful[kind] {
		return ""
	}
	return fmt.Sprintf("the ledger lies on a %s file system: if that is a network underneath, two senders at once are not kept apart", kind)
}
