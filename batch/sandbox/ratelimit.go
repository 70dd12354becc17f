package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// DocumentedLimits are the requests a second that each method takes: documented,
// but for getMessagesCount, which is taken from the sister services' tables.
func DocumentedLimits() map[string]int {
	return map[string]int{
		SendContactMethod:      50,
		"getMessage":           10,
		"checkWhatsapp":        10,
		"getStateInstance":     1,
		"getSettings":          1,
		"getMessagesCount":     1,
		"showMessagesQueue":    1,
		"lastOutgoingMessages": 1,
	}
}

// window is a sliding second: the times at which requests were let in.
type window struct {
	times []time.Time
}

// admit reports whether one more request at now is within limit, and how many
// more would be. Those not let in do not count.
func (w *window) admit(now time.Time, limit int) (left int, admitted bool) {
	for len(w.times) > 0 && now.Sub(w.times[0]) >= time.Second {
		w.times = w.times[1:]
	}
	if len(w.times) >= limit {
		return 0, false
	}
	w.times = append(w.times, now)
	return limit - len(w.times), true
}

// window is that of a method. The instance is locked.
func (in *Instance) window(method string) *window {
	w := in.windows[method]
	if w == nil {
		w = &window{}
		in.windows[method] = w
	}
	return w
}

// setRateHeaders sets what every answer carries (seen). There is no Retry-After.
func setRateHeaders(h http.Header, left, limit int) {
	h["X-Ratelimit-Remaining"] = []string{strconv.Itoa(left)}
	h["X-Ratelimit-Replenish-Rate"] = []string{strconv.Itoa(limit)}
}
