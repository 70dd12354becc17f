package xlsx_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"contact-distributor/csvmodel/xlsx"
)

// workbook is a workbook of these rows, all of one style.
func workbook(t *testing.T, name string, header []string, rows ...[]string) []byte {
	t.Helper()
	var columns []xlsx.Column
	for _, name := range header {
		columns = append(columns, xlsx.Column{Name: name, Width: 12})
	}
	var out bytes.Buffer
	w, err := xlsx.NewWriter(&out, name, columns)
	for _, row := range rows {
		var cells []xlsx.Cell
		for _, text := range row {
			cells = append(cells, xlsx.Cell{Text: text, Style: xlsx.Bad})
		}
		if err == nil {
			err = w.Write(cells)
		}
	}
	if err == nil {
		err = w.Close(func(state string) string { return `" (` + state + `)"` })
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, book []byte) (*excelize.File, string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f, f.GetSheetName(0)
}

func TestEveryCellIsTextAsItWasGiven(t *testing.T) {
	cells := []string{
		"79001234567", "+7 900 123-45-67", "007", "7.90012E+10", "1/2", "TRUE", " ", " a ", "a\nb", "a\r\nb\tc",
		"=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "'=1", "<b>&amp;</b> \"x\"", "Имя 👩‍👧", "\x00\x07\x1b", "\ufffe",
		"_x0041_", "_x0041_x0042_", "_x005F_x0041_", "_x004", "_x", strings.Repeat("я", 32767),
	}
	f, sheet := open(t, workbook(t, "Sheet1", []string{"a"}, cells))
	for i, want := range cells {
		ref, _ := excelize.CoordinatesToCellName(i+1, 2)
		is, err := f.GetCellValue(sheet, ref, excelize.Options{RawCellValue: true})
		if err != nil || is != want {
			t.Errorf("%q is %q, %v", want, is, err)
		}
		if kind, _ := f.GetCellType(sheet, ref); kind != excelize.CellTypeInlineString {
			t.Errorf("%q has type %d", want, kind)
		}
		if formula, _ := f.GetCellFormula(sheet, ref); formula != "" {
			t.Errorf("%q is the formula %q", want, formula)
		}
	}
}

func TestAnEmptyCellIsEmptyAndHasItsStyle(t *testing.T) {
	f, sheet := open(t, workbook(t, "Sheet1", []string{"a"}, []string{"", "b"}))
	kind, _ := f.GetCellType(sheet, "A2")
	if style, _ := f.GetCellStyle(sheet, "A2"); kind != excelize.CellTypeUnset || style != int(xlsx.Bad) {
		t.Errorf("type %d, style %d", kind, style)
	}
}

func TestAStateIsShownWithItsLabel(t *testing.T) {
	var out bytes.Buffer
	w, err := xlsx.NewWriter(&out, "Sheet1", []xlsx.Column{{Name: "a"}})
	if err == nil {
		err = w.Write([]xlsx.Cell{{Text: "accepted", Style: xlsx.State}})
	}
	if err == nil {
		err = w.Close(func(state string) string { return `" <` + state + `>"` })
	}
	if err != nil {
		t.Fatal(err)
	}
	f, sheet := open(t, out.Bytes())
	raw, _ := f.GetCellValue(sheet, "A2", excelize.Options{RawCellValue: true})
	if shown, err := f.GetCellValue(sheet, "A2"); raw != "accepted" || shown != "accepted <accepted>" || err != nil {
		t.Errorf("%q, shown as %q, %v", raw, shown, err)
	}
}

func TestATextThatNoCellCanHoldIsCut(t *testing.T) {
	f, sheet := open(t, workbook(t, "Sheet1", []string{"a"}, []string{strings.Repeat("😀", 16384)}, []string{"\xff"}))
	if is, _ := f.GetCellValue(sheet, "A2"); is != strings.Repeat("😀", 16383) {
		t.Error(len(is))
	}
	if is, _ := f.GetCellValue(sheet, "A3"); is != "\ufffd" {
		t.Errorf("%q", is)
	}
}

func TestTheFirstRowIsFixedAndHasAFilter(t *testing.T) {
	f, sheet := open(t, workbook(t, "Клиенты & Co", []string{"a", "b"}, []string{"1", "2", "too many"}))
	if sheet != "Клиенты & Co" {
		t.Error(sheet)
	}
	panes, err := f.GetPanes(sheet)
	if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 0 {
		t.Errorf("%+v, %v", panes, err)
	}
	if width, _ := f.GetColWidth(sheet, "B"); width != 12 {
		t.Error(width)
	}
	names := f.GetDefinedName()
	if len(names) != 1 || names[0].RefersTo != "'Клиенты & Co'!$A$1:$C$2" {
		t.Errorf("%+v", names)
	}
	id, _ := f.GetCellStyle(sheet, "A2")
	style := f.Styles.CellXfs.Xf[id]
	if colour := f.Styles.Fills.Fill[*style.FillID].PatternFill.FgColor.RGB; colour != "FFFFC7CE" || *style.NumFmtID != 49 {
		t.Errorf("colour %s, format %d", colour, *style.NumFmtID)
	}
}

func TestANameThatNoSheetCanHaveIsReplaced(t *testing.T) {
	for _, name := range []string{"", "a/b", "it's", strings.Repeat("n", 32)} {
		if _, sheet := open(t, workbook(t, name, []string{"a"})); sheet != "Sheet1" {
			t.Errorf("%q is %q", name, sheet)
		}
	}
}

func TestTheSameRowsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(workbook(t, "a", []string{"b"}, []string{"c"}), workbook(t, "a", []string{"b"}, []string{"c"})) {
		t.Error("they differ")
	}
}

func TestColumnsHaveTheNamesOfSpreadsheets(t *testing.T) {
	header := make([]string, 16384)
	header[25], header[26], header[701], header[702], header[16383] = "z", "aa", "zz", "aaa", "last"
	f, sheet := open(t, workbook(t, "a", header))
	for ref, want := range map[string]string{"Z1": "z", "AA1": "aa", "ZZ1": "zz", "AAA1": "aaa", "XFD1": "last"} {
		if is, _ := f.GetCellValue(sheet, ref); is != want {
			t.Errorf("%s is %q", ref, is)
		}
	}
}
