package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestErrorsAreToldInTheTerminalsLanguage(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "нет.csv")
	t.Setenv("LC_ALL", "")
	for _, c := range []struct{ name, locale, want string }{
		{"in English", "C", "contact-distributor: " + missing + ": there is no such file: check the name and the folder\n"},
		{"in Russian", "ru_RU.UTF-8", "contact-distributor: " + missing + ": такого файла нет: проверьте имя и папку\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("LC_MESSAGES", c.locale)
			var out, errs strings.Builder
			if status := Main(t.Context(), []string{"validate", missing}, Streams{Out: &out, Err: &errs}); status != exitUsage || errs.String() != c.want {
				t.Errorf("%d: %s", status, errs.String())
			}
		})
	}
}
