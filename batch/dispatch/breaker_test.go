package dispatch_test

import (
	"testing"

	"contact-distributor/batch/dispatch"
	"contact-distributor/batch/greenapi"
	"contact-distributor/csvmodel/msg"
)

func TestAnswersInARowThatEndARun(t *testing.T) {
	accepted := greenapi.Answer{Meaning: greenapi.Accepted}
	unknown := greenapi.Answer{Meaning: greenapi.Unknown, Reason: msg.NewReason(msg.NoAnswer, "cut")}
	refused := func(words string) greenapi.Answer {
		return greenapi.Answer{Meaning: greenapi.Refused, Reason: msg.NewReason(msg.Refused, words)}
	}
	notFound := greenapi.Answer{Meaning: greenapi.NotTaken, Reason: msg.NewReason(msg.NotFound)}
	throttled := greenapi.Answer{Meaning: greenapi.NotTaken, Reason: msg.NewReason(msg.Throttled)}
	token := greenapi.Answer{Meaning: greenapi.Stop, Stops: true, Reason: msg.NewReason(msg.Unauthorized)}
	times := func(n int, a greenapi.Answer) (all []greenapi.Answer) {
		for range n {
			all = append(all, a)
		}
		return all
	}
	join := func(parts ...[]greenapi.Answer) (all []greenapi.Answer) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for _, c := range []struct {
		name    string
		answers []greenapi.Answer
		want    msg.Code // after the last answer, and none before
	}{
		{"a wrong token, at once", times(1, token), msg.Unauthorized},
		{"five requests without an answer", times(5, unknown), msg.ServiceAway},
		{"four do not", times(4, unknown), ""},
		{"nor do eight with an accepted card between", join(times(4, unknown), times(1, accepted), times(4, unknown)), ""},
		{"nor do eight with a refused card between", join(times(4, unknown), times(1, refused("no")), times(4, unknown)), ""},
		{"five with other passing answers between", join(times(3, unknown), times(1, throttled), times(1, notFound), times(2, unknown)), msg.ServiceAway},
		{"three pages that are not found", times(3, notFound), msg.NotFound},
		{"twenty refusals in the same words", times(20, refused("no")), msg.SameRefusal},
		{"twenty refusals in other words do not", join(times(10, refused("no")), times(10, refused("never"))), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b dispatch.Breaker
			for i, a := range c.answers {
				got, want := b.Observe(a).Code, msg.Code("")
				if i == len(c.answers)-1 {
					want = c.want
				}
				if got != want {
					t.Errorf("answer %d: %q, want %q", i+1, got, want)
				}
			}
		})
	}
}
