package terminal_test

import (
	"testing"
	"time"

	"contact-distributor/batch"
	"contact-distributor/batch/cli/terminal"
	"contact-distributor/batch/ledger"
	"contact-distributor/batch/pacing"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestForecastText(t *testing.T) {
	forecast := batch.Forecast{
		Run:        ledger.Run{Name: "c.csv"},
		Counts:     csvmodel.Counts{csvmodel.Unsent: 1211, csvmodel.Invalid: 23},
		Duplicates: 1, Requests: 1210, Duration: 121 * time.Second, Begins: true,
		Settings: batch.Settings{Rate: 0.5, PerDay: 2000},
		Forecast: pacing.Forecast{Delay: 500 * time.Millisecond, LeftAt: time.Date(2020, 5, 6, 15, 4, 0, 0, time.Local)},
	}
	nothing := batch.Forecast{Run: ledger.Run{Name: "c.csv"}, Counts: csvmodel.Counts{csvmodel.Accepted: 1}}
	for _, c := range []struct {
		name     string
		language msg.Language
		forecast batch.Forecast
		want     string
	}{
		{"in English", msg.English, forecast,
			"c.csv: 1 234 rows, 23 invalid, 1 expected to be duplicate; 1 210 to send, at most 0.5 a second, of which one leaves the queue each 500ms, at most 2 000 in 24 hours: about 2 minutes, the last card leaves at 2020-05-06 15:04"},
		{"in Russian", msg.Russian, forecast,
			"c.csv: 1\u00a0234 строки, invalid (с ошибкой): 23, предположительно duplicate (повтор): 1; к отправке: 1\u00a0210, не больше 0,5 в секунду, из очереди они выходят по одной за 0,5 с, не больше 2\u00a0000 за 24 часа: примерно 2 минуты, последняя карточка уйдёт: 06.05.2020 15:04"},
		{"one row in English", msg.English, nothing, "c.csv: 1 row, 1 accepted; nothing to send"},
		{"one row in Russian", msg.Russian, nothing, "c.csv: 1 строка, accepted (принято): 1; отправлять нечего"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := terminal.Forecast(c.language, c.forecast); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
