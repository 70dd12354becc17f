package greenapi

import (
	"encoding/json"
	"strings"
	"time"

	"contact-distributor/csvmodel/msg"
)

// reply is all that is known of one request.
type reply struct {
	status    int       // 0: no status line came
	body      []byte    // whole if err is nil
	err       error     // why there is no answer, or no whole one
	unwritten bool      // proven; see attempt.unwritten
	date      time.Time // see Answer.Date
}

// interpret says what a reply to sendContact means. It is total, and looks at
// nothing but its arguments; whatever it does not know is Unknown.
//
// The statuses of byStatus are decided by their status line alone: whatever
// stands in their body is not looked at (401 and 429 have none, 403 has HTML
// of a proxy; seen live), so a body that was cut takes nothing away. With 200,
// 400 and 466 the body decides, and a cut one proves nothing.
func interpret(r reply, s *redactor) Answer {
	a := verdict(r, s)
	a.Stops = a.Stops || a.Meaning == Stop
	a.Status, a.Date = r.status, r.date
	a.Written = r.status != 0 || !r.unwritten
	return a
}

func verdict(r reply, s *redactor) Answer {
	if a, decided := byStatus(r.status); decided {
		return a
	}
	switch {
	case r.status == 0 && r.unwritten:
		return Answer{Meaning: NotTaken, Reason: reason(msg.NoConnection, because(r.err))}
	case r.status == 0 || isCut(r.err):
		return Answer{Reason: reason(msg.NoAnswer, because(r.err))}
	case r.err != nil:
		return oddAnswer(r.status)
	}
	switch r.status {
	case 200:
		return success(r.body, s)
	case 400:
		return badRequest(r.body, s)
	case 466:
		return quota(r.body)
	}
	return oddAnswer(r.status)
}

// byStatus reads the statuses that need no body.
//
// A 404 means a wrong verb or path, and was seen as a passing fault as well
// (#926). It is NotTaken: whoever gets three in a row should stop. 3xx, 405,
// 407, 413 and 415 are nothing that the service says: another server has
// answered.
func byStatus(status int) (a Answer, decided bool) {
	switch {
	case status == 401:
		return Answer{Meaning: Stop, Reason: reason(msg.Unauthorized)}, true
	case status == 403:
		return Answer{Meaning: Stop, Reason: reason(msg.Forbidden)}, true
	case status == 404:
		return Answer{Meaning: NotTaken, Reason: reason(msg.NotFound)}, true
	case status == 429:
		return Answer{Meaning: NotTaken, Reason: reason(msg.Throttled)}, true
	case status >= 300 && status < 400, status == 405, status == 407, status == 413, status == 415:
		return Answer{Meaning: Stop, Reason: reason(msg.Protocol, status)}, true
	}
	return Answer{}, false
}

// success reads a 200. Only an id proves that the card was queued. The other
// form, {"code":401,"description":"Unauthorized"}, says that the run must stop
// and, since it is a 200, not that the card was refused (seen live).
func success(body []byte, s *redactor) Answer {
	var b struct {
		IDMessage string `json:"idMessage"`
	}
	if code, denied := denial(body); denied {
		return Answer{Reason: reason(code), Stops: true}
	}
	err := json.Unmarshal(body, &b)
	if err != nil || strings.TrimSpace(b.IDMessage) == "" || s.redact(b.IDMessage) != b.IDMessage {
		return oddAnswer(200)
	}
	return Answer{Meaning: Accepted, IDMessage: b.IDMessage}
}

// denial finds the refusal of an account inside the body of a 200.
func denial(body []byte) (code msg.Code, denied bool) {
	var b struct {
		Code json.RawMessage `json:"code"`
	}
	if json.Unmarshal(body, &b) != nil {
		return "", false
	}
	switch strings.Trim(string(b.Code), `"`) {
	case "401":
		return msg.Unauthorized, true
	case "403":
		return msg.Forbidden, true
	}
	return "", false
}

// quota reads a 466. The status of invokeStatus alone says whether the method's
// month is used up; where it is not, this chat is outside the plan's allowance of
// chats (documented). What says neither stops, too.
func quota(body []byte) Answer {
	type usage struct {
		Status string `json:"status"`
	}
	var b struct {
		Invoke         usage `json:"invokeStatus"`
		Correspondents usage `json:"correspondentsStatus"`
	}
	_ = json.Unmarshal(body, &b) // what cannot be read is no allowance of chats
	if isExceeded(b.Correspondents.Status) && !isExceeded(b.Invoke.Status) {
		return Answer{Meaning: Refused, Reason: reason(msg.ChatQuota)}
	}
	return Answer{Meaning: Stop, Reason: reason(msg.Quota)}
}

// isExceeded knows QUOTE_EXCEEDED, with CORRESPONDENTS_ before it or not, and
// with QUOTA for QUOTE.
func isExceeded(status string) bool {
	status = strings.ToUpper(status)
	return strings.HasSuffix(status, "QUOTE_EXCEEDED") || strings.HasSuffix(status, "QUOTA_EXCEEDED")
}

func oddAnswer(status int) Answer {
	return Answer{Reason: reason(msg.OddAnswer, status)}
}

func reason(code msg.Code, args ...any) msg.Reason {
	return msg.NewReason(code, args...)
}
