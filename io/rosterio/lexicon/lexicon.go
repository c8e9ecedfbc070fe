// Package lexicon knows the words with which people head the columns of their lists, in
// the languages of the word files beside it. What it says is a guess, to be suggested
// and never to be acted on.
//
// A file has a line for each meaning and the words of one language for it:
//
//	card: Karte, Ausweis-Nr, Nummer?
//
// Words are compared without regard to case, accents, spaces and punctuation, and to how
// "number" is written (Kartennummer, Karten-Nr., N° de carte, Card #). A question mark
// means that the word alone says too little: the cells below it have to agree.
package lexicon

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Meaning is what a header says about its column.
type Meaning string

// The meanings, as the word files spell them.
const (
	Card        Meaning = "card"
	PIN         Meaning = "pin"
	Value       Meaning = "value" // the value of a card or a PIN; the word does not say which
	Email       Meaning = "email"
	Ref         Meaning = "ref" // the customer's own number of a person
	Holder      Meaning = "holder"
	Name        Meaning = "name"
	Part        Meaning = "part" // of a name: the first one, the family's
	Type        Meaning = "type"
	Starts      Meaning = "starts"
	Ends        Meaning = "ends"
	Entrances   Meaning = "entrances"
	State       Meaning = "state"
	ID          Meaning = "id"
	Title       Meaning = "title"
	Description Meaning = "description"
)

// Sense is one meaning that a word may have.
type Sense struct {
	Meaning Meaning
	// Vague: the word alone is not enough evidence.
	Vague bool
}

// sense is a sense of a word in a language.
type sense struct {
	Sense
	language string
}

//go:embed words
var files embed.FS

// words has the senses of all words, by their forms.
var words = sync.OnceValue(func() map[string][]sense {
	all := map[string][]sense{}
	names, err := fs.Glob(files, "words/*.txt")
	for _, name := range names {
		text, readErr := files.ReadFile(name)
		if err = readErr; err != nil {
			break
		}
		for line := range strings.Lines(string(text)) {
			addLine(all, strings.TrimSuffix(path.Base(name), ".txt"), strings.TrimSpace(line))
		}
	}
	if err != nil {
		panic(fmt.Sprintf("read the embedded words: %v", err))
	}
	return all
})

// addLine adds the words of one meaning.
func addLine(all map[string][]sense, language, line string) {
	meaning, list, _ := strings.Cut(line, ":")
	for word := range strings.SplitSeq(list, ",") {
		bare, vague := strings.CutSuffix(strings.TrimSpace(word), "?")
		s := sense{Sense{Meaning(meaning), vague}, language}
		for _, form := range forms(bare) {
			if !slices.Contains(all[form], s) {
				all[form] = append(all[form], s)
			}
		}
	}
}

// Languages are those whose words are known.
func Languages() []string {
	names, _ := fs.Glob(files, "words/*.txt")
	for i, name := range names {
		names[i] = strings.TrimSuffix(path.Base(name), ".txt")
	}
	return names
}

// Read has the senses of each header of a line. A word that means different things in
// different languages is read in the language of most of the others; where that does
// not decide, all its senses are vague.
func Read(headers []string) [][]Sense {
	found := make([][]sense, len(headers))
	votes := map[string]int{}
	for i, header := range headers {
		found[i] = lookup(header)
		counted := map[string]bool{}
		for _, s := range found[i] {
			if !counted[s.language] {
				counted[s.language] = true
				votes[s.language]++
			}
		}
	}
	read := make([][]Sense, len(headers))
	for i := range found {
		read[i] = choose(found[i], votes)
	}
	return read
}

// choose reads a word in the one of its languages that most headers are in.
func choose(found []sense, votes map[string]int) []Sense {
	most := 0
	for _, s := range found {
		most = max(most, votes[s.language])
	}
	var senses []Sense
	sure := map[Meaning]bool{}
	for _, s := range found {
		if votes[s.language] < most {
			continue
		}
		if !slices.Contains(senses, s.Sense) {
			senses = append(senses, s.Sense)
		}
		if !s.Vague {
			sure[s.Meaning] = true
		}
	}
	if len(sure) > 1 {
		for i := range senses {
			senses[i].Vague = true
		}
	}
	// A word with one certain meaning needs no vague one of the same.
	return slices.DeleteFunc(senses, func(s Sense) bool { return s.Vague && len(sure) == 1 && sure[s.Meaning] })
}

// lookup finds a header as it is, without text in brackets, as one of several (Card 2, 2nd
// card), or by its parts, as in Personalnummer / Staff no., which must agree.
func lookup(header string) []sense {
	texts := []string{header}
	if at := strings.IndexAny(header, "([{"); at > 0 {
		texts = append(texts, header[:at])
	}
	for _, text := range texts {
		if found := senses(text); found != nil {
			return found
		}
	}
	for _, text := range texts {
		if bare := counted.ReplaceAllString(strings.TrimSpace(text), ""); bare != "" && bare != text {
			if found := ofValues(senses(bare)); len(found) > 0 {
				return found
			}
		}
	}
	parts := strings.FieldsFunc(header, func(r rune) bool { return r == '/' || r == '|' || r == '\n' })
	if len(parts) < 2 {
		return nil
	}
	var found []sense
	for _, part := range parts {
		more := senses(part)
		if len(found) > 0 && len(more) > 0 && found[0].Meaning != more[0].Meaning {
			return nil
		}
		found = append(found, more...)
	}
	return found
}

// senses are those of a word, by its forms. The number of a card means the card.
func senses(word string) []sense {
	all := words()
	for _, form := range forms(word) {
		if found := all[form]; found != nil {
			return found
		}
	}
	for _, form := range forms(word) {
		bare, numbered := strings.CutSuffix(form, number)
		if !numbered {
			if bare, numbered = strings.CutSuffix(form, "no"); !numbered || len(bare) < len("fob") {
				continue
			}
			if found := all[bare+number]; found != nil {
				return found
			}
		}
		if found := ofValues(all[bare]); len(found) > 0 {
			return found
		}
	}
	return nil
}

// ofValues are the senses that mean values.
func ofValues(of []sense) []sense {
	return slices.DeleteFunc(slices.Clone(of), func(s sense) bool { return s.Meaning != Card && s.Meaning != PIN })
}

// counted matches what makes a header one of several: a small number after it, or an ordinal
// before.
var counted = regexp.MustCompile(`[\s_.#-]*\b[1-9]$|^[1-9](?:st|nd|rd|th|er|ère|ème|e|a|o|:a|:e|ª|º|°|\.ª|\.º)?[\s.]+`)
