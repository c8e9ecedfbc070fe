package lexicon

import (
	"slices"
	"testing"
)

// meanings has every meaning that word files may name.
var meanings = []Meaning{
	Card, PIN, Value, Email, Ref, Holder, Name, Part, Type, Starts, Ends, Entrances, State, ID, Title, Description,
}

// TestWordFiles: each language has words for what every list has, and no words for anything
// unknown.
func TestWordFiles(t *testing.T) {
	have := map[string]map[Meaning]bool{}
	for form, senses := range words() {
		if form == "" {
			t.Errorf("a word without letters: %v", senses)
		}
		for _, s := range senses {
			if !slices.Contains(meanings, s.Meaning) {
				t.Errorf("%s has the meaning %q, which there is not", s.language, s.Meaning)
			}
			if have[s.language] == nil {
				have[s.language] = map[Meaning]bool{}
			}
			have[s.language][s.Meaning] = true
		}
	}
	if want := []string{
		"da", "de", "en", "es", "fi", "fr", "it", "nb", "nl", "pl", "pt",
		"sv",
	}; !slices.Equal(Languages(), want) {
		t.Errorf("languages %q, want %q", Languages(), want)
	}
	for _, language := range Languages() {
		for _, m := range []Meaning{
			Card, PIN, Email, Ref, Name, Part, Type, Starts, Ends, Entrances, State, Title, Description,
		} {
			if !have[language][m] {
				t.Errorf("%s has no word for %s", language, m)
			}
		}
	}
}

func TestReadFolds(t *testing.T) {
	for _, header := range []string{
		"Kartennummer", "KARTEN-NR.", "karten nr", "Nº de tarjeta", "N° de carte", "Número do cartão", "NUMERO DO CARTAO",
		"Passerkortsnummer", "Card #", "CardNo", "Schluesselanhänger", "Noeglebrik", "Nr karty", "Karte (dezimal)",
		"Kartennummer / Card no.",
	} {
		senses := Read([]string{header})[0]
		if len(senses) != 1 || senses[0] != (Sense{Meaning: Card}) {
			t.Errorf("%q is %v", header, senses)
		}
	}
	for _, header := range []string{
		"", "Personalausweis-Nr.", "Personnummer", "Kartei", "Postkarte", "Pinnwand",
		"Mailing", "Card / PIN",
	} {
		if senses := Read([]string{header})[0]; senses != nil {
			t.Errorf("%q is %v", header, senses)
		}
	}
}

// TestReadByLanguage: matrícula is a person's number in Portuguese but a car's plate in Spanish,
// where the word alone says too little.
func TestReadByLanguage(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    Sense
	}{
		{[]string{"Matrícula", "Nome do funcionário", "Crachá"}, Sense{Meaning: Ref}},
		{[]string{"Matrícula", "Nombre y apellidos", "Tarjeta"}, Sense{Meaning: Ref, Vague: true}},
	} {
		if senses := Read(c.headers)[0]; len(senses) != 1 || senses[0] != c.want {
			t.Errorf("%q: %v, want %v", c.headers, senses, c.want)
		}
	}
}
