package reportio

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"

	"keyroster/reconcile"
)

// blockLines is the number of lines in one block of data: what is in memory at once
// here, and parsed at once in the browser.
const blockLines = 2048

// typesMax is how many types the page offers as a choice: a very long list (where
// each record is its own type) helps no reader.
const typesMax = 200

// htmlConfig is what the page's script needs besides the lines.
type htmlConfig struct {
	// Listed is the number of lines, and Block of those in a block.
	Listed     int         `json:"listed"`
	Block      int         `json:"block"`
	Outcomes   []htmlWord  `json:"outcomes"`
	Situations []htmlWord  `json:"situations"`
	Actions    []htmlWord  `json:"actions"`
	Columns    htmlColumns `json:"columns"`
	// Needs counts the lines that need a person, Types all by type, if there
	// are few enough types to choose from.
	Needs int            `json:"needs"`
	Types map[string]int `json:"types"`
	// First are the positions of the lines that the page shows above all others, by line.
	First map[int]int `json:"first"`
	// Zone is that of the page's times.
	Zone string `json:"zone"`
	// Above: all that changed or needs a person is shown above the table.
	Above bool `json:"above"`
}

// htmlWord is a word of the report, as people read it, and its meaning. Rank is its
// position among the words of its kind, and Count the lines that have it.
type htmlWord struct {
	ID      string `json:"id"`
	Label   string `json:"label"`
	Meaning string `json:"meaning,omitempty"`
	Advice  string `json:"advice,omitempty"`
	Rank    int    `json:"rank"`
	Count   int    `json:"count"`
}

type htmlColumns struct {
	Texts   []string `json:"texts"`
	Words   []string `json:"words"`
	Numbers []string `json:"numbers"`
	Rich    []string `json:"rich"`
}

func (t presentation) pageWord(word fmt.Stringer, rank int) htmlWord {
	return htmlWord{ID: word.String(), Label: plainWords(word.String()), Meaning: t.meaning, Advice: t.advice, Rank: rank}
}

func newHTMLConfig(page *htmlPage) *htmlConfig {
	c := &htmlConfig{
		Above: page.More == "" && page.Changed.More == "", Block: blockLines, Zone: page.Zone,
		Types: map[string]int{}, First: map[int]int{},
	}
	for i, p := range outcomes {
		o := reconcile.Outcome(i)
		c.Outcomes = append(c.Outcomes, p.pageWord(o, outcomeRank(o)))
	}
	for s, p := range situations {
		c.Situations = append(c.Situations, p.pageWord(reconcile.Situation(s), s))
	}
	for a := reconcile.None; a <= reconcile.Replace; a++ {
		c.Actions = append(c.Actions, presentation{}.pageWord(a, int(a)))
	}
	c.Columns = htmlColumns{htmlTexts[:], htmlWords[:], htmlNumbers[:], []string{"fields", "warnings", "sources"}}
	for i := range page.First {
		c.First[page.First[i].Line] = -1
	}
	for i := range page.Changed.Lines {
		c.First[page.Changed.Lines[i].Line] = -1
	}
	return c
}

func (c *htmlConfig) add(l *Line) {
	if _, ok := c.First[l.Line]; ok {
		c.First[l.Line] = c.Listed
	}
	c.Outcomes[l.Outcome].Count++
	c.Situations[l.Situation].Count++
	c.Types[pageText(cmp.Or(l.TypeName, l.Type))]++
	c.Needs += oneIf(l.NeedsPerson())
	c.Listed++
}

// writeHTMLData writes the lines in blocks, their orders and the configuration
// as scripts of a type that browsers do not run.
func writeHTMLData(out *bufio.Writer, r *Report, page *htmlPage) error {
	quota, b, orders, config := page.quota, newHTMLBlock(), newHTMLOrders(), newHTMLConfig(page)
	for line, err := range r.lines() {
		if err != nil {
			return fmt.Errorf("read report lines: %w", err)
		}
		if !quota.take(line) {
			continue
		}
		for _, o := range orders {
			o.add(config.Listed, line)
		}
		config.add(line)
		b.add(r, line)
		if b.n == blockLines {
			if err := writeHTMLScript(out, ` class="lines"`, b.take()); err != nil {
				return err
			}
		}
	}
	if b.n > 0 {
		if err := writeHTMLScript(out, ` class="lines"`, b.take()); err != nil {
			return err
		}
	}
	for _, o := range orders {
		if err := writeHTMLScript(out, ` id="by-`+o.name+`"`, o.sorted()); err != nil {
			return err
		}
	}
	if len(config.Types) > typesMax {
		config.Types = map[string]int{}
	}
	return writeHTMLScript(out, ` id="config"`, config)
}

// writeHTMLScript writes data as JSON. The encoder spells <, > and & as
// escapes, so that no text of the data can end the element.
func writeHTMLScript(out *bufio.Writer, attributes string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("encode html report: %w", err)
	}
	_, _ = out.WriteString(`<script type="application/json"` + attributes + ">")
	_, _ = out.Write(text)
	_, err = out.WriteString("</script>\n")
	return during("write html report", err)
}
