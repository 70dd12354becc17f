package phone_test

import (
	"fmt"
	"testing"

	"contact-distributor/csvmodel/phone"
)

// BenchmarkNumbers reads numbers that all differ.
func BenchmarkNumbers(b *testing.B) {
	for _, c := range []struct{ name, region, format string }{
		{"Russian", "", "7900%07d"},
		{"Russian fixed line", "", "7495%07d"},
		{"American", "", "1202%07d"},
		{"Canadian", "", "1416%07d"},
		{"British", "", "447911%06d"},
		{"British, unusual", "", "447700%06d"},
		{"German", "", "491511%07d"},
		{"Brazilian", "", "55119%08d"},
		{"of no country", "", "999%08d"},
		{"written for people", "", "+7 (900) 1%06d"},
		{"of two", "", "79001234567, 7900%07d"},
		{"Russian in its region", "RU", "8900%07d"},
		{"British in its region", "GB", "07911%06d"},
		{"an id", "", "7900%07d@c.us"},
	} {
		cells := make([]string, 1<<12)
		for i := range cells {
			cells[i] = fmt.Sprintf(c.format, i*137)
		}
		b.Run(c.name, func(b *testing.B) {
			n := phone.NewParser(c.region)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				n.Chat(cells[i%len(cells)])
			}
		})
	}
}

func BenchmarkNewNumbers(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		phone.NewParser("RU")
	}
}
