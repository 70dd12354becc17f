package batch

import (
	"contact-distributor/batch/ledger"
	"contact-distributor/csvmodel"
)

// suppression is the chats that must not be written to, also by the other id that the
// service has given a chat.
type suppression struct {
	chats   csvmodel.ChatList
	aliases map[string]string // another id of the same chat
}

func (s suppression) has(chat string) bool {
	alias, ok := s.aliases[chat]
	return s.chats.Has(chat) || ok && s.chats.Has(alias)
}

// suppress marks the planned rows of a run that are suppressed, so that the forecast does
// not count them.
func (j *Job) suppress(run ledger.Run) (suppression, error) {
	s := suppression{j.Suppress, map[string]string{}}
	if s.chats.Len() == 0 {
		return s, nil
	}
	chatOf, err := j.Ledger.Chats(j.Instance)
	if err != nil {
		return s, err
	}
	for lid, chat := range chatOf {
		s.aliases[lid], s.aliases[chat] = chat, lid
	}
	return s, j.Ledger.SuppressPlanned(run.ID, s.has)
}
