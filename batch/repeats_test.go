package batch

import (
	"testing"
	"time"

	"contact-distributor/batch/sandbox"
)

func TestAMessageThatWasSentTwiceIsNoticed(t *testing.T) {
	for _, c := range []struct {
		name    string
		again   func(*world, sandbox.Message)
		repeats int
	}{
		{"under its own id", func(w *world, m sandbox.Message) { w.instance.Resend(m.ChatID, m.IDMessage, m.IDMessage) }, 1},
		{"under another id", func(w *world, m sandbox.Message) { w.instance.Resend(m.ChatID, m.IDMessage, "REPEATED00000001") }, 1},
		{"a card of others for the same chat is none", func(w *world, m sandbox.Message) {
			m.Contact.FirstName = "Grace"
			w.instance.Foreign(m.SendContact)
		}, 0},
		{"the same card for another chat is none", func(w *world, m sandbox.Message) {
			m.ChatID = chatOf(9)
			w.instance.Foreign(m.SendContact)
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				s := w.mustSend(w.file("contacts.csv", 1, 2))
				time.Sleep(time.Minute)
				c.again(w, w.instance.Messages()[0])
				time.Sleep(10 * time.Minute)
				for range 3 {
					w.mustTrack()
					time.Sleep(time.Hour)
				}
				w.withLedger(func(records Records) {
					summary, err := records.Summary(s.Run)
					if err != nil || summary.Repeats != c.repeats {
						t.Errorf("%d repeats, %v", summary.Repeats, err)
					}
				})
			})
		})
	}
}
