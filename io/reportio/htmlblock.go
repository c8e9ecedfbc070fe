package reportio

import (
	"strings"

	"keyroster/io/termio"
	"keyroster/reconcile"
)

// The separators between the texts of a line, between lines, and between words. No
// text contains one: tabs and line breaks look like spaces in a browser anyway, and
// pageText spells out all other control characters.
const (
	textBreak = '\t'
	lineBreak = '\n'
	wordBreak = "\x1f"
)

var noBreaks = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ")

// pageText is a text as the page shows it: characters that reorder or hide letters
// are spelled out, as on a terminal.
func pageText(text string) string { return termio.Escape(noBreaks.Replace(text)) }

// htmlBlock collects some lines. Their texts form one long text, which the page can
// search without preparing it first.
type htmlBlock struct {
	n       int
	text    []byte
	columns [][]int
	rich    [3]richColumn
	// words are the block's dictionary; the first is the empty word.
	words   []string
	wordsAt map[string]int
}

// richColumn is a column that few lines fill: which, and with what.
type richColumn struct {
	At     []int `json:"at"`
	Values []any `json:"v"`
}

func newHTMLBlock() *htmlBlock {
	b := &htmlBlock{columns: make([][]int, len(htmlWords)+len(htmlNumbers)), wordsAt: map[string]int{}}
	b.word("")
	return b
}

func (b *htmlBlock) add(r *Report, l *Line) {
	b.addTexts(l)
	for i, word := range l.pageWords(r) {
		b.columns[i] = append(b.columns[i], b.word(word))
	}
	for i, n := range l.pageNumbers() {
		at := len(htmlWords) + i
		b.columns[at] = append(b.columns[at], n)
	}
	if len(l.Fields) > 0 {
		b.rich[0].add(b.n, b.fields(l.Fields))
	}
	if len(l.Warnings) > 0 {
		b.rich[1].add(b.n, b.list(l.Warnings))
	}
	if len(l.Sources) > 0 {
		b.rich[2].add(b.n, b.list(sourcesWords(l.Sources)))
	}
	b.n++
}

// addTexts adds the line's texts and, where folding changes more than their case,
// the folded texts, so that a search finds them.
func (b *htmlBlock) addTexts(l *Line) {
	if b.n > 0 {
		b.text = append(b.text, lineBreak)
	}
	var folded []string
	for i, text := range l.pageTexts() {
		if i > 0 {
			b.text = append(b.text, textBreak)
		}
		b.text = append(b.text, pageText(text)...)
		if plain, ok := unmark(text); ok {
			folded = append(folded, plain)
		}
	}
	if len(folded) > 0 {
		b.text = append(b.text, textBreak)
		b.text = append(b.text, noBreaks.Replace(pageText(strings.ToLower(strings.Join(folded, " "))))...)
	}
}

func (c *richColumn) add(at int, value any) {
	c.At, c.Values = append(c.At, at), append(c.Values, value)
}

// sourcesWords are places as people say them.
func sourcesWords(sources []reconcile.Source) []string {
	words := make([]string, len(sources))
	for i, s := range sources {
		words[i] = JoinFilled(", ", baseName(s.File), s.Sheet, rowWords(s))
	}
	return words
}

func (b *htmlBlock) word(text string) int {
	at, ok := b.wordsAt[text]
	if !ok {
		at = len(b.words)
		b.words, b.wordsAt[text] = append(b.words, pageText(text)), at
	}
	return at
}

func (b *htmlBlock) list(texts []string) []int {
	words := make([]int, len(texts))
	for i, text := range texts {
		words[i] = b.word(text)
	}
	return words
}

// fields are lists of name, before, after, note and, if there is one, the
// difference and the digests.
func (b *htmlBlock) fields(fields []Field) [][]int {
	out := make([][]int, len(fields))
	for i := range fields {
		f := &fields[i]
		words := []string{f.Name, f.Before, f.After, alike(f), f.Diff, f.BeforeDigest, f.AfterDigest}
		for len(words) > 3 && words[len(words)-1] == "" {
			words = words[:len(words)-1]
		}
		out[i] = b.list(words)
	}
	return out
}

// htmlBlockData is a block as the page's script reads it.
type htmlBlockData struct {
	N       int    `json:"n"`
	Text    string `json:"text"`
	Words   string `json:"words"`
	Columns []any  `json:"columns"`
}

// take is the block as data, and empties it. The result must be encoded before
// the next line is added.
func (b *htmlBlock) take() htmlBlockData {
	data := htmlBlockData{N: b.n, Text: string(b.text), Words: strings.Join(b.words, wordBreak)}
	for i := range b.columns {
		data.Columns = append(data.Columns, packNumbers(b.columns[i]))
		b.columns[i] = b.columns[i][:0]
	}
	for i := range b.rich {
		c := &b.rich[i]
		if len(c.At) == 0 {
			data.Columns = append(data.Columns, nil)
			continue
		}
		data.Columns = append(data.Columns, richColumn{At: steps(c.At), Values: c.Values})
		*c = richColumn{}
	}
	b.n, b.text, b.words = 0, b.text[:0], b.words[:0]
	clear(b.wordsAt)
	b.word("")
	return data
}
