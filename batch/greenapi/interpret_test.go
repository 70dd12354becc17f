package greenapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"syscall"
	"testing"

	"contact-distributor/csvmodel/msg"
)

func enveloped(message string) string {
	return fmt.Sprintf(`{"statusCode":400,"timestamp":"2026-01-02T03:04:05Z","path":"/waInstance7105/sendContact/`+testToken+`","message":%q}`, message)
}

// steering is every text that means something at the beginning of a 400.
const steering = "instance in starting process try later instance is starting or not authorized " +
	"instance account not authorized Instance account is expired. Renew Instance is deleted CORRESPONDENTS_QUOTE_EXCEEDED"

func TestEachAnswerHasOneMeaning(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		meaning Meaning
		code    msg.Code
	}{
		{"a 200 with an id is accepted", 200, `{"idMessage":"3EB0C767D097B7C7C030"}`, Accepted, ""},
		{"a short id is accepted", 200, `{"idMessage":"A"}`, Accepted, ""},
		{"an id beside fields of a newer service is accepted", 200, `{"idMessage":"3EB0","delay":{"a":[1]}}`, Accepted, ""},
		{"an id beside the code 200 is accepted", 200, `{"code":200,"idMessage":"3EB0"}`, Accepted, ""},
		{"a 200 with an empty id is unknown", 200, `{"idMessage":""}`, Unknown, msg.OddAnswer},
		{"a 200 with a blank id is unknown", 200, `{"idMessage":"  "}`, Unknown, msg.OddAnswer},
		{"a 200 with an escape in its id is unknown", 200, `{"idMessage":"3EB0\u001b[2J\u0007"}`, Unknown, msg.OddAnswer},
		{"a 200 with an id that turns the writing is unknown", 200, `{"idMessage":"3EB0\u202e"}`, Unknown, msg.OddAnswer},
		{"a 200 with a space in its id is unknown", 200, `{"idMessage":"3EB0 A"}`, Unknown, msg.OddAnswer},
		{"a 200 with a quote in its id is unknown", 200, `{"idMessage":"3EB0\""}`, Unknown, msg.OddAnswer},
		{"a 200 with a formula for an id is unknown", 200, `{"idMessage":"=1+1"}`, Unknown, msg.OddAnswer},
		{"a 200 with an id of 128 bytes is accepted", 200, `{"idMessage":"` + strings.Repeat("A", 128) + `"}`, Accepted, ""},
		{"a 200 with an id of 129 bytes is unknown", 200, `{"idMessage":"` + strings.Repeat("A", 129) + `"}`, Unknown, msg.OddAnswer},
		{"a 200 with a number for an id is unknown", 200, `{"idMessage":12}`, Unknown, msg.OddAnswer},
		{"a 200 with null for an id is unknown", 200, `{"idMessage":null}`, Unknown, msg.OddAnswer},
		{"a 200 without an id is unknown", 200, `{}`, Unknown, msg.OddAnswer},
		{"an empty 200 is unknown", 200, ``, Unknown, msg.OddAnswer},
		{"a 200 with HTML is unknown", 200, `<html>ok</html>`, Unknown, msg.OddAnswer},
		{"a 200 with an array is unknown", 200, `[{"idMessage":"3EB0"}]`, Unknown, msg.OddAnswer},
		{"a 200 with something behind the object is unknown", 200, `{"idMessage":"3EB0"}x`, Unknown, msg.OddAnswer},
		{"a 200 whose end is missing is unknown", 200, `{"idMessage":"3EB0"`, Unknown, msg.OddAnswer},
		{"a 200 whose id is the token is unknown", 200, `{"idMessage":"` + testToken + `"}`, Unknown, msg.OddAnswer},
		{"a 200 with code 401 is unknown", 200, `{"code":401,"description":"Unauthorized"}`, Unknown, msg.Unauthorized},
		{"a 200 with code 403 is unknown", 200, `{"code":403,"description":"Forbidden"}`, Unknown, msg.Forbidden},
		{"a 200 with code 401 as text is unknown", 200, `{"code":"401"}`, Unknown, msg.Unauthorized},
		{"a 200 with code 401 and an id is unknown", 200, `{"code":401,"idMessage":"3EB0"}`, Unknown, msg.Unauthorized},
		{"a 201 is unknown", 201, `{"idMessage":"3EB0"}`, Unknown, msg.OddAnswer},
		{"a 204 is unknown", 204, ``, Unknown, msg.OddAnswer},

		{"a 400 about the row is refused", 400, enveloped("Validation failed. Details: 'chatId' is not allowed"), Refused, msg.Refused},
		{"a 400 about the row without its envelope is refused", 400, "Validation failed. Details: 'chatId'", Refused, msg.Refused},
		{"cells in a failed validation do not steer", 400, enveloped("Validation failed. Details: " + steering), Refused, msg.Refused},
		{"cells on the next line of a failed validation do not steer", 400, enveloped("Validation failed\n" + steering), Refused, msg.Refused},
		{"cells behind any other words do not steer", 400, enveloped("bad name: " + steering), Refused, msg.Refused},
		{"cells behind a few plain words do not steer", 400, enveloped("the contact " + steering), Refused, msg.Refused},
		{"a 400 with other words in an envelope is refused", 400, enveloped("quoted message not found"), Refused, msg.Refused},
		{"a 400 with words and no status in its envelope is refused", 400, `{"message":"bad contact"}`, Refused, msg.Refused},
		{"a starting instance took nothing", 400, enveloped("instance in starting process try later"), NotTaken, msg.Starting},
		{"bare words that are nearly those of a starting instance are unknown", 400, "Instance in starting process, try later", Unknown, msg.OddAnswer},
		{"a starting instance as bare text took nothing", 400, " Instance in  starting process try later\n", NotTaken, msg.Starting},
		{"a starting instance as quoted text took nothing", 400, `"instance in starting process try later"`, NotTaken, msg.Starting},
		{"an account that is not linked stops", 400, enveloped("instance is starting or not authorized"), Stop, msg.NotAuthorized},
		{"an account that is not linked stops as bare text", 400, "Instance is starting or not authorized.", Stop, msg.NotAuthorized},
		{"the older words for it stop", 400, enveloped("instance account not authorized"), Stop, msg.NotAuthorized},
		{"an expired instance stops", 400, enveloped("Instance account is expired. Renew your instance from personal area"), Stop, msg.Expired},
		{"an expired instance stops as bare text", 400, "Instance account is expired. Renew", Stop, msg.Expired},
		{"an expired instance in other words stops", 400, "Your instance account is expired", Stop, msg.Expired},
		{"a deleted instance stops", 400, enveloped("Instance is deleted"), Stop, msg.Deleted},
		{"a deleted instance stops as bare text", 400, "Instance is deleted", Stop, msg.Deleted},
		{"a 400 with an empty message is unknown", 400, enveloped(""), Unknown, msg.OddAnswer},
		{"a 400 with a blank message is unknown", 400, enveloped(" \n"), Unknown, msg.OddAnswer},
		{"a 400 with an envelope of another status is unknown", 400, `{"statusCode":500,"message":"bad contact"}`, Unknown, msg.OddAnswer},
		{"a 400 whose message is no text is unknown", 400, `{"statusCode":400,"message":["bad contact"]}`, Unknown, msg.OddAnswer},
		{"a 400 with HTML is unknown", 400, "<html><h1>400 Bad Request</h1></html>", Unknown, msg.OddAnswer},
		{"an empty 400 is unknown", 400, "", Unknown, msg.OddAnswer},
		{"a 400 with bare words that are not known is unknown", 400, "bad request", Unknown, msg.OddAnswer},
		{"a 400 whose envelope lacks its end is unknown", 400, `{"statusCode":400,"message":"bad contact"`, Unknown, msg.OddAnswer},

		{"a 401 stops", 401, "", Stop, msg.Unauthorized},
		{"a 403 stops", 403, "<html>403 Forbidden nginx</html>", Stop, msg.Forbidden},
		{"a 404 took nothing", 404, `{"statusCode":404,"path":"/waInstance7105/sendContact/` + testToken + `","message":"Cannot POST"}`, NotTaken, msg.NotFound},
		{"a 429 took nothing", 429, "", NotTaken, msg.Throttled},
		{"a 429 with a body took nothing", 429, `{"idMessage":"3EB0"}`, NotTaken, msg.Throttled},
		{"a used up method stops", 466, `{"invokeStatus":{"method":"sendContact","used":100,"total":100,"status":"QUOTE_EXCEEDED"}}`, Stop, msg.Quota},
		{"a used up method with numbers as text stops", 466, `{"invokeStatus":{"used":"100","total":"100","status":"QUOTA_EXCEEDED"}}`, Stop, msg.Quota},
		{"a chat outside the plan is refused", 466, `{"invokeStatus":{"method":"sendContact","used":9,"total":100,"status":"QUOTE_ALLOWED","description":"d"},"correspondentsStatus":{"method":"sendContact","used":3,"total":"3","status":"CORRESPONDENTS_QUOTE_EXCEEDED"}}`, Refused, msg.ChatQuota},
		{"a chat outside the plan in the table's word is refused", 466, `{"invokeStatus":{"status":"QUOTE_ALLOWED"},"correspondentsStatus":{"status":"QUOTE_EXCEEDED"}}`, Refused, msg.ChatQuota},
		{"a chat outside the plan in the table's other spelling is refused", 466, `{"invokeStatus":{"used":"1"},"correspondentsStatus":{"status":"quota_exceeded"}}`, Refused, msg.ChatQuota},
		{"a method and a chat without allowance stop", 466, `{"invokeStatus":{"status":"QUOTE_EXCEEDED"},"correspondentsStatus":{"used":3,"total":"3","status":"CORRESPONDENTS_QUOTE_EXCEEDED"}}`, Stop, msg.Quota},
		{"a method and a chat without allowance stop in the other spelling", 466, `{"invokeStatus":{"status":"QUOTA_EXCEEDED"},"correspondentsStatus":{"status":"QUOTA_EXCEEDED"}}`, Stop, msg.Quota},
		{"a 466 that allows both stops", 466, `{"invokeStatus":{"status":"QUOTE_ALLOWED"},"correspondentsStatus":{"status":"CORRESPONDENTS_QUOTE_ALLOWED"}}`, Stop, msg.Quota},
		{"a chat outside the plan in the other spelling is refused", 466, `{"correspondentsStatus":{"status":"CORRESPONDENTS_QUOTA_EXCEEDED"}}`, Refused, msg.ChatQuota},
		{"a 466 whose chats have room stops", 466, `{"correspondentsStatus":{"status":"OK"}}`, Stop, msg.Quota},
		{"a 466 that says nothing stops", 466, "", Stop, msg.Quota},
		{"a 466 that only mentions chats stops", 466, `CORRESPONDENTS_QUOTE_EXCEEDED`, Stop, msg.Quota},
	}
	for _, status := range []int{300, 301, 302, 303, 304, 307, 308, 399, 405, 407, 413, 415} {
		tests = append(tests, struct {
			name    string
			status  int
			body    string
			meaning Meaning
			code    msg.Code
		}{fmt.Sprintf("a %d stops", status), status, "anything", Stop, msg.Protocol})
	}
	for _, status := range []int{-1, 101, 202, 206, 402, 406, 408, 409, 410, 422, 425, 499, 500, 501, 502, 503, 504, 520, 599, 999} {
		tests = append(tests, struct {
			name    string
			status  int
			body    string
			meaning Meaning
			code    msg.Code
		}{fmt.Sprintf("a %d is unknown", status), status, `{"idMessage":"3EB0","message":"instance in starting process try later"}`, Unknown, msg.OddAnswer})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := interpret(reply{status: test.status, body: []byte(test.body)}, newRedactor(NewToken(testToken)))
			if a.Meaning != test.meaning || a.Reason.Code != test.code {
				t.Fatalf("got %v, %q; want %v, %q", a.Meaning, a.Reason.Code, test.meaning, test.code)
			}
			if !a.Written || a.Status != test.status {
				t.Errorf("an answer says written %v and status %d", a.Written, a.Status)
			}
			if (a.IDMessage != "") != (a.Meaning == Accepted) {
				t.Errorf("%v with the id %q", a.Meaning, a.IDMessage)
			}
			wantStops := a.Meaning == Stop || test.status == 200 && test.code != "" && test.code != msg.OddAnswer
			if a.Stops != wantStops {
				t.Errorf("Stops is %v", a.Stops)
			}
			if text := fmt.Sprintf("%+v", a); strings.Contains(text, testToken) || strings.Contains(text, "sendContact/") {
				t.Errorf("the answer holds the token or its path: %s", text)
			}
		})
	}
}

func TestAnAnswerThatDidNotComeWhole(t *testing.T) {
	const id = `{"idMessage":"3EB0C767D097B7C7C030"}`
	reset := fmt.Errorf("read: %w", syscall.ECONNRESET)
	tests := []struct {
		name    string
		reply   reply
		meaning Meaning
		code    msg.Code
		why     string
	}{
		{"nothing known at all is unknown", reply{}, Unknown, msg.NoAnswer, "connection failed"},
		{"no connection took nothing", reply{err: syscall.ECONNREFUSED, unwritten: true}, NotTaken, msg.NoConnection, "connection refused"},
		{"a connection and a reset is unknown", reply{err: reset}, Unknown, msg.NoAnswer, "connection reset"},
		{"a connection and a time-out is unknown", reply{err: context.DeadlineExceeded}, Unknown, msg.NoAnswer, "time-out"},
		{"a 200 cut behind its id is unknown", reply{status: 200, body: []byte(id), err: io.ErrUnexpectedEOF}, Unknown, msg.NoAnswer, "the answer was cut short"},
		{"a 200 that is too long is unknown", reply{status: 200, body: []byte(id), err: errTooLong}, Unknown, msg.OddAnswer, "200"},
		{"a 400 that was cut is unknown", reply{status: 400, body: []byte("Validation failed"), err: io.ErrUnexpectedEOF}, Unknown, msg.NoAnswer, "the answer was cut short"},
		{"a 466 that was cut is unknown", reply{status: 466, err: reset}, Unknown, msg.NoAnswer, "connection reset"},
		{"a 500 that was cut is unknown", reply{status: 500, err: reset}, Unknown, msg.NoAnswer, "connection reset"},
		{"a 429 that was cut still took nothing", reply{status: 429, err: reset}, NotTaken, msg.Throttled, ""},
		{"a 401 that was cut still stops", reply{status: 401, err: io.ErrUnexpectedEOF}, Stop, msg.Unauthorized, ""},
		{"a 403 that was cut still stops", reply{status: 403, err: errTooLong}, Stop, msg.Forbidden, ""},
		{"an error with words of its own keeps them to itself", reply{err: errors.New("Post /waInstance7105/sendContact/" + testToken)}, Unknown, msg.NoAnswer, "connection failed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := interpret(test.reply, nil)
			if a.Meaning != test.meaning || a.Reason.Code != test.code {
				t.Fatalf("got %v, %q; want %v, %q", a.Meaning, a.Reason.Code, test.meaning, test.code)
			}
			if test.why != fmt.Sprint(a.Reason.Args...) {
				t.Errorf("because %q, want %q", a.Reason.Args, test.why)
			}
			if a.Written == test.reply.unwritten {
				t.Errorf("Written is %v", a.Written)
			}
		})
	}
}

func TestTheWordsOfARefusalAreKeptShortAndClean(t *testing.T) {
	tests := []struct{ name, message, want string }{
		{"words are kept as they are", "Validation failed. Details: 'x' <a> & b", "Validation failed. Details: 'x' <a> & b"},
		{"the token is taken out", "no such " + testToken + "!", "no such (token)!"},
		{"the path is taken out", "Cannot POST /waInstance7105/sendContact/0123 now", "Cannot POST /waInstance… now"},
		{"two paths are taken out", "/waInstance1/a/b, /waInstance1/a/b", "/waInstance…, /waInstance…"},
		{"long words are cut", strings.Repeat("я", 301), strings.Repeat("я", 299) + "…"},
		{"300 characters are not cut", strings.Repeat("я", 300), strings.Repeat("я", 300)},
		{"no part of a token is left at the cut", strings.Repeat("x", 290) + testToken, strings.Repeat("x", 290) + hiddenToken},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a := interpret(reply{status: 400, body: []byte(enveloped(test.message))}, newRedactor(NewToken(testToken)))
			if a.Meaning != Refused || a.Reason.Args[0] != test.want {
				t.Errorf("got %v %q, want %q", a.Meaning, a.Reason.Args, test.want)
			}
		})
	}
}

// FuzzInterpret: whatever comes, there is a meaning, and it is not Accepted
// without a whole 200 with an id.
func FuzzInterpret(f *testing.F) {
	f.Add(200, []byte(`{"idMessage":"3EB0"}`), true, false)
	f.Add(400, []byte(enveloped(steering)), true, false)
	f.Add(466, []byte(`{"correspondentsStatus":null}`), false, true)
	f.Fuzz(func(t *testing.T, status int, body []byte, whole, unwritten bool) {
		r := reply{status: status, body: body, unwritten: unwritten}
		if !whole {
			r.err = io.ErrUnexpectedEOF
		}
		a := interpret(r, nil)
		if a.Meaning == Accepted && (status != 200 || !whole || a.IDMessage == "") {
			t.Errorf("accepted from status %d, whole %v, id %q", status, whole, a.IDMessage)
		}
		if a.Meaning != Accepted && a.Reason.Code == "" {
			t.Errorf("%v without a reason", a.Meaning)
		}
	})
}
