package greenapi

import (
	"bytes"
	"encoding/json"
	"strings"

	"contact-distributor/csvmodel/msg"
)

// messageLimit is how many characters of the service's words are kept.
const messageLimit = 300

// accountTexts are the beginnings of those 400s that are about the instance
// and not about the row, in small letters (documented, the third an older
// form). The one for an expired instance is in saysExpired.
var accountTexts = []struct {
	begins  string
	meaning Meaning
	code    msg.Code
}{
	{"instance in starting process try later", NotTaken, msg.Starting},
	{"instance is starting or not authorized", Stop, msg.NotAuthorized},
	{"instance account not authorized", Stop, msg.NotAuthorized},
	{"instance is deleted", Stop, msg.Deleted},
}

// badRequest reads a 400. Texts are compared from their first character, and
// never behind "Validation failed", where the service repeats cells of the
// row: no cell may decide what an answer means.
func badRequest(body []byte, s *redactor) Answer {
	text, enveloped := message(body)
	plain := plainText(text)
	if strings.HasPrefix(plain, "validation failed") {
		return refused(text, s)
	}
	for _, t := range accountTexts {
		if strings.HasPrefix(plain, t.begins) {
			return Answer{Meaning: t.meaning, Reason: reason(t.code)}
		}
	}
	switch {
	case saysExpired(plain):
		return Answer{Meaning: Stop, Reason: reason(msg.Expired)}
	case enveloped && plain != "":
		return refused(text, s)
	}
	return oddAnswer(400)
}

// refused keeps the service's words, cut last, so that no part of a token can
// be left at the cut.
func refused(text string, s *redactor) Answer {
	text = s.redact(strings.TrimSpace(text))
	if runes := []rune(text); len(runes) > messageLimit {
		text = string(runes[:messageLimit-1]) + "…"
	}
	return Answer{Meaning: Refused, Reason: reason(msg.Refused, text)}
}

// message is the text of a 400: that of the envelope {"statusCode":400,…,
// "message":"…"}, the only part of it that may be kept since its path holds
// the token, or else the whole body, with or without quotes. An object that
// says another status, or whose message is no text, is no envelope.
func message(body []byte) (text string, enveloped bool) {
	var envelope struct {
		StatusCode *int   `json:"statusCode"`
		Message    string `json:"message"`
	}
	if body = bytes.TrimSpace(body); !bytes.HasPrefix(body, []byte("{")) {
		if json.Unmarshal(body, &text) != nil {
			text = string(body)
		}
		return text, false
	}
	if json.Unmarshal(body, &envelope) != nil || envelope.StatusCode != nil && *envelope.StatusCode != 400 {
		return "", false
	}
	return envelope.Message, true
}

// plainText is the beginning of a text in small letters, each run of white
// space as one space.
func plainText(text string) string {
	if len(text) > 2*messageLimit {
		text = text[:2*messageLimit]
	}
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}

// saysExpired knows "Instance account is expired. Renew …" (#197), also with
// up to three other words before "account".
func saysExpired(plain string) bool {
	before, _, found := strings.Cut(plain, "account is expired")
	return found && strings.Trim(before, " abcdefghijklmnopqrstuvwxyz") == "" && len(strings.Fields(before)) <= 3
}
