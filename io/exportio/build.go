package exportio

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/plainfile"
	"keyroster/reconcile"
)

// builder reassembles the credentials of an account from their texts, and checks
// them against the account's digest.
type builder struct {
	loader  *loader
	account *Account
	schema  *reconcile.Schema
	// columns are the schema's numbers of the account's columns, -1 for those that
	// it does not have.
	columns []int
	sum     *digester
	texts   []string
	cells   []reconcile.Cell
}

func (l *loader) builder(a *Account) (*builder, error) {
	schema, err := l.schema(a)
	if err != nil {
		return nil, err
	}
	b := &builder{loader: l, account: a, schema: schema, sum: newDigester()}
	for _, name := range a.Columns {
		b.columns = append(b.columns, schema.Index(name))
		b.sum.add(name)
	}
	if !slices.Contains(b.columns, schema.Key()) {
		return nil, fmt.Errorf("account %s: the export has no column %s", a.Name, schema.Columns[schema.Key()].Name)
	}
	a.Records = reconcile.NewSet(schema, a.Totals.Credentials)
	b.texts, b.cells = make([]string, len(a.Columns)), make([]reconcile.Cell, len(schema.Columns))
	return b, nil
}

// add takes the texts in b.texts as one credential.
func (b *builder) add() error {
	clear(b.cells)
	for i, text := range b.texts {
		col := b.columns[i]
		if col < 0 {
			b.sum.add(text)
			continue
		}
		c := &b.schema.Columns[col]
		switch {
		case c.Secret() && text != "" && !reconcile.IsMask(text):
			if !b.account.Revealed {
				return fmt.Errorf("account %s: a mask was replaced by a value: %w", b.account.Name, ErrChanged)
			}
			b.cells[col] = reconcile.TextCell(text)
			b.sum.add(reconcile.Dots)
			continue
		case c.Secret() && text != "":
			b.cells[col] = reconcile.MaskedCell()
		case text != "":
			b.cells[col] = reconcile.TextCell(text)
		case c.Role == reconcile.RoleManaged && c.Can&reconcile.ReadApart == 0:
			b.cells[col] = reconcile.EmptyCell()
		}
		b.sum.add(text)
	}
	if id := b.cells[b.schema.Key()].Text(); id == "" {
		return b.unclear(id)
	}
	b.account.Records.Add(b.cells)
	return nil
}

// end checks what was read; a nil builder has nothing to check.
func (b *builder) end() error {
	if b == nil {
		return nil
	}
	a := b.account
	if keys := a.Records.Keys(); !keys.Single() {
		for n := range a.Records.Len() {
			if id := a.Records.Record(n).ID(); keys.Find(id) != n {
				return b.unclear(id)
			}
		}
	}
	if b.sum.String() != a.Digest || a.Records.Len() != a.Totals.Credentials {
		return fmt.Errorf("account %s: %w", a.Name, ErrChanged)
	}
	a.columns = b.columns
	return nil
}

func (b *builder) unclear(id string) error {
	return fmt.Errorf("account %s: credential %q is there twice, or has no id", b.account.Name, id)
}

// object reads one credential from JSON.
func (b *builder) object(dec *json.Decoder) error {
	var members map[string]string
	if err := dec.Decode(&members); err != nil {
		return plainJSON(err)
	}
	for i, name := range b.account.Columns {
		b.texts[i] = members[name]
	}
	return b.add()
}

// table reads credentials from a file of cells, or from one sheet. Columns may be
// in any order, among others.
func (b *builder) table(table cellio.Table) error {
	l, a := b.loader, b.account
	header, err := table.Next()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("account %s: there is no header", a.Name)
	}
	if err != nil {
		return err
	}
	at := make([]int, len(a.Columns))
	for i, name := range a.Columns {
		at[i] = slices.IndexFunc(header.Cells, func(c cellio.Cell) bool {
			// A program that does not know the byte order mark takes it for part of
			// the first name, and may have moved it with the column.
			return strings.Trim(c.Text, "\ufeff") == name
		})
		if at[i] < 0 {
			return fmt.Errorf("account %s: the column %s is gone: %w", a.Name, name, ErrChanged)
		}
	}
	for {
		line, err := table.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		for i, col := range at {
			b.texts[i] = ""
			if col < len(line.Cells) {
				b.texts[i] = line.Cells[col].Text
			}
			b.texts[i] = reconcile.PlainText(b.texts[i])
			if col := b.columns[i]; col >= 0 && b.schema.Columns[col].Kind == reconcile.KindTime {
				b.texts[i] = fromLocal(b.texts[i])
			}
			if b.columns[i] >= 0 && namesFile(&b.schema.Columns[b.columns[i]], b.texts[i]) {
				if b.texts[i], err = l.sideFile(b.texts[i][1:]); err != nil {
					return err
				}
			}
		}
		if err := b.add(); err != nil {
			return err
		}
	}
}

// sideFile reads what a cell names by @path, in the export's folder.
func (l *loader) sideFile(name string) (string, error) {
	root, err := os.OpenRoot(filepath.Dir(l.path))
	if err != nil {
		return "", err
	}
	defer root.Close()
	text, err := plainfile.ReadIn(root, filepath.FromSlash(name), sideFileMax)
	if err != nil {
		return "", fmt.Errorf("a cell names the file %q, which cannot be read", name)
	}
	return string(text), nil
}
