package ledger

import "time"

// Chats returns the chats of the instance's @lids, as far as they are known.
func (l *Ledger) Chats(instance string) (map[string]string, error) {
	return table[string, string](l.reader, "SELECT lid, chat FROM chats WHERE instance = ?", instance)
}

// LearnChats remembers the chats of @lids of the instance.
func (l *Ledger) LearnChats(instance string, chats map[string]string, at time.Time) error {
	return l.commit(func(t *tx) error {
		for lid, chat := range chats {
			t.exec("INSERT INTO chats VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET chat = excluded.chat, at = excluded.at",
				instance, lid, chat, millis(at))
		}
		return t.err
	})
}

// Alias is another id of a chat, as the records of an instance have shown.
type Alias struct {
	LID      string    `json:"lid"`
	Chat     string    `json:"chatId"`
	Instance string    `json:"idInstance"`
	At       time.Time `json:"time"`
}

// Aliases returns what is known of the other ids of a chat, also of those that
// they lead to, oldest first.
func (l *Ledger) Aliases(chat string) ([]Alias, error) {
	scan := func(s scanner) (a Alias, err error) {
		err = s.Scan(&a.Instance, &a.LID, &a.Chat, asTime(&a.At))
		return a, err
	}
	return all(l.reader, scan, `WITH RECURSIVE same(id) AS (SELECT ?1 UNION
	SELECT iif(chats.lid = same.id, chats.chat, chats.lid) FROM chats JOIN same ON same.id IN (chats.lid, chats.chat))
SELECT instance, lid, chat, at FROM chats WHERE lid IN (SELECT id FROM same) ORDER BY at, instance, lid`, chat)
}
