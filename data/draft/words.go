package draft

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// This file is the vocabulary: how English, German, French, Spanish, Italian,
// Portuguese and Dutch surveys name things.

// itsCode is a code that stands before the words of an answer: "9 No answer",
// "(8) Don't know".
const itsCode = `(?:\W{0,2}\d{1,3}\W{1,3})?`

// refused tells an answer that is none.
var refused = regexp.MustCompile(`(?i)^` + itsCode + `((i |i.d |i would )?(prefer|rather) not|i do(n.t| not) wish|refuse|declined? to|no (answer|response|reply)\b|not (applicable|available|stated|asked|answered)|n/?a$|iap$|na$|nap$|missing$|nan$|skipped|` +
	`keine (angabe|antwort)|k\. ?a\.|verweigert|trifft nicht zu \(|nicht zutreffend|` +
	`sans (réponse|objet)|refus|ne souhaite pas|non concerné|` +
	`no contesta|prefiero no|sin respuesta|no aplica|no procede|` +
	`non (risponde|rispondo|applicabile|pertinente)|nessuna risposta|preferisco non|rifiut|` +
	`(prefiro|prefere) não|não (responde|respondeu|se aplica|aplicável)|sem resposta|recus|` +
	`geen (antwoord|opgave)|wil (ik )?niet zeggen|(zeg ik )?liever niet|niet van toepassing|n\.?v\.?t\.?$|weiger)|\(n/?a\)$`)

// dontKnow tells an answer that is shown apart from the others.
var dontKnow = regexp.MustCompile(`(?i)^` + itsCode + `(\(?(i )?(don.?t|do not|dont) know|dk$|dk/|unsure|not sure|can.?t (say|choose)|no opinion|undecided|` +
	`weiß (ich )?nicht|weiss (ich )?nicht|wn$|unentschieden|kann ich nicht|` +
	`ne sai[ts] pas|je ne sais|nsp|sans opinion|` +
	`no sabe|no (lo )?sé|ns$|ns/nc|ns/np|sin opinión|` +
	`non so$|non sa(prei)?$|non sa/|indecis|nessuna opinione|` +
	`não s(ei|abe)|sem opinião|` +
	`weet (ik |het )?niet|geen mening)`)

// notTicked are values of a tick-all-that-apply column that mean no.
var notTicked = regexp.MustCompile(`(?i)^(not (selected|checked|ticked|quoted|mentioned|chosen)|unchecked|unselected|nicht (gewählt|genannt|ausgewählt|angekreuzt)|non (sélectionné|coché|cité)e?|no (seleccionado|marcado|mencionado)|non (selezionat|spuntat|menzionat)[oa]|não (selecionad|marcad|mencionad)[oa]|niet (geselecteerd|aangevinkt|gekozen|genoemd))$`)

// yesWords and noWords are the answers of a yes-or-no column.
var (
	yesWords = regexp.MustCompile(`(?i)^(yes|true|y|ja|wahr|oui|vrai|s[iíì]|sim|verdadero|vero|verdadeiro|waar|selected|checked|ticked|quoted|mentioned|genannt|gewählt|coché|cité|marcado|mencionado)$`)
	noWords  = regexp.MustCompile(`(?i)^(no|false|n|nein|falsch|non|faux|falso|não|nee|onwaar|not (selected|checked|ticked|quoted|mentioned|chosen)|unchecked|nicht (genannt|gewählt|ausgewählt)|non (coché|cité)|no (marcado|mencionado))$`)
)

// industries are tokens of column names that stand for an industry.
var industries = map[string]string{
	"telecom": "Telecoms", "telecoms": "Telecoms", "telco": "Telecoms", "telekom": "Telecoms", "mobile": "Mobile", "isp": "Internet providers",
	"bank": "Banks", "banks": "Banks", "banking": "Banking", "banken": "Banks", "banque": "Banks", "banco": "Banks", "bancos": "Banks",
	"finance": "Finance", "financial": "Finance", "insurance": "Insurance", "insurer": "Insurance", "versicherung": "Insurance", "assurance": "Insurance", "seguros": "Insurance",
	"retail": "Retail", "retailer": "Retail", "retailers": "Retail", "shop": "Shops", "shops": "Shops", "grocery": "Grocery", "supermarket": "Supermarkets", "handel": "Retail", "commerce": "Commerce", "ecommerce": "Online shops",
	"health": "Health", "healthcare": "Health care", "hospital": "Hospitals", "pharma": "Pharmaceuticals", "gesundheit": "Health", "sante": "Health", "salud": "Health",
	"travel": "Travel", "airline": "Airlines", "airlines": "Airlines", "hotel": "Hotels", "hotels": "Hotels", "hospitality": "Hospitality", "tourism": "Tourism", "reisen": "Travel", "voyage": "Travel", "viajes": "Travel",
	"media": "Media", "press": "Press", "news": "News", "medien": "Media", "social": "Social media", "streaming": "Streaming", "entertainment": "Entertainment",
	"government": "Government", "govt": "Government", "gov": "Government", "public": "Public sector", "behoerden": "Government", "gobierno": "Government",
	"energy": "Energy", "utilities": "Utilities", "utility": "Utilities", "energie": "Energy", "energia": "Energy",
	"tech": "Technology", "technology": "Technology", "software": "Software", "hardware": "Hardware", "search": "Search engines",
	"auto": "Cars", "automotive": "Cars", "cars": "Cars", "car": "Cars", "transport": "Transport", "logistics": "Logistics", "education": "Education", "manufacturing": "Manufacturing", "construction": "Construction",
}

// tokens are the words of a name in lower case, without accents: "dem.ageBand2"
// is dem, age, band, 2.
func tokens(name string) []string {
	var out []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			out = append(out, string(word))
			word = word[:0]
		}
	}
	last := ' '
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case unicode.IsLetter(r):
			if unicode.IsDigit(last) || unicode.IsUpper(r) && unicode.IsLower(last) {
				flush()
			}
			word = append(word, unicode.ToLower(r))
		case unicode.IsDigit(r):
			if !unicode.IsDigit(last) {
				flush()
			}
			word = append(word, r)
		default:
			flush()
		}
		last = r
	}
	flush()
	return out
}

// has reports whether one of the tokens is one of the words.
func has(toks []string, words string) string {
	for _, t := range toks {
		if strings.Contains(" "+words+" ", " "+t+" ") {
			return t
		}
	}
	return ""
}
