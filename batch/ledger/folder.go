package ledger

import (
	"os"
	"strings"
)

// folderKey begins the names under which meta has the folders whose files are sent from
// the ledger. What follows is a name that the folder keeps when it is moved.
const folderKey = "folder "

// Folders returns the paths of the folders whose files are sent from the ledger, by their
// names.
func (l *Ledger) Folders() (map[string]string, error) {
	folders, err := l.MetaUnder(folderKey)
	dirs := map[string]string{}
	for id, dir := range folders {
		dirs[id] = string(dir)
	}
	return dirs, err
}

// SetFolder records where a folder is. No other is there any more.
func (l *Ledger) SetFolder(id, dir string) error {
	return l.commit(func(t *tx) error {
		t.exec("DELETE FROM meta WHERE substr(key, 1, length(?1)) = ?1 AND value = CAST(?2 AS BLOB)", folderKey, dir)
		t.exec("INSERT INTO meta VALUES (?1, CAST(?2 AS BLOB)) ON CONFLICT (key) DO UPDATE SET value = excluded.value", folderKey+id, dir)
		return t.err
	})
}

// FolderAbove returns the folder of the ledger that a path is in, "" if it is in none.
func (l *Ledger) FolderAbove(path string) (string, error) {
	folders, err := l.Folders()
	above := ""
	for _, dir := range folders {
		if strings.HasPrefix(path, dir+string(os.PathSeparator)) && len(dir) > len(above) {
			above = dir
		}
	}
	return above, err
}

// MetaUnder returns the values whose names begin with a prefix, by what follows it.
func (l *Ledger) MetaUnder(prefix string) (map[string][]byte, error) {
	return table[string, []byte](l.reader, "SELECT substr(key, 1 + length(?1)), value FROM meta WHERE substr(key, 1, length(?1)) = ?1", prefix)
}
