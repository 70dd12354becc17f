package phone

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

var update = flag.Bool("update", false, "write regions.tsv")

// TestTheTableOfRegionsIsThatOfTheLibrary fails when the library has a newer one.
func TestTheTableOfRegionsIsThatOfTheLibrary(t *testing.T) {
	table := tableOfTheLibrary(t)
	if *update {
		if err := os.WriteFile("regions.tsv", []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if table != regionTable {
		t.Error("the library knows other numbers: go test ./csvmodel/phone -update")
	}
	for name := range phonenumbers.GetSupportedRegions() {
		if r := regionOf(name); r == nil || r.code != fmt.Sprint(phonenumbers.GetCountryCodeForRegion(name)) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	for _, name := range []string{"", "001", "XX", "AQ"} {
		if regionOf(name) != nil {
			t.Errorf("%q is a country", name)
		}
	}
}

func tableOfTheLibrary(t *testing.T) string {
	t.Helper()
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, code := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedCallingCodes())) {
		for _, name := range phonenumbers.GetRegionCodesForCountryCode(code) {
			i := slices.IndexFunc(all.GetMetadata(), func(m *phonenumbers.PhoneMetadata) bool {
				return m.GetId() == name && int(m.GetCountryCode()) == code
			})
			table.WriteString(lineOf(all.GetMetadata()[i]))
		}
	}
	return table.String()
}

func lineOf(m *phonenumbers.PhoneMetadata) string {
	cells := []string{fmt.Sprint(m.GetCountryCode()), m.GetId(), m.GetNationalPrefix(), m.GetNationalPrefixForParsing(), m.GetInternationalPrefix(), m.GetLeadingDigits(), kindText(m.GetGeneralDesc())}
	for _, desc := range []*phonenumbers.PhoneNumberDesc{ // those first that most people have
		m.GetMobile(), m.GetFixedLine(), m.GetVoip(), m.GetTollFree(), m.GetPremiumRate(),
		m.GetSharedCost(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail(),
	} {
		if text := kindText(desc); text != "" {
			cells = append(cells, text)
		}
	}
	return strings.Join(cells, "\t") + "\n"
}

// kindText is empty where there are no numbers of the kind.
func kindText(d *phonenumbers.PhoneNumberDesc) string {
	var named []string
	for _, n := range d.GetPossibleLength() {
		if n > 0 { // -1 stands for none
			named = append(named, fmt.Sprint(n))
		}
	}
	if d.GetNationalNumberPattern() == "" || len(named) == 0 && len(d.GetPossibleLength()) > 0 {
		return ""
	}
	return strings.Join(named, ",") + " " + d.GetNationalNumberPattern()
}
