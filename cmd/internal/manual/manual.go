// Package manual is the program's manual: its topics, and how a terminal shows them.
//
// A topic is a Markdown file, the same one that is read on the web. It may use only these parts
// of Markdown, as a test of the files checks: headings, paragraphs, one-level lists, tables,
// fenced code and comments on their own lines; within text code, strong, emphasis and links. A
// comment names the commands that a topic is about:
//
//	<!-- commands: apply, plan -->
package manual

import (
	"cmp"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Schema names the documents of a topic and of the list of topics.
const Schema = "keyroster/help/1"

// Topic is one page of the manual.
type Topic struct {
	// Name is what users ask for: the file's name without its extension.
	Name string `json:"name"`
	// Title is the page's heading.
	Title string `json:"title"`
	// Text is the page as Markdown.
	Text string `json:"text,omitempty"`
	// commands are the commands whose help names the topic.
	commands []string
}

// Document is a topic for programs; a command's help has the same form.
type Document struct {
	Schema string  `json:"schema"`
	Topic  *Topic  `json:"topic"`
	Topics []Topic `json:"topics,omitempty"`
}

// Book is the topics of a manual by their names.
type Book []Topic

var aboutCommands = regexp.MustCompile(`(?m)^<!-- commands: (.+) -->$`)

// Open reads the topics in a folder. The files are embedded in the program, so it panics if one
// cannot be read.
func Open(files fs.FS) Book {
	names, err := fs.Glob(files, "*/*.md")
	if err != nil {
		panic(err)
	}
	var book Book
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		t := Topic{Name: strings.TrimSuffix(path.Base(name), ".md"), Text: string(text)}
		t.Title, _, _ = strings.Cut(strings.TrimPrefix(t.Text, "# "), "\n")
		if about := aboutCommands.FindStringSubmatch(t.Text); about != nil {
			t.commands = strings.Split(about[1], ", ")
		}
		book = append(book, t)
	}
	return book
}

// Topic finds the topic with this name, written exit codes or exit-codes; nil for none.
func (b Book) Topic(words []string) *Topic {
	name := strings.ToLower(strings.Join(words, "-"))
	for i := range b {
		if b[i].Name == name {
			return &b[i]
		}
	}
	return nil
}

// topicsAbout returns up to three topics that use a word most often.
func (b Book) topicsAbout(word string) []string {
	type hit struct {
		name  string
		times int
	}
	var hits []hit
	for i := range b {
		if n := strings.Count(strings.ToLower(b[i].Text), strings.ToLower(word)); n > 0 && len(word) > 2 {
			hits = append(hits, hit{b[i].Name, n})
		}
	}
	slices.SortStableFunc(hits, func(x, y hit) int { return cmp.Compare(y.times, x.times) })
	var names []string
	for _, h := range hits[:min(3, len(hits))] {
		names = append(names, h.name)
	}
	return names
}
