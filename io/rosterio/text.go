package rosterio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"keyroster/io/cellio"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// readText reads a cell that holds text.
func readText(c class, col *reconcile.Column, text string) (string, *fault) {
	if strings.HasPrefix(text, reconcile.MendMark) {
		return "", &fault{
			kind: KindUnmended, message: "the cell was refused in an earlier run and is not corrected yet",
			remedy: "replace the whole cell by the right value; its row says what was wrong",
		}
	}
	if c != classSecret && c != classText && c != classJSON && text != "" && text[0] == '=' {
		if inside, ok := shape.Unwrap(text); ok {
			return "", &fault{
				kind: KindTextForm, message: `the cell is a formula of the kind that makes spreadsheets keep zeros`,
				likely: guess(c, inside), remedy: `write only the text between the quotes, without ="…"`,
			}
		}
	}
	if !isPlain(text) {
		if trimInvisible(text) == "" {
			return "", nil
		}
		if done, f := readMarker(c, col, text); done {
			return taken(text, f)
		}
		if f := checkLostContent(text); f != nil {
			return "", f
		}
		if c == classText || c == classJSON {
			return text, nil
		}
		if f := checkCharacters(c, text); f != nil {
			return "", f
		}
	}
	switch {
	case c.code():
		return taken(text, checkCode(c, text))
	case c == classEmail:
		return taken(text, checkEmail(text))
	case c == classState:
		return readState(text)
	case c == classBool && text != "":
		return readTruth(text)
	}
	return text, nil
}

func taken(text string, f *fault) (string, *fault) {
	if f != nil {
		return "", f
	}
	return text, nil
}

// isPlain reports, at little cost, that a text has no character that the rules for all
// texts look for: it is short visible ASCII without #, * and <, does not begin with an
// apostrophe, space or E, and does not end with a space or full stop. Most cells are plain.
func isPlain(text string) bool {
	if text == "" {
		return true
	}
	if last := text[len(text)-1]; len(text) >= cellio.TextMax || text[0] == ' ' || text[0] == '\'' || text[0] == 'E' ||
		last == ' ' || last == '.' {
		return false
	}
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == '#' || b == '*' || b == '<' {
			return false
		}
	}
	return true
}

// readMarker reads <empty> and the masks of exports, which no other rule may
// touch.
func readMarker(c class, col *reconcile.Column, text string) (done bool, f *fault) {
	if c == classSecret && reconcile.IsMask(text) {
		return true, nil
	}
	if text[0] != '<' && !strings.Contains(text, "<") ||
		!strings.EqualFold(trimInvisible(strings.ReplaceAll(text, " ", "")), reconcile.EmptyMarker) {
		return false, nil
	}
	switch {
	case text != reconcile.EmptyMarker:
		return true, &fault{
			kind: KindEmptyMarker, message: "the cell seems to mean " + reconcile.EmptyMarker,
			likely: reconcile.EmptyMarker, remedy: "write " + reconcile.EmptyMarker + " exactly, or leave the cell blank to say nothing",
		}
	case col.Role == reconcile.RoleKey,
		col.Role == reconcile.RoleState,
		col.Role == reconcile.RoleMatch && col.Can&reconcile.CanClear == 0:
		return true, &fault{
			kind:    KindEmptyMarker,
			message: "the column " + col.Name + " cannot be cleared",
			remedy:  "leave the cell blank",
		}
	}
	return true, nil
}

// checkLostContent finds texts that replace content which is gone.
func checkLostContent(text string) *fault {
	if _, known := sheetErrors[strings.TrimSpace(text)]; known {
		return sheetErrorFault(strings.TrimSpace(text))
	}
	if strings.HasPrefix(text, "Err:") && len(text) == len("Err:502") && shape.AllDigits(text[4:]) {
		return sheetErrorFault("")
	}
	if len(text) >= 3 && strings.Trim(text, "#") == "" {
		return &fault{
			kind: KindSheetError, message: "the cell holds ####, which a spreadsheet shows when a column is too narrow",
			remedy: "widen the column and export again, or enter the value",
		}
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return &fault{
			kind: KindReplacement, message: "the cell holds the character U+FFFD, which marks text lost in an earlier " +
				"conversion",
			remedy: "export the file again as UTF-8",
		}
	}
	if len(text) >= cellio.TextMax &&
		(utf8.RuneCountInString(text) == cellio.TextMax || cellio.Units(text) == cellio.TextMax) {
		return &fault{
			kind: KindCutCell, message: "the text has exactly 32,767 characters, the maximum of a cell: it was cut off",
			remedy: "put the whole text in a file and write @path in the cell",
		}
	}
	return nil
}

// checkCharacters finds characters that are invisible, or look like others, in texts
// that are compared exactly.
func checkCharacters(c class, text string) *fault {
	if f := checkEncoding(c, text); f != nil {
		return f
	}
	for _, r := range text {
		if invisible(r) {
			return &fault{
				kind: KindInvisible, message: "the cell holds an invisible character, " + runeName(r),
				likely: guess(c, withoutInvisible(text)), remedy: remedyRetype,
			}
		}
	}
	if trimmed := strings.TrimSpace(text); trimmed != text {
		return &fault{
			kind:    KindSpaces,
			message: "the cell has spaces before or after the text",
			likely:  guess(c, trimmed),
			remedy:  "remove the spaces",
		}
	}
	for _, r := range text {
		switch {
		case r > unicode.MaxASCII && unicode.IsDigit(r):
			return &fault{
				kind: KindForeignDigits, message: "the cell holds digits that look like 0 to 9 but are not",
				likely: guess(c, withPlainDigits(text)), remedy: "enter the digits again",
			}
		case (c == classSecret || c == classEmail) && r >= '！' && r <= '～':
			return &fault{
				kind: KindForeignDigits, message: "the cell holds full-width characters, which look like ASCII but are not",
				likely: guess(c, norm.NFKC.String(text)), remedy: "enter the text again with normal characters",
			}
		}
	}
	if rest := strings.TrimLeft(text, apostrophes); rest != text {
		return &fault{
			kind:    KindApostrophe,
			message: "the text starts with an apostrophe, which marks text in spreadsheets",
			likely:  guess(c, rest),
			remedy:  "remove the apostrophe",
		}
	}
	return nil
}

// withPlainDigits replaces the digits of all scripts with 0 to 9. Unicode has them
// in runs of ten, from zero on.
func withPlainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r <= unicode.MaxASCII || !unicode.IsDigit(r) {
			return r
		}
		zero := r
		for unicode.IsDigit(zero - 1) {
			zero--
		}
		return '0' + (r-zero)%10
	}, norm.NFKC.String(text))
}

// apostrophes are what people type, and programs autocorrect, in front of a text
// that a spreadsheet must leave alone.
const apostrophes = "'‘’‛ʼ´"

func withoutInvisible(text string) string {
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
}

// runeName names the most frequent characters.
func runeName(r rune) string {
	switch r {
	case '\u00a0':
		return "a non-breaking space"
	case '\u200b', '\u200c', '\u200d', '\ufeff':
		return "a zero-width one"
	case '\t':
		return "a tab"
	case '\n', '\r':
		return "a line break"
	}
	if unicode.IsSpace(r) {
		return "an unusual space"
	}
	return "a control or formatting character"
}

func readState(text string) (string, *fault) {
	for _, known := range []string{"present", "absent"} {
		if strings.EqualFold(text, known) {
			return known, nil
		}
	}
	if text == "" {
		return "", nil
	}
	f := &fault{
		kind:    KindState,
		message: "the state must be present or absent",
		remedy:  "write present or absent, or leave the cell blank for present",
	}
	for _, known := range []string{"present", "absent"} {
		if edits(strings.ToLower(text), known, near) <= near {
			f.likely = known
		}
	}
	return "", f
}
