package configio

import "strings"

// splitWords splits a command into words as a shell does, with quotes and backslashes and nothing
// else; a backslash that separates paths is literal. What only a shell could do is a problem.
func splitWords(text string, separator rune) (words []string, problem string) {
	var word strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, c := range text {
		switch {
		case escaped:
			if quote == '"' && !strings.ContainsRune("\"\\$`", c) {
				word.WriteRune('\\')
			}
			word.WriteRune(c)
			escaped = false
		case c == '\\' && separator != '\\' && quote != '\'':
			begun, escaped = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			begun, quote = true, c
		case c == ' ' || c == '\t' || c == '\n':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		case strings.ContainsRune("|&;<>$`", c):
			return nil, "the command needs a shell, but none is used: quote the character, or use exec:sh -c '…'"
		default:
			begun = true
			word.WriteRune(c)
		}
	}
	if quote != 0 || escaped {
		return nil, "the command ends within a quotation"
	}
	if begun {
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, "what follows exec: is not a command"
	}
	return words, ""
}
