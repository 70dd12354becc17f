package msg

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// meaning is what an argument, which is a string in the ledger, is to a Russian
// sentence. It is nil where that cannot be said.
type meaning func(arg string) any

// Meanings are those of the arguments of a sentence, by place. Those that are not
// here are texts.
var Meanings = map[Code][]meaning{
	RowWidth:         {count, count},
	NoConnection:     {cause},
	NoAnswer:         {cause},
	DuplicateEarlier: {text, text, day},
	EarlierRun:       {day},
	ServiceAway:      {count, answer},
	NothingTaken:     {span, answer},
	SameRefusal:      {count, answer},
	Unsettled:        {count},
	DoubtElsewhere:   {count},
	ChatInDoubt:      {count},
	Window:           {text, clock},
	DayFull:          {count, clock},
	CountAway:        {span, answer},
	QueueFull:        {span, term},
	Forecast:         {moment},
	MayNot:           {text, term},
	Rest:             {text, term},
	Resting:          {text, clock},
	Resumed:          {text, clock},
	Found:            {term},
	Untracked:        {answer},
	Free:             {moment, count, moment},
	SaidSent:         {text, moment},
	SaidNot:          {text, moment},
	ColumnMisspelt:   {text, text, holding},
	ColumnMissing:    {text, holding},
	ColumnUndecided:  {text, holding},
}

// meantArgs are the arguments of the Russian sentence.
func (r Reason) meantArgs() (args []any, understood bool) {
	meant := Meanings[r.Code]
	for i, arg := range r.shownArgs(Russian) {
		read := text
		if i < len(meant) {
			read = meant[i]
		}
		value := read(arg)
		if value == nil {
			return nil, false
		}
		args = append(args, value)
	}
	return args, true
}

func text(arg string) any { return russianTerm(arg, RussianCardTerms) }

func cause(arg string) any { return russianTerm(arg, RussianCauses) }

func term(arg string) any { return russianTerm(arg, RussianTerms) }

func holding(arg string) any { return russianTerm(arg, RussianHoldings) }

func russianTerm(english string, terms map[string]string) string {
	if term, known := terms[english]; known {
		return term
	}
	return english
}

// count reads a number, behind which there may be an English word for what is
// counted.
func count(arg string) any {
	number, _, _ := strings.Cut(arg, " ")
	if n, err := strconv.Atoi(number); err == nil {
		return n
	}
	return nil
}

func day(arg string) any { return dated(arg, time.DateOnly, "02.01.2006") }

func moment(arg string) any { return dated(arg, time.RFC3339, "02.01.2006 15:04:05 (UTC-07:00)") }

func clock(arg string) any {
	return dated(arg, "2006-01-02 15:04 -07:00", "02.01.2006 15:04 (UTC-07:00)")
}

func dated(arg, from, to string) any {
	if t, err := time.Parse(from, arg); err == nil {
		return t.Format(to)
	}
	return nil
}

// span reads a duration, of which nobody needs to know the seconds.
func span(arg string) any {
	if d, err := time.ParseDuration(arg); err == nil {
		return int(d.Minutes())
	}
	return nil
}

// rest says of a sentence's last argument how it is made of all that come from its
// place on. Of most sentences it is nil.
func rest(code Code) (place int, join func(Language, []string) string) {
	switch code {
	case ColumnWhose:
		return 1, all
	case ColumnTwice, ColumnNoChat:
		return 2, all
	case ColumnUndecided:
		return 4, all
	case CardPhones:
		return 1, either
	case ListLine, Card:
		return 2, sentence
	case Delivery:
		return 1, deliverySeen
	case DuplicateFailed:
		return 4, deliverySeen
	}
	return 0, nil
}

// shownArgs are the arguments as the sentence has them.
func (r Reason) shownArgs(l Language) []string {
	place, join := rest(r.Code)
	if join == nil || len(r.Args) < place {
		return r.Args
	}
	return append(slices.Clone(r.Args[:place-1]), join(l, r.Args[place-1:]))
}

// sentence is that of a code and its arguments.
func sentence(l Language, reason []string) string {
	return Reason{Code(reason[0]), reason[1:]}.In(l)
}

// all lists names, as many as a person would read.
func all(l Language, names []string) string {
	const most = 4
	last := len(names) - 1
	switch and := inLanguage(l, " and ", " и "); {
	case len(names) > most:
		return strings.Join(names[:most], ", ") + and + inLanguage(l, "", "ещё ") + strconv.Itoa(len(names)-most) + inLanguage(l, " more", "")
	case last > 0:
		return strings.Join(names[:last], ", ") + and + names[last]
	}
	return names[0]
}

func either(l Language, names []string) string {
	return strings.Join(names, inLanguage(l, " or ", " или "))
}

func inLanguage(l Language, english, russian string) string {
	if l == Russian {
		return russian
	}
	return english
}
