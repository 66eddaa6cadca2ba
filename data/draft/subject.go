package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// This file ties the wording of questions to the chapters of the report. A
// chapter needs evidence: an expression that is hardly used for anything else,
// or a word of the chapter near a word of what it is about. "Afraid to walk at
// night" is a fear, but none for one's data. What has the word alone stays
// without a mark, and a comment names the candidate.

// A near pair is a word of the chapter with what it has to be about; either may
// come first, and few words may stand between them.
type near struct{ word, about *regexp.Regexp }

// An evidence is what makes a text speak to a chapter.
type evidence struct {
	measures string
	strong   *regexp.Regexp // suffices; nil if there is none
	pairs    []near
	battery  *near          // a pair that counts in a list of items only; nil if there is none
	loose    *regexp.Regexp // only worth a comment
	bare     *regexp.Regexp // names of columns without labels; nil if a name does not suffice
}

// within is how many words may stand between the two of a pair.
const within = 8

// Words are written without accents and in small letters, as fold makes the
// texts that they are compared with.
const (
	dataWords    = `\b(data|dat(en|os)|donnees|personenbezogen\w*|informations?|informationen|informacion(es)?|info|details|privacy|privatsphare|datenschutz\w*|vie privee|privacidade?|dati|informazioni|dados|informac(ao|oes)|gegevens|persoonsgegevens|informatie|online|internet|web ?sites?|browsers?|browsing|cookies?|(being )?track(ed|ing|s)?|followed|monitor(ed|ing)|profiling|surveill\w*|hack\w*|identity theft|spied|about me)\b`
	institutions = `\b(compan(y|ies)|business(es)?|corporations?|industr(y|ies)|banks?|financial|insurers?|institutions?|organi[sz](ed|ations?)|brands?|providers?|retailers?|shops?|websites?|platforms?|government|authorit(y|ies)|congress|parliament|supreme court|courts?|police|military|press|media|television|journalists?|science|scientific|researchers?|medicine|hospitals?|education|schools|religion|labor|labour|data|information|privacy|unternehmen|firmen|branchen?|behorden|regierung|banken|daten|entreprises?|secteurs?|banques?|gouvernement|donnees|empresas?|sectores|bancos?|gobierno|datos|aziend[ae]|impres[ae]|settor[ei]|banc(a|he)|governo|dati|setor(es)?|dados|bedrij(f|ven)|overheid|instanties|gegevens)\b`
	devices      = `\b(digital\w*|technolog\w*|computers?|devices?|internet|online|data|privacy|algorithm\w*|artificial intelligence|machine learning|ai|smartphones?|software|recommender systems?|track\w*|cookies|fingerprint\w*|technik|gerate\w*|rechner|datenschutz\w*|numeriques?|ordinateurs?|appareils?|tecnologi(a|as|e)|ordenador\w*|dispositiv[oi]s?|computadores|technologie|apparaten|gegevens|dati|dados)\b`
	dataTypes    = `\b(age|gender|sex|ethnic\w*|race|religio\w*|politic\w*|income|relationship|marital|sexual|personality|personal|location|address|phone|card|payment|credit|search|purchas\w*|brows\w*|history|videos?|typing|e-?mails?|messages?|contacts|interactions?|likes|photos?|health|medical|biometric|fingerprints?|calendar|microphone|camera|birth\w*|standort|adresse|telefon\w*|gesundheit\w*|kontakte|emplacement|telephone|sante|ubicacion|direccion|telefono|salud|posizione|indirizzo|salute|localizacao|endereco|saude|telefone|locatie|adres|gezondheid|telefoon\w*)\b`
	worries      = `\b(concern(s|ed|ing)?|worr(y|ied|ies|ying)|anxious|afraid|fear(s|ful)?|uneasy|sorgen?|besorgt|bedenken|angst|beunruhigt|inquiet\w*|preoccup\w*|crain\w*|preocup\w*|temor\w*|miedo|timor[ei]|paura|receio\w*|medo|bezorgd\w*|zorgen|ongerust\w*)\b`
	trusting     = `\b(trust(s|ed|worthy)?|confidence|confident|vertrau(en|e|t|st)|confiance|confianza|confia[rns]?|fiducia|fidar(e|si)|fida(no)?|confianca|confiam|vertrouw(en|t)?)\b`
)

func re(expr string) *regexp.Regexp { return regexp.MustCompile(expr) }

// subjects is the evidence, the narrow before the wide: the first that fits is
// taken.
var subjects = []evidence{
	{
		measures: "behaviour",
		strong: re(`\bvpn\b|\bad.?block|\bincognito\b|\bprivate (browsing|mode|window)|\bprivacy (tools?|settings|behaviou?rs?)\b|\b(ad|privacy)( and/or personali[sz]ation)? (preferences|settings)|\bmask(ed|ing)?( \w+)? identity|\bprotect (your|my|their) (privacy|data|identity|information)` +
			`|datenschutzeinstellung|werbeblocker|bloqueur de pub|parametres de confidentialite|ajustes de privacidad|bloqueador de anuncios` +
			`|impostazioni (sulla |della |di )?privacy|navigazione (anonima|privata)|(definicoes|configuracoes) de privacidade|navegacao (anonima|privada)|privacy-?instellingen|advertentieblokker`),
		pairs: []near{
			{re(`\b(click\w* (through|on)|without reading|accept (all|without)|skip\w*)\b`), re(`\b(agreements?|terms|polic(y|ies)|conditions|notices?)\b`)},
			{re(`\b(switched on|turn(ed)? (on|off)|permissions?)\b`), re(`\b(phones?|smartphones?|apps?|location|microphone|camera|contacts)\b`)},
			{re(`\b(delet\w*|block\w*|reject\w*|clear\w*|refus\w*|loschen|ablehnen|bloquer|borrar|rechaz\w*|cancell\w*|rifiut\w*|apag\w*|recus\w*|verwijder\w*|weiger\w*)\b`), re(`\bcookies?\b`)},
		},
		loose: re(`\b(cookies?|settings|permissions?)\b`),
	},
	{
		measures: "control",
		pairs: []near{
			{re(`\b(have|feel|much|amount of|in|over|kein\w*|viel|de|sobre|quanto|hoeveel) (no |little |some |enough )?(control|kontrolle|controle|maitrise|controllo|zeggenschap)\b`), re(`\b((your|my|their|personal|private) (personal )?(data|information|details)|(know|knows|collect\w*|about) (about )?(you|me)|daten|donnees|datos|dati|dados|gegevens)\b`)},
		},
		loose: re(`\b(in|under|lose|lost) control\b`),
	},
	{
		measures: "communication",
		strong:   re(`\bprivacy (polic(y|ies)|notices?|statements?)\b|\bterms (of (use|service)|and conditions)\b|datenschutz(erklarung|hinweis|bestimmung)|nutzungsbedingungen|politique de confidentialite|conditions d.utilisation|politica de privacidade?|terminos y condiciones|informativa sulla privacy|termini (e condizioni|di servizio)|termos (de uso|de servico|e condicoes)|privacyverklaring|privacybeleid|gebruiksvoorwaarden|algemene voorwaarden`),
		pairs: []near{
			{re(`\b(told|understand\w*|understood|explain\w*|transparen\w*|versteh\w*|erklart|comprend\w*|expliqu\w*|entiend\w*|explic\w*|spieg\w*|capi(re|sco|to)|compreend\w*|uitgelegd|uitleg\w*|begrijp\w*)\b`), re(`\b((your|my|personal) (data|information)|(use|uses|using) (of )?(your |personal )?data|sharing|privacy|ihre daten|vos donnees|sus datos|(miei|suoi|vostri|propri) dati|(seus|meus) dados|(uw|mijn) gegevens)\b`)},
		},
		loose: re(`\b(told (about|how)|informed about)\b`),
	},
	{
		measures: "concern",
		strong:   re(`\bprivacy concerns?\b|\bconcerns? privacy\b|datenschutzbedenken`),
		pairs:    []near{{re(worries), re(dataWords + `|\b(personali[sz]|personnalis)`)}},
		loose:    re(worries + `|\b(tracked|privacy|datenschutz|vie privee|privacidad)\b`),
		bare:     re(`^(privacy )?(concerns?|concerned|worr(y|ied|ies)|sorgen?|inquietudes?|preocupacion(es)?|preoccupazion[ei]|preocupac(ao|oes)|zorgen)\b`),
	},
	{
		measures: "trust",
		pairs:    []near{{re(trusting), re(institutions)}},
		loose:    re(trusting),
		bare:     re(`^(trust|vertrauen|confiance|confianza|fiducia|confianca|vertrouwen)\b`),
	},
	{
		measures: "expertise",
		pairs: []near{
			{re(`\b(familiar(ity)?|how (much|well) do you know|knowledge(able)?|skill(s|ed)?|expertise|experienced|savvy|literacy|how (good|confident) are you|understand how|vertraut|kenntnisse?|wie gut kennen|familiarise|connaissances?|conocimientos?|familiarizad[oa]s?|conoscenz[ae]|competenz[ae]|conheciment\w*|kennis|vertrouwd)\b`), re(devices)},
		},
		loose: re(`\b(familiar(ity|ise|ised|izado|izada)?|knowledge|expertise|skills|kenntnisse?|connaissances|conocimientos)\b`),
	},
	{
		measures: "benefit",
		strong:   re(`\b(earn|worth) (your|my|their|giving|sharing)( personal)? (data|information|details)\b`),
		pairs: []near{
			{re(`\b(in exchange|in return|discounts?|rewards?|benefits?|incentives?|vouchers?|loyalty|gegenleistung|rabatte?|vorteile?|en echange|avantages?|remises?|a cambio|descuentos?|beneficios?|in cambio|sconti?|vantagg[io]+|em troca|descontos?|vantagens|in ruil|korting(en)?|voorde(el|len))\b`), re(`\b(data|information|personal details|privacy|sharing|daten|donnees|datos|dati|dados|gegevens)\b`)},
		},
		loose: re(`\b(benefits?|in exchange|in return|discounts?|rewards?|vorteile?|avantages?|beneficios?)\b`),
	},
	{
		measures: "expectation",
		strong: re(`personali[sz](e|es|ed|ing|ation|ations|iert\w*|ierung|ad[oa]s?|acao|acion|zat[oiae]|zazione|eerde?|atie)\b|personnalis|massgeschneidert|\bsur mesure\b|\bhecho a medida\b|\bsu misura\b|\bsob medida\b|\bop maat\b` +
			`|\bcustomi[sz]ed (services?|offers?|contents?|ads?|advert\w*|posts?|search|news\w*|experiences?|products?|recommendations?)|\b(individually )?tailored (to|for|offers?|services?|contents?|ads|advice|experiences?|products?)` +
			`|\brelevant (offers|ads|advert\w*|recommendations|content)|\boffers (that are )?relevant|\b(offres|ofertas) (pertinentes|relevantes)|\bindividuelle (angebote|beratung|services?)` +
			`|\b(recommend\w*|suggest\w*) (products|things|movies|films|music|content|offers) (to|for) (you|me)\b|\brecommendations (for|based on) (you|me|your|my)\b`),
		pairs: []near{
			{re(`\bgood (customer )?service\b|\bguter (kunden)?service\b|\bbon service\b|\bbuen servicio\b`), re(`\b(me|my|mein\w*|mich|mir|moi|mon|mes|mi|mis)\b`)},
			{re(`\b(compan(y|ies)|brands?|services?|shops?|banks?|providers?|they)\b`), re(`\bknows? (me|who i am|my preferences|what i (like|need|want))\b`)},
			{re(`\b(expect\w*|erwarte\w*|attendez|attendre|espera\w*|aspett\w*|verwacht\w*)\b`), re(`\b(services?|offers?|industry|kundenservice|servicios?|serviz[io]|servicos?|diensten|dienstverlening)\b`)},
		},
		loose: re(`\b(expect\w*|recommend\w*|customi[sz]\w*|erwarte\w*|attendez|espera\w*)\b`),
	},
	{
		measures: "sharing",
		strong:   re(`\b(shar(e|es|ed|ing)|disclos\w+|consent\w*|giv(e|ing)|provid(e|ing)|collect\w*|sell\w*) ((your|my|their) (personal )?|personal )(data|information)\b`),
		pairs: []near{
			{re(`\b(shar(e|es|ed|ing)|disclos\w+|consent\w*|willing\w*|hand over|donat\w+|weitergeben|preisgeben|teilen|partager|communiquer|divulguer|compartir|ceder|revelar|condivid\w*|fornire|cedere|compartilh\w*|partilh\w*|fornecer|delen|afstaan|verstrekken)\b`), re(dataTypes + `|\b(data|informations?|details|daten|informationen|donnees|datos|informacion|dati|informazioni|dados|informac(ao|oes)|gegevens|informatie)\b`)},
			{re(`\b(un)?(acceptab\w*|comfortable|allow\w*|permit\w*|akzeptab\w*|aceptable)\b`), re(`\b(personal|your|collect\w*|use of) (data|information)\b`)},
		},
		battery: &near{re(`\b(un)?(acceptab\w*|akzeptab\w*|aceptable)\b`), re(dataTypes)},
		loose:   re(`\b(shar(e|ing) .{0,40}(data|information)|disclos\w+|consent\w*|personal (data|information))\b`),
	},
}

// find is the first mark of the evidence in a folded text, "" if there is none.
func (e *evidence) find(text string, battery bool) string {
	if e.strong != nil {
		if w := e.strong.FindString(text); w != "" {
			return w
		}
	}
	pairs := e.pairs
	if battery && e.battery != nil {
		pairs = append(slices.Clip(pairs), *e.battery)
	}
	for _, p := range pairs {
		for _, a := range p.word.FindAllStringIndex(text, -1) {
			for _, b := range p.about.FindAllStringIndex(text, -1) {
				if between(text, a, b) <= within {
					return text[a[0]:a[1]] + " ... " + text[b[0]:b[1]]
				}
			}
		}
	}
	return ""
}

// between is how many words stand between two marks; marks that overlap are
// no pair.
func between(text string, a, b []int) int {
	if b[0] < a[0] {
		a, b = b, a
	}
	if b[0] < a[1] {
		return within + 1
	}
	return len(strings.Fields(text[a[1]:b[0]]))
}

// A verdict is the chapter that a text speaks to, with the words that say so.
type verdict struct{ measures, word string }

// judge reads one text, which may be one of a list of items.
func judge(text string, battery bool) verdict {
	text = fold(text)
	for i := range subjects {
		if w := subjects[i].find(text, battery); w != "" {
			return verdict{subjects[i].measures, w}
		}
	}
	return verdict{}
}

// candidate is the chapter that a single word hints at.
func candidate(text string) verdict {
	text = fold(text)
	for i := range subjects {
		if w := subjects[i].loose.FindString(text); w != "" {
			return verdict{subjects[i].measures, w}
		}
	}
	return verdict{}
}

// named is the chapter that the name of columns without labels begins with.
func named(name string) verdict {
	name = fold(name)
	for i := range subjects {
		if b := subjects[i].bare; b != nil {
			if w := b.FindString(name); w != "" {
				return verdict{subjects[i].measures, w}
			}
		}
	}
	return verdict{}
}

// fold makes a text comparable: small letters without accents; a name is split
// into its words.
func fold(text string) string {
	if !strings.Contains(text, " ") {
		return strings.Join(tokens(text), " ")
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ReplaceAll(text, "ß", "ss")) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '_':
			b.WriteByte(' ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// subject guesses the chapter of a question. The heading speaks for all items;
// without it they are judged one by one, and more than half have to agree.
func (d *drafter) subject(q *question) {
	texts := q.wording()
	v, n := majority(texts)
	if v.measures == "" && q.unlabelled() {
		if v = named(q.heading()); v.measures != "" {
			n = len(texts)
		}
	}
	if v.measures == "" {
		c := candidate(strings.Join(texts, " . "))
		q.maybe, q.word = c.measures, c.word
		return
	}
	q.measures, q.word = v.measures, v.word
	if len(texts) > 1 && n < len(texts) {
		q.votes = n
	}
	q.degrees()
}

// wording is what a question says: for every item the heading, the highest
// answer and the item together.
func (q *question) wording() []string {
	head := q.heading()
	if len(q.scale) > 0 {
		head += " " + q.scale[len(q.scale)-1].word()
	}
	if q.loop != "" {
		head += " industry"
	}
	if len(q.items) == 0 {
		return []string{head}
	}
	out := make([]string, len(q.items))
	for i, o := range q.items {
		out[i] = head + " " + strings.Join(tokensOrText(o.word()), " ")
	}
	return out
}

// tokensOrText splits a name into its words and leaves a text alone.
func tokensOrText(s string) []string {
	if strings.Contains(s, " ") {
		return []string{s}
	}
	return tokens(s)
}

// heading is the wording of a question, else the words of its columns' names.
func (q *question) heading() string {
	text := q.text
	if text == "" && len(q.columns) > 0 {
		text = q.columns[0].Name
		if q.pattern != "" {
			text = q.pattern[:strings.IndexByte(q.pattern, '{')]
		}
	}
	return strings.Join(tokensOrText(text), " ")
}

// unlabelled reports whether names are all that is known of a question.
func (q *question) unlabelled() bool {
	for _, c := range q.columns {
		if c.Label != "" || strings.Contains(c.Name, " ") {
			return false
		}
	}
	return true
}

// majority is the chapter that more than half of the texts speak to, with the
// first words that say so, and how many do.
func majority(texts []string) (verdict, int) {
	verdicts := judgeAll(texts)
	m, n := winner(verdicts)
	for _, v := range verdicts {
		if n > 0 && v.measures == m {
			return v, n
		}
	}
	return verdict{}, 0
}

func judgeAll(texts []string) []verdict {
	out := make([]verdict, len(texts))
	for i, t := range texts {
		out[i] = judge(t, len(texts) >= leastPart)
	}
	return out
}

// leastPart is how many items a part of a battery has.
const leastPart = 4

// cut finds where a battery under a heading that says nothing turns from one
// chapter to another, 0 if it does not: services first, kinds of data after.
func cut(texts []string) int {
	verdicts := judgeAll(texts)
	best, most := 0, 0
	for k := leastPart; k <= len(texts)-leastPart; k++ {
		a, n := winner(verdicts[:k])
		b, m := winner(verdicts[k:])
		if a != b && n > 0 && m > 0 && n+m > most {
			best, most = k, n+m
		}
	}
	return best
}

// winner is the chapter that more than half of the verdicts name, and how many
// do; "" and 0 if none has that many.
func winner(verdicts []verdict) (string, int) {
	for i := range subjects {
		m, n := subjects[i].measures, 0
		for _, v := range verdicts {
			if v.measures == m {
				n++
			}
		}
		if 2*n > len(verdicts) {
			return m, n
		}
	}
	return "", 0
}
