package tableio

import (
	"strings"
	"unicode"
)

// lookAlikes are letters of other scripts that are drawn like Latin ones, in
// pairs: the letter, then its Latin twin.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhԛqԝwӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSαaοoνvρpιiκkτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɑaɡg"

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

// judgeEmail finds addresses that look equal to others and are not: words that
// mix Latin letters with letters of Cyrillic or Greek that are drawn the same, and
// words of such letters alone beside Latin ones. Another word wholly in another
// script is somebody's name.
func judgeEmail(text string) *fault {
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
		if latin && foreign || strings.ContainsAny(word, "ɑɡ") {
			return lookAlike(text, "a word of the address mixes Latin letters with others that look the same")
		}
		plain = plain || latin
		twins = twins || foreign && strings.Trim(word, perfectTwins) == ""
	}
	if twins && plain {
		return lookAlike(text, "a word of the address is made of letters of another script that look like Latin ones")
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
