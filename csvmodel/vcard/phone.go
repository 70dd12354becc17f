package vcard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	govcard "github.com/emersion/go-vcard"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

func phoneOf(card govcard.Card) (string, error) {
	var phones []*govcard.Field
	for _, field := range card[govcard.FieldTelephone] {
		if err := cleanPhone(field); err != nil {
			return "", err
		}
		if field.Value != "" && !field.Params.HasType("fax") && !field.Params.HasType("pager") {
			phones = append(phones, field)
		}
	}
	switch phones = preferredPhones(phones); len(phones) {
	case 0:
		return "", nil
	case 1:
		value := phones[0].Value
		if number, extension, _ := strings.Cut(value, ";"); extension != "" {
			return "", refuse("card-extension", msg.Quoted(value), msg.Quoted(number))
		}
		return value, nil
	}
	quoted := make([]string, len(phones))
	for i, phone := range phones {
		quoted[i] = msg.Quoted(phone.Value)
	}
	return "", refuse("card-phones", quoted)
}

func cleanPhone(field *govcard.Field) error {
	value := strings.TrimSpace(strings.ReplaceAll(field.Value, "\x00", ";"))
	if len(value) >= 4 && strings.EqualFold(value[:4], "tel:") {
		value = value[4:]
	}
	if field.Value = value; value == "" && hasBareType(field) {
		return refuse("card-phone-style")
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

func preference(field *govcard.Field) int {
	if n, err := strconv.Atoi(field.Params.Get(govcard.ParamPreferred)); err == nil {
		return n
	}
	if field.Params.HasType("pref") {
		return 1
	}
	return 101
}

// preferredPhones returns the most preferred telephones, and of those the mobile one if
// there is one. It returns a number once.
func preferredPhones(phones []*govcard.Field) []*govcard.Field {
	best := 101
	for _, phone := range phones {
		best = min(best, preference(phone))
	}
	phones = distinctPhones(phones, func(phone *govcard.Field) bool { return preference(phone) == best })
	mobile := distinctPhones(phones, func(phone *govcard.Field) bool { return phone.Params.HasType("cell") })
	if len(mobile) == 1 {
		return mobile
	}
	return phones
}

func distinctPhones(phones []*govcard.Field, fits func(*govcard.Field) bool) (chosen []*govcard.Field) {
	for _, phone := range phones {
		same := func(other *govcard.Field) bool { return phoneKey(other) == phoneKey(phone) }
		if fits(phone) && !slices.ContainsFunc(chosen, same) {
			chosen = append(chosen, phone)
		}
	}
	return chosen
}

func phoneKey(field *govcard.Field) string {
	return cmp.Or(phone.Digits(field.Value), field.Value)
}
