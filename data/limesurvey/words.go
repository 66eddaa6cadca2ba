package limesurvey

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tradeoff/data"
)

// This file knows the answers that LimeSurvey does not write into the questionnaire.

// spoken are the words for yes, no, female and male by language.
func spoken() map[string][4]string {
	return map[string][4]string{
		"en": {"Yes", "No", "Female", "Male"},
		"cs": {"Ano", "Ne", "Žena", "Muž"},
		"da": {"Ja", "Nej", "Kvinde", "Mand"},
		"de": {"Ja", "Nein", "Weiblich", "Männlich"},
		"es": {"Sí", "No", "Femenino", "Masculino"},
		"fi": {"Kyllä", "Ei", "Nainen", "Mies"},
		"fr": {"Oui", "Non", "Féminin", "Masculin"},
		"it": {"Sì", "No", "Femmina", "Maschio"},
		"nb": {"Ja", "Nei", "Kvinne", "Mann"},
		"nl": {"Ja", "Nee", "Vrouw", "Man"},
		"pl": {"Tak", "Nie", "Kobieta", "Mężczyzna"},
		"pt": {"Sim", "Não", "Feminino", "Masculino"},
		"sv": {"Ja", "Nej", "Kvinna", "Man"},
	}
}

// fixedWords are the answers of a question that has no list of its own, by the letter of
// its kind: code, word in a language (de, de-informal), English where it is not known.
func fixedWords(kind, language string) [][2]string {
	language, _, _ = strings.Cut(language, "-")
	w, known := spoken()[language]
	if !known {
		w = spoken()["en"]
	}
	yes, no := [2]string{"Y", w[0]}, [2]string{"N", w[1]}
	switch kind {
	case "Y":
		return [][2]string{yes, no}
	case "M":
		if w[0] == "Yes" {
			no[1] = "Not selected"
		}
		return [][2]string{yes, no}
	case "G":
		return [][2]string{{"F", w[2]}, {"M", w[3]}}
	case "C":
		return [][2]string{yes, no, {"U", "Uncertain"}}
	default:
		return [][2]string{{"I", "Increase"}, {"S", "Same"}, {"D", "Decrease"}}
	}
}

// fixed are the ways in which answers without a list are written: as letters, as words of
// the survey's language or of English, with a capital or without, as numbers from 1, and
// ticks as 1 and 0.
func fixed(kind, language string) []scheme {
	var letters, numbers, ticks scheme
	for i, w := range fixedWords(kind, language) {
		letters = append(letters, data.ValueLabel{Code: w[0], Label: w[1]})
		numbers = append(numbers, data.ValueLabel{Code: strconv.Itoa(i + 1), Label: w[1]})
		ticks = append(ticks, data.ValueLabel{Code: strconv.Itoa(1 - i), Label: w[1]})
	}
	schemes := []scheme{letters}
	for _, l := range []string{language, "en"} {
		words := fixedWords(kind, l)
		if kind == "M" { // what a tick that is not set is called in an export
			words[1][1] = fixedWords("Y", l)[1][1]
		}
		for _, write := range []func(rune) rune{unicode.ToUpper, unicode.ToLower} {
			var s scheme
			for i, w := range words {
				first, size := utf8.DecodeRuneInString(w[1])
				code := string(write(first)) + w[1][size:]
				s = append(s, data.ValueLabel{Code: code, Label: letters[i].Label})
			}
			schemes = append(schemes, s)
		}
	}
	if kind == "M" {
		schemes = append(schemes, ticks)
	}
	return append(schemes, numbers)
}

// saysYes reports whether a label is the word for yes in a language.
func saysYes(label string) bool {
	for _, w := range spoken() {
		if w[0] == label {
			return true
		}
	}
	return false
}
