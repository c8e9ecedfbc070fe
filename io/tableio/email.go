package tableio

import (
	"strings"
	"unicode"
)

// lookAlikes are letters of other scripts that are drawn like Latin ones, in
// pairs: the letter, then its Latin twin.
const lookAlikes = "аaеeоoрpсcуyхxіiјjѕsԁdһhкkмmтtвbнhԛqԝwӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSαaοoνvρpιiκkτtυuΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧX"

var latinTwin = func() map[rune]rune {
	twins := map[rune]rune{}
	letters := []rune(lookAlikes)
	for i := 0; i < len(letters); i += 2 {
		twins[letters[i]] = letters[i+1]
	}
	return twins
}()

// judgeEmail finds words that mix Latin letters with letters of Cyrillic or
// Greek that are drawn the same: two addresses that look equal and are not. A
// word wholly in another script is somebody's name.
func judgeEmail(text string) *fault {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		latin, foreign := false, false
		for _, r := range word {
			latin = latin || unicode.Is(unicode.Latin, r)
			foreign = foreign || unicode.In(r, unicode.Cyrillic, unicode.Greek)
		}
		if latin && foreign {
			return &fault{
				kind: KindLookAlike, message: "a word of the address mixes Latin letters with letters of another script that look the same",
				likely: strings.Map(func(r rune) rune {
					if twin, ok := latinTwin[r]; ok {
						return twin
					}
					return r
				}, text), remedy: "enter the address again",
			}
		}
	}
	return nil
}
