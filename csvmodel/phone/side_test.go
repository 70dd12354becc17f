package phone_test

import (
	"slices"
	"testing"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/phone"
)

// readColumn reads cells as a file is read: once more where the verdict on them asks for that.
func readColumn(region string, cells []string) (ids []string, remarks []msg.Code) {
	against := phone.Verdicts{}
	for range 2 {
		p := phone.NewParser(region)
		p.Against = against
		ids, remarks = nil, nil
		for _, cell := range cells {
			id, fault, remark := p.Chat(cell)
			if fault != "" {
				id = string(fault)
			}
			ids, remarks = append(ids, id), append(remarks, remark)
		}
		against = p.Verdicts()
	}
	return ids, remarks
}

func TestANumberWithTwoReadingsIsReadAsTheOthersOfItsColumn(t *testing.T) {
	for _, c := range []struct {
		name, region string
		cells        []string
		two          int // index of the number with two readings
		want         string
	}{
		{"a number of China, or of Germany", "CN", []string{"13812345678", "17712345678", "15012345678"}, 2, "8615012345678@c.us"},
		{"nothing says which", "CN", []string{"15012345678"}, 0, "number-ambiguous"},
		{"other numbers stand with the codes of other countries", "CN", []string{"13812345678", "15012345678", "393471234567"}, 1, "number-ambiguous"},
		{"a number of Vietnam, or of Moscow", "", []string{"84321234567", "84351234567", "84591234567", "84959791907"}, 3, "84959791907@c.us"},
		{"one number of Vietnam is among those of Moscow", "", []string{"84321234567", "84959791907", "84997151620"}, 1, "number-trunk"},
		{"a number of Hong Kong is among those of Moscow", "", []string{"85212345678", "85298765432", "85261234567", "84959791907"}, 3, "number-trunk"},
		{"others are dialled within Russia", "", []string{"84321234567", "84351234567", "84591234567", "84959791907", "89001234567"}, 3, "number-trunk"},
		{"others have the code of Russia", "", []string{"84321234567", "84351234567", "84591234567", "84959791907", "79001234567"}, 3, "number-trunk"},
		{"all may be of Moscow", "", []string{"84959791907", "84959791908", "84997151620"}, 0, "number-trunk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids, remarks := readColumn(c.region, c.cells)
			if ids[c.two] != c.want || (remarks[c.two] == msg.NumberAsOthers) != slices.Contains([]string{"8615012345678@c.us", "84959791907@c.us"}, c.want) {
				t.Errorf("%v %v", ids, remarks)
			}
		})
	}
}
