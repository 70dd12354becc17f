package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
)

// A step that has been released is never changed: what comes later is a further
// step. Times are milliseconds since 1970, UTC; zero is never.
//
//go:embed schema/*.sql
var schemaFiles embed.FS

// schema has one step per version.
var schema = readSchema()

func readSchema() (steps []string) {
	files, err := schemaFiles.ReadDir("schema")
	for _, file := range files { // in the order of their names
		var step []byte
		if step, err = schemaFiles.ReadFile("schema/" + file.Name()); err != nil {
			break
		}
		steps = append(steps, string(step))
	}
	if err != nil {
		panic(err) // they are part of the program
	}
	return steps
}

func fillMeta(ctx context.Context, tx *sql.Tx) error {
	key := make([]byte, 32)
	rand.Read(key)
	for name, value := range map[string][]byte{"id": []byte(rand.Text()), "card-key": key} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}
