package vcard

import (
	"cmp"
	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
	"slices"
	"strconv"
	"strings"

	govcard "github.com/emersion/go-vcard"
)

// choosePhone is the number that the card is to hand out.
func choosePhone(card govcard.Card) (string, error) {
	var phones []*govcard.Field
	for _, field := range card[govcard.FieldTelephone] {
		if err := readPhone(field); err != nil {
			return "", err
		}
		if field.Value != "" && !field.Params.HasType("fax") && !field.Params.HasType("pager") {
			phones = append(phones, field)
		}
	}
	phones = choosePhones(phones)
	if len(phones) == 0 {
		return "", nil
	}
	if len(phones) > 1 {
		return "", refuse(msg.CardPhones, quotedPhones(phones))
	}
	return withoutMore(phones[0].Value)
}

// withoutMore refuses a number behind which something is to be dialled.
func withoutMore(value string) (string, error) {
	number, more, _ := strings.Cut(value, ";")
	if more != "" {
		return "", refuse(msg.CardExtension, msg.Quoted(value), msg.Quoted(number))
	}
	return value, nil
}

// readPhone makes a telephone's value its number.
func readPhone(field *govcard.Field) error {
	value := strings.TrimSpace(strings.ReplaceAll(field.Value, "\x00", ";"))
	if len(value) >= 4 && strings.EqualFold(value[:4], "tel:") {
		value = value[4:]
	}
	if field.Value = value; value == "" && hasBareType(field) {
		return refuse(msg.CardPhoneStyle)
	}
	return nil
}

// hasBareType reports whether a field without a value is one such as TEL;CELL:+1…,
// whose number go-vcard takes for part of the type.
func hasBareType(field *govcard.Field) bool {
	for _, values := range field.Params {
		for _, value := range values {
			if len(phone.Digits(value)) >= phone.MinDigits {
				return true
			}
		}
	}
	return false
}

// preference returns the rank of a telephone, 1 for the most preferred.
func preference(field *govcard.Field) int {
	if n, err := strconv.Atoi(field.Params.Get(govcard.ParamPreferred)); err == nil {
		return n
	}
	if field.Params.HasType("pref") {
		return 1
	}
	return 101
}

// choosePhones leaves the preferred telephones, and of those the mobile one.
// Of the same number given twice it leaves one.
func choosePhones(phones []*govcard.Field) []*govcard.Field {
	best := 101
	for _, phone := range phones {
		best = min(best, preference(phone))
	}
	phones = differentPhones(phones, func(phone *govcard.Field) bool { return preference(phone) == best })
	mobile := differentPhones(phones, func(phone *govcard.Field) bool { return phone.Params.HasType("cell") })
	if len(mobile) == 1 {
		return mobile
	}
	return phones
}

func differentPhones(phones []*govcard.Field, fits func(*govcard.Field) bool) (chosen []*govcard.Field) {
	for _, phone := range phones {
		same := func(other *govcard.Field) bool { return phoneKey(other) == phoneKey(phone) }
		if fits(phone) && !slices.ContainsFunc(chosen, same) {
			chosen = append(chosen, phone)
		}
	}
	return chosen
}

// phoneKey is the same for one number written in two ways.
func phoneKey(field *govcard.Field) string {
	return cmp.Or(phone.Digits(field.Value), field.Value)
}

func quotedPhones(phones []*govcard.Field) []string {
	texts := make([]string, len(phones))
	for i, phone := range phones {
		texts[i] = msg.Quoted(phone.Value)
	}
	return texts
}
