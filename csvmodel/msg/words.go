package msg

import (
	"golang.org/x/text/feature/plural"
	textcatalog "golang.org/x/text/message/catalog"
)

// word has the forms of a word beside a number: in English for 1 and for 2, in
// Russian for 1, 2 and 5.
type word struct {
	one, two                            string
	russianOne, russianTwo, russianFive string
}

// words are what texts may have beside a number, by the names that they use.
var words = map[string]word{
	"cells":        {"cell", "cells", "ячейка", "ячейки", "ячеек"},
	"columns":      {"column", "columns", "столбец", "столбца", "столбцов"},
	"rows":         {"row", "rows", "строка", "строки", "строк"},
	"theseRows":    {"row", "rows", "строку", "строки", "строк"}, // what something is done to
	"moreRows":     {"more row", "more rows", "строка", "строки", "строк"},
	"wait":         {"waits", "wait", "ждёт", "ждут", "ждут"},
	"rowsNeed":     {"row needs", "rows need", "строка требует", "строки требуют", "строк требуют"},
	"cardsAre":     {"card is", "cards are", "карточка", "карточки", "карточек"},
	"requests":     {"request", "requests", "запрос", "запроса", "запросов"},
	"times":        {"time", "times", "раз", "раза", "раз"},
	"messages":     {"message", "messages", "сообщение", "сообщения", "сообщений"},
	"seconds":      {"second", "seconds", "секунда", "секунды", "секунд"},
	"minutes":      {"minute", "minutes", "минута", "минуты", "минут"},
	"theseMinutes": {"minute", "minutes", "минуту", "минуты", "минут"},
	"manifests":    {"manifest", "manifests", "манифест", "манифеста", "манифестов"},
	"thingsDo":     {"thing does", "things do", "расхождение", "расхождения", "расхождений"},
	"duplicates":   {"duplicate", "duplicates", "duplicate", "duplicate", "duplicate"}, // the status
}

func (w word) inEnglish() textcatalog.Message {
	return plural.Selectf(1, "%d", plural.One, w.one, plural.Other, w.two)
}

// inRussian has the form for a fraction, too: 2,5 строки.
func (w word) inRussian() textcatalog.Message {
	return plural.Selectf(1, "%d", plural.One, w.russianOne, plural.Few, w.russianTwo, plural.Many, w.russianFive, plural.Other, w.russianTwo)
}
