package exportio

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"keyroster/io/bookio"
	"keyroster/io/cellio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
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
		if schema.Columns[col].Kind == reconcile.KindTime {
			text = reportio.Local(text, a.zone())
		}
		width = max(width, utf8.RuneCountInString(text)+2)
	}
	return float64(min(max(width, least), most))
}

// writeAccount writes the credentials of an account: a roster.
func (b *book) writeAccount(i int) {
	a := b.export.Accounts[i]
	list := b.list("2E7D4F", b.names[i][0], a.Columns)
	list.Named = func(n int) string { return b.names[i][n-1] }
	fingerprints := a.Records.Schema().NameOf(reconcile.Fingerprint)
	rows, cells := newRows(a, b.side), make([]excelize.Cell, len(a.Columns))
	rows.sheet = true
	styleOf := make([]int, len(a.Columns))
	for c, name := range a.Columns {
		list.Widths = append(list.Widths, a.widthOf(a.columns[c]))
		look := bookio.Text
		if name == fingerprints {
			look.Size, look.Ink = 9, bookio.Muted
		}
		styleOf[c] = b.Style(look)
	}
	list.Sheet()
	for n := range a.Records.Len() {
		row, err := rows.at(n)
		b.Fail(err)
		if b.Err() != nil {
			return
		}
		for c, text := range row {
			cells[c] = excelize.Cell{StyleID: styleOf[c]}
			if text != "" {
				cells[c].Value = text
			}
		}
		list.Sheet().Put(0, cells)
	}
	list.End()
}

// list begins a list on sheets that are printed across.
func (b *book) list(tab, name string, heads []string, widths ...float64) *bookio.List {
	list := b.List(bookio.Layout{Name: name, Tab: tab, Landscape: true, Header: true, Widths: widths}, heads...)
	list.Named = func(n int) string { return b.continued(name, n) }
	return list
}

// perRow is how many ids a row of a list names; longer lists continue in the rows
// below, since no cell is ever cut.
const perRow = 200

func (b *book) writeFindings() {
	list := b.list(inkAlarm, "Findings", cellio.FindingsHeader[:], 16, 26, 70, 30, 24, 14)
	list.Sheet()
	for _, a := range b.export.Accounts {
		for i := range a.Findings {
			f := &a.Findings[i]
			sentence := f.Sentence
			for from := 0; from == 0 || from < max(len(f.Credentials), len(f.Holders), len(f.Values)); from += perRow {
				list.AddTexts(
					a.Name, ruleOf(f.Rule).Title, sentence, listed(f.Credentials, from),
					listed(f.Holders, from), listed(f.Values, from),
				)
				sentence = f.Sentence + " (continued)"
			}
		}
	}
	noteIfEmpty(list, 2, "No findings; the summary lists what was checked.")
	list.End()
}

// noteIfEmpty says in a column that a list has no rows: an empty one looks like a mistake.
func noteIfEmpty(list *bookio.List, column int, text string) {
	if s := list.Sheet(); s.Row == 1 && list.Part == 1 {
		cells := make([]bookio.Cell, column+1)
		for i := range cells {
			cells[i].Look = bookio.Text
		}
		cells[column].Value = text
		s.Add(0, cells...)
	}
}

// listed are at most perRow elements of a list from an index on.
func listed(list []string, from int) string {
	if from >= len(list) {
		return ""
	}
	return strings.Join(list[from:min(from+perRow, len(list))], ", ")
}

// writeChanges writes what changed since an earlier export, where that was
// asked for.
func (b *book) writeChanges() {
	if !slices.ContainsFunc(b.export.Accounts, func(a *Account) bool { return a.Since != nil }) {
		return
	}
	heads := []string{
		"Account",
		"Change",
		"Credential concerned",
		"Holder concerned",
		"Credential type",
		"What changed",
	}
	list := b.list("664700", "Changes", heads, 16, 12, 22, 30, 24, 70)
	for _, a := range b.export.Accounts {
		if a.Since == nil {
			continue
		}
		for i := range a.Since.Changes {
			c := &a.Since.Changes[i]
			list.AddTexts(a.Name, c.Change, c.CredentialID, who(c), cmp.Or(c.TypeName, c.Type), a.fieldWords(c.Fields))
		}
	}
	noteIfEmpty(list, len(heads)-1, "No changes.")
	list.End()
}

func who(c *Change) string {
	if c.HolderName != "" {
		return c.HolderName + " (" + c.HolderID + ")"
	}
	return c.HolderID
}

// fieldWords is the changes of a credential in one text.
func (a *Account) fieldWords(fields []FieldChange) string {
	words := make([]string, len(fields))
	schema := a.Records.Schema()
	for i, f := range fields {
		if col := schema.Index(f.Name); col >= 0 && schema.Columns[col].Kind == reconcile.KindTime {
			f.Before, f.After = reportio.Local(f.Before, a.zone()), reportio.Local(f.After, a.zone())
		}
		words[i] = fmt.Sprintf("%s: %s -> %s", f.Name, cmp.Or(f.Before, "nothing"), cmp.Or(f.After, "nothing"))
	}
	return strings.Join(words, "; ")
}

// ruleOf is a rule of findings.
func ruleOf(id string) findings.Rule {
	for _, r := range findings.Rules {
		if r.ID == id {
			return r
		}
	}
	return findings.Rule{ID: id, Title: id}
}

// machineSheet is the hidden sheet with what Read needs: a row for each
// account with the name of its sheet and its head as JSON, in pieces that fit
// into cells.
const machineSheet = "keyroster"

// piece is the most bytes of JSON in one cell.
const piece = 30_000

func (b *book) writeMachine() {
	s := b.Add(bookio.Layout{Name: machineSheet, Tab: bookio.Muted, Widths: []float64{20, 60}})
	for i, a := range b.export.Accounts {
		head := *b.export
		short := *a
		// These have sheets of their own, for people.
		short.Findings, short.Since = []findings.Finding{}, nil
		if len(b.names[i]) > 1 {
			short.Sheets = b.names[i]
		}
		head.Schema, head.Accounts = Schema, []*Account{&short}
		if i > 0 {
			head.Failed = nil // once is enough
		}
		text, err := json.Marshal(head)
		if err != nil {
			b.Fail(fmt.Errorf("encode the export's head: %w", err))
		}
		row := []bookio.Cell{{Value: b.names[i][0], Look: bookio.Text}}
		for part := range pieces(string(text)) {
			row = append(row, bookio.Cell{Value: part, Look: bookio.Text})
		}
		s.Add(0, row...)
	}
	s.End()
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
