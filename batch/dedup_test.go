package batch

import (
	"strconv"
	"testing"

	"contact-distributor/csvmodel"
)

func cardRow(number, n int) csvmodel.Row {
	return csvmodel.Row{Number: number, Fields: csvmodel.Fields{ChatID: strconv.Itoa(n)}}
}

func TestTheFirstRowOfEachCardIsFound(t *testing.T) {
	const cards = 50_000
	s := new(cardSet)
	for i := range cards {
		if first, _ := s.firstRow(cardRow(i+2, i)); first != 0 {
			t.Fatalf("card %d is new and was found in row %d", i, first)
		}
	}
	for i := range cards {
		if first, _ := s.firstRow(cardRow(1_000_000, i)); first != i+2 {
			t.Fatalf("card %d was found in row %d, not %d", i, first, i+2)
		}
	}
}

func BenchmarkCardSet(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s := new(cardSet)
		for i := range 100_000 {
			s.firstRow(cardRow(i+2, i))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/100_000, "ns/row")
}
