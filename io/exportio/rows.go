package exportio

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"keyroster/io/bookio"
	"keyroster/io/cellio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// rows yields the cells of an account as CSV files and workbooks hold them, with
// side files for what no cell can hold.
type rows struct {
	account *Account
	side    SideFile
	// sheet: the file is a workbook, whose XML cannot hold control characters.
	sheet   bool
	columns []*reconcile.Column
	texts   []string
	cells   []reconcile.Cell
}

func newRows(a *Account, side SideFile) *rows {
	r := &rows{account: a, side: side}
	for _, col := range a.columns {
		r.columns = append(r.columns, &a.Records.Schema().Columns[col])
	}
	return r
}

// at is the row of record n, valid until the next call.
func (r *rows) at(n int) ([]string, error) {
	r.texts, r.cells = r.account.texts(r.texts[:0], n, r.cells)
	for i, text := range r.texts {
		if r.sheet && r.columns[i].Kind == reconcile.KindTime {
			text = reportio.Local(text, r.account.zone())
		}
		if text = reconcile.RosterText(text); plain(text) {
			r.texts[i] = text
			continue
		}
		id := r.account.Records.Record(n).ID()
		short, err := r.cell(id, r.columns[i], text)
		if err != nil {
			return nil, fmt.Errorf("write column %s of credential %s: %w", r.columns[i].Name, id, err)
		}
		r.texts[i] = short
	}
	return r.texts, nil
}

// plain reports, at little cost, that any cell can hold the text.
func plain(text string) bool {
	if len(text) >= cellio.TextMax || strings.HasPrefix(text, "@") {
		return false
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// cell is what a cell holds for a text: the text itself, or where it is kept.
func (r *rows) cell(id string, c *reconcile.Column, text string) (string, error) {
	lacks := unwritable
	if r.sheet {
		lacks = unstorable
	}
	held := utf8.ValidString(text) && strings.IndexFunc(text, lacks) < 0
	switch {
	case held && cellio.Fits(text) && !namesFile(c, text):
		if r.sheet {
			text = bookio.StandIns(text)
		}
		return text, nil
	case !c.AllowsSideFile() && c.Role != reconcile.RoleInfo || r.side == nil:
		if !held {
			return "", fmt.Errorf("the text has characters that a cell cannot hold; export as JSON")
		}
		return "", fmt.Errorf("the text is longer than a cell can hold; export as JSON")
	}
	name, err := r.side(id, c.Name, text)
	return "@" + name, err
}

// sideFolder ends the name of the folder for a file's side files, after the file's name.
const sideFolder = ".files"

// namesFile reports whether a cell's text is the path of a side file. Managed columns
// may name any. Those for information are never read from a roster, and a person may really be
// called @home: there only a path such as exports write counts.
func namesFile(c *reconcile.Column, text string) bool {
	path, at := strings.CutPrefix(text, "@")
	if !at || c.AllowsSideFile() {
		return at
	}
	folder, name, nested := strings.Cut(path, "/")
	return c.Role == reconcile.RoleInfo && nested && strings.HasSuffix(folder, sideFolder) &&
		strings.Contains(name, "."+c.Name+".")
}
