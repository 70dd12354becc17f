package phone

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

func TestTheSameLengthsAndPatternsAsTheLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for code := range phonenumbers.GetSupportedCallingCodes() {
		for range 200 {
			digits := strconv.Itoa(code) + strconv.FormatUint(10_000+random.Uint64N(pow10(5+random.IntN(9))), 10)
			compare(t, code, digits)
		}
	}
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			if example := phonenumbers.GetExampleNumberForType(region, kind); example != nil {
				compare(t, int(example.GetCountryCode()), phonenumbers.Format(example, phonenumbers.E164)[1:])
			}
		}
	}
}

func compare(t *testing.T, code int, digits string) {
	t.Helper()
	national := strings.TrimPrefix(digits, strconv.Itoa(code))
	value, _ := strconv.ParseUint(national, 10, 64)
	country := int32(code)
	zeros := int32(len(national) - len(strings.TrimLeft(national, "0")))
	italian := zeros > 0
	number := &phonenumbers.PhoneNumber{CountryCode: &country, NationalNumber: &value}
	if italian {
		number.ItalianLeadingZero, number.NumberOfLeadingZeros = &italian, &zeros
	}
	want := invalid
	if phonenumbers.IsValidNumber(number) {
		want = valid
	} else if phonenumbers.IsPossibleNumberWithReason(number) == phonenumbers.IS_POSSIBLE && !italian {
		want = possible
	}
	if got := validityOf(digits); got != want && !isOtherForm(digits) {
		t.Errorf("+%d %s: %d, and the library says %d", code, national, got, want)
	}
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
