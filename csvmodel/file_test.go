package csvmodel_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
)

func TestFilesThatAreRefused(t *testing.T) {
	cases := []struct{ name, file, want string }{
		{"an empty file", "", "is empty"},
		{"a file of blank lines", charset.BOM + "\n \r\n\n", "is empty"},
		{"a workbook", "PK\x03\x04\x14\x00", "CSV UTF-8"},
		{"an old workbook", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"},
		{"a PDF", "%PDF-1.7\n", "PDF"},
		{"a web page", "<html><table>", "web page"},
		{"a web page behind blank lines", charset.BOM + "\r\n \t\n<!-- x -->\n<html><table>", "web page"},
		{"a web page in UTF-16", "\xff\xfe\r\x00\n\x00<\x00h\x00t\x00m\x00l\x00", "web page"},
		{"a web page in one file", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", "web page"},
		{"JSON", "[\n  {\"chatId\": \"12025550101\"}\n]", "JSON"},
		{"a JSON object a line", "\n{\"chatId\": \"12025550101\"}\n", "JSON"},
		{"SYLK", "ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K\"chatId\"\r\n", "SYLK"},
		{"a text document", "{\\rtf1\\ansi chatId}", "RTF"},
		{"a picture", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "picture"},
		{"a photo", "\xff\xd8\xff\xe0\x00\x10JFIF", "picture"},
		{"a photo of a telephone", "\x00\x00\x00\x18ftypheic\x00\x00", "picture"},
		{"a sticker", "RIFF\x10\x20\x00\x00WEBPVP8 ", "picture"},
		{"a binary file", "\x7fELF\x02\x01\x01\x00\x00\x00\x03chatId,phoneContact\n", "binary"},
		{"a header in no encoding that can be told", "chatId,phoneContact,\xa0\xff\n", "cannot be told"},
		{"a separator that is not known", "sep=^\nchatId^phoneContact^firstName\n", "'^'"},
		{"a byte order mark that was read as letters", "ï»¿chatId,phoneContact,firstName\n", "wrong encoding"},
		{"a header with a stray quote", "chatId,phone\"Contact\n", "stray double quote"},
		{"a header without end", strings.Repeat("chatId,", 20000), "64 KiB"},
		{"columns too many for what each row is written to", "chatId,phoneContact,firstName" + strings.Repeat(",a", 1022) + "\n", "columns, more than"},
		{"cells too many without a name", "chatId,phoneContact,firstName\n" + strings.Repeat("1,2,3"+strings.Repeat(",", 1022)+"\n", 2), "columns, more than"},
		{"no column that is known", "a,b,c\n1,2,3\n", "no column that is known"},
		{"rows without a header", good, "no column that is known"},
		{"no column for the chat", "phoneContact,firstName\n", "no column chatId"},
		{"no column for the number", "chatId,firstName\n", "no column phoneContact"},
		{"a column that is there twice", "chatId,phoneContact,firstName,FirstName\n", "firstName twice"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := open(c.file)
			var refused *csvmodel.FileError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v", err)
			}
			if strings.ContainsAny(err.Error(), "\n\x00") || !strings.Contains(err.Error(), ": ") {
				t.Errorf("no sentence that says what to do: %q", err)
			}
		})
	}
}

func TestHeadersThatBeginLikeAnotherFormat(t *testing.T) {
	for _, file := range []string{
		"ID;Phone;chatId;phoneContact;firstName\nC;X1;79000000001;79000000002;Anna\n",
		"ID;PIN;chatId;phoneContact;firstName\nB;7;79000000001;79000000002;Anna\n",
		"[id],chatId,phoneContact,firstName\nx,79000000001,79000000002,Anna\n",
		"{id},chatId,phoneContact,firstName\nx,79000000001,79000000002,Anna\n",
		"ftyp,chatId,phoneContact,firstName\nx,79000000001,79000000002,Anna\n",
	} {
		if rows := readAll(t, strings.NewReader(file)); len(rows) != 1 || !rows[0].Valid() {
			t.Errorf("%q: %+v", file, rows)
		}
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "contacts.csv")
	if err := os.WriteFile(path, []byte(head), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := csvmodel.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if text, err := io.ReadAll(file); string(text) != head {
		t.Error("got", text, err)
	}
	var refused *csvmodel.FileError
	if _, err := csvmodel.Open(dir); !errors.As(err, &refused) || !strings.Contains(err.Error(), "directory") {
		t.Error("a directory:", err)
	}
	if _, err := csvmodel.Open(os.DevNull); !errors.As(err, &refused) {
		t.Error("a device:", err)
	}
	if _, err := csvmodel.Open(path + "x"); !errors.As(err, &refused) || !errors.Is(err, fs.ErrNotExist) {
		t.Error("no such file:", err)
	}
}
