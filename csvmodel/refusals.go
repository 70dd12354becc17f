package csvmodel

// Why a whole file is refused.
const (
	CodeFileMissing    Code = "file-missing"
	CodeFilePermission Code = "file-permission"
	CodeFileFolder     Code = "file-folder"
	CodeFileWorkbook   Code = "file-workbook"
	CodeFileOldBook    Code = "file-old-workbook"
	CodeFilePDF        Code = "file-pdf"
	CodeFileCompressed Code = "file-compressed"
	CodeFileVCard      Code = "file-vcard"
	CodeFileRTF        Code = "file-rtf"
	CodeFileMarkup     Code = "file-markup"
	CodeFileBinary     Code = "file-binary"
	CodeFileUTF32      Code = "file-utf-32"
	CodeFileMixed      Code = "file-mixed"     // its rows differ in their encoding
	CodeFileEncoding   Code = "file-encoding"  // cannot be told
	CodeFileLikely     Code = "file-likely"    // Args: the encoding that it seems to be in
	CodeFileEmpty      Code = "file-empty"     // Args: the fields
	CodeFileSeparator  Code = "file-separator" // Args: the line that says it, the separator
)

// What is wrong with the line that names the columns.
const (
	CodeHeaderEncoding  Code = "header-encoding"
	CodeHeaderMistaken  Code = "header-mistaken" // a byte order mark that was read as letters
	CodeHeaderLong      Code = "header-long"
	CodeHeaderQuote     Code = "header-quote"
	CodeHeaderUnknown   Code = "header-unknown"   // Args: the fields, how it begins
	CodeColumnTwice     Code = "column-twice"     // Args: field, columns
	CodeColumnMisspelt  Code = "column-misspelt"  // Args: field, column, what the field holds
	CodeColumnMissing   Code = "column-missing"   // Args: field, what it holds, columns
	CodeColumnNoPhone   Code = "column-no-phone"  // Args: columns
	CodeColumnUndecided Code = "column-undecided" // Args: field, what it holds, mapping, columns that it may be
	CodeColumnNoChat    Code = "column-no-chat"   // Args: mapping, columns that it may be
	CodeColumnWhose     Code = "column-whose"     // Args: columns that are the chats or the numbers on the cards
	CodeMapField        Code = "map-field"        // Args: mapping, the fields
	CodeMapTwice        Code = "map-twice"        // Args: two mappings
	CodeMapNone         Code = "map-none"         // Args: mapping, columns
	CodeMapSeveral      Code = "map-several"      // Args: mapping
	CodeListLine        Code = "list-line"        // of chats. Args: line, the code of its fault, the fault's args
)

// Why a vCard is refused, beside the faults of what is in it.
const (
	CodeCard           Code = "card" // of a table. Args: its name, the code of what is wrong with it, the args of that
	CodeCardLarge      Code = "card-large"
	CodeCardEmpty      Code = "card-empty"
	CodeCardEncoding   Code = "card-encoding"
	CodeCardNone       Code = "card-none"
	CodeCardCut        Code = "card-cut"
	CodeCardSeveral    Code = "card-several"
	CodeCardNoVersion  Code = "card-no-version"
	CodeCardVersion    Code = "card-version"   // Args: version
	CodeCardForeign    Code = "card-foreign"   // Args: property
	CodeCardLine       Code = "card-line"      // Args: the properties that one of is not understood
	CodeCardPhones     Code = "card-phones"    // Args: telephones
	CodeCardExtension  Code = "card-extension" // Args: telephone, its number
	CodeCardPhoneStyle Code = "card-phone-style"
)

const (
	saveAsCSV  = ": in the spreadsheet choose Save As and there CSV UTF-8"
	exportCard = ": export the contact from the address book as vCard 3.0 (.vcf)"
)

// refusals has the text for each of these codes. It goes after the file's name.
var refusals = map[Code]string{
	CodeFileMissing:    "there is no such file: check the name and the folder",
	CodeFilePermission: "may not be read: give the user who runs this the permission to read it",
	CodeFileFolder:     "is a directory: name a CSV file in it",
	CodeFileWorkbook:   "is an Excel workbook (XLSX) or a ZIP archive, not a CSV file" + saveAsCSV,
	CodeFileOldBook:    "is an old Excel workbook (XLS), not a CSV file" + saveAsCSV,
	CodeFilePDF:        "is a PDF, not a CSV file: save the table it was made from as CSV UTF-8",
	CodeFileCompressed: "is compressed (gzip): unpack it first",
	CodeFileVCard:      "is a vCard, not a CSV file: export the contacts as CSV",
	CodeFileRTF:        "is a text document (RTF), not a CSV file" + saveAsCSV,
	CodeFileMarkup:     "is a web page or XML, not a CSV file" + saveAsCSV,
	CodeFileBinary:     "is a binary file, not a CSV file" + saveAsCSV,
	CodeFileUTF32:      "is UTF-32 text" + saveAsCSV,
	CodeFileMixed:      "is UTF-8 in some rows and something else in others" + saveAsCSV,
	CodeFileEncoding:   "is in an encoding that cannot be told" + saveAsCSV + ", or say it with --encoding, such as windows-1251",
	CodeFileLikely:     "looks like %[1]s text: if it is, say so with --encoding %[1]s, or else save the file as CSV UTF-8",
	CodeFileEmpty:      "is empty: its first line must name the columns, %[1]s",
	CodeFileSeparator:  "says in its first line, %[1]s, that '%[2]s' separates its cells: it must be a comma, semicolon, tab or bar",

	CodeHeaderEncoding:  "has a first line, which names the columns, that is no text in the file's encoding" + saveAsCSV,
	CodeHeaderLong:      "has a first line of more than 64 KiB, which names no columns: check that it is a CSV file",
	CodeHeaderMistaken:  "was opened in the wrong encoding before it was saved, which has spoilt its letters: open the original as UTF-8 and save it again as CSV UTF-8",
	CodeHeaderQuote:     "has a stray double quote in its first line, which names the columns: take it off",
	CodeHeaderUnknown:   "has no column that is known: its first line must name them, %[1]s, separated by commas, semicolons, tabs or bars; a file of bare numbers needs such a line too; it begins %[2]q",
	CodeColumnTwice:     "has the column %[1]s twice, as %[2]s: rename or remove one of them",
	CodeColumnMisspelt:  "has no column %[1]s, but the column %[2]s is nearly %[1]s: rename it if it holds %[3]s",
	CodeColumnMissing:   "has no column %[1]s: rename the one that holds %[2]s to %[1]s; its columns are %[3]s",
	CodeColumnNoPhone:   "has no column phoneContact: rename the one that holds the numbers on the cards to phoneContact, or give one card for all chats with --card; its columns are %[1]s",
	CodeColumnUndecided: "has no column %[1]s, and %[4]s can all be that: rename the one that holds %[2]s to %[1]s, or say which with --map %[3]s",
	CodeColumnNoChat:    "has no column chatId: if the chats that get the cards are in %[2]s, rename it to chatId, or say so with --map %[1]s",
	CodeColumnWhose:     "has no column chatId, and does not say whose numbers are in %[1]s: name the column of the chats that get the cards chatId and that of the numbers on the cards phoneContact, or give one card for all with --card",
	CodeMapField:        "cannot be read with --map %[1]s: there is no such field, they are %[2]s",
	CodeMapTwice:        "cannot be read with both --map %[1]s and --map %[2]s: one field is one column, so leave one of them out",
	CodeMapNone:         "has no column that --map %[1]s can mean: its columns are %[2]s",
	CodeMapSeveral:      "has more than one column that --map %[1]s can mean: rename one of them",
	CodeListLine:        "names no chat in line %[1]s, and nothing was sent: %[2]s",

	CodeCard:           "has a card, %[1]s, which %[2]s",
	CodeCardLarge:      "is larger than 16 MiB" + exportCard + " without its photo",
	CodeCardEmpty:      "is empty" + exportCard,
	CodeCardEncoding:   "is not UTF-8 text" + exportCard + ", with the encoding UTF-8",
	CodeCardNone:       "is not a vCard" + exportCard,
	CodeCardCut:        "is cut off, it has no line END:VCARD" + exportCard + " again",
	CodeCardSeveral:    "holds more than one contact: leave one card in the file",
	CodeCardNoVersion:  "does not say its version (VERSION)" + exportCard,
	CodeCardVersion:    "is a vCard of version %[1]s" + exportCard,
	CodeCardForeign:    "%[1]s: is not written in UTF-8 as it stands" + exportCard,
	CodeCardLine:       "has a line %[1]s that cannot be understood" + exportCard + " again",
	CodeCardPhones:     "TEL: which of the telephones is meant, %[1]s: leave one in the card, or mark it as preferred (TYPE=pref)",
	CodeCardExtension:  "TEL: %[1]s has an extension or something else after the number: leave %[2]s only",
	CodeCardPhoneStyle: "TEL: is written as in vCard 2.1" + exportCard,
}
