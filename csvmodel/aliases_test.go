package csvmodel

import (
	"slices"
	"testing"
)

func TestNamesAreWrittenAsKeys(t *testing.T) {
	for name, field := range known().fields {
		if keyOf(name) != name || !slices.Contains(columns[:], field) {
			t.Errorf("%q: %q is compared, and means %q", name, keyOf(name), field)
		}
		if known().wholeNames[name] || rankOf(name) != notTelephone {
			t.Errorf("%q is something else too", name)
		}
	}
	for name := range known().wholeNames {
		if keyOf(name) != name || rankOf(name) != notTelephone {
			t.Errorf("%q: %q is compared, and means a telephone of rank %d", name, keyOf(name), rankOf(name))
		}
	}
	for name := range known().telephones {
		if keyOf(name) != name || rankOf(name) == notTelephone {
			t.Errorf("%q: %q is compared, and means a telephone of rank %d", name, keyOf(name), rankOf(name))
		}
	}
	for name := range known().instances {
		if keyOf(name) != name || isKnown(name) {
			t.Errorf("%q: %q is compared, and is something else too", name, keyOf(name))
		}
	}
	for _, field := range columns {
		if known().fields[keyOf(field)] != field {
			t.Errorf("%s is not known by its own name", field)
		}
	}
}

func TestFieldNames(t *testing.T) {
	cases := []struct {
		name, field string
		written     []string
	}{
		{"a chat, as people write it", "chatId", []string{
			"chatId", "Chat-ID", "chat_id", "CHAT ID", "Chat", "WhatsApp", "Whats App", "WhatsApp number", "Recipient",
			"Чат", "ID чата", "Ватсап", "Номер WhatsApp", "Получатель", "Кому"}},
		{"the number on the card, where that is said", "phoneContact", []string{
			"phoneContact", "phone_contact", "Phone.Contact", "Contact phone", "Телефон контакта", "Номер контакта"}},
		{"a first name", "firstName", []string{"first name", "First_Name", "Given Name", "Имя", "ИМЯ", "Имя*"}},
		{"a middle name", "middleName", []string{"middle-name", "Additional Name", "Отчество", "Второе имя"}},
		{"a last name", "lastName", []string{"LASTNAME", "Surname", "Family Name", "Фамилия"}},
		{"a company", "company", []string{"Company", "Company Name", "Organization", "Organisation", "Organization Name",
			"Organization 1 - Name", "Компания", "Организация", "Фирма", "Название компании"}},
		{"the quoted message", "quotedMessageId", []string{"quotedMessageID", "Quoted Message"}},
		{"no field, though one is in it", "", []string{
			"Имя помощника", "Основной телефон организации", "Код организации", "Organization Title", "Organization 2 - Name",
			"Company Main Phone", "Yomi Name", "Phonetic First Name", "Chat history", "Title", "-", ""}},
		{"with space, marks and letters that nobody sees", "firstName", []string{
			"\ufeffИмя", "\u00a0Имя\u00a0", "First\u00a0Name", "First\u200bName", "first\u00adname"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range c.written {
				if got := known().fields[keyOf(name)]; got != c.field {
					t.Errorf("%q is %q", name, got)
				}
			}
		})
	}
}

func TestRankOf(t *testing.T) {
	cases := []struct {
		name    string
		rank    telephoneRank
		written []string
	}{
		{"what WhatsApp is likeliest to be on", mobile, []string{
			"Mobile", "Mobile Phone", "Mobile Number", "Cell", "cell_phone", "iPhone", "Mobile 1",
			"Мобильный", "Мобильныи\u0306 телефон", "Моб. тел.", "Сотовый", "Телефон переносной", "Телефон (моб.)"}},
		{"a telephone of which no more is said", ordinary, []string{
			"Phone", "Phone Number", "Tel", "Tel.", "Telephone", "Phone 1 - Value", "Primary Phone", "Phone #", "Phone 1",
			"Телефон", "Номер телефона", "Тел.", "Основной телефон", "Телефон 1", "№ телефона"}},
		{"one somewhere else, or one more", elsewhere, []string{
			"Home Phone", "Business Phone 2", "Work Phone", "Other Phone", "Phone 2 - Value", "Mobile Phone 2", "Phone 11",
			"Рабочий телефон", "Телефон раб. 2", "Телефон дом. 2", "Другой телефон"}},
		{"the number of something", vague, []string{"Номер", "Number", "№ Номер"}},
		{"what is no telephone of the person", notTelephone, []string{
			"Business Fax", "Home Fax", "Pager", "Telex", "TTY/TDD Phone", "Phone 1 - Type", "Phone 1 - Label", "Callback", "ISDN",
			"Assistant's Phone", "Company Main Phone", "Рабочий факс", "Пейджер", "Телекс", "Телефон помощника",
			"12025550101", "1", ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range c.written {
				if got := rankOf(keyOf(name)); got != c.rank {
					t.Errorf("%q has rank %d", name, got)
				}
			}
		})
	}
}

func TestCountKnown(t *testing.T) {
	cases := []struct {
		name   string
		header []string
		want   int
	}{
		{"names of fields, telephones and whole names count", []string{"ID чата", "Phone 2 - Value", "ФИО", "Заметки"}, 3},
		{"numbers and nothing do not", []string{"12025550101", "", "Fax"}, 0},
		{"names that are not separated do not", []string{"chatId;phoneContact;firstName"}, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := countKnown(c.header); got != c.want {
				t.Errorf("got %d", got)
			}
		})
	}
}
