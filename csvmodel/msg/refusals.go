package msg

// Why a whole file is refused.
const (
	FileMissing    Code = "file-missing"
	FilePermission Code = "file-permission"
	FileFolder     Code = "file-folder"
	FileWorkbook   Code = "file-workbook"
	FileOldBook    Code = "file-old-workbook"
	FilePDF        Code = "file-pdf"
	FileCompressed Code = "file-compressed"
	FileVCard      Code = "file-vcard"
	FileRTF        Code = "file-rtf"
	FileMarkup     Code = "file-markup"
	FileBinary     Code = "file-binary"
	FileUTF32      Code = "file-utf-32"
	FileMixed      Code = "file-mixed"     // its rows differ in their encoding
	FileEncoding   Code = "file-encoding"  // cannot be told
	FileLikely     Code = "file-likely"    // Args: the encoding that it seems to be in
	FileEmpty      Code = "file-empty"     // Args: the fields
	FileSeparator  Code = "file-separator" // Args: the line that says it, the separator
)

// What is wrong with the line that names the columns.
const (
	HeaderEncoding  Code = "header-encoding"
	HeaderMistaken  Code = "header-mistaken" // a byte order mark that was read as letters
	HeaderLong      Code = "header-long"
	HeaderQuote     Code = "header-quote"
	HeaderUnknown   Code = "header-unknown"   // Args: the fields, how it begins
	ColumnTwice     Code = "column-twice"     // Args: field, columns
	ColumnMisspelt  Code = "column-misspelt"  // Args: field, column, what the field holds
	ColumnMissing   Code = "column-missing"   // Args: field, what it holds, columns
	ColumnNoPhone   Code = "column-no-phone"  // Args: columns
	ColumnUndecided Code = "column-undecided" // Args: field, what it holds, mapping, columns that it may be
	ColumnNoChat    Code = "column-no-chat"   // Args: mapping, columns that it may be
	ColumnWhose     Code = "column-whose"     // Args: columns that are the chats or the numbers on the cards
	MapField        Code = "map-field"        // Args: mapping, the fields
	MapTwice        Code = "map-twice"        // Args: two mappings
	MapNone         Code = "map-none"         // Args: mapping, columns
	MapSeveral      Code = "map-several"      // Args: mapping
	ListLine        Code = "list-line"        // of chats. Args: line, the code of its fault, the fault's args
)

// Why a vCard is refused, beside the faults of what is in it.
const (
	Card           Code = "card" // of a table. Args: its name, the code of what is wrong with it, the args of that
	CardLarge      Code = "card-large"
	CardEmpty      Code = "card-empty"
	CardEncoding   Code = "card-encoding"
	CardNone       Code = "card-none"
	CardCut        Code = "card-cut"
	CardSeveral    Code = "card-several"
	CardNoVersion  Code = "card-no-version"
	CardVersion    Code = "card-version"   // Args: version
	CardForeign    Code = "card-foreign"   // Args: property
	CardLine       Code = "card-line"      // Args: the properties that one of is not understood
	CardPhones     Code = "card-phones"    // Args: telephones
	CardExtension  Code = "card-extension" // Args: telephone, its number
	CardPhoneStyle Code = "card-phone-style"
)

const (
	saveAsCSV  = ": in the spreadsheet choose Save As and there CSV UTF-8"
	exportCard = ": export the contact from the address book as vCard 3.0 (.vcf)"
)

// Refusals has the text for each of these codes. It goes after the file's name.
var Refusals = map[Code]string{
	FileMissing:    "there is no such file: check the name and the folder",
	FilePermission: "may not be read: give the user who runs this the permission to read it",
	FileFolder:     "is a directory: name a CSV file in it",
	FileWorkbook:   "is an Excel workbook (XLSX) or a ZIP archive, not a CSV file" + saveAsCSV,
	FileOldBook:    "is an old Excel workbook (XLS), not a CSV file" + saveAsCSV,
	FilePDF:        "is a PDF, not a CSV file: save the table it was made from as CSV UTF-8",
	FileCompressed: "is compressed (gzip): unpack it first",
	FileVCard:      "is a vCard, not a CSV file: export the contacts as CSV",
	FileRTF:        "is a text document (RTF), not a CSV file" + saveAsCSV,
	FileMarkup:     "is a web page or XML, not a CSV file" + saveAsCSV,
	FileBinary:     "is a binary file, not a CSV file" + saveAsCSV,
	FileUTF32:      "is UTF-32 text" + saveAsCSV,
	FileMixed:      "is UTF-8 in some rows and something else in others" + saveAsCSV,
	FileEncoding:   "is in an encoding that cannot be told" + saveAsCSV + ", or say it with --encoding, such as windows-1251",
	FileLikely:     "looks like %[1]s text: if it is, say so with --encoding %[1]s, or else save the file as CSV UTF-8",
	FileEmpty:      "is empty: its first line must name the columns, %[1]s",
	FileSeparator:  "says in its first line, %[1]s, that '%[2]s' separates its cells: it must be a comma, semicolon, tab or bar",

	HeaderEncoding:  "has a first line, which names the columns, that is no text in the file's encoding" + saveAsCSV,
	HeaderLong:      "has a first line of more than 64 KiB, which names no columns: check that it is a CSV file",
	HeaderMistaken:  "was opened in the wrong encoding before it was saved, which has spoilt its letters: open the original as UTF-8 and save it again as CSV UTF-8",
	HeaderQuote:     "has a stray double quote in its first line, which names the columns: take it off",
	HeaderUnknown:   "has no column that is known: its first line must name them, %[1]s, separated by commas, semicolons, tabs or bars; a file of bare numbers needs such a line too; it begins %[2]q",
	ColumnTwice:     "has the column %[1]s twice, as %[2]s: rename or remove one of them",
	ColumnMisspelt:  "has no column %[1]s, but the column %[2]s is nearly %[1]s: rename it if it holds %[3]s",
	ColumnMissing:   "has no column %[1]s: rename the one that holds %[2]s to %[1]s; its columns are %[3]s",
	ColumnNoPhone:   "has no column phoneContact: rename the one that holds the numbers on the cards to phoneContact, or give one card for all chats with --card; its columns are %[1]s",
	ColumnUndecided: "has no column %[1]s, and %[4]s can all be that: rename the one that holds %[2]s to %[1]s, or say which with --map %[3]s",
	ColumnNoChat:    "has no column chatId: if the chats that get the cards are in %[2]s, rename it to chatId, or say so with --map %[1]s",
	ColumnWhose:     "has no column chatId, and does not say whose numbers are in %[1]s: name the column of the chats that get the cards chatId and that of the numbers on the cards phoneContact, or give one card for all with --card",
	MapField:        "cannot be read with --map %[1]s: there is no such field, they are %[2]s",
	MapTwice:        "cannot be read with both --map %[1]s and --map %[2]s: one field is one column, so leave one of them out",
	MapNone:         "has no column that --map %[1]s can mean: its columns are %[2]s",
	MapSeveral:      "has more than one column that --map %[1]s can mean: rename one of them",
	ListLine:        "names no chat in line %[1]s, and nothing was sent: %[2]s",

	Card:           "has a card, %[1]s, which %[2]s",
	CardLarge:      "is larger than 16 MiB" + exportCard + " without its photo",
	CardEmpty:      "is empty" + exportCard,
	CardEncoding:   "is not UTF-8 text" + exportCard + ", with the encoding UTF-8",
	CardNone:       "is not a vCard" + exportCard,
	CardCut:        "is cut off, it has no line END:VCARD" + exportCard + " again",
	CardSeveral:    "holds more than one contact: leave one card in the file",
	CardNoVersion:  "does not say its version (VERSION)" + exportCard,
	CardVersion:    "is a vCard of version %[1]s" + exportCard,
	CardForeign:    "%[1]s: is not written in UTF-8 as it stands" + exportCard,
	CardLine:       "has a line %[1]s that cannot be understood" + exportCard + " again",
	CardPhones:     "TEL: which of the telephones is meant, %[1]s: leave one in the card, or mark it as preferred (TYPE=pref)",
	CardExtension:  "TEL: %[1]s has an extension or something else after the number: leave %[2]s only",
	CardPhoneStyle: "TEL: is written as in vCard 2.1" + exportCard,
}
