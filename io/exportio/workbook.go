package exportio

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/xuri/excelize/v2"

	"keyroster/io/reportio"
)

// XLSXOptions say how a workbook is written.
type XLSXOptions struct {
	// SideFile takes the texts that no cell can hold; with nil, such a text is
	// an error.
	SideFile SideFile
	// TempDir is where sheets above 16 MiB wait, in plain text, until they are
	// packed: a folder that nobody else can read (0700). Where it is empty they
	// wait in memory.
	TempDir string
}

// sheetRows is how many rows a sheet holds, its header included. Tests lower it.
var sheetRows = 1 << 20

// WriteXLSX writes a workbook: the sheet Summary, one sheet for each account,
// which is a roster, and Findings and, with [Account.Since], Changes. A hidden
// sheet has what [Read] needs. What is longer than a sheet goes on in further
// ones: "hq", "hq (2)".
func WriteXLSX(w io.Writer, e *Export, o XLSXOptions) (err error) {
	b, err := newBook(e, o)
	if err != nil {
		return err
	}
	defer func() {
		if closing := b.file.Close(); err == nil && closing != nil {
			err = fmt.Errorf("close workbook: %w", closing)
		}
	}()
	if err := b.writeSummary(); err != nil {
		return err
	}
	for i := range e.Accounts {
		if err := b.writeAccount(i); err != nil {
			return err
		}
	}
	for _, write := range []func() error{b.writeFindings, b.writeChanges, b.writeMachine} {
		if err := write(); err != nil {
			return err
		}
	}
	return b.save(w)
}

// book is a workbook being written.
type book struct {
	file   *excelize.File
	export *Export
	side   SideFile
	styles *styles
	// names are the names of each account's sheets; known has the folded names
	// of all columns. taken are the names that sheets have, folded.
	names [][]string
	known map[string]bool
	taken map[string]bool
}

// inMemory is a folder that cannot exist: excelize then keeps sheets in memory.
const inMemory = "/dev/null/none"

func newBook(e *Export, o XLSXOptions) (*book, error) {
	if o.TempDir == "" {
		o.TempDir = inMemory
	}
	b := &book{file: excelize.NewFile(excelize.Options{TmpDir: o.TempDir}), export: e, side: o.SideFile, known: map[string]bool{}}
	b.taken = map[string]bool{"summary": true, "findings": true, "changes": true, machineSheet: true, "history": true}
	at := e.CreatedAt.UTC().Format(time.RFC3339)
	if err := errors.Join(
		b.file.SetDocProps(&excelize.DocProperties{Title: "Access credentials", Subject: "keyroster export", Creator: "keyroster", LastModifiedBy: "keyroster", Created: at, Modified: at}),
		b.file.SetAppProps(&excelize.AppProperties{Application: "keyroster"}),
		b.file.SetDefaultFont(fontName),
		b.hideMachine(),
	); err != nil {
		return nil, fmt.Errorf("make workbook: %w", err)
	}
	var err error
	if b.styles, err = newStyles(b.file); err != nil {
		return nil, fmt.Errorf("make workbook styles: %w", err)
	}
	for _, a := range e.Accounts {
		b.names = append(b.names, []string{sheetName(a.Name, b.taken)})
		for i := range a.Records.Schema().Columns {
			c := &a.Records.Schema().Columns[i]
			for _, name := range append([]string{c.Name}, c.Aliases...) {
				b.known[fold(name)] = true
			}
		}
	}
	for i := range e.Accounts {
		b.namePartsOf(i)
	}
	return b, nil
}

// hideMachine makes the hidden sheet, while the book is empty: hiding a sheet
// makes excelize parse all others.
func (b *book) hideMachine() error {
	if err := b.file.SetSheetName("Sheet1", summarySheet); err != nil {
		return err
	}
	if _, err := b.file.NewSheet(machineSheet); err != nil {
		return err
	}
	return b.file.SetSheetVisible(machineSheet, false, true)
}

// sheetName is a name that a sheet may have and none has yet.
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

// aside is a text for a sheet that is no roster: one that is the name of a
// column would make the sheet look like one.
func (b *book) aside(text string) string {
	text = shorten(spellOut(text))
	if b.known[fold(text)] {
		return text + " (so named)"
	}
	return text
}

// save packs the workbook into w.
func (b *book) save(w io.Writer) error {
	return reportio.PackWorkbook(w, b.file, "export it as CSV or JSON")
}
