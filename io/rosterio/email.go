package rosterio

import (
	"strings"
	"unicode"
)

// lookAlikes are letters that look like Latin ones, in pairs: the letter, then its
// Latin twin. Most are of other scripts; the dotless ı comes from a Turkish
// keyboard, or from lower-casing I in Turkish.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhԛqԝwӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSαaοoνvρpιiκkτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɑaɡgıi"

// perfectTwins are the lower-case letters of Cyrillic and Greek that no reader can
// distinguish from their Latin twins. A word of only these may be a trap.
const perfectTwins = "аеорсухіјѕԁһԛԝӏο"

var latinTwin = func() map[rune]rune {
	twins := map[rune]rune{}
	letters := []rune(lookAlikes)
	for i := 0; i < len(letters); i += 2 {
		twins[letters[i]] = letters[i+1]
	}
	return twins
}()

// checkEmail finds addresses that look equal to others and are not: words that mix Latin
// letters with Cyrillic or Greek look-alikes, words of only such letters beside Latin ones,
// and the dotless ı. Any other word that is wholly in another script is a person's name.
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
