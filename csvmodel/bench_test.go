package csvmodel_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/charset"
)

const benchRows = 100_000

// benchFile is ASCII with 8 columns, one of them none of ours.
func benchFile() []byte {
	var file bytes.Buffer
	file.WriteString("chatId,phoneContact,firstName,middleName,lastName,company,quotedMessageId,campaign\n")
	for i := range benchRows {
		fmt.Fprintf(&file, "79000%06d@c.us,79001%06d,Anna,Maria,Example%d,Example Ltd,,spring-%d\n", i, i, i, i%7)
	}
	return file.Bytes()
}

func BenchmarkRead(b *testing.B) {
	file := benchFile()
	b.ReportAllocs()
	for b.Loop() {
		rows, err := csvmodel.NewReader(bytes.NewReader(file), inUTF8)
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for {
			row, err := rows.Read()
			if err == io.EOF {
				break
			}
			if err != nil || !row.Valid() {
				b.Fatal(row.Faults, err)
			}
			n++
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
	perRow(b)
}

func BenchmarkBareEncodingCSV(b *testing.B) {
	file := benchFile()
	b.ReportAllocs()
	for b.Loop() {
		rows := csv.NewReader(bytes.NewReader(file))
		for {
			_, err := rows.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	perRow(b)
}

func perRow(b *testing.B) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchRows, "ns/row")
}

func BenchmarkResultWriter(b *testing.B) {
	layout := csvmodel.Layout{Header: []string{"chatId", "campaign"}, Columns: []string{"chatId", ""}}
	result := csvmodel.Result{
		Row: 2, Line: 2, Status: csvmodel.Accepted, IDMessage: "3EB0C767D097B7C7C030", Attempts: 1,
		Fields:     csvmodel.Fields{ChatID: "79000000001@c.us", PhoneContact: "79000000002", FirstName: "Anna"},
		AcceptedAt: "2025-01-02T15:04:05+03:00", IDInstance: "1101000001", Source: "79000000001,spring",
	}
	b.ReportAllocs()
	for b.Loop() {
		err := csvmodel.WriteResults(io.Discard, layout, charset.UTF8, func(yield func(csvmodel.Result, error) bool) {
			for range benchRows {
				if !yield(result, nil) {
					return
				}
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perRow(b)
}
