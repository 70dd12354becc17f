package csvmodel

import (
	"strings"
	"unicode"
)

// fieldNames has the names, as key makes them, that can mean nothing but one
// field. The first of each field is the API's.
var fieldNames = map[string]string{
	"chatid": "chatId", "chat": "chatId", "chatnumber": "chatId",
	"whatsapp": "chatId", "whatsappid": "chatId", "whatsappnumber": "chatId",
	"whatsappphone": "chatId", "whatsappphonenumber": "chatId", "waid": "chatId",
	"recipient": "chatId", "recipientid": "chatId", "recipientnumber": "chatId",
	"recipientphone": "chatId", "sendto": "chatId",
	"чат": "chatId", "чатid": "chatId", "idчата": "chatId", "номерчата": "chatId",
	"ватсап": "chatId", "вотсап": "chatId", "вацап": "chatId", "ватсапп": "chatId",
	"номерwhatsapp": "chatId", "номервwhatsapp": "chatId", "телефонwhatsapp": "chatId",
	"номерватсап": "chatId", "номервотсап": "chatId", "телефонватсап": "chatId",
	"получатель": "chatId", "idполучателя": "chatId", "номерполучателя": "chatId",
	"телефонполучателя": "chatId", "кому": "chatId",

	"phonecontact": "phoneContact", "contactphone": "phoneContact",
	"contactphonenumber": "phoneContact", "phonenumberofcontact": "phoneContact",
	"телефонконтакта": "phoneContact", "номерконтакта": "phoneContact",
	"номертелефонаконтакта": "phoneContact",

	"firstname": "firstName", "givenname": "firstName", "forename": "firstName",
	"имя": "firstName",

	"middlename": "middleName", "additionalname": "middleName", "patronymic": "middleName",
	"отчество": "middleName", "второеимя": "middleName",

	"lastname": "lastName", "surname": "lastName", "familyname": "lastName",
	"фамилия": "lastName",

	"company": "company", "companyname": "company",
	"organization": "company", "organizationname": "company", "organization1name": "company",
	"organisation": "company", "organisationname": "company",
	"компания": "company", "названиекомпании": "company", "наименованиекомпании": "company",
	"организация": "company", "названиеорганизации": "company", "наименованиеорганизации": "company",
	"фирма": "company", "названиефирмы": "company", "предприятие": "company",

	"quotedmessageid": "quotedMessageId", "quotedmessage": "quotedMessageId",
	"цитируемоесообщение": "quotedMessageId", "idцитируемогосообщения": "quotedMessageId",
}

// wholeNames has the names of columns that hold first and last names together.
var wholeNames = map[string]bool{
	"name": true, "fullname": true, "displayname": true, "contactname": true,
	"firstandlastname": true, "firstnamelastname": true,
	"фио": true, "полноеимя": true, "имяконтакта": true, "имяифамилия": true, "имяфамилия": true,
	"фамилияиимя": true, "фамилияимя": true, "фамилияимяотчество": true, "фамилияимяиотчество": true,
}

// telephoneRank says how likely a telephone column is to hold the number that WhatsApp
// knows a person by. The lower of two is the better, but notTelephone is none.
type telephoneRank int

const (
	notTelephone telephoneRank = iota
	mobile
	ordinary
	elsewhere // at home, at work, or one more number
)

// telephones has the names, without the number of a numbered column, that say
// no more than that it holds telephone numbers: of the chats or of the cards.
var telephones = map[string]telephoneRank{
	"mobile": mobile, "mobilephone": mobile, "mobilenumber": mobile, "mobilephonenumber": mobile,
	"mobileno": mobile, "phonemobile": mobile, "mobiletelephone": mobile, "iphone": mobile,
	"cell": mobile, "cellphone": mobile, "cellnumber": mobile, "cellphonenumber": mobile, "cellular": mobile,
	"мобильный": mobile, "мобильныйтелефон": mobile, "мобильныйномер": mobile, "телефонмобильный": mobile,
	"номермобильного": mobile, "номермобильноготелефона": mobile,
	"мобтел": mobile, "мобтелефон": mobile, "телмоб": mobile, "телефонмоб": mobile, "моб": mobile,
	"сотовый": mobile, "сотовыйтелефон": mobile, "телефонсотовый": mobile, "номерсотового": mobile,
	"телефонпереносной": mobile,

	"phone": ordinary, "phonenumber": ordinary, "phoneno": ordinary, "phones": ordinary, "phonevalue": ordinary,
	"primaryphone": ordinary, "mainphone": ordinary, "contactnumber": ordinary,
	"tel": ordinary, "telno": ordinary, "telnumber": ordinary, "telephone": ordinary, "telephonenumber": ordinary,
	"телефон": ordinary, "телефоны": ordinary, "номертелефона": ordinary, "номертел": ordinary, "тел": ordinary, "телефона": ordinary,
	"контактныйтелефон": ordinary, "контактныйномер": ordinary, "основнойтелефон": ordinary,

	"homephone": elsewhere, "phonehome": elsewhere, "homenumber": elsewhere,
	"businessphone": elsewhere, "workphone": elsewhere, "phonework": elsewhere, "worknumber": elsewhere,
	"officephone": elsewhere, "otherphone": elsewhere, "number": elsewhere,
	"рабочийтелефон": elsewhere, "телефонрабочий": elsewhere, "телефонраб": elsewhere, "рабтел": elsewhere,
	"домашнийтелефон": elsewhere, "телефондомашний": elsewhere, "телефондом": elsewhere, "домтел": elsewhere,
	"другойтелефон": elsewhere, "номер": elsewhere,
}

// rankOf returns the rank of a telephone column. Where columns are numbered, the
// first is as good as one without a number.
func rankOf(key string) telephoneRank {
	if r := telephones[strings.Replace(key, "1", "", 1)]; r != notTelephone {
		return r
	}
	if telephones[strings.Map(dropDigit, key)] != notTelephone {
		return elsewhere
	}
	return notTelephone
}

func dropDigit(r rune) rune {
	if unicode.IsDigit(r) {
		return -1
	}
	return r
}

// isKnown reports whether a name means a field, a whole name or a telephone.
func isKnown(key string) bool {
	return fieldNames[key] != "" || wholeNames[key] || rankOf(key) != notTelephone
}

// countKnown counts the names that isKnown.
func countKnown(header []string) (known int) {
	for _, name := range header {
		if isKnown(keyOf(name)) {
			known++
		}
	}
	return known
}

// composeLetters writes as one letter what some systems write as two, and the ё as
// the е that many people write for it.
var composeLetters = strings.NewReplacer("и\u0306", "й", "е\u0308", "е", "ё", "е")

// keyOf returns what is compared of a name: its letters and digits, in lower case.
func keyOf(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, composeLetters.Replace(strings.ToLower(name)))
}

// apiField returns the field that has a name in the API, or "".
func apiField(key string) string {
	for _, field := range columns {
		if strings.EqualFold(key, field) {
			return field
		}
	}
	return ""
}
