package cli

// russian has what the verbs say in Russian, by what they say in English.
var russian = map[string]string{
	"%[1]s": "%[1]d",

	// Durations.
	"under a second":      "меньше секунды",
	"%[1]s ${seconds(1)}": "%[1]d ${seconds(1)}",
	"%[1]s ${minutes(1)}": "%[1]d ${minutes(1)}",
	"%[1]s h %[2]s min":   "%[1]d ч %[2]s мин",

	// The forecast.
	"%[1]s: %[2]s ${rows(2)}":                    "%[1]s: %[2]d ${rows(2)}",
	", %[1]s %[2]s":                              ", %[2]s: %[1]d",
	", %[1]s expected to be %[2]s":               ", предположительно %[2]s: %[1]d",
	"; nothing to send":                          "; отправлять нечего",
	"; %[1]s to send, %[2]s: ":                   "; к отправке: %[1]d, %[2]s: ",
	"%[1]s, the last card leaves at %[2]s":       "%[1]s, последняя карточка уйдёт: %[2]s",
	"at most %[1]s a second":                     "не больше %[1]g в секунду",
	", of which one leaves the queue each %[1]s": ", из очереди они выходят по одной за %[1]s",
	", within %[1]s":                             ", в часы %[1]s",
	", at most %[1]s in 24 hours":                ", не больше %[1]d за 24 часа",
	"%[1]s s":                                    "%[1]g с",
	"through a queue of at most %[1]s messages no more than %.1[2]f cards a second can go, since the service says only every ten seconds how many wait in it: %[3]s": "через очередь не длиннее %[1]s сообщений проходит не больше %.1[2]f карточки в секунду: сервис лишь раз в десять секунд сообщает, сколько их в ней: %[3]s",
	"--queue-depth makes it longer":         "очередь удлиняет --queue-depth",
	"with this delay fewer leave it anyway": "при такой задержке выходит из неё всё равно меньше",
	"about ":                                "примерно ",

	// The closing summary.
	"the service has queued the card":                                "сервис поставил карточку в очередь",
	"the same card went to the same chat already":                    "та же карточка уже отправлена в тот же чат",
	"the chat must not be written to":                                "в этот чат писать нельзя",
	"the row is wrong: correct it and send again":                    "в строке ошибка: исправьте её и отправьте снова",
	"the service refused the row":                                    "сервис отклонил строку",
	"no answer: it is not known whether the card went":               "ответа нет: неизвестно, ушла ли карточка",
	"not attempted, or surely not taken":                             "отправить не пробовали или точно не принято",
	"rows in the file":                                               "всего строк в файле",
	"\nThe service sent %[1]s ${messages(1)} once more by itself.\n": "\nСервис сам отправил ещё раз %[1]d ${messages(1)}.\n",
	"\nAt least %[1]s ${messages(1)} of other senders waited in the account's queue among the cards.\n":                            "\nСреди карточек в очереди аккаунта стояли и сообщения других отправителей, не меньше %[1]d.\n",
	"\nThe last of these cards leaves the service's queue at %[1]s (forecast, before the first card of the file went: %[2]s).\n":   "\nПоследняя из этих карточек выйдет из очереди сервиса: %[1]s (прогноз перед отправкой первой карточки файла: %[2]s).\n",
	"\nThe last of these cards has left the service's queue at %[1]s (forecast, before the first card of the file went: %[2]s).\n": "\nПоследняя из этих карточек вышла из очереди сервиса: %[1]s (прогноз перед отправкой первой карточки файла: %[2]s).\n",
	"\nStopped: %[1]s.\n":                        "\nОстановлено: %[1]s.\n",
	"\nDelivery of the accepted cards: %[1]s.\n": "\nДоставка принятых карточек: %[1]s.\n",
	"%[1]s not known yet":                        "пока неизвестно: %[1]d",
	"Results: %[1]s\n":                           "Результаты:     %[1]s\n",
	"Fixme:   %[1]s (%[2]s ${rows(2)} to correct there and send)\n": "На исправление: %[1]s (%[2]d ${rows(2)}: исправьте прямо там и отправьте этот файл)\n",
	"Ledger:  %[1]s\n": "Реестр:         %[1]s\n",
	"Report:  %[1]s\n": "Отчёт:          %[1]s\n",
	"This was the sandbox: nothing has reached WhatsApp, and nothing is remembered.\n": "Это была песочница: до WhatsApp ничего не дошло, и ничего не запомнено.\n",
	"%[1]s: nothing was sent: %[2]s\n":                                                 "%[1]s: ничего не отправлено: %[2]s\n",

	// How a file was understood.
	"read as %[1]s, separated by %[2]s": "прочитано как %[1]s, разделитель — %[2]s",
	"commas":                            "запятая",
	"semicolons":                        "точка с запятой",
	"tabs":                              "табуляция",
	"bars":                              "вертикальная черта",
	"; columns: %[1]s":                  "; столбцы: %[1]s",
	"; carried through: %[1]q":          "; переносятся без изменений: %[1]q",
	"; numbers without a country code are from %[1]s": "; номера без кода страны относятся к %[1]s",

	// What validate finds.
	"… and %[1]s ${moreRows(1)}: %[2]s\n":                                           "… и ещё %[1]d ${moreRows(1)}: %[2]s\n",
	"%[1]s: remarkable, and sent even so: %[2]s\n":                                  "%[1]s: необычно, но всё равно отправляется: %[2]s\n",
	"%[1]s: %[2]s ${rows(2)}: %[3]s to send, %[4]s invalid, %[5]s ${duplicates(5)}": "%[1]s: %[2]d ${rows(2)}: к отправке: %[3]d, invalid: %[4]d, ${duplicates(5)}: %[5]d",
	", %[1]s suppressed":                  ", suppressed: %[1]d",
	"%[1]s: to correct and send: %[2]s\n": "%[1]s: исправьте и отправьте: %[2]s\n",

	// What inbox says.
	"%[1]s is not finished.\n%[2]s":                                                              "%[1]s: отправка не закончена.\n%[2]s",
	"%[1]s is not finished: %[2]s of %[3]s ${rows(3)} left.\n%[4]s":                              "%[1]s: отправка не закончена: осталось %[2]d, а всего %[3]d ${rows(3)}.\n%[4]s",
	"\nThe last card was to leave at %[1]s.":                                                     "\nПоследняя карточка должна была уйти: %[1]s.",
	"\nIt goes on by itself, as soon as it can. To cancel it, take the file out of this folder.": "\nКогда будет можно, отправка продолжится сама. Чтобы отменить её, уберите файл из этой папки.",
	"waits: %[1]s": "ждёт: %[1]s",
	"%[1]q could not be used, and nothing was sent for it: it %[2]s.\n\nWhen that is mended, drop the file again.": "Файл %[1]q использовать не удалось, и по нему ничего не отправлено: %[2]s.\n\nИсправьте это и положите файл ещё раз.",
	"%[1]s: refused: it %[2]s\n  %[3]s\n": "%[1]s: не принят: %[2]s\n  %[3]s\n",
	"done":                                "готово",
	"was taken out of the folder before anything was sent":                                                             "файл забрали из папки раньше, чем что-либо было отправлено",
	"  %[1]s ${rows(1)}: %[2]s\n  results: %[3]s\n":                                                                    "  %[1]d ${rows(1)}: %[2]s\n  результаты: %[3]s\n",
	"  %[1]s ${rowsNeed(1)} a person: %[2]s\n":                                                                         "  %[1]d ${rowsNeed(1)} исправления: %[2]s\n",
	"  %[1]s ${cardsAre(1)} not known to have gone: look into the chats, then contact-distributor settle %[2]s:LINE\n": "  %[1]d ${cardsAre(1)}: неизвестно, отправлено ли; посмотрите в чаты, затем contact-distributor settle %[2]s:LINE\n",

	"%[1]s: cards that did not arrive: %[2]s\n": "%[1]s: недоставленных карточек: %[2]d\n",

	// What track and settle say.
	"Every request has its answer, and nothing new is known of deliveries.\n": "На каждый запрос есть ответ, и о доставке ничего нового не известно.\n",
	"%[1]s:%[2]s is recorded as %[3]s.\n":                                     "%[1]s:%[2]s: записано: %[3]s.\n",
	"sent":                                                                    "отправлено",
	"not sent: send the file again to send it":                                "не отправлено: чтобы отправить, отправьте файл ещё раз",
}
