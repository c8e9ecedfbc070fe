package manual

import (
	"path"
	"regexp"
	"strings"

	"keyroster/io/termio"
)

// Style is how a page is formatted.
type Style struct {
	// Width is the number of columns to fold prose and table cells at.
	Width int
	// Colors: show strong text and code by terminal colours.
	Colors bool
}

const (
	bold  = "\x1b[1m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

// word is a part of a text that is never broken.
type word struct {
	text string
	// wide is its width in columns.
	wide int
}

// spans match the formatted parts of a text: code, strong, emphasis, and a link with its text
// and target.
var spans = regexp.MustCompile("`[^`]+`" + `|\*\*[^*]+\*\*|\*[^* ][^*]*\*|\[[^\]]+\]\([^)]+\)`)

// words splits a text into words.
func (s Style) words(text string) []word {
	var out []word
	joined := false // the next piece belongs to the last word
	add := func(text, on string) {
		for n, piece := range strings.Split(text, " ") {
			if n > 0 {
				joined = false
			}
			if piece == "" {
				continue
			}
			w := word{piece, termio.Width(piece)}
			if s.Colors && on != "" {
				w.text = on + piece + reset
			}
			if joined {
				last := &out[len(out)-1]
				last.text, last.wide = last.text+w.text, last.wide+w.wide
			} else {
				out = append(out, w)
			}
			joined = true
		}
	}
	at := 0
	for _, span := range spans.FindAllStringIndex(text, -1) {
		add(text[at:span[0]], "")
		s.addSpan(text[span[0]:span[1]], add)
		at = span[1]
	}
	add(text[at:], "")
	return out
}

// addSpan adds the words of a formatted part.
func (s Style) addSpan(span string, add func(text, on string)) {
	switch {
	case span[0] == '`' && s.Colors:
		add(strings.Trim(span, "`"), cyan)
	case span[0] == '`':
		add(span, "")
	case strings.HasPrefix(span, "**"):
		add(strings.Trim(span, "*"), bold)
	case span[0] == '*':
		add(strings.Trim(span, "*"), "")
	default:
		text, target, _ := strings.Cut(strings.Trim(span, "[)"), "](")
		if topic := topicOf(target); topic != "" && topic == text {
			s.addSpan("`keyroster help "+topic+"`", add)
			return
		}
		if text[0] == '`' {
			s.addSpan(text, add)
		} else {
			add(text, "")
		}
		if where := linkTarget(text, target); where != "" {
			add(" "+where, "")
		}
	}
}

// topicOf is the topic that a link leads to, empty for none.
func topicOf(target string) string {
	page, _, _ := strings.Cut(target, "#")
	name, isPage := strings.CutSuffix(page, ".md")
	if !isPage || strings.Contains(name, "/") {
		return ""
	}
	return name
}

// linkTarget is where a link leads, in parentheses, unless its text says so.
func linkTarget(text, target string) string {
	page, _, _ := strings.Cut(target, "#")
	switch {
	case page == "" || strings.Trim(text, "`") == target:
		return ""
	case strings.Contains(page, "://"):
		return "(" + target + ")"
	case topicOf(target) != "":
		return "(keyroster help " + topicOf(target) + ")"
	}
	place := path.Join("cmd/keyroster/manual", page)
	if strings.Trim(text, "`") == place {
		return ""
	}
	return "(" + place + ")"
}
