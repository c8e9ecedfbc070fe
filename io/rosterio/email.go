package rosterio

import (
	"strings"
	"unicode"
)

// lookAlikes are letters that are drawn like those of the Latin alphabet, in
// pairs: the letter, then its Latin twin. Most are of other scripts; the dotless
// ı is what a Turkish keyboard, or lower-casing I in Turkish, makes of an i.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhԛqԝwӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSαaοoνvρpιiκkτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɑaɡgıi"

// perfectTwins are those lower-case letters of Cyrillic and Greek that no reader
// tells from their Latin twins. A word of nothing else may be a trap.
const perfectTwins = "аеорсухіјѕԁһԛԝӏο"

var latinTwin = func() map[rune]rune {
	twins := map[rune]rune{}
	letters := []rune(lookAlikes)
	for i := 0; i < len(letters); i += 2 {
		twins[letters[i]] = letters[i+1]
	}
	return twins
}()

// checkEmail finds addresses that look equal to others and are not: words that
// mix Latin letters with letters of Cyrillic or Greek that are drawn the same,
// words of such letters alone beside Latin ones, and the dotless ı. Another word
// wholly in another script is a person's name.
func checkEmail(text string) *fault {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil
	}
	twins, plain := false, false
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin, foreign := false, false
		for _, r := range word {
			latin = latin || unicode.Is(unicode.Latin, r)
			foreign = foreign || unicode.In(r, unicode.Cyrillic, unicode.Greek)
		}
		if strings.ContainsRune(word, 'ı') {
			return lookAlike(text, "the address has the Turkish dotless ı, which looks like an i")
		}
		if latin && foreign || strings.ContainsAny(word, "ɑɡ") {
			return lookAlike(text, "the address mixes Latin letters with look-alikes from another script")
		}
		plain = plain || latin
		twins = twins || foreign && strings.Trim(word, perfectTwins) == ""
	}
	if twins && plain {
		return lookAlike(text, "the address has a word in another script whose letters look like Latin ones")
	}
	return nil
}

func lookAlike(text, message string) *fault {
	return &fault{kind: KindLookAlike, message: message, likely: strings.Map(func(r rune) rune {
		if twin, ok := latinTwin[r]; ok {
			return twin
		}
		return r
	}, text), remedy: "enter the address again"}
}
