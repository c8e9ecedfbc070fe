package cellio

import (
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// Error says where and what: `file, sheet "x", line n (or cell C7): message;
// remedy`. Parts that are not known are left out. An InputError needs no
// constructor: fill in what is known.
func (e *InputError) Error() string {
	var where []string
	if e.File != "" {
		where = append(where, e.File)
	}
	if e.Sheet != "" {
		where = append(where, "sheet "+strconv.Quote(e.Sheet))
	}
	switch {
	case e.Cell != "":
		where = append(where, "cell "+e.Cell)
	case e.Line > 0 && e.LastLine > e.Line:
		where = append(where, "lines "+strconv.Itoa(e.Line)+" to "+strconv.Itoa(e.LastLine))
	case e.Line > 0:
		where = append(where, "line "+strconv.Itoa(e.Line))
	}
	text := e.Message
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	if len(where) == 0 {
		return text
	}
	return strings.Join(where, ", ") + ": " + text
}

// Problem is the error as a problem of the roster, for lists that show both.
func (e *InputError) Problem() reconcile.Problem {
	last := e.LastLine
	if last <= e.Line {
		last = 0
	}
	return reconcile.Problem{
		Source:   reconcile.Source{File: e.File, Sheet: e.Sheet, Line: e.Line},
		LastLine: last, Cell: e.Cell, Kind: e.Kind, Message: e.Message, Remedy: e.Remedy,
	}
}
