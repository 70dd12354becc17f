package terminal_test

import (
	"testing"

	"contact-distributor/batch/cli/terminal"
	"contact-distributor/csvmodel/msg"
)

func TestTheTerminalsLanguage(t *testing.T) {
	for _, c := range []struct {
		name              string
		asked             msg.Language
		all, messages, of string
		want              msg.Language
	}{
		{"that was asked for", msg.English, "ru_RU.UTF-8", "", "", msg.English},
		{"of the environment", "", "", "", "ru_RU.UTF-8", msg.Russian},
		{"of its messages, before that", "", "", "en_GB", "ru_RU.UTF-8", msg.English},
		{"of all of it, before that", "", "ru", "en_GB", "", msg.Russian},
		{"one that there are no texts in", "", "", "", "de_DE.UTF-8", msg.English},
		{"none", "", "", "", "C.UTF-8", msg.English},
		{"nothing", "", "", "", "", msg.English},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("LC_ALL", c.all)
			t.Setenv("LC_MESSAGES", c.messages)
			t.Setenv("LANG", c.of)
			if got := terminal.Language(c.asked); got != c.want {
				t.Errorf("got %s", got)
			}
		})
	}
}
