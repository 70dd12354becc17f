package csvmodel

import "testing"

// The headers that address books write, as they are.
const (
	googleOld = "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi," +
		"Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information," +
		"Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership," +
		"E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value," +
		"Address 1 - Type,Address 1 - Formatted,Organization 1 - Type,Organization 1 - Name,Organization 1 - Yomi Name," +
		"Organization 1 - Title,Organization 1 - Department,Website 1 - Value"
	googleNew = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix," +
		"Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels," +
		"E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value," +
		"Address 1 - Label,Address 1 - City,Website 1 - Label,Website 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value"
	outlook = "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Assistant's Phone," +
		"Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2," +
		"ISDN,Mobile Phone,Other Fax,Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary," +
		"Assistant's Name,Birthday,Categories,E-mail Address,E-mail Display Name,Initials,Manager's Name,Notes," +
		"Organizational ID Number,Spouse,User 1,Web Page"
	outlookRussian = "Обращение,Имя,Отчество,Фамилия,Суффикс,Организация,Отдел,Должность,Улица (раб. адрес),Телефон помощника," +
		"Рабочий факс,Рабочий телефон,Телефон раб. 2,Обратный вызов,Телефон в машине,Основной телефон организации,Домашний факс," +
		"Домашний телефон,Телефон дом. 2,ISDN,Телефон переносной,Другой факс,Другой телефон,Пейджер,Основной телефон," +
		"Радиотелефон,Телетайп/телефон с титрами,Телекс,Важность,Заметки,Имя помощника,Инициалы,Код организации,Супруг(а)," +
		"Адрес эл. почты,Краткое имя эл. почты"
	outlookCom = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 Address,Home Phone," +
		"Business Phone,Mobile Phone,Business Fax,Company,Job Title,Department,Home Street,Business Street,Birthday,Notes,Categories"
	thunderbird = "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Screen Name,Work Phone,Home Phone," +
		"Fax Number,Pager Number,Mobile Number,Home Address,Work Address,Job Title,Department,Organization,Web Page 1,Notes"
	apple = "First name,Middle name,Last name,Nickname,Company,Job title,Department,iPhone,Home phone,Work phone,Home fax,Home email,Notes"
)

func TestExports(t *testing.T) {
	card := Options{Card: &Card{}}
	cases := []struct {
		name, header string
		opts         Options
		want, notes  string
	}{
		{"Google, before 2024", "WhatsApp," + googleOld, Options{},
			"WhatsApp=chatId Given Name=firstName Additional Name=middleName Family Name=lastName Phone 1 - Value=phoneContact Organization 1 - Name=company",
			"column-taken: Phone 1 - Value, phoneContact"},
		{"Google, since then", googleNew + ",chatId", Options{},
			"First Name=firstName Middle Name=middleName Last Name=lastName Organization Name=company Phone 1 - Value=phoneContact chatId=chatId",
			"column-taken: Phone 1 - Value, phoneContact"},
		{"Outlook", "Chat ID," + outlook, Options{},
			"Chat ID=chatId First Name=firstName Middle Name=middleName Last Name=lastName Company=company Mobile Phone=phoneContact",
			"column-taken: Mobile Phone, phoneContact"},
		{"Outlook in Russian", outlookRussian + ",Кому", Options{},
			"Имя=firstName Отчество=middleName Фамилия=lastName Организация=company Телефон переносной=phoneContact Кому=chatId",
			"column-taken: Телефон переносной, phoneContact"},
		{"Outlook.com", outlookCom + ",WhatsApp Number", Options{},
			"First Name=firstName Middle Name=middleName Last Name=lastName Mobile Phone=phoneContact Company=company WhatsApp Number=chatId",
			"column-taken: Mobile Phone, phoneContact"},
		{"Thunderbird", thunderbird + ",Chat", Options{},
			"First Name=firstName Last Name=lastName Mobile Number=phoneContact Organization=company Chat=chatId",
			"column-taken: Mobile Number, phoneContact"},
		{"Apple, converted", apple + ",Chat", Options{},
			"First name=firstName Middle name=middleName Last name=lastName Company=company iPhone=phoneContact Chat=chatId",
			"column-taken: iPhone, phoneContact"},
		{"Google, as those whom one card is sent to", googleNew, card, "Phone 1 - Value=chatId", "column-taken: Phone 1 - Value, chatId"},
		{"Google before 2024, as those", googleOld, card, "Phone 1 - Value=chatId", "column-taken: Phone 1 - Value, chatId"},
		{"Outlook, as those", outlook, card, "Mobile Phone=chatId", "column-taken: Mobile Phone, chatId"},
		{"Outlook in Russian, as those", outlookRussian, card, "Телефон переносной=chatId", "column-taken: Телефон переносной, chatId"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { checkUnderstood(t, c.header, c.opts, c.want, c.notes) })
	}
}
