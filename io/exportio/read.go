package exportio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"keyroster/io/csvio"
	"keyroster/io/officeio"
	"keyroster/io/plainfile"
	"keyroster/io/sheetio"
	"keyroster/reconcile"
)

// ErrChanged: the rows of an export are not as they were written.
var ErrChanged = errors.New("the rows were changed since the export was written")

// ErrNotExport: the file is not a keyroster export.
var ErrNotExport = errors.New("the file is not a keyroster export")

// MetaSuffix is what the name of the file beside a CSV file ends in.
const MetaSuffix = ".meta.json"

// Schemas finds the schema of a provider's records, nil for a provider that is
// not known.
type Schemas func(provider string) *reconcile.Schema

// The most bytes that are read of an export, of the file beside it, and of a file
// that a cell names.
const (
	exportMax   = 8 << 30
	metaMax     = 64 << 20
	sideFileMax = 64 << 20
)

// Read reads an export of any format, which it detects by content, with the
// credentials of all accounts. Masked values become masked cells. The error wraps
// [ErrChanged] when a digest does not fit, [ErrNotExport] when the file is
// something else, and otherwise says what is damaged.
func Read(path string, schemas Schemas) (*Export, error) {
	e, err := read(path, schemas)
	if err != nil {
		return nil, fmt.Errorf("read export %s: %w", path, err)
	}
	return e, nil
}

func read(path string, schemas Schemas) (*Export, error) {
	f, err := plainfile.Open(path, exportMax)
	if err != nil {
		if e, ok := errors.AsType[*os.PathError](err); ok {
			err = e.Err
		}
		return nil, err
	}
	defer f.Close()
	buffered := bufio.NewReaderSize(f, 64<<10)
	begin, err := buffered.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	l := &loader{path: path, schemas: schemas}
	switch {
	case bytes.HasPrefix(begin, []byte("age-encr")):
		return nil, fmt.Errorf("%w that can be read: it is encrypted; decrypt it with age first", ErrNotExport)
	case officeio.IsWorkbook(begin):
		return l.workbook()
	case bytes.HasPrefix(begin, []byte("{")):
		return l.json(buffered)
	}
	return l.csv(buffered)
}

type loader struct {
	path    string
	schemas Schemas
}

// rawExport is an export as JSON holds it.
type rawExport struct {
	// Line exists only in NDJSON.
	Line string `json:"line"`
	Export
	Accounts []*rawAccount `json:"accounts"`
}

type rawAccount struct {
	Account
	Credentials json.RawMessage `json:"credentials"`
}

// check reports whether a head is that of an export.
func (l *loader) check(schema string) error {
	if schema != Schema {
		return fmt.Errorf("%w: its schema is %.40q, not %q", ErrNotExport, schema, Schema)
	}
	return nil
}

func (l *loader) schema(a *Account) (*reconcile.Schema, error) {
	schema := l.schemas(a.Provider)
	if schema == nil {
		return nil, fmt.Errorf("account %s: unknown provider %q", a.Name, a.Provider)
	}
	return schema, nil
}

func (l *loader) csv(r io.Reader) (*Export, error) {
	meta, err := plainfile.Read(l.path+MetaSuffix, metaMax)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf(
			"%w: its %s is missing beside it", ErrNotExport,
			filepath.Base(l.path)+MetaSuffix,
		)
	}
	if err != nil {
		return nil, err
	}
	e := &Export{}
	if err := json.Unmarshal(meta, e); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", filepath.Base(l.path)+MetaSuffix, plainJSON(err))
	}
	if err := l.check(e.Schema); err != nil {
		return nil, err
	}
	if len(e.Accounts) != 1 {
		return nil, fmt.Errorf(
			"%s has %d accounts, but a CSV file holds one", filepath.Base(l.path)+MetaSuffix,
			len(e.Accounts),
		)
	}
	table, err := csvio.Open(r, l.path)
	if err != nil {
		return nil, err
	}
	b, err := l.builder(e.Accounts[0])
	if err == nil {
		err = b.table(table)
	}
	if err != nil {
		return nil, err
	}
	return e, b.end()
}

func (l *loader) workbook() (*Export, error) {
	book, err := sheetio.Open(l.path)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	machine, err := book.Table(machineSheet)
	if err != nil {
		return nil, fmt.Errorf("%w: the workbook lacks the hidden sheet %q", ErrNotExport, machineSheet)
	}
	defer machine.Close()
	var out *Export
	var sheets []string
	for {
		line, err := machine.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		var text strings.Builder
		for i := 1; i < len(line.Cells); i++ {
			text.WriteString(line.Cells[i].Text)
		}
		e := &Export{}
		if err := json.Unmarshal([]byte(text.String()), e); err != nil || len(e.Accounts) != 1 {
			return nil, fmt.Errorf("the hidden sheet %q is damaged", machineSheet)
		}
		if err := l.check(e.Schema); err != nil {
			return nil, err
		}
		sheets = append(sheets, strings.Clone(line.Cells[0].Text))
		if out == nil {
			out = e
			continue
		}
		out.Accounts = append(out.Accounts, e.Accounts...)
	}
	if out == nil {
		return nil, fmt.Errorf("the hidden sheet %q is empty", machineSheet)
	}
	for i, a := range out.Accounts {
		names := a.Sheets
		if len(names) == 0 {
			names = []string{sheets[i]}
		}
		if err := l.sheets(a, book, names); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sheets reads the credentials of an account from its sheets.
func (l *loader) sheets(a *Account, book *sheetio.Workbook, names []string) error {
	b, err := l.builder(a)
	if err != nil {
		return err
	}
	for _, name := range names {
		table, err := book.Table(name)
		if err != nil {
			return err
		}
		if err := errors.Join(b.table(table), table.Close()); err != nil {
			return err
		}
	}
	return b.end()
}

// json reads the document, or the lines of NDJSON.
func (l *loader) json(r io.Reader) (*Export, error) {
	dec := json.NewDecoder(r)
	var first json.RawMessage
	if err := dec.Decode(&first); err != nil {
		return nil, plainJSON(err)
	}
	var raw rawExport
	if err := json.Unmarshal(first, &raw); err != nil {
		return nil, plainJSON(err)
	}
	if err := l.check(raw.Schema); err != nil {
		return nil, err
	}
	if raw.Line != "" {
		return l.lines(first, dec)
	}
	e := raw.Export
	e.Accounts = nil
	for _, a := range raw.Accounts {
		if err := l.document(&a.Account, a.Credentials); err != nil {
			return nil, err
		}
		e.Accounts = append(e.Accounts, &a.Account)
	}
	if dec.More() {
		return nil, errors.New("the document is followed by other content")
	}
	return &e, nil
}

func (l *loader) document(a *Account, credentials json.RawMessage) error {
	b, err := l.builder(a)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(credentials))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return fmt.Errorf("account %s has no list of credentials", a.Name)
	}
	for dec.More() {
		if err := b.object(dec); err != nil {
			return err
		}
	}
	return b.end()
}

// lines reads NDJSON whose first line was read already.
func (l *loader) lines(first json.RawMessage, dec *json.Decoder) (*Export, error) {
	var e Export
	var b *builder
	for raw := first; ; raw = nil {
		if raw == nil {
			if err := dec.Decode(&raw); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, plainJSON(err)
			}
		}
		var kind struct{ Line, Schema, Tool, Operator string }
		if err := json.Unmarshal(raw, &kind); err != nil {
			return nil, plainJSON(err)
		}
		switch {
		case kind.Line == "account":
			if err := errors.Join(l.check(kind.Schema), b.end()); err != nil {
				return nil, err
			}
			a := &Account{}
			if err := errors.Join(json.Unmarshal(raw, a), json.Unmarshal(raw, &struct{ *Export }{&e})); err != nil {
				return nil, plainJSON(err)
			}
			var err error
			if b, err = l.builder(a); err != nil {
				return nil, err
			}
			e.Accounts = append(e.Accounts, a)
		case kind.Line == "failed":
			var f Failed
			if err := json.Unmarshal(raw, &f); err != nil {
				return nil, plainJSON(err)
			}
			e.Failed = append(e.Failed, f)
		case kind.Line == "credential" && b != nil:
			if err := b.object(json.NewDecoder(bytes.NewReader(raw))); err != nil {
				return nil, err
			}
		default:
			return nil, fmt.Errorf("a line is neither an account nor a credential of one")
		}
	}
	return &e, b.end()
}

// plainJSON says what is wrong with JSON without repeating any of it.
func plainJSON(err error) error {
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return errors.New("a member is of the wrong kind")
	}
	return errors.New("the JSON is damaged or ends too early")
}
