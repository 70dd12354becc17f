package batch

import (
	"fmt"
	"testing"
)

func TestAccountFor(t *testing.T) {
	all := []string{"1101", "1102", "1103"}
	byHash := accountFor("12025550101@c.us", "", "", all)
	for _, c := range []struct{ name, known, named, want string }{
		{"the recipient knows one", "1103", "", "1103"},
		{"and the file names another", "1103", "1102", "1103"},
		{"the file names one", "", "1102", "1102"},
		{"the one that it knows is gone", "1109", "", byHash},
		{"and the file names one", "1109", "1101", "1101"},
		{"nobody says anything", "", "", byHash},
	} {
		if got := accountFor("12025550101@c.us", c.known, c.named, all); got != c.want {
			t.Errorf("%s: got %s", c.name, got)
		}
	}
	// Other machines, and later versions, choose the same.
	for chat, want := range map[string]string{"12025550101@c.us": "1101", "12025550103@c.us": "1103", "12025550105@c.us": "1102", "120363000000000001@g.us": "1103"} {
		if got := accountFor(chat, "", "", []string{"1103", "1101", "1102"}); got != want {
			t.Errorf("%s goes from %s", chat, got)
		}
	}
}

func TestAnotherAccountTakesItsShareFromEach(t *testing.T) {
	const chats, accounts = 20_000, 9
	var before []string
	for i := range accounts {
		before = append(before, fmt.Sprint(7105000001+i))
	}
	after := append(before[:accounts:accounts], "7103000099")
	share, moved := map[string]int{}, 0
	for i := range chats {
		chat := fmt.Sprintf("1202%07d@c.us", i)
		from, to := accountFor(chat, "", "", before), accountFor(chat, "", "", after)
		share[from]++
		if from != to {
			moved++
			if to != "7103000099" {
				t.Fatalf("%s went from %s to %s", chat, from, to)
			}
		}
	}
	for instance, n := range share {
		if n < chats/accounts*9/10 || n > chats/accounts*11/10 {
			t.Errorf("%s has %d of %d chats", instance, n, chats)
		}
	}
	if moved < chats/(accounts+1)*9/10 || moved > chats/(accounts+1)*11/10 {
		t.Errorf("%d of %d chats moved", moved, chats)
	}
}
