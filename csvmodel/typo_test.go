package csvmodel

import "testing"

func TestNearField(t *testing.T) {
	cases := []struct {
		name, field string
		written     []string
	}{
		{"letters in each other's place", "firstName", []string{"fristName", "First Naem", "firstnmae"}},
		{"a letter left out", "chatId", []string{"chat_i", "Chat D", "Whatsap", "Получател"}},
		{"a last letter in the place of the one before", "chatId", []string{"chatdI"}},
		{"a wrong letter", "phoneContact", []string{"phoneContakt", "Phone-Contacd", "Номер контокта"}},
		{"a letter too many", "middleName", []string{"Middle Namme", "Отчесство"}},
		{"in Russian", "lastName", []string{"Фамиля", "Фамилии", "Фамлиия"}},
		{"and of a longer word", "company", []string{"Компаня", "Compny", "Organizaton", "Организаця"}},
		{"two slips are another word", "", []string{"fritsNmae", "phonKontakt", "Покупатель", "Username", "Maiden Name"}},
		{"everyday words", "", []string{
			"Note", "Notes", "Date", "City", "Status", "Tags", "Form", "Chart", "Group", "Channel", "Campaign", "Contract",
			"List name", "File name", "Event name", "Last date", "Employee", "Count", "Price", "Charge", "Shop", "Name 2",
			"Цена", "Дата", "Город", "Форма", "Адрес", "Кампания", "Номер контракта", "Количество", "Качество", "Тема",
			"Имена", "Час", "Дом", "Чек", "Комната", "Сумма", "Примечание", "Канал"}},
		{"what exports have beside the fields", "", []string{
			"Yomi Name", "Given Name Yomi", "Family Name Yomi", "Additional Name Yomi", "Name Prefix", "Name Suffix",
			"Phonetic First Name", "Phonetic Middle Name", "Phonetic Last Name", "Nickname", "Short Name", "Screen Name",
			"E-mail", "E-mail Address", "Company Main Phone", "Organization 2 - Name", "Organization Title", "Organization 1 - Title",
			"Обращение", "Суффикс", "Отдел", "Должность", "Инициалы", "Имя помощника", "Телефон помощника"}},
		{"names that are known", "", []string{"firstName", "Имя", "Name", "Phone", "Contact number"}},
		{"nothing", "", []string{"", "-"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, name := range c.written {
				if got := typoField(keyOf(name)); got != c.field {
					t.Errorf("%q is nearly %q", name, got)
				}
			}
		})
	}
}
