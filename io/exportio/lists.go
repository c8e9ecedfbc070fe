package exportio

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/reconcile/findings"
)

// widthOf is the width of a column in characters: that of its texts, as far as
// the first records show, within bounds.
func (a *Account) widthOf(col int) float64 {
	const sample, least, most = 500, 8, 40
	schema := a.Records.Schema()
	width := utf8.RuneCountInString(schema.Columns[col].Name) + 3
	for n := range min(a.Records.Len(), sample) {
		record := a.Records.Record(n)
		text := a.cellText(record, record.Cell(col), col, a.Revealed)
		width = max(width, utf8.RuneCountInString(text)+2)
	}
	return float64(min(max(width, least), most))
}

// writeAccount writes the credentials of an account: a roster.
func (b *book) writeAccount(i int) error {
	a := b.export.Accounts[i]
	l := layout{name: b.names[i][0], tab: "2E7D4F", landscape: true, header: true}
	heads := make([]excelize.Cell, len(a.Columns))
	styleOf := make([]int, len(a.Columns))
	for c, name := range a.Columns {
		l.widths = append(l.widths, a.widthOf(a.columns[c]))
		heads[c], styleOf[c] = excelize.Cell{Value: name, StyleID: b.styles.head}, b.styles.text
		if name == "fingerprint" {
			styleOf[c] = b.styles.quiet
		}
	}
	list := &list{book: b, layout: l, heads: heads, names: b.names[i]}
	s, err := list.room()
	if err != nil {
		return err
	}
	rows, cells := newRows(a, b.side), make([]excelize.Cell, len(a.Columns))
	rows.sheet = true
	for n := range a.Records.Len() {
		row, err := rows.at(n)
		if err != nil {
			return err
		}
		if s, err = list.room(); err != nil {
			return err
		}
		// SetRow has copied the cells when it returns.
		s.values = s.values[:0]
		for c, text := range row {
			cells[c] = excelize.Cell{StyleID: styleOf[c]}
			if text != "" {
				cells[c].Value = text
			}
			s.values = append(s.values, &cells[c])
		}
		if err := s.set(0); err != nil {
			return err
		}
	}
	return s.end(true)
}

// perRow is how many ids a row of a list names; longer lists go on in the rows
// below, since no cell is ever cut.
const perRow = 200

func (b *book) writeFindings() error {
	l := layout{name: "Findings", tab: inkAlarm, landscape: true, header: true, widths: []float64{16, 26, 70, 30, 24, 14}}
	list := &list{book: b, layout: l, heads: b.heading("Account", "Rule", "What was found", "Credentials concerned", "Holders concerned", "Masked values")}
	s, err := list.room()
	if err != nil {
		return err
	}
	none := true
	for _, a := range b.export.Accounts {
		for i := range a.Findings {
			none = false
			if err := b.finding(list, a, &a.Findings[i]); err != nil {
				return err
			}
		}
	}
	if none {
		if err := s.add(0, excelize.Cell{StyleID: b.styles.text}, excelize.Cell{StyleID: b.styles.text}, excelize.Cell{Value: "Nothing was found; the summary has the rules.", StyleID: b.styles.text}); err != nil {
			return err
		}
	}
	return list.sheet.end(true)
}

func (b *book) finding(list *list, a *Account, f *findings.Finding) error {
	for from := 0; from == 0 || from < max(len(f.Credentials), len(f.Holders), len(f.Values)); from += perRow {
		texts := []string{
			a.Name, titleOf(f.Rule), spellOut(f.Sentence), listed(f.Credentials, from), listed(f.Holders, from), listed(f.Values, from),
		}
		if from > 0 {
			texts[2] += " (continued)"
		}
		if err := list.add(texts); err != nil {
			return err
		}
	}
	return nil
}

// listed are at most perRow of a list from one of them on.
func listed(list []string, from int) string {
	if from >= len(list) {
		return ""
	}
	return strings.Join(list[from:min(from+perRow, len(list))], ", ")
}

// writeChanges writes what changed since an earlier export, where that was
// asked for.
func (b *book) writeChanges() error {
	list := &list{
		book: b, heads: b.heading("Account", "Change", "Credential concerned", "Holder concerned", "Credential type", "What changed"),
		layout: layout{name: "Changes", tab: "664700", landscape: true, header: true, widths: []float64{16, 12, 22, 30, 24, 70}},
	}
	for _, a := range b.export.Accounts {
		if a.Since == nil {
			continue
		}
		if _, err := list.room(); err != nil {
			return err
		}
		for i := range a.Since.Changes {
			c := &a.Since.Changes[i]
			texts := []string{a.Name, c.Change, c.CredentialID, who(c), orElse(c.TypeName, c.Type), fieldWords(c.Fields)}
			if err := list.add(texts); err != nil {
				return err
			}
		}
	}
	if list.sheet == nil {
		return nil
	}
	if list.sheet.row == 1 && list.parts == 1 {
		cells := make([]excelize.Cell, len(list.heads))
		for i := range cells {
			cells[i].StyleID = b.styles.text
		}
		cells[len(cells)-1].Value = "Nothing was added, removed or changed."
		if err := list.sheet.add(0, cells...); err != nil {
			return err
		}
	}
	return list.sheet.end(true)
}

func (b *book) heading(names ...string) []excelize.Cell {
	cells := make([]excelize.Cell, len(names))
	for i, name := range names {
		cells[i] = excelize.Cell{Value: name, StyleID: b.styles.head}
	}
	return cells
}

func who(c *Change) string {
	if c.HolderName != "" {
		return c.HolderName + " (" + c.HolderID + ")"
	}
	return c.HolderID
}

// fieldWords is the changes of a credential in one text.
func fieldWords(fields []FieldChange) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		words[i] = fmt.Sprintf("%s: %s -> %s", f.Name, orElse(f.Before, "nothing"), orElse(f.After, "nothing"))
	}
	return strings.Join(words, "; ")
}

// titleOf is what people call a rule, as on the sheet Summary.
func titleOf(rule string) string {
	for _, r := range findings.Rules {
		if r.ID == rule {
			return r.Title
		}
	}
	return rule
}

func meaningOf(rule string) string {
	for _, r := range findings.Rules {
		if r.ID == rule {
			return r.Meaning
		}
	}
	return ""
}

// machineSheet is the hidden sheet with what Read needs: a row for each
// account with the name of its sheet and its head as JSON, in pieces that fit
// into cells.
const machineSheet = "keyroster"

// piece is the most bytes of JSON in one cell.
const piece = 30_000

func (b *book) writeMachine() error {
	s, err := b.addSheet(layout{name: machineSheet, tab: inkMuted, widths: []float64{20, 60}})
	if err != nil {
		return err
	}
	for i, a := range b.export.Accounts {
		head := *b.export
		short := *a
		// These stand on sheets of their own, for people.
		short.Findings, short.Since = []findings.Finding{}, nil
		if len(b.names[i]) > 1 {
			short.Sheets = b.names[i]
		}
		head.Schema, head.Accounts = Schema, []*Account{&short}
		text, err := json.Marshal(head)
		if err != nil {
			return fmt.Errorf("encode the export's head: %w", err)
		}
		row := []excelize.Cell{{Value: b.names[i][0], StyleID: b.styles.text}}
		for part := range pieces(string(text)) {
			row = append(row, excelize.Cell{Value: part, StyleID: b.styles.text})
		}
		if err := s.add(0, row...); err != nil {
			return err
		}
	}
	return s.end(false)
}

// pieces cuts a text between characters.
func pieces(text string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for len(text) > 0 {
			n := min(piece, len(text))
			for n < len(text) && text[n]&0xc0 == 0x80 {
				n--
			}
			if !yield(text[:n]) {
				return
			}
			text = text[n:]
		}
	}
}
