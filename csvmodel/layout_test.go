package csvmodel_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
)

func TestLayout(t *testing.T) {
	rest := "phoneContact;Имя, полностью;;firstName"
	rd, err := open(charset.BOM + " ChatID;" + rest + "\r\n")
	if err != nil {
		t.Fatal(err)
	}
	want := csvmodel.Layout{
		Encoding: "utf-8", Delimiter: ";", CRLF: true,
		Header:  []string{" ChatID", "phoneContact", "Имя, полностью", "", "firstName"},
		Columns: []string{"chatId", "phoneContact", "", "", "firstName"},

		Cyrillic: true,
	}
	if got := rd.Layout(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
	kept, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got csvmodel.Layout
	if err := json.Unmarshal(kept, &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("from the ledger: %+v, %v", got, err)
	}
}
