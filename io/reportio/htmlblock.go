package reportio

import (
	"strconv"

	"keyroster/reconcile"
)

// htmlBlock gathers some lines by column.
type htmlBlock struct {
	n       int
	texts   [][]string
	numbers [][]int
	rich    [3]richColumn
	// words are the texts of the rich columns, each once.
	words   []string
	wordsAt map[string]int
}

// richColumn is a column that few lines fill, with lists of words' numbers.
type richColumn struct {
	At     []int `json:"at"`
	Values []any `json:"v"`
}

func newHTMLBlock() *htmlBlock {
	return &htmlBlock{texts: make([][]string, len(htmlTexts)), numbers: make([][]int, len(htmlNumbers)), wordsAt: map[string]int{}}
}

func (b *htmlBlock) add(l *Line) {
	for i := range htmlTexts {
		b.texts[i] = append(b.texts[i], xmlText(htmlTexts[i].text(l)))
	}
	for i := range htmlNumbers {
		b.numbers[i] = append(b.numbers[i], htmlNumbers[i].number(l))
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

func (c *richColumn) add(at int, value any) {
	c.At, c.Values = append(c.At, at), append(c.Values, value)
}

// sourcesWords are places as people say them.
func sourcesWords(sources []reconcile.Source) []string {
	words := make([]string, len(sources))
	for i, s := range sources {
		words[i] = joinFilled(", ", baseName(s.File), s.Sheet, "row "+strconv.Itoa(s.Line))
	}
	return words
}

func (b *htmlBlock) word(text string) int {
	at, ok := b.wordsAt[text]
	if !ok {
		at = len(b.words)
		b.words, b.wordsAt[text] = append(b.words, xmlText(text)), at
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

// fields are lists of name, kind, before, after and, if there is one, the
// difference and the digests.
func (b *htmlBlock) fields(fields []Field) [][]int {
	out := make([][]int, len(fields))
	for i := range fields {
		f := &fields[i]
		out[i] = b.list([]string{f.Name, f.Kind, f.Before, f.After, f.Diff, f.BeforeDigest, f.AfterDigest})
		if f.Diff == "" && f.BeforeDigest == "" && f.AfterDigest == "" {
			out[i] = out[i][:4]
		}
	}
	return out
}

// take is the block as the page's script reads it, and empties it. The result
// must be encoded before the next line is added.
func (b *htmlBlock) take() any {
	cols := make([]any, 0, len(b.texts)+len(b.numbers)+len(b.rich))
	for i := range b.texts {
		cols = append(cols, packTexts(b.texts[i]))
		b.texts[i] = b.texts[i][:0]
	}
	for i := range b.numbers {
		cols = append(cols, packNumbers(b.numbers[i]))
		b.numbers[i] = b.numbers[i][:0]
	}
	for i := range b.rich {
		c := &b.rich[i]
		if len(c.At) == 0 {
			cols = append(cols, nil)
			continue
		}
		cols = append(cols, richColumn{At: steps(c.At), Values: c.Values})
		*c = richColumn{}
	}
	block := struct {
		N     int      `json:"n"`
		Words []string `json:"words"`
		Cols  []any    `json:"cols"`
	}{b.n, orEmpty(b.words), cols}
	b.n, b.words = 0, nil
	clear(b.wordsAt)
	return block
}
