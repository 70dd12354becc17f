package csvmodel_test

import (
	"slices"
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// cards says what each row is: the chat, number and first name, or why it is none.
func cards(t *testing.T, file string, opts csvmodel.Options) (got []string) {
	t.Helper()
	for _, row := range readWith(t, strings.NewReader(file), opts) {
		if f := row.Contact.Fields(); row.Valid() {
			got = append(got, strings.Join([]string{strings.TrimSuffix(f.ChatID, "@c.us"), f.PhoneContact, f.FirstName}, " "))
		} else {
			got = append(got, msg.Codes(row.Faults))
		}
	}
	return got
}

func TestALineOfHeadingsInsideAFile(t *testing.T) {
	const (
		head  = "chatId,phoneContact,firstName\n"
		ann   = "12025550101,12025550191,Ann\n"
		bob   = "12025550102,12025550192,Bob\n"
		isAnn = "12025550101 12025550191 Ann|"
		isBob = "12025550102 12025550192 Bob"
	)
	again := isAnn + "heading-again|" + isBob
	cases := []struct{ name, file, want string }{
		{"the same again", head + ann + head + bob, again},
		{"with other capitals, and empty cells behind", head + ann + "ChatID,PHONECONTACT,First Name,,\n" + bob, again},
		{"in another language", head + ann + "Чат,Телефон контакта,Имя\n" + bob, again},
		{"twice", head + ann + head + head + bob, isAnn + "heading-again|heading-again|" + isBob},
		{"in another order", head + ann + "phoneContact,firstName,chatId\n12025550192,Bob,12025550102\n", again},
		{"in the first order again", head + ann + "phoneContact,chatId,firstName\n12025550192,12025550102,Bob\n" + head + ann,
			again + "|heading-again|" + strings.TrimSuffix(isAnn, "|")},
		{"carried through in another order", "chatId,phoneContact,firstName,city,Отдел\n12025550101,12025550191,Ann,Rome,x\n" +
			"Отдел,City,Имя,chatId,phoneContact\ny,\"a \"\"b\"\", c\",Bob,12025550102,12025550192\n", again},
		{"behind a line break in a cell", "chatId,phoneContact,firstName,note\n12025550101,12025550191,Ann,\"x\ny\"\n" +
			"note,phoneContact,chatId,firstName\n\"x\ny\",12025550192,12025550102,Bob\n", again},

		{"with fewer columns", "note," + head + "x," + ann + "phoneContact,chatId,firstName\n12025550192,12025550102,Bob\n",
			isAnn + "heading-other|heading-other"},
		{"with a field that the header lacks", head + ann + "phoneContact,chatId,lastName\n12025550192,12025550102,Bob\n" + bob,
			isAnn + "heading-other|heading-other|heading-other"},
		{"which may be of the chats or the cards", head + ann + "Phone,Mobile,Name\n" + bob, isAnn + "heading-other|heading-other"},
		{"in words of its own", head + ann + "Whose number is on it,The chat it goes to,First name\n" + bob, isAnn + "heading-other|heading-other"},
		{"until the next that is clear", head + ann + "Phone,Mobile,Name\n" + bob + head + bob,
			isAnn + "heading-other|heading-other|heading-again|" + isBob},
		{"the right width counts", head + ann + "phoneContact,firstName,company,chatId\n12025550192,Bob,12025550102\n",
			isAnn + "heading-other|heading-other"},
		{"a row of the wrong width below it", head + ann + "phoneContact,chatId,firstName\n12025550192,12025550102\n", isAnn + "heading-again|row-width"},
		{"a stray quote below it", head + ann + "phoneContact,chatId,firstName\n12025550192,12025550102,B\"ob\n", isAnn + "heading-again|quote"},

		{"right below the header", head + "Телефон,Мобильный,Чат\n" + bob, "heading-other|heading-other"},

		{"a contact without a number whose cells say a name of a column is none", "chatId,phoneContact,firstName,channel,type\n" +
			",12025550191,Ann,WhatsApp,Mobile\n-,,Ann,WhatsApp,Phone\n12025550102,12025550192,Bob,Phone,\n", "chat-missing|chat-id phone-missing|" + isBob},
		{"nor one that says that there is none", head + "no phone,no number,Ann\nнет телефона,без номера,Имя\n" + bob,
			"chat-id phone|chat-id phone|" + isBob},
		{"nor is a title", head + ann + "Clients in Rome,,\n" + bob, isAnn + "chat-id phone-missing name-missing|" + isBob},
		{"nor a person called so", head + ann + "x,,Имя\n" + bob, isAnn + "chat-id phone-missing|" + isBob},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := cards(t, c.file, inUTF8)
			if text := strings.Join(got, "|"); text != c.want {
				t.Errorf("got  %s\nwant %s", text, c.want)
			}
			fixme, _ := fixme(t, c.file)
			for name, written := range map[string]string{"fixme": fixme, "saved fixme": saved(t, fixme, false), "results": results(t, c.file),
				"fixme without its headings": strings.ReplaceAll(fixme, "\nphoneContact,", "\nx,")} {
				for _, card := range cards(t, written, inUTF8) {
					if strings.Contains(card, " 1") && !slices.Contains(got, card) {
						t.Errorf("%s: %s\n%s", name, card, written)
					}
				}
			}
		})
	}
}

func TestOneColumnHasAHeadingTwice(t *testing.T) {
	card, err := csvmodel.ReadCard(strings.NewReader("BEGIN:VCARD\nVERSION:3.0\nFN:Example\nTEL:+12025550123\nEND:VCARD\n"), csvmodel.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := cards(t, "Phone\n12025550101\nPhone\n12025550102\nТелефон\n12025550103\nphone\n12025550103\n", csvmodel.Options{Encoding: charset.UTF8, Card: card})
	want := []string{"12025550101 12025550123 Example", "heading-again", "12025550102 12025550123 Example", "heading-other", "heading-other",
		"heading-again", "12025550103 12025550123 Example"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
