package exportio

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"keyroster/io/bookio"

	"github.com/xuri/excelize/v2"
)

// XLSXOptions say how a workbook is written.
type XLSXOptions struct {
	// SideFile takes the texts that no cell can hold; with nil, such a text is
	// an error.
	SideFile SideFile
	// TempDir is where sheets above 16 MiB wait, in plain text, until they are
	// packed: a folder that no other user can read (0700). Where it is empty they
	// wait in memory.
	TempDir string
}

// sheetRows is how many rows a sheet holds, its header included. Tests lower it.
var sheetRows = excelize.TotalRows

// WriteXLSX writes a workbook: the sheet Summary, one sheet for each account, which is
// a roster, and Findings and, with [Account.Since], Changes. A hidden sheet has what
// [Read] needs. Lists longer than a sheet continue on further ones: "hq", "hq (2)".
func WriteXLSX(w io.Writer, e *Export, o XLSXOptions) error {
	b := newBook(e, o)
	b.writeSummary()
	for i := range e.Accounts {
		b.writeAccount(i)
	}
	b.writeFindings()
	b.writeChanges()
	b.writeMachine()
	return b.Write(w)
}

// book is a workbook being written.
type book struct {
	*bookio.Book
	export *Export
	side   SideFile
	// names are the names of each account's sheets; known has the folded names
	// of all columns. taken are the names that sheets have, folded.
	names [][]string
	known map[string]bool
	taken map[string]bool
}

func newBook(e *Export, o XLSXOptions) *book {
	b := &book{export: e, side: o.SideFile, known: map[string]bool{}}
	b.Book = bookio.New(bookio.Options{
		TempDir: cmp.Or(o.TempDir, bookio.InMemory),
		Title:   "Access credentials", Subject: "keyroster export", At: e.CreatedAt,
		Footer: b.footer, Instead: "export it as CSV or JSON",
		Text: func(_, text string) (string, error) { return shorten(spellOut(text)), nil },
	})
	b.Rows = sheetRows
	b.taken = map[string]bool{"summary": true, "findings": true, "changes": true, machineSheet: true, "history": true}
	b.Name(summarySheet)
	b.AddHidden(machineSheet)
	for _, a := range e.Accounts {
		b.names = append(b.names, []string{sheetName(a.Name, b.taken)})
		for i := range a.Records.Schema().Columns {
			c := &a.Records.Schema().Columns[i]
			for _, name := range append([]string{c.Name}, c.Aliases...) {
				b.known[fold(name)] = true
			}
		}
	}
	for i, a := range e.Accounts {
		for a.Records.Len() > len(b.names[i])*(sheetRows-1) {
			b.names[i] = append(b.names[i], b.continued(b.names[i][0], len(b.names[i])+1))
		}
	}
	return b
}

// footer names the export on every printed page.
func (b *book) footer(sheet string) (left, middle string) {
	middle = "Values are masked"
	if slices.ContainsFunc(b.export.Accounts, func(a *Account) bool { return a.Revealed }) {
		middle = "CONFIDENTIAL: holds card numbers and PINs"
	}
	at := b.export.CreatedAt.UTC()
	if len(b.export.Accounts) > 0 {
		at = at.In(b.export.Accounts[0].zone())
	}
	return "keyroster export · " + sheet + " · " + at.Format("2006-01-02 15:04 MST"), middle
}

// continued is the name of part n of a list whose first sheet has that name.
func (b *book) continued(first string, n int) string {
	const most = 31
	for {
		end := fmt.Sprintf(" (%d)", n)
		name := first[:min(len(first), most-len(end))] + end
		if folded := strings.ToLower(name); !b.taken[folded] {
			b.taken[folded] = true
			return name
		}
		n++
	}
}

// partsWords says where an account's credentials are, and how to read them as a roster.
func (b *book) partsWords(i int) string {
	if len(b.names[i]) == 1 {
		return "“" + b.names[i][0] + "” has one row per credential and can be used as a roster: planned unchanged, it " +
			"makes no change"
	}
	inputs := make([]string, len(b.names[i]))
	for n, name := range b.names[i] {
		inputs[n] = "FILE#" + name
	}
	return fmt.Sprintf(
		"“%s” have one row per credential and together can be used as one roster (%s): planned unchanged, it makes no change",
		strings.Join(b.names[i], "”, “"), strings.Join(inputs, ", "),
	)
}

// sheetName is a valid name for a sheet that none has yet.
func sheetName(account string, taken map[string]bool) string {
	const most = 31
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return '-'
		}
		return r
	}, account)
	name = name[:min(len(name), most)]
	for base, n := name, 2; taken[strings.ToLower(name)]; n++ {
		end := " " + strconv.Itoa(n)
		name = base[:min(len(base), most-len(end))] + end
	}
	taken[strings.ToLower(name)] = true
	return name
}

// fold spells a header as rosters compare them: without regard to case, spaces
// and punctuation.
func fold(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, header)
}

// notHeader is a text for a sheet that is not a roster, altered if it is the name
// of a column, which would make the sheet look like one.
func (b *book) notHeader(text string) string {
	if b.known[fold(text)] {
		return text + " (by name)"
	}
	return text
}
