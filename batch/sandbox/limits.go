package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// DocumentedLimits are the requests a second that each method takes.
func DocumentedLimits() map[string]int {
	limits := map[string]int{}
	for _, m := range methods {
		limits[m.name] = m.perSecond
	}
	return limits
}

// throttle counts a request against the limit of its method, sets the headers
// that every answer carries (seen; there is no Retry-After), and reports whether
// the limit lets it in. Those not let in do not count. The instance is locked.
func (in *Instance) throttle(h http.Header, method string, now time.Time) (admitted bool) {
	limit, limited := in.cfg.Limits[method]
	if !limited {
		return true
	}
	times := in.admitted[method]
	for len(times) > 0 && now.Sub(times[0]) >= time.Second {
		times = times[1:]
	}
	if admitted = len(times) < limit; admitted {
		times = append(times, now)
	}
	in.admitted[method] = times
	h["X-Ratelimit-Remaining"] = []string{strconv.Itoa(max(0, limit-len(times)))}
	h["X-Ratelimit-Replenish-Rate"] = []string{strconv.Itoa(limit)}
	return admitted
}

// quota is what a month of the plan has been used for. The month is that of
// the calendar in UTC, which is invented; that there is one is documented.
type quota struct {
	month string
	used  map[string]int
	chats map[string]bool
}

// at begins a new month where now is in one.
func (a *quota) at(now time.Time) {
	month := now.UTC().Format("2006-01")
	if a.month != month {
		*a = quota{month: month, used: map[string]int{}, chats: map[string]bool{}}
	}
}

// charge counts a request against the quota of its method, or refuses it.
func (in *Instance) charge(method string) (Answer, bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	total, limited := in.cfg.Quota[method]
	if !limited {
		return Answer{}, false
	}
	in.quota.at(time.Now())
	if in.quota.used[method] >= total {
		return quotaExceeded(method, in.quota.used[method], total), true
	}
	in.quota.used[method]++
	return Answer{}, false
}

// allow counts a chat against the plan's number of chats, or refuses it. The
// instance is locked.
func (in *Instance) allow(chat string, now time.Time) (Answer, bool) {
	total := in.cfg.Chats
	if total == 0 {
		return Answer{}, true
	}
	in.quota.at(now)
	if !in.quota.chats[chat] && len(in.quota.chats) >= total {
		return chatsExceeded(in.quota.used[SendContactMethod], in.cfg.Quota[SendContactMethod], len(in.quota.chats), total), false
	}
	in.quota.chats[chat] = true
	return Answer{}, true
}
