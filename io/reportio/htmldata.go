package reportio

import (
	"bufio"
	"encoding/json"
	"fmt"
	"strings"

	"keyroster/reconcile"
)

// blockLines is the number of lines in one block of data. A block is the unit
// of memory here, and of parsing in the browser.
const blockLines = 4096

// htmlConfig is what the page's script must know beside the lines.
type htmlConfig struct {
	Total int `json:"total"`
	// Several tells that the lines come from more than one file.
	Several    bool        `json:"several"`
	Outcomes   []htmlWord  `json:"outcomes"`
	Situations []htmlWord  `json:"situations"`
	Actions    []htmlWord  `json:"actions"`
	Columns    htmlColumns `json:"columns"`
}

// htmlWord is a word of the report, as people read it, and what it means. Rank
// is its place when lines are sorted by it.
type htmlWord struct {
	ID      string `json:"id"`
	Label   string `json:"label"`
	Meaning string `json:"meaning,omitempty"`
	Rank    int    `json:"rank"`
}

type htmlColumns struct {
	Texts   []string `json:"texts"`
	Numbers []string `json:"numbers"`
	Rich    []string `json:"rich"`
}

// situationMeanings explain the situations, as meanings does the outcomes.
var situationMeanings = map[reconcile.Situation]string{
	reconcile.InSync:      "the record is as its row says",
	reconcile.Drifted:     "the record differs from its row",
	reconcile.Missing:     "no record has what the row says",
	reconcile.Ambiguous:   "several rows or records fit, or the row contradicts its record",
	reconcile.Unsupported: "the provider cannot do it",
	reconcile.Protected:   "the record is protected and differs from its row",
	reconcile.Unreadable:  "the provider masks the value, so it cannot be compared",
	reconcile.Invalid:     "the row has problems",
	reconcile.Unlisted:    "no row names the record",
}

func newHTMLConfig(r *Report) htmlConfig {
	c := htmlConfig{Total: r.Summary.Sum(), Several: len(r.Inputs) > 1}
	for o := reconcile.NoOutcome; o <= reconcile.Planned; o++ {
		rank := urgency(&Line{Outcome: o})
		switch o {
		case reconcile.Applied, reconcile.Planned:
			rank = 7
		case reconcile.LeftUnlisted:
			rank = 8
		case reconcile.Unchanged:
			rank = 9
		}
		c.Outcomes = append(c.Outcomes, htmlWord{ID: o.String(), Label: outcomeLabel(o), Meaning: meanings[o], Rank: rank})
	}
	for s := reconcile.InSync; s <= reconcile.Unlisted; s++ {
		c.Situations = append(c.Situations, htmlWord{ID: s.String(), Label: strings.ReplaceAll(s.String(), "_", " "), Meaning: situationMeanings[s], Rank: int(s)})
	}
	for a := reconcile.None; a <= reconcile.Replace; a++ {
		c.Actions = append(c.Actions, htmlWord{ID: a.String(), Label: a.String(), Rank: int(a)})
	}
	for _, t := range htmlTexts {
		c.Columns.Texts = append(c.Columns.Texts, t.name)
	}
	for _, n := range htmlNumbers {
		c.Columns.Numbers = append(c.Columns.Numbers, n.name)
	}
	c.Columns.Rich = []string{"fields", "warnings", "sources"}
	return c
}

// writeHTMLData writes the configuration and the lines, in blocks, as scripts
// of a type that browsers do not run.
func writeHTMLData(out *bufio.Writer, r *Report, page *htmlPage) error {
	if err := writeHTMLScript(out, ` id="config"`, newHTMLConfig(r)); err != nil {
		return err
	}
	quota, b := page.quota, newHTMLBlock()
	for line, err := range r.lines() {
		if err != nil {
			return fmt.Errorf("read report lines: %w", err)
		}
		if !quota.take(line) {
			continue
		}
		b.add(line)
		if b.n == blockLines {
			if err := writeHTMLScript(out, ` class="lines"`, b.take()); err != nil {
				return err
			}
		}
	}
	if b.n == 0 {
		return nil
	}
	return writeHTMLScript(out, ` class="lines"`, b.take())
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
	if _, err := out.WriteString("</script>\n"); err != nil {
		return fmt.Errorf("write html report: %w", err)
	}
	return nil
}
