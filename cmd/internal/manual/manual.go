// Package manual is the program's own manual: its topics, and how a terminal shows them.
//
// A topic is a Markdown file, the same one that is read on the web. Of Markdown it has
// what is listed here and nothing else, which a test of the files holds: headings,
// paragraphs, lists of one level, tables, fenced code and comments on lines of their own;
// within a text code, strong, emphasis and links. A comment names the commands that a
// topic is about:
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

// Schema names the document of a topic, and that of their list.
const Schema = "keyroster/help/1"

// Topic is one page of the manual.
type Topic struct {
	// Name is what help is asked for, the file's name without its ending.
	Name string `json:"name"`
	// Title is the page's heading.
	Title string `json:"title"`
	// Text is the page as Markdown.
	Text string `json:"text,omitempty"`
	// commands are those whose help names the topic.
	commands []string
}

// Document is a topic for programs, or the help of a command in its form.
type Document struct {
	Schema string  `json:"schema"`
	Topic  *Topic  `json:"topic"`
	Topics []Topic `json:"topics,omitempty"`
}

// Book is the topics of a manual by their names.
type Book []Topic

var aboutCommands = regexp.MustCompile(`(?m)^<!-- commands: (.+) -->$`)

// Open reads the topics of a folder. The files are part of the program: one that cannot be
// read is a mistake in it, and panics.
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

// Topic is the topic that words name, exit codes as well as exit-codes; nil for none.
func (b Book) Topic(words []string) *Topic {
	name := strings.ToLower(strings.Join(words, "-"))
	for i := range b {
		if b[i].Name == name {
			return &b[i]
		}
	}
	return nil
}

// topicsAbout are the at most three topics that have a word most often.
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
