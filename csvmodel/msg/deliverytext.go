package msg

import "time"

// meaningsOfDelivery say what each means, in English and in Russian.
var meaningsOfDelivery = map[string][2]string{
	"read":       {"the chat was opened", "чат открыли"},
	"delivered":  {"the card is on the telephone", "карточка на телефоне"},
	"sent":       {"it left the service's queue; whether it arrived is not known", "вышла из очереди сервиса; дошла ли, неизвестно"},
	"pending":    {"it waits in the service's queue", "ждёт в очереди сервиса"},
	"unobserved": {"it was not seen in time whether it left the service's queue", "вовремя не увидели, вышла ли из очереди сервиса"},
	"failed":     {"WhatsApp did not deliver the card", "WhatsApp не доставил карточку"},
	"noAccount":  {"this number has no WhatsApp", "по этому номеру нет WhatsApp"},
	"notInGroup": {"the account is not in this group", "аккаунта нет в этой группе"},
	"yellowCard": {"held back, since the account had a yellow card", "не пропущена: у аккаунта была жёлтая карточка"},
	"suspended":  {"held back, since the account was suspended", "не пропущена: аккаунт был приостановлен"},
	"expired":    {"it waited in the service's queue for 24 hours and was dropped", "сутки ждала в очереди сервиса и была удалена"},
}

// MeaningOfDelivery says what the word means for people; "" for one that is the
// service's alone.
func MeaningOfDelivery(l Language, word string) string {
	meaning := meaningsOfDelivery[word]
	return inLanguage(l, meaning[0], meaning[1])
}

// deliverySeen is a delivery as the sentence of a note has it, and when the card left
// the queue.
func deliverySeen(l Language, args []string) string {
	text := args[0]
	if meaning := MeaningOfDelivery(l, args[0]); meaning != "" {
		text = meaning + " (" + args[0] + ")"
	}
	if len(args) == 1 {
		return text
	}
	left := args[1]
	if at, err := time.Parse(time.RFC3339, left); err == nil {
		left = at.Format(inLanguage(l, "2006-01-02 15:04:05 -07:00", "02.01.2006 15:04:05 (UTC-07:00)"))
	}
	return text + inLanguage(l, "; left the queue at ", "; вышла из очереди ") + left
}
