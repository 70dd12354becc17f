package batch_test

import (
	"strings"
	"testing"
	"time"

	"contact-distributor/batch/pacing"
	"contact-distributor/batch/sandbox"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

// within makes sure that every card of ours left within the hours.
func (w *world) within(window pacing.Window) {
	w.t.Helper()
	late, worst := 0, time.Time{}
	for _, m := range w.instance.Messages() {
		if m.Request != 0 && !isWithin(m.DepartedAt, window) {
			late, worst = late+1, m.DepartedAt
		}
	}
	if late > 0 {
		w.t.Errorf("%d cards left outside of %v, such as at %v", late, window, worst.In(window.Location()))
	}
}

// isWithin reports whether clocks show a time within the hours.
func isWithin(at time.Time, window pacing.Window) bool {
	hours, _, _ := strings.Cut(window.String(), " ")
	opens, closes, _ := strings.Cut(hours, "-")
	clock := at.In(window.Location()).Format("15:04")
	if opens < closes {
		return opens <= clock && clock < closes
	}
	return opens <= clock || clock < closes
}

// until sleeps to the next time of a day, in UTC.
func until(hour, minute int) {
	now := time.Now().UTC()
	at := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, time.UTC)
	if at.Before(now) {
		at = at.Add(24 * time.Hour)
	}
	time.Sleep(time.Until(at))
}

func TestOutsideTheHoursNothingIsAskedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.Window = mustHours(t, "09:00-20:00", "UTC")
		until(21, 0)
		in := w.file("contacts.csv", 1, 2)
		s := w.mustSend(in)
		w.wantCounts(s, "2 unsent")
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.Window || onClocks(s.Stop.Time("Until").UTC()) != onClocks(time.Now().UTC().Add(12*time.Hour)) {
			t.Errorf("stopped with %v", s.Stop)
		}
		if n := w.instance.Requests("getStateInstance") + len(w.instance.Arrivals()); n > 0 {
			t.Errorf("%d requests", n)
		}
		until(9, 0)
		w.wantCounts(w.mustSend(in), "2 accepted")
	})
}

func TestTheQueueIsDrainedWhenTheHoursEnd(t *testing.T) {
	notOnServer(t)
	notUnderRace(t)
	for _, c := range []struct {
		name  string
		delay time.Duration
		rate  float64
		from  int // minutes before the end
		least int // cards that go
	}{
		{"with a short delay", 500 * time.Millisecond, 10, 10, 1050},
		{"with a long one", 5 * time.Minute, 10, 60, 10},
		{"without one", 0, 10, 3, 1150},
		{"with a rate below the delay", 5 * time.Second, 0.05, 30, 80},
		{"with a slow service", 5 * time.Second, 10, 30, 300},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(c.delay)
				w.settings.Window = mustHours(t, "09:00-20:00", "UTC")
				w.settings.Rate, w.settings.Workers = c.rate, 64
				w.instance.Script(sandbox.Fault{Do: sandbox.Delay(20 * time.Second), If: sandbox.Every(7)})
				until(19, 60-c.from)
				s := w.mustSend(w.file("contacts.csv", upTo(1800)...))
				if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.Window {
					t.Errorf("stopped with %v", s.Stop)
				}
				if n := s.Counts[csvmodel.Accepted]; n < c.least {
					t.Errorf("%d cards went", n)
				}
				time.Sleep(12 * time.Hour)
				w.within(w.settings.Window)
				w.checkRecord(s.Run)
			})
		})
	}
}

func TestOtherSendersMessagesLeaveLessTimeForOurs(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(5 * time.Second)
		w.settings.Window = mustHours(t, "09:00-20:00", "UTC")
		w.settings.QueueDepth = mustDepth(t, "1000")
		until(19, 0)
		w.foreign(300)
		s := w.mustSend(w.file("contacts.csv", upTo(1000)...))
		if n := s.Counts[csvmodel.Accepted]; n < 350 || n > 410 {
			t.Errorf("%d cards went", n)
		}
		time.Sleep(12 * time.Hour)
		w.within(w.settings.Window)
	})
}

func TestAWindowThatIsTooShortSendsNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.queueing(10 * time.Minute)
		w.settings.Window = mustHours(t, "09:00-09:10", "UTC")
		until(9, 1)
		_, err := w.send(t.Context(), w.file("contacts.csv", 1))
		if _, refused := err.(*pacing.SettingsError); !refused || len(w.instance.Arrivals()) > 0 {
			t.Errorf("%v, %d cards", err, len(w.instance.Arrivals()))
		}
	})
}

func TestSoManyCardsADayOverAllFiles(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay = 30
		w.settings.Workers, w.settings.Rate = 16, 1
		first := w.mustSend(w.file("first.csv", upTo(20)...))
		w.wantCounts(first, "20 accepted")
		began := w.instance.Arrivals()[0]
		time.Sleep(time.Hour)

		in := w.file("second.csv", upTo(50)[20:]...)
		s := w.mustSend(in)
		w.wantCounts(s, "10 accepted 20 unsent")
		again := began.Add(24 * time.Hour)
		if s.Stop.Action() != msg.ByNextRun || s.Stop.Code != msg.DayFull || onClocks(s.Stop.Time("Until")) != onClocks(again.Add(time.Minute-1).Local()) {
			t.Errorf("stopped with %v", s.Stop)
		}
		time.Sleep(time.Until(again.Add(-time.Second)))
		w.wantCounts(w.mustSend(in), "10 accepted 20 unsent")
		time.Sleep(time.Minute)
		w.wantCounts(w.mustSend(in), "30 accepted")
		w.perDay(30)
	})
}

// perDay makes sure that no 24 hours saw more cards taken.
func (w *world) perDay(most int) {
	w.t.Helper()
	var taken []time.Time
	for _, m := range w.instance.Messages() {
		if m.Request != 0 {
			taken = append(taken, m.AcceptedAt)
		}
	}
	for i := most; i < len(taken); i++ {
		if gap := taken[i].Sub(taken[i-most]); gap < 24*time.Hour {
			w.t.Fatalf("%d cards within %v", most+1, gap)
		}
	}
}

func TestRowsThatAreInDoubtCountForTheDay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay, w.settings.NoWait = 3, true
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		in := w.file("contacts.csv", upTo(9)...)
		w.mustSend(in)
		w.mustSend(in)
		if n := len(w.instance.Messages()); n != 3 {
			t.Errorf("the service took %d", n)
		}
	})
}

// TestRowsAreSettledWhereNoCardMayGo has a run find its day full, or its hours over, while
// it does not know of two requests whether they were taken.
func TestRowsAreSettledWhereNoCardMayGo(t *testing.T) {
	for _, c := range []struct {
		name    string
		side    sandbox.When
		hours   string // of the second start
		restart bool
		want    string
		stop    msg.Code
	}{
		{"taken, the day is full", sandbox.After, "", false, "4 accepted 5 unsent", msg.DayFull},
		{"not taken, the day is not full any more", sandbox.Before, "", false, "4 accepted 5 unsent", msg.DayFull},
		{"taken, the day was full at the start", sandbox.After, "", true, "4 accepted 5 unsent", msg.DayFull},
		{"not taken, the day was full at the start", sandbox.Before, "", true, "4 accepted 5 unsent", msg.DayFull},
		{"taken, outside of the hours", sandbox.After, "09:00-10:00", true, "4 accepted 5 unsent", msg.Window},
		{"not taken, outside of the hours", sandbox.Before, "09:00-10:00", true, "2 accepted 7 unsent", msg.Window},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				until(12, 0)
				w.settings.PerDay, w.settings.NoWait = 4, c.restart
				w.instance.Script(sandbox.Fault{When: c.side, Do: sandbox.CloseConn, If: sandbox.Nth(1, 3)})
				in := w.file("contacts.csv", upTo(9)...)
				s := w.mustSend(in)
				if c.restart {
					w.wantCounts(s, "2 accepted 2 unknown 5 unsent")
					w.settings.NoWait = false
					if c.hours != "" {
						w.settings.Window = mustHours(t, c.hours, "UTC")
					}
					s = w.mustSend(in)
				}
				w.wantCounts(s, c.want)
				if s.Stop.Code != c.stop {
					t.Errorf("stopped with %v", s.Stop)
				}
				w.checkRecord(s.Run)
				w.perDay(4)
				states, began := w.instance.Requests("getStateInstance"), time.Now()
				w.wantCounts(w.mustSend(in), c.want)
				if n := w.instance.Requests("getStateInstance"); n > states+1 || time.Since(began) > time.Minute {
					t.Errorf("nothing is unknown: it asked %d times, stayed %v", n-states, time.Since(began))
				}
			})
		})
	}
}

func TestStayingWhereNoCardMayGoEndsAtASignal(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay, w.settings.NoWait = 2, true
		w.instance.Script(sandbox.Fault{When: sandbox.After, Do: sandbox.CloseConn, If: sandbox.Nth(1)})
		in := w.file("contacts.csv", upTo(3)...)
		w.mustSend(in)
		w.settings.NoWait = false
		s, err := w.send(w.ongoing(30*time.Second), in)
		if err != nil || s.Stop.Code != msg.Interrupted {
			t.Errorf("%v, stopped with %v", err, s.Stop)
		}
	})
}

func TestACardThatWasSurelyNotTakenIsNoneOfTheDay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay, w.settings.NoWait = 5, true
		w.instance.Script(sandbox.Fault{Do: sandbox.CloseConn, If: sandbox.Nth(2)})
		in := w.file("contacts.csv", upTo(3)...)
		w.wantCounts(w.mustSend(in), "2 accepted 1 unknown")
		w.wantCounts(w.mustSend(w.file("more.csv", upTo(5)[3:]...)), "2 accepted")
		w.settings.NoWait = false
		w.wantCounts(w.mustSend(in), "3 accepted")
		w.perDay(5)
	})
}

func TestRejectedRowsDoNotCountForTheDay(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.settings.PerDay = 5
		w.instance.Script(sandbox.Fault{Do: sandbox.ChatsExceeded, If: sandbox.Nth(2, 4)})
		w.wantCounts(w.mustSend(w.file("contacts.csv", upTo(9)...)), "5 accepted 2 rejected 2 unsent")
	})
}

// The file takes some days, and the forecast is that of the first start.
func TestTheForecastHoldsOverSomeDays(t *testing.T) {
	notOnServer(t)
	notUnderRace(t)
	fewer := 5
	if isLong {
		fewer = 1
	}
	for _, c := range []struct {
		name   string
		delay  time.Duration
		hours  string
		perDay int
		cards  int
	}{
		{"within hours", 60 * time.Second, "09:00-20:00", 0, 1500},
		{"within hours over midnight", 60 * time.Second, "22:00-03:00", 0, 1000},
		{"so many a day", 15 * time.Second, "", 300, 1000},
		{"so many a day, within hours", 15 * time.Second, "09:00-20:00", 300, 1000},
		{"within hours that are a bit too short for the day's number", 60 * time.Second, "09:00-13:00", 250, 700},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.queueing(c.delay * time.Duration(fewer))
				w.settings.PerDay = c.perDay / fewer
				if c.hours != "" {
					w.settings.Window = mustHours(t, c.hours, "UTC")
				}
				until(11, 0)
				in, began := w.text("contacts.csv", manyRows(c.cards/fewer)), time.Now()
				s := w.mustSend(in)
				for s.Stop.Action() == msg.ByNextRun {
					time.Sleep(20 * time.Minute)
					s = w.mustSend(in)
				}
				time.Sleep(time.Hour)
				really, forecast := w.lastLeft().Sub(began), s.ForecastDeparture.Sub(began)
				t.Logf("forecast %v, really %v", forecast, really)
				if off := (forecast - really).Abs(); off > really/10 {
					t.Error("the forecast was wrong")
				}
			})
		})
	}
}
