package csvmodel

import (
	"io"
	"slices"
	"strings"

	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"contact-distributor/csvmodel/record"
)

// ChatList is a set of chats, each by all its ids that WhatsApp knows. The zero value is
// empty.
type ChatList struct{ accounts []string } // in order

// Len returns the number of chats.
func (c ChatList) Len() int { return len(c.accounts) }

// Has reports whether the chat with this normalised id is in the set.
func (c ChatList) Has(id string) bool {
	_, found := slices.BinarySearch(c.accounts, phone.Account(id))
	return found
}

// ReadChatList reads a list of chats: one chat or number a line, or a table, with a
// header or without. Every cell that is a chat counts, or several; where the header names
// chats or telephones, only what is in these columns. The encoding must be known:
// DetectEncoding finds it out.
//
// A line without a chat is a *FileError: the person it means would get a card.
// Other errors are those of r.
func ReadChatList(r io.Reader, opts Options) (ChatList, error) {
	reader := chatListReader{scanner: record.NewScanner(charset.NewReader(r, opts.Encoding)), phones: opts.newParser()}
	start, err := reader.scanner.Window()
	if err != nil {
		return ChatList{}, err
	}
	reader.layout.Delimiter, reader.scanner.Wrapped = findDelimiter(start, "", opts)
	reader.scanner.Comma = reader.layout.comma()
	if err := reader.read(); err != nil {
		return ChatList{}, err
	}
	slices.Sort(reader.accounts)
	return ChatList{slices.Compact(reader.accounts)}, nil
}

type chatListReader struct {
	scanner *record.Scanner
	layout  Layout
	phones  *phone.Parser
	columns []int // the ones with chats or telephones; empty: all
	rows    int

	accounts []string
}

func (l *chatListReader) read() error {
	for {
		var rec record.Record
		switch err := l.scanner.Next(&rec); {
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		case record.IsBlank(rec.Text, l.layout.comma()):
			continue
		}
		l.rows++
		text := string(rec.Text)
		cells := l.layout.Split(text)
		if !l.addLine(text, cells) && !l.isHeader(cells) {
			code := msg.ChatID
			if len(cells) == 1 {
				_, code, _ = l.phones.Chat(cells[0])
			}
			return refuse("list-line", rec.Line, msg.Fault(code, "chat", text))
		}
	}
}

// addLine adds the chat that a whole line is, even where it holds a separator, or else the
// chats in its cells. It reports whether there is one, and every number could be read.
func (l *chatListReader) addLine(text string, cells []string) (found bool) {
	if id, fault, _ := l.phones.Chat(text); len(l.columns) == 0 && fault == "" {
		return l.add(id)
	}
	for i, cell := range cells {
		switch isNamed := slices.Contains(l.columns, i); {
		case len(l.columns) > 0 && !isNamed:
		case l.add(cell):
			found = true
		case isNamed && countDigits(cell) >= phone.MinDigits:
			return false
		}
	}
	return found
}

func (l *chatListReader) add(cell string) bool {
	ids := l.phones.Chats(cell)
	for _, id := range ids {
		l.accounts = append(l.accounts, phone.Account(id))
	}
	return len(ids) > 0
}

// isHeader reports whether the first line names columns. If so, it keeps those of
// chats and of telephones: whoever is in one must not get a card. Beside chats phoneContact
// has the numbers of cards, as in the files that this program reads and writes.
func (l *chatListReader) isHeader(cells []string) bool {
	hasNumber := slices.ContainsFunc(cells, func(cell string) bool { return countDigits(cell) >= 5 })
	if l.rows > 1 || hasNumber || strings.ContainsAny(strings.Join(cells, ""), "0123456789") && countKnown(cells) == 0 {
		return false
	}
	cards := -1
	for i, key := range keysOf(cells) {
		switch field := known().fields[key]; {
		case key == "phonecontact":
			cards = i
		case field == "chatId", field == "phoneContact", rankOf(key) != notTelephone:
			l.columns = append(l.columns, i)
		}
	}
	if cards >= 0 && len(l.columns) == 0 {
		l.columns = []int{cards}
	}
	return true
}
