package csvmodel_test

import (
	"bytes"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
	"contact-distributor/csvmodel/msg"
)

// colours are the first letters of the colours of a workbook's fills.
var colours = map[string]string{"": "", "FFD9E1F2": "", "FFC6EFCE": "G", "FFFFC7CE": "R", "FFFFEB9C": "Y", "FFEDEDED": "-", "FFDDEBF7": "B"}

// sheet is a workbook's rows of cells, each with its colour before it.
func sheet(t *testing.T, book []byte) (rows [][]string) {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err = f.GetRows("Лист1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for y, row := range rows {
		for x, text := range row {
			ref, _ := excelize.CoordinatesToCellName(x+1, y+1)
			style, _ := f.GetCellStyle("Лист1", ref)
			fill := ""
			if colour := f.Styles.Fills.Fill[*f.Styles.CellXfs.Xf[style].FillID].PatternFill.FgColor; colour != nil {
				fill = colour.RGB
			}
			if row[x] = text; colours[fill] != "" {
				row[x] = colours[fill] + " " + text
			}
		}
	}
	return rows
}

func TestAStateIsShownInTheLanguageOfTheSentences(t *testing.T) {
	for language, want := range map[msg.Language]string{msg.Russian: "unsent (не отправлено)", msg.English: "unsent"} {
		var out bytes.Buffer
		result := csvmodel.Result{Status: csvmodel.Unsent, Language: language}
		if err := csvmodel.WriteResults(&out, csvmodel.Layout{Sheet: "Лист1"}, "", only(result)); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if shown, err := f.GetCellValue("Лист1", "J2"); shown != want || err != nil {
			t.Errorf("%q, %v", shown, err)
		}
	}
}

type writeTable func(io.Writer, csvmodel.Layout, string, iter.Seq2[csvmodel.Result, error]) error

// inSheet writes the outcomes of a file as if that were a sheet of a workbook.
func inSheet(t *testing.T, write writeTable, file string, outcomes func(*csvmodel.Reader) iter.Seq2[csvmodel.Result, error]) [][]string {
	t.Helper()
	rd, err := open(file)
	if err != nil {
		t.Fatal(err)
	}
	layout := rd.Layout()
	layout.Sheet = "Лист1"
	var out bytes.Buffer
	if err := write(&out, layout, charset.UTF8, outcomes(rd)); err != nil {
		t.Fatal(err)
	}
	return sheet(t, out.Bytes())
}

func TestTheResultsOfAWorkbookAreOne(t *testing.T) {
	const row = "12025550101,12025550191,=1+1,-2\n"
	states := []csvmodel.Result{
		{Status: csvmodel.Accepted}, {Status: csvmodel.Duplicate}, {Status: csvmodel.Suppressed}, {Status: csvmodel.Invalid},
		{Status: csvmodel.Rejected}, {Status: csvmodel.Unknown}, {Status: csvmodel.Unsent},
		{Status: csvmodel.Accepted, Delivery: csvmodel.DeliveryRead}, {Status: csvmodel.Accepted, Delivery: csvmodel.DeliveryNoAccount},
		{Status: csvmodel.Accepted, Delivery: csvmodel.DeliverySent},
	}
	states[8].Reasons = []msg.Reason{states[8].Delivery.Reason()}
	i := 0
	rows := inSheet(t, csvmodel.WriteResults, "chatId,phoneContact,firstName,status\n"+strings.Repeat(row, len(states)), func(rd *csvmodel.Reader) iter.Seq2[csvmodel.Result, error] {
		return func(yield func(csvmodel.Result, error) bool) {
			for result := range outcomes(rd) {
				result.Status, result.Delivery, result.Reasons, result.Language = states[i].Status, states[i].Delivery, states[i].Reasons, msg.English
				i++
				yield(result, nil)
			}
		}
	})
	want := "row,line,chatId,phoneContact,firstName,middleName,lastName,company,quotedMessageId,status,idMessage,error,code,attempts,acceptedAt,idInstance,delivery,in.status"
	if got := strings.Join(rows[0], ","); got != want {
		t.Errorf("header %s", got)
	}
	if got := strings.Join(rows[1], ","); got != "2,2,12025550101@c.us,12025550191,=1+1,,,,,G accepted,ID,,,0,,,,-2" {
		t.Error(got)
	}
	var got []string
	for _, row := range rows[1:] {
		got = append(got, strings.TrimSpace(row[9]+" "+row[16]))
	}
	if want := []string{"G accepted", "- duplicate", "- suppressed", "R invalid", "R rejected", "Y unknown", "B unsent",
		"G accepted G read", "G accepted R noAccount", "G accepted sent"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if chat, sentence := rows[9][2], rows[9][11]; chat != "R 12025550101@c.us" || !strings.HasPrefix(sentence, "Y ") {
		t.Errorf("the chat without WhatsApp is %q, %q", chat, sentence)
	}
}

func TestTheFixmeOfAWorkbookMarksTheCellsToCorrect(t *testing.T) {
	rows := inSheet(t, csvmodel.WriteFixme, head+good+"7.90012E+10,12345,'=Anna,447700900123\n79000000001,79000000002,,-x\n", outcomes)
	var got [][]string
	for _, row := range rows {
		got = append(got, row[:4])
		if len(row) != 5 || row[0] != "chatId" && !strings.HasPrefix(row[4], "Y ") {
			t.Errorf("%q", row)
		}
	}
	want := [][]string{{"chatId", "phoneContact", "firstName", "campaign"}, {"R 7.90012E+10", "R 12345", "'=Anna", "447700900123"}, {"79000000001", "79000000002", "R ", "-x"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
