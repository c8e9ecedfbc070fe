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

// judgeText reads a cell that holds text.
func judgeText(c class, col *reconcile.Column, text string) (string, *fault) {
	if strings.HasPrefix(text, reconcile.MendMark) {
		return "", &fault{
			kind: KindUnmended, message: "the cell was refused in an earlier run and is not mended yet",
			remedy: "enter the right value in place of the whole cell; its row says what was wrong",
		}
	}
	if c != classSecret && c != classText && c != classJSON && text != "" && text[0] == '=' {
		if inside, ok := shape.Unwrap(text); ok {
			return "", &fault{
				kind: KindTextForm, message: `the cell is a formula, as lists write one so that spreadsheets keep zeros`,
				likely: guess(c, inside), remedy: `write the text between the quotes alone, without ="…"`,
			}
		}
	}
	if !tame(text) {
		if trimInvisible(text) == "" {
			return "", nil
		}
		if done, f := judgeMarker(c, col, text); done {
			return taken(text, f)
		}
		if f := judgeLoss(text); f != nil {
			return "", f
		}
		if c == classText || c == classJSON {
			return text, nil
		}
		if f := judgeCharacters(c, text); f != nil {
			return "", f
		}
	}
	switch {
	case c.code():
		return taken(text, judgeCode(c, text))
	case c == classEmail:
		return taken(text, judgeEmail(text))
	case c == classState:
		return judgeState(text)
	case c == classBool && text != "":
		return judgeTruth(text)
	}
	return text, nil
}

func taken(text string, f *fault) (string, *fault) {
	if f != nil {
		return "", f
	}
	return text, nil
}

// tame tells at a glance that a text has no character that the rules for all
// texts look for: it is short, of ASCII that can be seen, without #, * and <, and
// no apostrophe, space or E begins it. Most cells are.
func tame(text string) bool {
	if text == "" {
		return true
	}
	if len(text) >= cellio.TextMax || text[0] == ' ' || text[0] == '\'' || text[0] == 'E' || text[len(text)-1] == ' ' {
		return false
	}
	for i := range len(text) {
		if b := text[i]; b < ' ' || b > '~' || b == '#' || b == '*' || b == '<' {
			return false
		}
	}
	return true
}

// judgeMarker reads <empty> and the masks of exports, which no other rule may
// touch.
func judgeMarker(c class, col *reconcile.Column, text string) (done bool, f *fault) {
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
			kind: KindEmptyMarker, message: "the cell asks to clear the value in another spelling than " + reconcile.EmptyMarker,
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

// judgeLoss finds texts that stand for content which is gone.
func judgeLoss(text string) *fault {
	if _, known := sheetErrors[strings.TrimSpace(text)]; known {
		return sheetErrorFault(strings.TrimSpace(text))
	}
	if strings.HasPrefix(text, "Err:") && len(text) == len("Err:502") && shape.AllDigits(text[4:]) {
		return sheetErrorFault("")
	}
	if len(text) >= 3 && strings.Trim(text, "#") == "" {
		return &fault{
			kind: KindSheetError, message: "the cell holds ####, as a spreadsheet shows in a column too narrow for the value",
			remedy: "widen the column and export again, or enter the value",
		}
	}
	if strings.ContainsRune(text, utf8.RuneError) {
		return &fault{
			kind: KindReplacement, message: "the cell holds the character U+FFFD, which stands for text that was lost in an earlier conversion",
			remedy: "export the file again as UTF-8",
		}
	}
	if len(text) >= cellio.TextMax &&
		(utf8.RuneCountInString(text) == cellio.TextMax || cellio.Units(text) == cellio.TextMax) {
		return &fault{
			kind: KindCutCell, message: "the text has exactly 32,767 characters, the most that a cell holds: it was cut",
			remedy: "put the whole text into a file and its path, as @path, into the cell",
		}
	}
	return nil
}

// judgeCharacters finds characters that a reader does not see, or sees as others, in
// texts that are compared exactly.
func judgeCharacters(c class, text string) *fault {
	if f := judgeGarbled(c, text); f != nil {
		return f
	}
	for _, r := range text {
		if invisible(r) {
			return &fault{
				kind: KindInvisible, message: "the cell holds a character that cannot be seen, " + runeName(r),
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
				kind: KindForeignDigits, message: "the cell holds digits that look like 0 to 9 and are others",
				likely: guess(c, withPlainDigits(text)), remedy: "enter the digits again",
			}
		case (c == classSecret || c == classEmail) && r >= '！' && r <= '～':
			return &fault{
				kind: KindForeignDigits, message: "the cell holds characters of full width, which look like ASCII and are others",
				likely: guess(c, norm.NFKC.String(text)), remedy: "enter the text again, in half width",
			}
		}
	}
	if rest := strings.TrimLeft(text, apostrophes); rest != text {
		return &fault{
			kind:    KindApostrophe,
			message: "the text begins with an apostrophe, by which spreadsheets mark text",
			likely:  guess(c, rest),
			remedy:  "remove the apostrophe",
		}
	}
	return nil
}

// withPlainDigits has the digits of all scripts as 0 to 9. Unicode keeps them in
// runs of ten, from zero on.
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

// apostrophes are what is typed, or corrected, in front of a text that a
// spreadsheet must leave alone.
const apostrophes = "'‘’‛ʼ´"

func withoutInvisible(text string) string {
	return strings.Map(func(r rune) rune {
		if invisible(r) {
			return -1
		}
		return r
	}, text)
}

// runeName names the characters that are met most.
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

func judgeState(text string) (string, *fault) {
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
		message: "the state is neither present nor absent",
		remedy:  "write present or absent, or leave the cell blank for present",
	}
	for _, known := range []string{"present", "absent"} {
		if edits(strings.ToLower(text), known, near) <= near {
			f.likely = known
		}
	}
	return "", f
}
