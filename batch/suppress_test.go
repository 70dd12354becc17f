package batch

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel"
)

// The service has given one number of an account another id, and the list has that id or
// the other number.
func TestSuppressedByAnyIDOfAnAccount(t *testing.T) {
	for _, listed := range []string{"555@lid", "525512345678", "5215512345678"} {
		opts, err := csvmodel.DetectEncoding(strings.NewReader(listed), csvmodel.Options{})
		if err != nil {
			t.Fatal(err)
		}
		chats, err := csvmodel.ReadChatList(strings.NewReader(listed), opts)
		if err != nil {
			t.Fatal(err)
		}
		s := newSuppression(chats, map[string]string{"555@lid": "525512345678@c.us"})
		for _, chat := range []string{"555@lid", "525512345678@c.us", "5215512345678@c.us"} {
			if !s.has(chat) {
				t.Errorf("%s is listed, and %s is not suppressed", listed, chat)
			}
		}
		if s.has("525512345679@c.us") {
			t.Errorf("another chat is suppressed by %s", listed)
		}
	}
}
