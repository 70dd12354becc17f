package msg

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/template"
	"time"
	"unicode"
	"unicode/utf8"
)

func (c *catalog) functions() template.FuncMap {
	return template.FuncMap{
		"n":        func(word string, v value) string { return c.counted(word, v.arg) },
		"word":     func(family string, word any) string { return c.word(family, word) },
		"delivery": c.delivery,
		"either":   func(v value) string { return c.either(v.arg) },
		"digits":   func(v value) string { return OneLine(fmt.Sprint(v.arg)) },
		"quote":    func(v value) string { return strconv.Quote(fmt.Sprint(v.arg)) },
		"tenths":   func(v value) string { return c.decimal(v.arg, 1) },
		"interval": func(v value) string { return c.interval(v.arg) },
		"day":      func(v value) string { return c.time(v.arg, "format.day") },
		"minute":   func(v value) string { return c.time(v.arg, "format.minute") },
	}
}

// write is how an argument is written where its placeholder says nothing else.
func (c *catalog) write(arg any) string {
	switch arg := arg.(type) {
	case nil:
		return ""
	case string:
		return OneLine(arg)
	case int:
		return c.number(arg)
	case float64:
		return c.decimal(arg, -1)
	case time.Time:
		return c.time(arg, "format.moment")
	case time.Duration:
		return c.duration(arg)
	case Reason:
		return arg.Text(c.language)
	case []string:
		return OneLine(c.list(arg))
	case error:
		return Explain(c.language, arg)
	}
	return fmt.Sprint(arg)
}

func (c *catalog) number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + c.text("format.group", nil) + digits[i:]
	}
	return digits
}

func (c *catalog) interval(arg any) string {
	d, is := arg.(time.Duration)
	if !is {
		return c.write(arg)
	}
	return cmp.Or(c.localize("format.interval", Args{"Seconds": d.Seconds()}), d.String())
}

func (c *catalog) decimal(arg any, digits int) string {
	f, _ := arg.(float64)
	return strings.Replace(strconv.FormatFloat(f, 'f', digits, 64), ".", c.text("format.decimal", nil), 1)
}

// time leaves alone what is no time: ledgers of old have texts.
func (c *catalog) time(arg any, layout string) string {
	if t, is := arg.(time.Time); is {
		return t.Format(c.text(layout, nil))
	}
	return c.write(arg)
}

func (c *catalog) duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return c.text("duration.moment", nil)
	case d < 2*time.Minute:
		return c.counted("seconds", int(d.Round(time.Second).Seconds()))
	case d < 2*time.Hour:
		return c.counted("minutes", int(d.Round(time.Minute).Minutes()))
	}
	return c.text("duration.hours", Args{"Hours": int(d.Hours()), "Minutes": fmt.Sprintf("%02d", int(d.Minutes())%60)})
}

// counted is a number, of a duration its minutes, with the word that agrees with it.
func (c *catalog) counted(word string, arg any) string {
	if d, is := arg.(time.Duration); is {
		arg = int(math.Round(d.Minutes()))
	}
	n, is := parseNumber(arg)
	if !is {
		return c.write(arg)
	}
	return c.text("n."+word, Args{"Count": n})
}

// word is the text for a stable word, or that word.
func (c *catalog) word(family string, arg any) string {
	if v, is := arg.(value); is {
		arg = v.arg
	}
	if word, is := arg.(string); is {
		if text, known := Lookup(c.language, family+"."+word, nil); known {
			return text
		}
	}
	return c.write(arg)
}

const most = 4 // of a list, that a person would read

func (c *catalog) list(names []string) string {
	switch last := len(names) - 1; {
	case len(names) > most:
		return c.text("list.more", Args{"First": strings.Join(names[:most], ", "), "Count": len(names) - most})
	case last > 0:
		return c.text("list.and", Args{"First": strings.Join(names[:last], ", "), "Last": names[last]})
	}
	return strings.Join(names, "")
}

func (c *catalog) either(arg any) string {
	text := ""
	names, _ := arg.([]string)
	for _, name := range names {
		if text != "" {
			name = c.text("list.or", Args{"First": text, "Last": name})
		}
		text = name
	}
	return cmp.Or(text, c.write(arg))
}

func (c *catalog) delivery(state value, left ...value) string {
	text := state.String()
	if meaning := c.word("delivered", state.arg); meaning != text {
		text = c.text("delivery.meaning", Args{"Meaning": meaning, "Delivery": text})
	}
	if len(left) > 0 && left[0].arg != nil {
		text = c.text("delivery.left", Args{"Delivery": text, "Left": left[0].arg})
	}
	return text
}

// Quoted puts a value into quotes, on one line, cut to 40 characters.
func Quoted(value string) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\u2028', r == '\u2029':
			return '⏎'
		case r == '\t':
			return '⇥'
		case !unicode.IsPrint(r) && !unicode.IsSpace(r) || r == '\r':
			return '\ufffd'
		}
		return r
	}, Shorten(value, 40))
	return `"` + shown + `"`
}

// OneLine returns text so that it stays on its line and a terminal acts on nothing in it:
// controls, what turns the direction of writing, and invalid bytes become U+FFFD.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsGraphic(r) {
			return r
		}
		return utf8.RuneError
	}, text)
}

// Shorten shortens text to at most limit characters, of which an ellipsis is the last.
func Shorten(text string, limit int) string {
	runes := 0
	for i := range text {
		if runes++; runes == limit && utf8.RuneCountInString(text[i:]) > 1 {
			return text[:i] + "…"
		}
	}
	return text
}
