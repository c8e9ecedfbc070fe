// Package annotation writes copies of the user's roster, as workbooks with remarks: a comment
// on each bad cell, or the outcome beside each row.
//
// Invariants:
//
//   - The copy is made from the bytes that the roster was read from. A file that has changed
//     since, and one that cannot be copied faithfully, is refused before anything is written.
//   - The roster itself is never written to, whatever path leads to it.
//   - A copy holds the roster's values, so only its owner can read it.
package annotation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/annotateio"
	"keyroster/io/csvio"
	"keyroster/io/plainfile"
	"keyroster/io/rosterio"
	"keyroster/io/sheetio"
	"keyroster/io/xlsxio"
	"keyroster/reconcile"
)

// Copy is a copy of the user's roster with remarks, yet to be written. A nil Copy means none
// was asked for: its methods do nothing. It is not safe for concurrent use.
type Copy struct {
	out  string
	file reconcile.File
	// book is the roster's workbook, or one converted from a CSV or .ods file; sheets are those
	// that were read, and headers are theirs.
	book    *annotateio.Workbook
	sheets  []string
	headers map[string]*rosterio.Header
	// refused holds the texts of rejected secret cells, with their likely originals, by the
	// index of the roster's problem: the copy contains the values anyway.
	refused map[int][2]string
}

// Source describes how the roster was read.
type Source struct {
	Schema *reconcile.Schema
	// Columns map the roster's headers to columns of the schema.
	Columns map[string]string
	// Encoding is that of a CSV file, empty to detect it.
	Encoding string
	// Instead says what to do if the file is not the one that was read.
	Instead string
}

// Open reads the roster's file once more, and proves that a copy of it can be made at the path
// out. A roster of several files, or from standard input, cannot be copied. It returns nil and
// no error if out is empty.
//
// Errors are [*failure.Error]: of kind Usage for the request, Roster for the file.
func Open(out string, roster *reconcile.Roster, of Source) (*Copy, error) {
	if out == "" {
		return nil, nil
	}
	if len(roster.Files) != 1 {
		return nil, failure.New(failure.Usage, "run it once for each file",
			"--annotate copies one file, and the roster has %d", len(roster.Files))
	}
	file := roster.Files[0]
	c := &Copy{out: out, file: file, sheets: file.Sheets, headers: map[string]*rosterio.Header{}}
	c.refused = rosterio.Refused(roster)
	if err := c.checkNames(); err != nil {
		return nil, err
	}
	original, err := plainfile.Read(file.Name, plainfile.Unlimited)
	if err != nil {
		return nil, failure.New(failure.Roster, of.Instead, "read the roster again for its copy: %w", err)
	}
	if sum := sha256.Sum256(original); hex.EncodeToString(sum[:]) != file.SHA256 {
		return nil, failure.New(failure.Roster, of.Instead,
			"%s changed since it was read", file.Name)
	}
	if c.isCSV() {
		original, err = c.workbookOf(original, of.Encoding)
	} else {
		original, err = c.convert(original)
	}
	if err != nil {
		return nil, err
	}
	if c.book, err = annotateio.Open(file.Name, original); err == nil {
		err = c.findHeaders(original, of)
	}
	if err != nil {
		return nil, cannotCopy(err)
	}
	return c, nil
}

// cannotCopy is the error for a roster that can be read but not copied.
func cannotCopy(err error) error {
	return &failure.Error{
		Kind: failure.Roster, Err: err, Hint: "leave --annotate out; the report says the same",
	}
}

func (c *Copy) isCSV() bool { return len(c.file.Sheets) == 0 || c.file.Sheets[0] == "" }

// checkNames refuses files that cannot be copied, and bad names for the copy.
func (c *Copy) checkNames() error {
	want, got := strings.ToLower(filepath.Ext(c.file.Name)), strings.ToLower(filepath.Ext(c.out))
	if want != ".xlsm" {
		want = ".xlsx" // a file's type follows from its content, not its name
	}
	if c.isCSV() {
		if c.file.Name == "standard input" {
			return failure.New(failure.Usage, "name the file",
				"--annotate copies a file, but the roster came from standard input")
		}
		want = ".xlsx"
		if got != want {
			return failure.New(failure.Usage,
				"name a file that ends in "+want+": the copy is a workbook, with every cell as text",
				"%s is a CSV file, which cannot hold comments or colours", c.file.Name)
		}
	}
	if want != got && strings.EqualFold(filepath.Ext(c.file.Name), ".ods") {
		return failure.New(failure.Usage, "name a file that ends in "+want+": LibreOffice opens it as well",
			"the copy of %s is an .xlsx workbook", filepath.Base(c.file.Name))
	}
	if want != got {
		return failure.New(failure.Usage, "name a file that ends in "+want,
			"the copy of %s cannot be a %s file", filepath.Base(c.file.Name), got)
	}
	if same(c.file.Name, c.out) {
		return failure.New(failure.Usage, "name another file", "--annotate never writes to the roster itself")
	}
	return nil
}

// same reports whether two paths lead to the same file.
func same(a, b string) bool {
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}

// workbookOf converts a CSV file to a workbook, with each line in the row of the same number.
func (c *Copy) workbookOf(file []byte, encoding string) ([]byte, error) {
	name := filepath.Base(c.file.Name)
	sheet := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimSuffix(name, filepath.Ext(name))))
	c.sheets = []string{string(sheet[:min(len(sheet), 31)])}
	if c.sheets[0] == "" {
		c.sheets[0] = "roster"
	}
	table, err := csvio.OpenIn(bytes.NewReader(file), c.file.Name, encoding)
	if err != nil {
		return nil, failure.Wrap(failure.Roster, err)
	}
	book, err := annotateio.FromTables(annotateio.Source{Sheet: c.sheets[0], Table: table})
	if err != nil {
		return nil, cannotCopy(err)
	}
	return book, nil
}

// convert turns an .ods workbook into .xlsx, with all sheets and every row in place; any other
// workbook is returned unchanged.
func (c *Copy) convert(file []byte) ([]byte, error) {
	book, err := sheetio.OpenReader(bytes.NewReader(file), int64(len(file)), c.file.Name)
	if err != nil {
		return nil, cannotCopy(err)
	}
	defer book.Close()
	if !book.OpenDocument {
		return file, nil
	}
	var sources []annotateio.Source
	for _, s := range book.Sheets() {
		table, err := book.Table(s.Name)
		if err != nil {
			return nil, cannotCopy(err)
		}
		sources = append(sources, annotateio.Source{Sheet: s.Name, Hidden: !s.Visible, Table: table})
	}
	made, err := annotateio.FromTables(sources...)
	if err != nil {
		return nil, cannotCopy(err)
	}
	return made, nil
}

// findHeaders finds the sheets' headers as they were when the roster was read.
func (c *Copy) findHeaders(workbook []byte, of Source) error {
	book, err := xlsxio.OpenReader(bytes.NewReader(workbook), int64(len(workbook)), c.file.Name)
	if err != nil {
		return err
	}
	for _, sheet := range c.sheets {
		table, err := book.Table(sheet)
		if err != nil {
			return err
		}
		c.headers[sheet], err = rosterio.Bind(table, of.Schema,
			rosterio.BindOptions{File: c.file.Name, Sheet: sheet, Columns: of.Columns})
		_ = table.Close()
		if err != nil {
			return err
		}
	}
	return nil
}
