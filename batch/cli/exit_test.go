package cli

import (
	"testing"

	"contact-distributor/batch"
	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestTheStatusOfARun(t *testing.T) {
	for _, c := range []struct {
		name string
		run  batch.Summary
		want int
	}{
		{"all are accepted", batch.Summary{Counts: csvmodel.Counts{csvmodel.Accepted: 2}}, exitDone},
		{"an invalid row needs a person", batch.Summary{Counts: csvmodel.Counts{csvmodel.Invalid: 1}}, exitRows},
		{"so does a card that did not arrive", batch.Summary{Counts: csvmodel.Counts{csvmodel.Accepted: 1}, Deliveries: csvmodel.DeliveryCounts{csvmodel.DeliveryFailed: 1}}, exitRows},
		{"and an unknown row that nothing decides any more", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unknown: 1}}, exitRows},
		{"one that the records may still decide goes on by itself", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unknown: 1}, Settling: 1}, exitLater},
		{"before rows that need a person", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unknown: 1, csvmodel.Invalid: 1}, Settling: 1}, exitLater},
		{"unsent rows go on", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unsent: 1}}, exitLater},
		{"before rows that need a person, too", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unsent: 1, csvmodel.Invalid: 1}}, exitLater},
		{"unless they were not to be sent", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unsent: 1}, Stop: msg.Reason{Code: msg.Strict}}, exitRows},
		{"an account that needs a person comes first", batch.Summary{Counts: csvmodel.Counts{csvmodel.Unknown: 1}, Settling: 1, Stop: msg.Reason{Code: msg.Unauthorized}}, exitAccount},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := runStatus(c.run); got != c.want {
				t.Errorf("%d, want %d", got, c.want)
			}
		})
	}
}
