package msg

import "strings"

// answerCodes are what the service, or the way to it, says. The newest answer is
// kept as an English sentence among the arguments of why a run stopped.
var answerCodes = []Code{
	Refused, ChatQuota, Throttled, Starting, NoConnection, NotFound, Unauthorized, Forbidden,
	NotAuthorized, Expired, Deleted, Quota, Protocol, NoAnswer, OddAnswer,
}

// answer is such a sentence in Russian, or as it is if none of ours. The method
// that was asked for it may stand before it.
func answer(arg string) any {
	method, said, asked := strings.Cut(arg, ": ")
	if asked && !strings.Contains(method, " ") {
		return method + ": " + answerInRussian(said)
	}
	return answerInRussian(arg)
}

func answerInRussian(said string) string {
	for _, code := range answerCodes {
		if args, same := argsIn(said, EnglishSentences[code]); same {
			return phrases().Say(Russian, EnglishSentences[code], args...)
		}
	}
	for english := range RussianQuestions {
		if args, same := argsIn(said, english); same {
			return phrases().Say(Russian, english, args...)
		}
	}
	return said
}

// argsIn finds the argument of a sentence that has one at the most, in Russian
// where it is a cause.
func argsIn(said, sentence string) (args []any, same bool) {
	before, after, has := strings.Cut(sentence, "%[1]s")
	if !has {
		return nil, said == sentence
	}
	rest, begins := strings.CutPrefix(said, before)
	arg, ends := strings.CutSuffix(rest, after)
	return []any{cause(arg)}, begins && ends
}
