package msg

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// function writes arguments in another way than by their types.
type function func(s *scope, word string, names []string) string

// functionOf returns the function of that name, nil if there is none.
func functionOf(name string) function {
	switch name {
	case "n":
		return func(s *scope, word string, names []string) string { return s.catalog.counted(word, s.get(names[0])) }
	case "word":
		return func(s *scope, family string, names []string) string { return s.catalog.word(family, s.get(names[0])) }
	case "seen":
		return func(s *scope, _ string, names []string) string {
			if len(names) == 1 {
				return s.catalog.seen(s.get(names[0]), nil)
			}
			return s.catalog.seen(s.get(names[0]), s.get(names[1]))
		}
	}
	one, known := map[string]func(*catalog, any) string{
		"either":   (*catalog).either,
		"digits":   func(_ *catalog, arg any) string { return fmt.Sprint(arg) },
		"quote":    func(_ *catalog, arg any) string { return strconv.Quote(fmt.Sprint(arg)) },
		"tenths":   (*catalog).tenths,
		"interval": (*catalog).interval,
		"day":      func(c *catalog, arg any) string { return c.time(arg, c.day) },
		"minute":   func(c *catalog, arg any) string { return c.time(arg, c.minute) },
	}[name]
	if !known {
		return nil
	}
	return func(s *scope, _ string, names []string) string { return one(s.catalog, s.get(names[0])) }
}

// write is how an argument is written where its placeholder says nothing else.
func (c *catalog) write(arg any) string {
	switch arg := arg.(type) {
	case nil:
		return ""
	case string:
		return arg
	case int:
		return c.number(arg)
	case float64:
		return strings.Replace(strconv.FormatFloat(arg, 'f', -1, 64), ".", c.decimal, 1)
	case time.Time:
		return arg.Format(c.moment)
	case time.Duration:
		return c.duration(arg)
	case Reason:
		return c.library.reason(c.language, arg)
	case []string:
		return c.list(arg)
	case error:
		return c.library.problem(c.language, arg)
	}
	return fmt.Sprint(arg)
}

// number groups the digits of a number, so that a large one can be read.
func (c *catalog) number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + c.group + digits[i:]
	}
	return digits
}

// interval is a short time between two things.
func (c *catalog) interval(arg any) string {
	d, is := arg.(time.Duration)
	if !is {
		return c.write(arg)
	}
	if text, known := c.own("format.interval", Args{"Seconds": d.Seconds()}); known {
		return text
	}
	return d.String()
}

func (c *catalog) tenths(arg any) string {
	f, _ := arg.(float64)
	return strings.Replace(strconv.FormatFloat(f, 'f', 1, 64), ".", c.decimal, 1)
}

// time leaves alone what is no time: ledgers of old have texts.
func (c *catalog) time(arg any, layout string) string {
	if t, is := arg.(time.Time); is {
		return t.Format(layout)
	}
	return c.write(arg)
}

// duration is one as people say it.
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

// counted is a number with the word that agrees with it; of a duration, its minutes.
// A text that is no number stands for itself.
func (c *catalog) counted(word string, arg any) string {
	switch n := arg.(type) {
	case time.Duration:
		arg = int(math.Round(n.Minutes()))
	case string:
		number, err := strconv.Atoi(n)
		if err != nil {
			return n
		}
		arg = number
	}
	return c.text("n."+word, Args{"Count": arg})
}

// pluralOf is the number that decides about the form of a message.
func pluralOf(count any) int {
	switch n := count.(type) {
	case int:
		return n
	case string:
		if number, err := strconv.Atoi(n); err == nil {
			return number
		}
	}
	return 5 // a text agrees like many
}

// word is the text for a stable word, of a family of such, or the word itself where
// there is none.
func (c *catalog) word(family string, arg any) string {
	if word, is := arg.(string); is {
		if text, known := c.library.lookup(c.language, family+"."+word, &scope{}); known {
			return text
		}
	}
	return c.write(arg)
}

// most is how many of a list a person would read.
const most = 4

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
	names, is := arg.([]string)
	if !is || len(names) == 0 {
		return c.write(arg)
	}
	text := names[0]
	for _, name := range names[1:] {
		text = c.text("list.or", Args{"First": text, "Last": name})
	}
	return text
}

// seen is a delivery, and when the card left the queue if that is known.
func (c *catalog) seen(delivery, left any) string {
	text := c.write(delivery)
	if meaning := c.word("delivered", delivery); meaning != text {
		text = c.text("delivery.meaning", Args{"Meaning": meaning, "Delivery": text})
	}
	if left != nil {
		text = c.text("delivery.left", Args{"Delivery": text, "Left": left})
	}
	return text
}
