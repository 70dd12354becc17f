package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"contact-distributor/csvmodel/msg"
	"contact-distributor/csvmodel/xlsx"
)

// pack returns a workbook of parts, each a name and its text.
func pack(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		part, err := w.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(part, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const (
	contentTypes = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`
	office       = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
)

func relations(typesAndTargets ...string) string {
	text := `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	for i := 0; i < len(typesAndTargets); i += 2 {
		text += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s" Target="%s"/>`, i/2+1, office+typesAndTargets[i], typesAndTargets[i+1])
	}
	return text + `</Relationships>`
}

const styles = `<styleSheet xmlns="x"><numFmts count="7"><numFmt numFmtId="164" formatCode="dd\.mm\.yyyy;@"/>` +
	`<numFmt numFmtId="165" formatCode="&quot;+&quot;0"/><numFmt numFmtId="166" formatCode="0000000000"/><numFmt numFmtId="168" formatCode="&quot;+90 &quot;000\ 0000000"/><numFmt numFmtId="169" formatCode="[$-419]8(###)\ ###\-##\-##;@"/><numFmt numFmtId="170" formatCode="[&lt;=9999999]###\-####;\(###\)\ ###\-####"/><numFmt numFmtId="167" formatCode="[$-419]#,##0.00\ &quot;days&quot;"/></numFmts>` +
	`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/><xf numFmtId="22"/><xf numFmtId="168"/><xf numFmtId="169"/><xf numFmtId="170"/></cellXfs></styleSheet>`

const sharedStrings = `<sst xmlns="x"><si><t>Ann</t></si><si><r><t>Ma</t></r><r><rPr><b/></rPr><t xml:space="preserve">rie </t></r><rPh sb="0" eb="1"><t>no</t></rPh></si><si><t>a_x000D_
b_x005F_x000D_</t></si></sst>`

// sheets returns a workbook that has one sheet for each text, with a name before it.
func sheets(t *testing.T, namesAndSheets ...string) []byte {
	t.Helper()
	main := `<workbook xmlns="x" xmlns:r="` + office[:len(office)-1] + `"><sheets>`
	related := []string{"styles", "styles.xml", "sharedStrings", "/xl/sharedStrings.xml"}
	parts := []string{"[Content_Types].xml", contentTypes, "_rels/.rels", relations("officeDocument", "xl/workbook.xml"),
		"xl/styles.xml", styles, "xl/sharedStrings.xml", sharedStrings}
	for i := 0; i < len(namesAndSheets); i += 2 {
		part := fmt.Sprintf("worksheets/sheet%d.xml", i/2+1)
		name, state, _ := strings.Cut(namesAndSheets[i], "|")
		main += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="rId%d" state="%s"/>`, name, i/2+1, i/2+3, state)
		related = append(related, "worksheet", part)
		parts = append(parts, "xl/"+part, namesAndSheets[i+1])
	}
	return pack(t, append(parts, "xl/workbook.xml", main+`</sheets></workbook>`, "xl/_rels/workbook.xml.rels", relations(related...))...)
}

func sheet(rows string) string {
	return `<worksheet xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><sheetData>` + rows + `</sheetData></worksheet>`
}

const odsNames = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
	`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
	`xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"`

func ods(t *testing.T, tables string) []byte {
	t.Helper()
	return pack(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", "<manifest/>", "content.xml",
		`<office:document-content `+odsNames+`><office:automatic-styles><style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>`+
			`<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style></office:automatic-styles>`+
			`<office:body><office:spreadsheet>`+tables+`</office:spreadsheet></office:body></office:document-content>`)
}

func read(book []byte, name string) (text string, s *xlsx.Sheet, err error) {
	if s, err = xlsx.OpenSheet(bytes.NewReader(book), int64(len(book)), name); err != nil {
		return "", nil, err
	}
	defer s.Close()
	all, err := io.ReadAll(s.Text())
	return string(all), s, err
}

func TestASheetBecomesText(t *testing.T) {
	for _, c := range []struct {
		name, rows, text, notes string
	}{
		{"texts of all kinds", `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><t>in,line</t></is></c><c r="D1" t="str"><f>A1</f><v>Bob "B"</v></c></row>`,
			"Ann,Marie ,\"in,line\",\"Bob \"\"B\"\"\"\n", ""},
		{"what separates cells elsewhere", `<row><c t="str"><v>a;b|c</v></c><c><v>1</v></c></row>`, "\"a;b|c\",1\n", ""},
		{"an escape, and one that is text", `<row r="1"><c t="s"><v>2</v></c></row>`, "\"a\nb_x000D_\"\n", ""},
		{"numbers with all their digits", `<row><c><v>79161234567</v></c><c><v>1.2025550101E10</v></c><c><v>12025550101.0</v></c><c><v>0.5</v></c><c><v>12345678901234567890</v></c></row>`,
			"79161234567,12025550101,12025550101,0.5,12345678901234567890\n", ""},
		{"what a format adds to a number", `<row><c s="3"><v>12025550101</v></c><c s="4"><v>612345678</v></c><c s="5"><v>12</v></c><c s="7"><v>5321234567</v></c><c s="8"><v>9161234567</v></c><c s="9"><v>2025550101</v></c></row>`, "+12025550101,0612345678,12,+905321234567,89161234567,2025550101\n", ""},
		{"dates", `<row><c s="1"><v>46352</v></c><c s="2"><v>46352.5</v></c><c s="6"><v>0.75</v></c><c t="d"><v>2026-11-26T00:00:00</v></c><c s="1"><v>79161234567</v></c></row>`,
			"2026-11-26,2026-11-26 12:00:00,18:00:00,2026-11-26,79161234567\n", ""},
		{"booleans and errors", `<row><c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><f>A9</f><v>#REF!</v></c></row>`, "TRUE,FALSE,#REF!\n", ""},
		{"a formula that nobody has calculated", `<row><c><f>A1+1</f></c><c><f>A1+1</f><v></v></c><c t="str"><f>""</f><v></v></c><c t="inlineStr"><is><t>x</t></is></c></row>`, "#N/A,#N/A,,x\n", "sheet-uncalculated"},
		{"rows and cells that are not there", `<row r="2"><c r="B2"><v>1</v></c><c r="D2"><v>2</v></c></row><row r="4"/><row r="5"><c r="A5"><v>3</v></c><c r="E5"/></row>`, "\n,1,,2\n\n\n3,,,\n", ""},
		{"hidden rows, by hand or by a filter", `<row r="1"><c><v>1</v></c></row><row r="2" hidden="1"><c><v>2</v></c></row><row r="3" hidden="true"/><row r="4"><c><v>4</v></c></row>`, "1\n\n\n4\n", "sheet-hidden-rows"},
		{"a title above", `<row r="1"><c><v>1</v></c></row><row r="2"><c><v>1</v></c><c><v>2</v></c></row><row r="3"><c><v>3</v></c></row>`, "1\n1,2\n3,\n", ""},
		{"a text that looks like another kind of file", `<row><c t="str"><v>&lt;html&gt;</v></c></row>`, "\"<html>\"\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkText(t, sheets(t, "A", sheet(c.rows)), c.text, c.notes)
		})
	}
}

func checkText(t *testing.T, book []byte, want, notes string) {
	t.Helper()
	text, s, err := read(book, "")
	if err != nil {
		t.Fatal(err)
	}
	if text != want || msg.Codes(s.Notes) != notes {
		t.Errorf("got  %q %s\nwant %q %s", text, msg.Codes(s.Notes), want, notes)
	}
}

func TestHiddenColumnsAndMergedCells(t *testing.T) {
	checkText(t, sheets(t, "A", `<x:worksheet xmlns:x="x"><x:cols><x:col min="2" max="2" hidden="1"/><x:col min="4" max="16384" hidden="1"/></x:cols><x:sheetData>`+
		`<x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c><x:c><x:v>3</x:v></x:c></x:row></x:sheetData>`+
		`<x:mergeCells><x:mergeCell ref="A1:A3"/><x:mergeCell ref="A4:B4"/></x:mergeCells></x:worksheet>`), "1,3\n", "sheet-hidden-columns sheet-merged")
}

func TestTheSheetsOfAWorkbook(t *testing.T) {
	full, empty := sheet(`<row><c><v>1</v></c></row>`), sheet(`<row r="7"><c s="1"/></row>`)
	for _, c := range []struct {
		name   string
		sheets []string
		want   string
		chosen string // or the code of the refusal
	}{
		{"the only one", []string{"A", full}, "", "A"},
		{"the only one with rows", []string{"A", empty, "B", full, "C", empty}, "", "B"},
		{"the only one that is visible", []string{"A|hidden", full, "B|visible", full, "C|veryHidden", full}, "", "B"},
		{"several with rows", []string{"A", full, "B", full}, "", "sheet-which"},
		{"the one that is named", []string{"A", full, "Лист B", full}, "лист b", "Лист B"},
		{"a hidden one that is named", []string{"A", full, "B|hidden", full}, "B", "B"},
		{"one that is not there", []string{"A", full}, "B", "sheet-missing"},
		{"none with rows", []string{"A", empty, "B", empty}, "", "B"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := chosen(sheets(t, c.sheets...), c.want); got != c.chosen {
				t.Errorf("got %s, want %s", got, c.chosen)
			}
		})
	}
}

func chosen(book []byte, name string) string {
	_, s, err := read(book, name)
	if refused := (*msg.Refusal)(nil); errors.As(err, &refused) {
		return msg.Codes(refused.Reasons)
	}
	if err != nil {
		return err.Error()
	}
	return s.Name
}

func TestOpenDocument(t *testing.T) {
	row := func(cells string) string { return `<table:table-row>` + cells + `</table:table-row>` }
	text := func(s string) string {
		return `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
	}
	for _, c := range []struct {
		name, rows, text, notes string
	}{
		{"texts", row(text("Ann") + text(`a<text:s text:c="2"/>b<text:tab/>c<text:line-break/>d`) + text(`<text:span>x</text:span>y</text:p><text:p>z`)), "Ann,\"a  b\tc\nd\",\"xy\nz\"\n", ""},
		{"a remark is no text", row(`<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p></office:annotation><text:p>yes</text:p></table:table-cell>`), "yes\n", ""},
		{"numbers", row(`<table:table-cell office:value-type="float" office:value="12025550101"><text:p>1.2E+10</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="float" office:value="12025550102"><text:p>+1 202 555-01-02</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="float" office:value="612345678"><text:p>0612345678</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="float" office:value="5321234567"><text:p>+90 (532) 123-45-67</text:p></table:table-cell>`), "12025550101,+12025550102,0612345678,+905321234567\n", ""},
		{"dates, Booleans and errors", row(`<table:table-cell office:value-type="date" office:date-value="2026-11-26"><text:p>26.11.26</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>WAHR</text:p></table:table-cell>` +
			`<table:table-cell office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>Err:508</text:p></table:table-cell>`), "2026-11-26,TRUE,#VALUE!\n", ""},
		{"what is repeated", row(`<table:table-cell/>`+text("a")) + `<table:table-row table:number-rows-repeated="2">` + row("")[len(row(""))-18:] +
			`<table:table-row table:number-rows-repeated="2">` + `<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>b</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16382"/></table:table-row>` +
			`<table:table-row table:number-rows-repeated="1048571"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`, ",a\n\n\nb,b\nb,b\n", ""},
		{"hidden rows and columns", `<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>` + row(text("a")+text("b")+text("c")+text("d")) +
			`<table:table-row table:visibility="filter">` + text("x") + `</table:table-row>` + row(text("e")), "a,d\n\ne,\n", "sheet-hidden-columns sheet-hidden-rows"},
	} {
		t.Run(c.name, func(t *testing.T) {
			checkText(t, ods(t, `<table:table table:name="A">`+c.rows+`</table:table><table:table table:name="B" table:style-name="ta2">`+row(text("x"))+`</table:table>`), c.text, c.notes)
		})
	}
	two := ods(t, `<table:table table:name="A">`+row(text("a"))+`</table:table><table:table table:name="B" table:style-name="ta1">`+row(text("b"))+row(text("c"))+`</table:table>`)
	if got := chosen(two, ""); got != "sheet-which" {
		t.Errorf("two sheets: %s", got)
	}
	if got, _, _ := read(two, "b"); got != "b\nc\n" {
		t.Errorf("the second sheet: %q", got)
	}
}

func lockedByExcelize(t *testing.T) []byte {
	var b bytes.Buffer
	if err := excelize.NewFile().Write(&b, excelize.Options{Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbooksThatAreRefused(t *testing.T) {
	whole := sheets(t, "A", sheet(strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 1000)))
	ole := make([]byte, 4096)
	copy(ole, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	ole[30] = 9
	locked := bytes.Clone(ole)
	copy(locked[512:], "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00")
	flipped := bytes.Clone(whole)
	flipped[bytes.Index(flipped, []byte("xl/worksheets/sheet1.xml"))+80] ^= 0x40
	for _, c := range []struct {
		name string
		file []byte
		code string
	}{
		{"cut", whole[:len(whole)-300], "sheet-broken"},
		{"of which a bit was lost", flipped, "sheet-broken"},
		{"with a character that XML does not have", sheets(t, "A", sheet("<row><c t=\"str\"><v>a\x0b</v></c></row>")), "sheet-broken"},
		{"whose sheet has no end", sheets(t, "A", `<worksheet><sheetData><row><c><v>1</v></c></row>`), "sheet-broken"},
		{"with a text that is not there", sheets(t, "A", sheet(`<row><c t="s"><v>9</v></c></row>`)), "sheet-broken"},
		{"with a row twice", sheets(t, "A", sheet(`<row r="2"><c><v>1</v></c></row><row r="2"><c><v>1</v></c></row>`)), "sheet-broken"},
		{"with a column hidden twice", sheets(t, "A", `<worksheet><cols><col min="1" max="3" hidden="1"/><col min="2" max="2" hidden="1"/></cols><sheetData/></worksheet>`), "sheet-broken"},
		{"beyond the last row", sheets(t, "A", sheet(`<row r="1048577"><c><v>1</v></c></row>`)), "sheet-broken"},
		{"with a cell that is a bomb", sheets(t, "A", sheet(`<row><c t="str"><v>`+strings.Repeat(" ", 9<<20)+`</v></c></row>`)), "sheet-large"},
		{"with a document in it that is a bomb", sheets(t, "A", strings.Repeat("<"+strings.Repeat("a", 200)+">", 1<<16)), "sheet-large"},
		{"with a password", locked, "sheet-locked"},
		{"with a password, of another program", lockedByExcelize(t), "sheet-locked"},
		{"of OpenDocument with a password", pack(t, "META-INF/manifest.xml", `<m><encryption-data/></m>`, "content.xml", "\x00"), "sheet-locked"},
		{"old", ole, "file-old-workbook"},
		{"binary", pack(t, "[Content_Types].xml", contentTypes, "_rels/.rels", relations("officeDocument", "xl/workbook.bin"), "xl/workbook.bin", ""), "sheet-binary"},
		{"of Numbers", pack(t, "Index/Document.iwa", ""), "sheet-numbers"},
		{"that is a text", pack(t, "[Content_Types].xml", contentTypes, "_rels/.rels", relations("officeDocument", "word/document.xml"), "word/document.xml", "<document/>"), "file-archive"},
		{"that is an OpenDocument text", pack(t, "content.xml", `<d><body><text><table name="a"><table-row><table-cell><p>1</p></table-cell></table-row></table></text></body></d>`), "file-archive"},
		{"that is an archive", pack(t, "a.csv", "1"), "file-archive"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := chosen(c.file, ""); got != c.code {
				t.Errorf("got %s, want %s", got, c.code)
			}
		})
	}
}

// FuzzOpenSheet looks for a workbook of which something goes wrong without an error, in
// the parts rather than in the archive around them.
func FuzzOpenSheet(f *testing.F) {
	f.Add(`<worksheet><cols><col min="1" max="1" hidden="1"/></cols><sheetData><row r="2"><c r="B2" t="s"><v>0</v></c></row></sheetData></worksheet>`, false)
	f.Add(`<d><spreadsheet><table name="A"><table-row number-rows-repeated="2"><table-cell number-columns-repeated="3"><p>1<s c="2"/></p></table-cell></table-row></table></spreadsheet></d>`, true)
	f.Add(`<d><spreadsheet><table><table-row><table-cell/><table-cell number-columns-repeated="9223372036854775807"><p>1</p></table-cell></table-row></table></spreadsheet></d>`, true)
	f.Fuzz(func(t *testing.T, content string, isODS bool) {
		book := sheets(t, "A", content)
		if isODS {
			book = pack(t, "content.xml", content)
		}
		text, _, err := read(book, "")
		if err == nil && text != "" && !strings.HasSuffix(text, "\n") {
			t.Errorf("%q", text)
		}
	})
}
