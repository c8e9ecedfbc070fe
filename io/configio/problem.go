package configio

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
)

// Problem is one thing wrong with a configuration. It quotes no secret.
type Problem struct {
	// File is the file that it is in; empty for none.
	File string
	// Account is the account at fault; empty for the file as a whole.
	Account string
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

// Error is everything wrong with a configuration, in the order of its files, or
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
		p.File = cmp.Or(p.File, e.Path)
		lines[i] = p.String()
		if at := p.Place(); at != "" {
			lines[i] = at + ": " + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// Place is where the problem is, as path:line:column.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// ordered are problems in the order of the files and of their lines, each once.
func ordered(files []string, problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(slices.Index(files, a.File)-slices.Index(files, b.File), a.Line-b.Line, a.Column-b.Column)
	})
	return slices.CompactFunc(problems, func(a, b Problem) bool { b.Account = a.Account; return a == b })
}

func (r *reader) fail(at ast.Node, message, remedy string) {
	r.problems = append(r.problems, r.problem(at, message, remedy))
}

// warn reports what is allowed and hardly intended.
func (r *reader) warn(at ast.Node, message, remedy string) {
	r.warnings = append(r.warnings, r.problem(at, message, remedy))
}

func (r *reader) problem(at ast.Node, message, remedy string) Problem {
	p := Problem{File: r.source.path, Message: message, Remedy: remedy}
	if pos := place(at); pos != nil {
		p.File = r.from(pos).path
		p.Line, p.Column = pos.GetToken().Position.Line, pos.GetToken().Position.Column
	}
	return p
}

// collect runs read and returns the problems it finds, which are kept out of those of
// the file; nil is none.
func (r *reader) collect(read func()) *Error {
	file := r.problems
	r.problems = nil
	defer func() { r.problems = file }()
	read()
	if len(r.problems) == 0 {
		return nil
	}
	return &Error{Path: r.files[0], Problems: ordered(r.files, r.problems)}
}

// shown is a word of the user's for a message: quoted if short and printable, else described.
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
