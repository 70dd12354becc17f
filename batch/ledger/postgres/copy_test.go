package postgres

import "testing"

func TestTwoTablesAreTheSameOnlyCellByCell(t *testing.T) {
	of := func(rows ...[]any) (s sum) {
		for _, row := range rows {
			s.add(row)
		}
		return s
	}
	a, b := []any{int64(1), "x", []byte{2}}, []any{int64(2), "", []byte{}}
	if of(a, b) != of(b, a) {
		t.Error("the order counts")
	}
	for _, other := range [][]any{{int64(1), "x", []byte{3}}, {int64(3), "x", []byte{2}}, {int64(1), "", []byte("x\x02")}, b} {
		if of(a, b) == of(other, b) {
			t.Errorf("%v counts as %v", other, a)
		}
	}
	if of(a, b) == of(a) || of(a, b, b, b) == of(a, b) {
		t.Error("a row more counts as none")
	}
}
