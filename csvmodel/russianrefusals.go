package csvmodel

const (
	saveAsCSVRussian  = ": в электронной таблице выберите «Сохранить как», а там «CSV UTF-8 (разделитель — запятая)»"
	exportCardRussian = ": выгрузите контакт из адресной книги как vCard 3.0 (.vcf)"
)

// russianRefusals has the Russian text for each code in refusals.
var russianRefusals = map[Code]string{
	CodeFileMissing:    "такого файла нет: проверьте имя и папку",
	CodeFilePermission: "нет права на чтение файла: дайте его пользователю, который запускает программу",
	CodeFileFolder:     "это папка: укажите CSV-файл из неё",
	CodeFileWorkbook:   "это книга Excel (XLSX) или ZIP-архив, а не CSV-файл" + saveAsCSVRussian,
	CodeFileOldBook:    "это книга Excel старого формата (XLS), а не CSV-файл" + saveAsCSVRussian,
	CodeFilePDF:        "это PDF, а не CSV-файл: сохраните таблицу, из которой он сделан, как «CSV UTF-8 (разделитель — запятая)»",
	CodeFileCompressed: "файл сжат (gzip): сначала распакуйте его",
	CodeFileVCard:      "это vCard, а не CSV-файл: выгрузите контакты в формате CSV",
	CodeFileRTF:        "это текстовый документ (RTF), а не CSV-файл" + saveAsCSVRussian,
	CodeFileMarkup:     "это веб-страница или XML, а не CSV-файл" + saveAsCSVRussian,
	CodeFileBinary:     "это двоичный файл, а не CSV" + saveAsCSVRussian,
	CodeFileUTF32:      "это текст в кодировке UTF-32" + saveAsCSVRussian,
	CodeFileMixed:      "часть строк в UTF-8, а часть в другой кодировке" + saveAsCSVRussian,
	CodeFileEncoding:   "кодировку файла определить не удалось" + saveAsCSVRussian + ", или укажите её с --encoding, например windows-1251",
	CodeFileLikely:     "похоже на текст в кодировке %[1]s: если это так, укажите --encoding %[1]s, иначе сохраните файл как «CSV UTF-8 (разделитель — запятая)»",
	CodeFileEmpty:      "файл пуст: в первой строке должны быть названия столбцов: %[1]s",
	CodeFileSeparator:  "первая строка, %[1]s, говорит, что ячейки разделены знаком '%[2]s': разделителем может быть запятая, точка с запятой, табуляция или вертикальная черта",

	CodeHeaderEncoding:  "первая строка, с названиями столбцов, — не текст в кодировке файла" + saveAsCSVRussian,
	CodeHeaderLong:      "первая строка длиннее 64 КиБ, названий столбцов в ней нет: проверьте, что это CSV-файл",
	CodeHeaderMistaken:  "перед сохранением файл открыли не в той кодировке, и буквы в нём испорчены: откройте исходный файл как UTF-8 и сохраните его снова как CSV UTF-8",
	CodeHeaderQuote:     "в первой строке, с названиями столбцов, есть лишняя двойная кавычка: уберите её",
	CodeHeaderUnknown:   "нет ни одного известного столбца: первая строка должна назвать столбцы: %[1]s, через запятую, точку с запятой, табуляцию или вертикальную черту; такая строка нужна и файлу из одних номеров; сейчас файл начинается с %[2]q",
	CodeColumnTwice:     "столбец %[1]s встречается дважды, как %[2]s: переименуйте или удалите один из них",
	CodeColumnMisspelt:  "нет столбца %[1]s, но название столбца %[2]s почти совпадает с %[1]s: переименуйте его, если в нём %[3]s",
	CodeColumnMissing:   "нет столбца %[1]s: переименуйте в %[1]s тот столбец, в котором %[2]s; сейчас в файле столбцы %[3]s",
	CodeColumnNoPhone:   "нет столбца phoneContact: переименуйте в phoneContact тот столбец, в котором номера для карточек, или задайте одну карточку для всех чатов с --card; сейчас в файле столбцы %[1]s",
	CodeColumnUndecided: "нет столбца %[1]s, а подходят сразу %[4]s: переименуйте в %[1]s тот, в котором %[2]s, или укажите его с --map %[3]s",
	CodeColumnNoChat:    "нет столбца chatId: если чаты, которые получат карточки, указаны в %[2]s, переименуйте этот столбец в chatId или укажите его с --map %[1]s",
	CodeColumnWhose:     "нет столбца chatId, и не ясно, чьи номера указаны в %[1]s: столбец с чатами, которые получат карточки, назовите chatId, а столбец с номерами для карточек — phoneContact, или задайте одну карточку для всех с --card",
	CodeMapField:        "с --map %[1]s прочитать нельзя: такого поля нет, поля называются %[2]s",
	CodeMapTwice:        "с --map %[1]s и --map %[2]s сразу прочитать нельзя: одно поле — это один столбец, оставьте что-то одно",
	CodeMapNone:         "нет столбца, к которому подходит --map %[1]s: в файле столбцы %[2]s",
	CodeMapSeveral:      "к --map %[1]s подходит больше одного столбца: переименуйте один из них",
	CodeListLine:        "в строке %[1]s не указан чат, и ничего не отправлено: %[2]s",

	CodeCard:           "с карточкой %[1]s что-то не так: %[2]s",
	CodeCardLarge:      "файл больше 16 МиБ" + exportCardRussian + " без фотографии",
	CodeCardEmpty:      "файл пуст" + exportCardRussian,
	CodeCardEncoding:   "это не текст в UTF-8" + exportCardRussian + " в кодировке UTF-8",
	CodeCardNone:       "это не vCard" + exportCardRussian,
	CodeCardCut:        "файл обрывается, строки END:VCARD нет" + exportCardRussian + " ещё раз",
	CodeCardSeveral:    "в файле больше одного контакта: оставьте одну карточку",
	CodeCardNoVersion:  "не указана версия (VERSION)" + exportCardRussian,
	CodeCardVersion:    "это vCard версии %[1]s" + exportCardRussian,
	CodeCardForeign:    "%[1]s: записано не в UTF-8 как есть" + exportCardRussian,
	CodeCardLine:       "одну из строк %[1]s понять не удалось" + exportCardRussian + " ещё раз",
	CodeCardPhones:     "TEL: не ясно, какой из телефонов нужен, %[1]s: оставьте в карточке один или отметьте его как основной (TYPE=pref)",
	CodeCardExtension:  "TEL: в %[1]s после номера есть добавочный или что-то ещё: оставьте только %[2]s",
	CodeCardPhoneStyle: "TEL: записано как в vCard 2.1" + exportCardRussian,
}
