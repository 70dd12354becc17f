package cli

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// droppedFile is what people drop. Its cards are known by their phoneContact,
// which no other file has.
type droppedFile struct {
	phone  int64
	text   string
	ending string // ".csv" or the like where not any does
	chats  []string
	rows   int  // of the file, bad ones too; 0: it is no table
	card   bool // the contact is in a card beside it
	copies int  // how often it was dropped
}

const fileHeader = "chatId,phoneContact,firstName,company\n"

func newDroppedFile(random *rand.Rand, n int) *droppedFile {
	f := &droppedFile{phone: 447400123000 + int64(n)}
	form := random.IntN(20)
	if form > 14 {
		f.broken(random, form)
		return f
	}
	f.text = fileHeader
	f.addRows(1 + random.IntN(1+random.IntN(60)))
	switch form {
	case 0:
		f.text = strings.ReplaceAll(f.text, ",", ";")
	case 1:
		f.encode(charmap.Windows1251)
	case 2:
		f.encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM))
	case 3:
		f.text = "\ufeff" + strings.ReplaceAll(f.text, "\n", "\r\n")
	case 4:
		f.text = strings.TrimSuffix(f.text, "\n")
	}
	return f
}

// addRows adds good rows.
func (f *droppedFile) addRows(n int) {
	for range n {
		chat := fmt.Sprintf("120255501%02d@c.us", len(f.chats))
		f.chats = append(f.chats, chat)
		f.text += fmt.Sprintf("%s,%d,Артем Петрович,Пример %d\n", chat, f.phone, f.phone%1000)
		f.rows++
	}
}

func (f *droppedFile) encode(e encoding.Encoding) {
	text, err := e.NewEncoder().String(f.text)
	if err != nil {
		panic(err)
	}
	f.text = text
}

// broken makes a file that is wrong in one of many ways; what can be sent of it
// is to be sent.
func (f *droppedFile) broken(random *rand.Rand, form int) {
	number := fmt.Sprint(f.phone)
	switch form {
	case 15:
		f.text, f.ending = "PK\x03\x04 a workbook, "+number, []string{".xlsx", ".csv", ".xls"}[random.IntN(3)]
	case 16:
		f.text = "name;mail\nAnna;" + number + "@example.org\n"
	case 17:
		f.text = "chatId,phoneContact,firstName\n\xff\xfe\x00\x81\x8d" + number + "\x00\x00\n\xc3\x28\x00\n"
	case 18: // nothing at all, or nothing but a number
		f.text = []string{"", number + "\n"}[random.IntN(2)]
		f.ending = ".csv"
	case 19:
		f.text = fileHeader
		f.addRows(3)
		f.text += "12025550199@c.us," + number + ",\"Anna,never closed\n12025550198,1,too short\n"
		f.rows += 2
		f.addRows(3)
	}
}

// newFileWithCard has rows that say only who gets the card.
func newFileWithCard(random *rand.Rand, n int) *droppedFile {
	f := &droppedFile{phone: 447400123000 + int64(n), ending: ".csv", card: true}
	f.text = "chatId,phoneContact,firstName,company,file\n"
	for range 1 + random.IntN(20) {
		chat := fmt.Sprintf("120255501%02d@c.us", len(f.chats))
		f.chats = append(f.chats, chat)
		f.text += fmt.Sprintf("%s,,,,%d\n", chat, n)
		f.rows++
	}
	return f
}

func (f *droppedFile) vcard() string {
	return fmt.Sprintf("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Example;Ada;;;\r\nFN:Ada Example\r\nTEL;TYPE=CELL:+%d\r\nEND:VCARD\r\n", f.phone)
}
