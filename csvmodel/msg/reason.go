package msg

import (
	"fmt"
	"strings"
	"unicode"
)

// Code is a short stable word that says, for machines, why a row has its status.
type Code string

// Reason says why a row has its status: a code and the arguments of its
// sentence. It is what is kept; the sentence is made when something is written
// out, so that it can be had in the reader's language.
type Reason struct {
	Code Code     `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Fault is the Reason for which one cell, or with an empty column the whole
// row, is invalid. The value is cut to what a person needs to find it.
func Fault(code Code, column, value string) Reason {
	return Reason{Code: code, Args: []string{column, Quoted(value)}}
}

// Quoted puts a value into quotes, cut to 40 characters. What cannot be shown on
// one line is replaced by a sign for it.
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

// String is the English sentence for a person, without a full stop. A code that
// this program does not know, as from a newer ledger, is shown as it is.
func (r Reason) String() string {
	sentence, known := sentenceOf(r.Code)
	if !known {
		return strings.Join(append([]string{string(r.Code)}, r.Args...), ": ")
	}
	shown := r.shownArgs(English)
	args := make([]any, len(shown))
	for i, arg := range shown {
		args[i] = arg
	}
	return fmt.Sprintf(sentence, args...)
}

// In is String in a language. Where that has no words for it, it is English.
func (r Reason) In(l Language) string {
	sentence, known := sentenceOf(r.Code)
	if l != Russian || !known {
		return r.String()
	}
	args, understood := r.meantArgs()
	if !understood {
		return r.String()
	}
	return phrases().Say(l, sentence, args...)
}

// sentenceOf is the English sentence of a code.
func sentenceOf(code Code) (sentence string, known bool) {
	if sentence, known = EnglishSentences[code]; !known {
		sentence, known = Refusals[code]
	}
	return sentence, known
}

// Sentences joins what several reasons have to say into one text.
func Sentences(reasons []Reason, l Language) string {
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		texts[i] = r.In(l)
	}
	return strings.Join(texts, "; ")
}

// Codes joins the codes of several reasons, each named once, with spaces.
func Codes(reasons []Reason) string {
	var codes []string
	seen := map[Code]bool{}
	for _, r := range reasons {
		if !seen[r.Code] {
			seen[r.Code] = true
			codes = append(codes, string(r.Code))
		}
	}
	return strings.Join(codes, " ")
}

// Shorten shortens text to at most limit characters, the last of which then is an
// ellipsis.
func Shorten(text string, limit int) string {
	runes := 0
	for i := range text {
		if runes++; runes == limit {
			if rest := text[i:]; len([]rune(rest)) > 1 {
				return text[:i] + "…"
			}
		}
	}
	return text
}
