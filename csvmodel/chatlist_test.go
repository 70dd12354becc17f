package csvmodel_test

import (
	"errors"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
)

func readChats(t *testing.T, list string) (csvmodel.ChatList, error) {
	t.Helper()
	opts, err := csvmodel.DetectEncoding(strings.NewReader(list), csvmodel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return csvmodel.ReadChatList(strings.NewReader(list), opts)
}

func TestReadChats(t *testing.T) {
	cases := []struct {
		name, list string
		has, not   []string
	}{
		{"an empty list has none", "", nil, []string{"12025550101@c.us"}},
		{"one number a line", "12025550101\n+1 (202) 555-0102\r\n\r\n12025550103@c.us",
			[]string{"12025550101@c.us", "12025550102@c.us", "12025550103@c.us"}, []string{"12025550104@c.us"}},
		{"groups and other ids", "120363000000000001@g.us\n123456789012345@lid\n12025550101-1600000000@G.US\n",
			[]string{"120363000000000001@g.us", "123456789012345@lid", "12025550101-1600000000@g.us"}, []string{"123456789012345@c.us"}},
		{"a table without a header, of which all cells that are chats count", "Anna;12025550101;12025550102\nBob;12025550103;\n",
			[]string{"12025550101@c.us", "12025550102@c.us", "12025550103@c.us"}, nil},
		{"a table with a header, of which the columns of chats and telephones count", "id,WhatsApp,Phone\n1000000001,12025550101,12025550102\n",
			[]string{"12025550101@c.us", "12025550102@c.us"}, []string{"1000000001@c.us"}},
		{"and every number in them", "WhatsApp,Phone\n12025550101,\"12025550102, +1 202 555 0103\"\n12025550104@c.us 12025550105@c.us,\n",
			[]string{"12025550101@c.us", "12025550102@c.us", "12025550103@c.us", "12025550104@c.us", "12025550105@c.us"}, nil},
		{"but the chats only, where the program's own heading names the cards", "id,chatId,phoneContact\n1000000001,12025550101,12025550102\n",
			[]string{"12025550101@c.us"}, []string{"12025550102@c.us", "1000000001@c.us"}},
		{"or else the telephones", "id,Имя,Телефон\n1000000001,Анна,12025550101\n",
			[]string{"12025550101@c.us"}, []string{"1000000001@c.us"}},
		{"accounts are meant by both their numbers", "5215512345678\n541123456789\n551187654321\n551134567890\n",
			[]string{"525512345678@c.us", "5215512345678@c.us", "5491123456789@c.us", "5511987654321@c.us", "551134567890@c.us"},
			[]string{"5511934567890@c.us", "525512345679@c.us"}},
		{"a number with a comma in it", "7,9001112232E+10\n", []string{"79001112232@c.us"}, nil},
		{"a title is no chat", "do not write to\n12025550101\n", []string{"12025550101@c.us"}, nil},
		{"in the encodings of spreadsheets", charset.BOM + "телефон\n12025550101\n", []string{"12025550101@c.us"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			chats, err := readChats(t, c.list)
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range c.has {
				if !chats.Has(id) {
					t.Errorf("%s is missing", id)
				}
			}
			for _, id := range c.not {
				if chats.Has(id) {
					t.Errorf("%s is there", id)
				}
			}
		})
	}
}

func TestListsThatAreRefused(t *testing.T) {
	cases := []struct{ name, list, line string }{
		{"a line that gives no chat", "12025550101\n\nAnna\n", "line 3"},
		{"a number that is none", "12025550101\n12\n", "line 2"},
		{"a first line with digits", "call 5\n12025550101\n", "line 1"},
		{"a row without a chat in the column of chats", "chatId,phoneContact\n,12025550102\n", "line 2"},
		{"a first line with a number that is none", "Anna 79001112231,x\n79001112232,y\n", "line 1"},
		{"a number without its country", "8 900 111-22-31\n", "--region RU"},
		{"a second title", "one\ntwo\n", "line 2"},
		{"a number that is none beside a chat", "WhatsApp,Phone\n12025550101,12025550102\n12025550103,044 55 1234 5678\n", "line 3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := readChats(t, c.list)
			var refused *csvmodel.FileError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.line) {
				t.Error("got", err)
			}
		})
	}
}
