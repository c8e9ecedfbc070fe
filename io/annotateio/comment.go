package annotateio

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// author is whose name stands on our comments.
const author = "keyroster"

// readComments remembers the comments that are there, which must all be in the
// copy too.
func (e *editor) readComments() error {
	e.comments = map[string]map[string]string{}
	for _, sheet := range e.file.GetSheetList() {
		found, err := e.file.GetComments(sheet)
		if err != nil {
			return &UnsafeError{Reason: fmt.Sprintf("the comments of sheet %q cannot be read", sheet)}
		}
		e.comments[sheet] = texts(found)
	}
	return nil
}

// texts are the comments by cell.
func texts(comments []excelize.Comment) map[string]string {
	all := map[string]string{}
	for _, c := range comments {
		all[c.Cell] = commentText(&c)
	}
	return all
}

func commentText(c *excelize.Comment) string {
	var b strings.Builder
	b.WriteString(c.Text)
	for _, run := range c.Paragraph {
		b.WriteString(run.Text)
	}
	return b.String()
}

// comment puts a comment on a cell. One that is there stays, above ours.
func (e *editor) comment(sheet, cell, text string) error {
	font := &excelize.Font{Family: "Calibri", Size: 10}
	if own, exists := e.comments[sheet][cell]; exists {
		if err := e.file.DeleteComment(sheet, cell); err != nil {
			return e.unsafe(sheet, cell)
		}
		text = own + "\n\n" + text
	}
	// A comment holds as many characters as a cell; a report has the rest.
	if utf8.RuneCountInString(text) > 30000 {
		text = string([]rune(text)[:30000]) + "…"
	}
	defer e.reserve()()
	lines := strings.Count(text, "\n") + utf8.RuneCountInString(text)/45 + 2
	err := e.file.AddComment(sheet, excelize.Comment{
		Cell: cell, Author: author, Width: 330, Height: uint(min(30+17*lines, 500)),
		Paragraph: []excelize.RichTextRun{{Text: text, Font: font}},
	})
	if err != nil {
		return e.unsafe(sheet, cell)
	}
	if e.comments[sheet] == nil {
		e.comments[sheet] = map[string]string{}
	}
	e.comments[sheet][cell] = text
	return nil
}

// partNumber finds the numbers of parts with comments and of their drawings.
var partNumber = regexp.MustCompile(`^xl/(?:comments|drawings/vmlDrawing)(\d+)\.(?:xml|vml)$`)

// reserve makes excelize number new parts above all that are there, and returns
// the function that ends it. excelize takes the number of parts with comments
// for the last of their numbers, and would write into those of another sheet.
func (e *editor) reserve() (release func()) {
	last, parts := 0, map[string]bool{}
	note := func(name string) {
		if strings.Contains(name, "xl/comments") {
			parts[name] = true
		}
		if m := partNumber.FindStringSubmatch(name); m != nil {
			if n, err := strconv.Atoi(m[1]); err == nil {
				last = max(last, n)
			}
		}
	}
	e.file.Pkg.Range(func(name, _ any) bool { note(name.(string)); return true })
	for name := range e.file.Comments {
		note(name)
	}
	for name := range e.file.VMLDrawing {
		note(name)
	}
	var placeholders []string
	for n := len(parts); n < last; n++ {
		name := fmt.Sprintf("xl/comments-placeholder-%d", n)
		e.file.Pkg.Store(name, []byte{})
		placeholders = append(placeholders, name)
	}
	return func() {
		for _, name := range placeholders {
			e.file.Pkg.Delete(name)
		}
	}
}

// proveComments holds the comments of the copy against those it must have.
func (e *editor) proveComments(name string, copied *excelize.File) error {
	for sheet, want := range e.comments {
		found, err := copied.GetComments(sheet)
		if err != nil {
			return &UnsafeError{Reason: fmt.Sprintf("the comments of the copy of %s cannot be read", name)}
		}
		got := texts(found)
		for cell, text := range want {
			if got[cell] != text {
				return &UnsafeError{Reason: fmt.Sprintf("%s holds comments in a form that cannot be added to (sheet %q)", name, sheet)}
			}
		}
		if len(got) != len(want) || len(found) != len(want) {
			return &UnsafeError{Reason: fmt.Sprintf("the copy of %s would have other comments on sheet %q", name, sheet)}
		}
	}
	return nil
}
