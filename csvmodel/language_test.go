package csvmodel_test

import (
	"strings"
	"testing"

	"contact-distributor/csvmodel"
	"contact-distributor/csvmodel/msg"
)

func TestLanguageOfAFile(t *testing.T) {
	late := good + strings.Repeat("79000000001,79000000002,Anna,,,,\n", 4000) + "79000000001,79000000002,Анна,,,,\n"
	for _, c := range []struct {
		name, file string
		want       msg.Language
	}{
		{"Latin letters throughout", head + good, msg.English},
		{"a Cyrillic name of a column", "chatId,phoneContact,Имя\n", msg.Russian},
		{"a Cyrillic cell in the first rows", head + "79000000001,79000000002,Анна,,,,\n", msg.Russian},
		{"a Cyrillic cell far behind them", head + late, msg.English},
		{"bytes that are no text", head + "79000000001,79000000002,\xd0,,,,\n", msg.English},
		{"a refused file with a Cyrillic header", "Имя,Город\n", msg.Russian},
		{"a refused file without", "a,b\n", msg.English},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := open(c.file)
			var got msg.Language
			if refused, ok := err.(*csvmodel.FileError); ok {
				got = msg.LanguageOf(refused.Cyrillic)
			} else {
				got = rows.Layout().Language()
			}
			if got != c.want {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
}

const wrongCard = "BEGIN:VCARD\nVERSION:3.0\nN:;;;;\nTEL:12\nEND:VCARD\n"

func TestACardIsRefusedInRussian(t *testing.T) {
	_, err := csvmodel.ReadCard(strings.NewReader(wrongCard), csvmodel.Options{})
	want := `TEL: в "12" меньше 11 цифр: напишите номер с кодом страны; ` +
		"имя (N или FN) и компания (ORG): ничего не заполнено: нужно заполнить хотя бы что-то одно"
	if got := err.(*csvmodel.FileError).Text(msg.Russian); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestATableIsRefusedForItsCard(t *testing.T) {
	_, err := csvmodel.ReadCard(strings.NewReader(wrongCard), csvmodel.Options{})
	refused := err.(*csvmodel.FileError).OfCard("c.vcf")
	if got, want := refused.Error(), "has a card, c.vcf, that cannot be used: "+err.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := refused.Text(msg.Russian), "карточка c.vcf не подходит: "+err.(*csvmodel.FileError).Text(msg.Russian); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
