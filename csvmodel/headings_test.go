package csvmodel

import (
	"errors"
	"strings"
	"testing"
)

func TestHeadingsOfManyLanguages(t *testing.T) {
	const chatOnly = "with a card"
	cases := []struct{ language, header, want string }{
		{chatOnly, "Nome;Celular", "Celular=chatId"},
		{chatOnly, "NOME;TELEFONE CELULAR;EMPRESA", "TELEFONE CELULAR=chatId"},
		{chatOnly, "Nombre;Apellidos;Teléfono móvil", "Teléfono móvil=chatId"},
		{chatOnly, "Nombre;NÚMERO DE TELÉFONO", "NÚMERO DE TELÉFONO=chatId"},
		{chatOnly, "No;Nama;No HP", "No HP=chatId"},
		{chatOnly, "Nama;No. Telp/WA", "No. Telp/WA=chatId"},
		{chatOnly, "Adı Soyadı;Cep Telefonu", "Cep Telefonu=chatId"},
		{chatOnly, "ADI SOYADI;CEP TELEFONU", "CEP TELEFONU=chatId"},
		{chatOnly, "Ad;Soyad;İş Telefonu;GSM", "GSM=chatId"},
		{chatOnly, "الاسم;رقم الهاتف", "رقم الهاتف=chatId"},
		{chatOnly, "الاسم;رقم الجوّال", "رقم الجوّال=chatId"},
		{chatOnly, "Vorname;Name;Telefonnummer", "Telefonnummer=chatId"},
		{chatOnly, "Name;Handy", "Handy=chatId"},
		{chatOnly, "Nom;Prénom;N° de téléphone", "N° de téléphone=chatId"},
		{chatOnly, "Nom;Numéro de portable;Fixe", "Numéro de portable=chatId"},
		{chatOnly, "Nome;Cognome;Cellulare", "Cellulare=chatId"},
		{chatOnly, "Imię i nazwisko;Nr telefonu", "Nr telefonu=chatId"},
		{chatOnly, "Ім'я;Мобільний телефон", "Мобільний телефон=chatId"},
		{chatOnly, "ПІБ;Номер телефону", "Номер телефону=chatId"},
		{chatOnly, "שם;טלפון נייד", "טלפון נייד=chatId"},
		{chatOnly, "姓名;手机号码", "手机号码=chatId"},
		{chatOnly, "नाम;मोबाइल नंबर", "मोबाइल नंबर=chatId"},

		{"names", "chatId;phoneContact;Nome;Sobrenome;Empresa", "Nome=firstName Sobrenome=lastName Empresa=company"},
		{"names", "chatId;phoneContact;Nombre;Apellidos;Razón social", "Nombre=firstName Apellidos=lastName Razón social=company"},
		{"names", "chatId;phoneContact;Vorname;Nachname;Firma", "Vorname=firstName Nachname=lastName Firma=company"},
		{"names", "chatId;phoneContact;Name;Vorname;Firma", "Name=lastName Vorname=firstName Firma=company"},
		{"names", "chatId;phoneContact;Nom;Prénom;Société", "Nom=lastName Prénom=firstName Société=company"},
		{"names", "chatId;phoneContact;Nom", "Nom=firstName"},
		{"names", "chatId;phoneContact;Ad;Soyadı;Şirket", "Ad=firstName Soyadı=lastName Şirket=company"},
		{"names", "chatId;phoneContact;Ad;Last Name", "Last Name=lastName"},
		{"names", "chatId;phoneContact;Ім’я;Прізвище;По батькові", "Ім’я=firstName Прізвище=lastName По батькові=middleName"},
		{"names", "chatId;phoneContact;Nama;Perusahaan", "Nama=firstName Perusahaan=company"},

		{"remarks", "Контактный телефон (WhatsApp)", "Контактный телефон (WhatsApp)=chatId"},
		{"remarks", "Phone*", "Phone*=chatId"},
		{"remarks", "Phone number (with country code)", "Phone number (with country code)=chatId"},
		{"remarks", "Mobile [required], e.g. +12025550101", "Mobile [required], e.g. +12025550101=chatId"},
		{"remarks", "Номер телефона: 79XXXXXXXXX", "Номер телефона: 79XXXXXXXXX=chatId"},
		{"remarks", "Телефон\n(с кодом страны)", "Телефон\n(с кодом страны)=chatId"},
		{"remarks", "Celular (com DDD)", "Celular (com DDD)=chatId"},
		{"remarks", "Phone;Phone (WhatsApp)", "Phone (WhatsApp)=chatId"},
		{"remarks", "Phone (home);Phone", "Phone=chatId"},

		{"refused", "Phone (of the mother)", ""},
		{"refused", "Телефон (факс)", ""},
		{"refused", "Телефон менеджера", ""},
		{"refused", "Phone: type", ""},
		{"refused", "Номер заказа;Имя", ""},
	}
	for _, c := range cases {
		t.Run(c.header, func(t *testing.T) {
			opts := Options{}
			if !strings.HasPrefix(c.header, "chatId") {
				opts.Card = &Card{}
			}
			names := strings.Split(c.header, ";")
			fields, _, err := mapColumns(names, nil, opts)
			var got []string
			for i, field := range fields {
				if field != "" && names[i] != field {
					got = append(got, names[i]+"="+field)
				}
			}
			var refused *FileError
			if text := strings.Join(got, " "); text != c.want || (c.want == "") != errors.As(err, &refused) {
				t.Errorf("%s: got %s, %v", c.language, text, err)
			}
		})
	}
}
