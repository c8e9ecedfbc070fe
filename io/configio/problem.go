package configio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing wrong with a configuration. It quotes no secret.
type Problem struct {
	// Line and Column count from 1; 0 means the file as a whole. Columns
	// count characters.
	Line, Column int
	// Message says what is wrong, Remedy what to do, if that is not plain.
	Message, Remedy string
}

// String is the problem without the file's name.
func (p Problem) String() string {
	if p.Remedy == "" {
		return p.Message
	}
	return p.Message + "; " + p.Remedy
}

// Error is everything wrong with a configuration, in the order of the file, or
// with the choice of an account.
type Error struct {
	// Path is the configuration file, empty when none was found.
	Path     string
	Problems []Problem
}

// Error has one line a problem, as path:line:column: message; remedy.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		switch {
		case e.Path == "":
			lines[i] = p.String()
		case p.Line == 0:
			lines[i] = e.Path + ": " + p.String()
		default:
			lines[i] = fmt.Sprintf("%s:%d:%d: %s", e.Path, p.Line, p.Column, p)
		}
	}
	return strings.Join(lines, "\n")
}

func (r *reader) err(path string) error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(a.Line-b.Line, a.Column-b.Column)
	})
	return &Error{Path: path, Problems: slices.Compact(r.problems)}
}

// shown is a word of the user's in a message: short and printable, or only
// described.
func shown(word string) string {
	if n := utf8.RuneCountInString(word); n > 40 ||
		strings.ContainsFunc(word, func(c rune) bool { return !unicode.IsPrint(c) || c == '`' }) {
		return fmt.Sprintf("(%d characters)", n)
	}
	return "`" + word + "`"
}

// Bare is the error without what to do about it, a problem a line.
func (e *Error) Bare() string {
	bare := &Error{Path: e.Path, Problems: slices.Clone(e.Problems)}
	for i := range bare.Problems {
		bare.Problems[i].Remedy = ""
	}
	return bare.Error()
}

// Remedies say what to do, each once.
func (e *Error) Remedies() string {
	var out []string
	for i := range e.Problems {
		if r := e.Problems[i].Remedy; r != "" && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return strings.Join(out, "; ")
}
