package report

import (
	"fmt"
	"iter"
	"time"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// began is when the run of the sample begins.
var began = time.Date(2026, 11, 22, 9, 2, 0, 0, time.FixedZone("", 3*60*60))

// samplePage is one in which everything is known.
func samplePage(lang string, rows int) Page {
	return Page{
		Lang: msg.Language(lang), Zone: began.Location(), MadeAt: began.Add(9 * time.Hour),
		File: File{
			Name: "contacts.csv", Rows: rows,
			SHA256:  "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
			Results: "contacts.results.csv", Fixme: "contacts.fixme.csv",
			Layout: csvmodel.Layout{
				Encoding: "windows-1251", Delimiter: ";", CRLF: true, Region: "RU",
				Header:  []string{"Чат", "Телефон контакта", "firstName", "Отчество", "Фамилия", "Город", "Комментарий"},
				Columns: []string{"chatId", "phoneContact", "firstName", "middleName", "lastName", "", ""},
				Notes:   []msg.Reason{msg.NewReason("column-taken", "Телефон контакта", "phoneContact")},
			},
		},
		Run: Run{
			Instances: []string{"1101000001"}, Rate: 9.75, Window: "09:00-20:00 Europe/Moscow", PerDay: 5000,
			Forecast: began.Add(6 * time.Hour), Departed: began.Add(6*time.Hour + 40*time.Minute), IsObserved: true,
			Started: began, Machine: "mailer-2", User: "olga", Version: "1.4.0",
		},
		Delivery: Delivery{Reports: ReportsOn, AskedAt: began.Add(8 * time.Hour)},
		Starts: []Note{
			{At: began},
			{At: began.Add(2 * time.Hour), Reason: msg.Reason{Code: msg.Interrupted}},
			{At: began.Add(3 * time.Hour)},
			{At: began.Add(6 * time.Hour), Reason: msg.NewReason(msg.ServiceAway, "5", "HTTP 502")},
		},
		Settled: []Note{
			{At: began.Add(3 * time.Hour), Row: 41, Reason: msg.NewReason(msg.Found, "journal", "3EB0C767D097B7C7C030")},
			{At: began.Add(4 * time.Hour), Row: 42, Reason: msg.NewReason(msg.SaidSent, "olga", "2026-11-22")},
		},
		Resends:    []Note{{At: began.Add(4 * time.Hour), Reason: msg.NewReason(msg.Repeated, "79001234567@c.us", "3EB0C767D097B7C7C031")}},
		Departures: sampleDepartures(rows),
		Outcomes:   "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
	}
}

func sampleDepartures(rows int) map[time.Time]int {
	departures := map[time.Time]int{}
	for hour := range 7 {
		departures[began.Truncate(time.Hour).Add(time.Duration(hour)*time.Hour)] = rows * (10 - hour) / 70
	}
	return departures
}

// sampleRows has rows of every kind, most of them accepted.
func sampleRows(rows int) iter.Seq2[csvmodel.Result, error] {
	return func(yield func(csvmodel.Result, error) bool) {
		for i := range rows {
			if !yield(sampleRow(i, rows), nil) {
				return
			}
		}
	}
}

func sampleRow(i, rows int) csvmodel.Result {
	row := csvmodel.Result{
		Row: i + 2, Line: i + 2, Status: csvmodel.Accepted, IDMessage: "3EB0C767D097B7C7C030", Attempts: 1,
		Fields: csvmodel.Fields{
			ChatID: fmt.Sprintf("7900123456%d@c.us", i%10), PhoneContact: "79001234567",
			FirstName: "Артем", MiddleName: "Петрович", LastName: "Евпаторийский",
		},
		AcceptedAt: began.Add(time.Duration(float64(i) / float64(rows) * 5 * float64(time.Hour))).Format(time.RFC3339),
		Delivery:   []csvmodel.Delivery{"read", "delivered", "read", "sent", "delivered", ""}[i%6],
	}
	fault := func(status csvmodel.Status, reasons ...msg.Reason) {
		row.Status, row.Reasons = status, reasons
		row.AcceptedAt, row.Delivery = "", ""
	}
	switch i % 40 {
	case 3:
		row.PhoneContact = "7.90012E+10"
		fault(csvmodel.Invalid, msg.Fault(msg.NumberLost, "phoneContact", row.PhoneContact))
	case 8:
		fault(csvmodel.Duplicate, msg.NewReason(msg.Duplicate, "4", "3EB0C767D097B7C7C030"))
	case 13:
		fault(csvmodel.Rejected, msg.NewReason(msg.Refused, `Validation failed. Details: "chatId" 79001234567@c.us`))
	case 17:
		fault(csvmodel.Suppressed, msg.Reason{Code: msg.Suppressed})
	case 21:
		fault(csvmodel.Unknown, msg.NewReason(msg.NoAnswer, "time-out"))
	case 26:
		row.Delivery = "noAccount"
	case 33:
		row.ChatID = "8 (900) 123-45-67"
		fault(csvmodel.Invalid,
			msg.Fault(msg.NumberTrunk, "chatId", row.ChatID),
			msg.Fault(msg.NameControl, "firstName", "Артем\nЕвпаторийский"))
	case 39:
		fault(csvmodel.Unsent, msg.NewReason(msg.Unsent, "the service is away"))
	}
	return row
}
