package charset

import "golang.org/x/text/encoding/charmap"

// Letters by how often names have them. Where a language is written in Latin
// letters, those of ASCII are left out.
const (
	russian    = "аоиенврлсктмдуяпьгйбзычшхжюцщёфэъ"
	ukrainian  = "аоинеіврклтсмдупьяйгбчзюхшїєжцщфґ"
	bulgarian  = "аоиентврсдлкпмгязбуйъчцжшхщюфь"
	serbian    = "аоиенрвсјткудмлпгзбчћжђшњљцхфџ"
	belarusian = "аніыркесяволдтмупчгьшзбйўжцхёюэф"

	western    = "éüöáäíóçñèãåøêúëßàôâæïîõûðìòùþýœÿ"
	french     = "éèçêëàôîâûïùœ"
	german     = "üöäßé"
	spanish    = "íáóéñúü"
	portuguese = "ãçéáíóêúôõâà"
	italian    = "àèòùìé"
	nordic     = "öåäøæéü"
	icelandic  = "óíáúðöéþýæ"

	polish    = "łóąęśżńćź"
	czech     = "áíéřčšžěýůúňďťóľôöüä"
	hungarian = "áéóöíőüúű"
	romanian  = "ăşţâî"
	croatian  = "ćčšžđ"
	turkish   = "ışüğçöâİ"
	baltic    = "šėžčņļāīēūķģų"

	greek  = "αοιετνςρσηπκμλυδίάόγέωήθύχφβώξζψ"
	hebrew = "יוהלאמרתבשנםדעחקכפסטגצזןךףץ"
	arabic = "اليمنرعدبحسهةتفكوقجخصشطزضغذثظئءأإ"

	latinLetters = western + polish + czech + hungarian + romanian + croatian + turkish + baltic
)

// pages are what a file with one byte for each character may be. Those that
// are no encoding of ours are here to keep ours from being taken for them.
var pages = []reading{
	{windows1252, charmap.Windows1252, western},
	{windows1252, charmap.Windows1252, french},
	{windows1252, charmap.Windows1252, german},
	{windows1252, charmap.Windows1252, spanish},
	{windows1252, charmap.Windows1252, portuguese},
	{windows1252, charmap.Windows1252, italian},
	{windows1252, charmap.Windows1252, nordic},
	{windows1252, charmap.Windows1252, icelandic},
	{windows1251, charmap.Windows1251, russian},
	{windows1251, charmap.Windows1251, ukrainian},
	{windows1251, charmap.Windows1251, bulgarian},
	{windows1251, charmap.Windows1251, serbian},
	{windows1251, charmap.Windows1251, belarusian},
	{koi8R, charmap.KOI8R, russian},
	{cp866, charmap.CodePage866, russian},
	{cp866, charmap.CodePage866, bulgarian},

	{"", charmap.KOI8U, ukrainian},
	{"", charmap.MacintoshCyrillic, russian},
	{"", charmap.MacintoshCyrillic, ukrainian},
	{"", charmap.ISO8859_5, russian},
	{"", charmap.CodePage855, russian},
	{"", charmap.Windows1250, polish},
	{"", charmap.Windows1250, czech},
	{"", charmap.Windows1250, hungarian},
	{"", charmap.Windows1250, romanian},
	{"", charmap.Windows1250, croatian},
	{"", charmap.ISO8859_2, polish},
	{"", charmap.ISO8859_2, czech},
	{"", charmap.CodePage852, polish},
	{"", charmap.CodePage852, czech},
	{"", charmap.Windows1254, turkish},
	{"", charmap.Windows1257, baltic},
	{"", charmap.Macintosh, western},
	{"", charmap.Macintosh, german},
	{"", charmap.Macintosh, french},
	{"", charmap.Macintosh, spanish},
	{"", charmap.CodePage850, western},
	{"", charmap.CodePage850, german},
	{"", charmap.CodePage850, french},
	{"", charmap.CodePage850, spanish},
	{"", charmap.CodePage850, portuguese},
	{"", charmap.Windows1253, greek},
	{"", charmap.Windows1255, hebrew},
	{"", charmap.Windows1256, arabic},
	{"", charmap.ISO8859_6, arabic},
}
