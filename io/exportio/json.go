package exportio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// WriteJSON writes an export as one JSON document: the members of [Export] with,
// in each account, the member credentials, whose elements have a member for each
// column that is filled.
func WriteJSON(w io.Writer, e *Export) error {
	out := bufio.NewWriterSize(w, 64<<10)
	head := *e
	head.Schema, head.Accounts = Schema, []*Account{}
	enc := newEncoder()
	text, err := enc.encode(head, "", "  ")
	if err != nil {
		return err
	}
	_, _ = out.Write(bytes.TrimSuffix(text, []byte("[]\n}")))
	for i, a := range e.Accounts {
		_, _ = out.WriteString([]string{"[\n    ", ",\n    "}[min(i, 1)])
		text, err := enc.encode(a, "    ", "  ")
		if err != nil {
			return err
		}
		_, _ = out.Write(bytes.TrimSuffix(text, []byte("\n    }")))
		_, _ = out.WriteString(",\n      \"credentials\": [")
		line := newJSONLine(a, nil)
		for n := range a.Records.Len() {
			_, _ = out.WriteString([]string{"\n        ", ",\n        "}[min(n, 1)])
			if _, err := out.Write(line.of(n)); err != nil {
				return fmt.Errorf("write credentials: %w", err)
			}
		}
		_, _ = out.WriteString("\n      ]\n    }")
	}
	if len(e.Accounts) == 0 {
		_, _ = out.WriteString("[")
	}
	_, _ = out.WriteString("\n  ]\n}\n")
	return out.Flush()
}

// WriteNDJSON writes an export as lines of JSON, whose member line is their kind: for each
// account an "account" with the members of [Export] and [Account], then a "credential" for
// each of its credentials; at the end a "failed" for each of [Export.Failed].
func WriteNDJSON(w io.Writer, e *Export) error {
	out := bufio.NewWriterSize(w, 64<<10)
	head := *e
	head.Schema = Schema
	enc := newEncoder()
	for _, a := range e.Accounts {
		text, err := enc.encode(
			accountLine{"account", head.Schema, head.Tool, head.Operator, head.CreatedAt.Format(timeLayout), a},
			"", "",
		)
		if err != nil {
			return err
		}
		_, _ = out.Write(text)
		_ = out.WriteByte('\n')
		name, err := enc.encode(a.Name, "", "")
		if err != nil {
			return err
		}
		line := newJSONLine(a, fmt.Appendf(nil, `"line":"credential","account":%s`, name))
		for n := range a.Records.Len() {
			_, _ = out.Write(line.of(n))
			if err := out.WriteByte('\n'); err != nil {
				return fmt.Errorf("write credentials: %w", err)
			}
		}
	}
	for _, f := range e.Failed {
		text, err := enc.encode(failedLine{"failed", f}, "", "")
		if err != nil {
			return err
		}
		_, _ = out.Write(append(text, '\n'))
	}
	return out.Flush()
}

// failedLine is the line of an account that is missing, after all others.
type failedLine struct {
	Line string `json:"line"`
	Failed
}

// accountLine is the first line of an account in NDJSON.
type accountLine struct {
	Line      string `json:"line"`
	Schema    string `json:"schema"`
	Tool      string `json:"tool"`
	Operator  string `json:"operator"`
	CreatedAt string `json:"created_at"`
	*Account
}

const timeLayout = "2006-01-02T15:04:05Z07:00"

// encoder is a JSON encoder without HTML escapes and without a newline at the
// end.
type encoder struct {
	buf bytes.Buffer
	enc *json.Encoder
}

func newEncoder() *encoder {
	e := &encoder{}
	e.enc = json.NewEncoder(&e.buf)
	e.enc.SetEscapeHTML(false)
	return e
}

func (e *encoder) encode(v any, prefix, indent string) ([]byte, error) {
	e.buf.Reset()
	e.enc.SetIndent(prefix, indent)
	if err := e.enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encode the export's head: %w", err)
	}
	return bytes.TrimSuffix(e.buf.Bytes(), []byte("\n")), nil
}

// jsonLine writes credentials as JSON objects.
type jsonLine struct {
	account *Account
	rows    *rows
	names   [][]byte
	before  []byte
	buf     []byte
	enc     *encoder
}

// newJSONLine: before has the members with which every object begins, or is empty.
func newJSONLine(a *Account, before []byte) *jsonLine {
	l := &jsonLine{account: a, rows: newRows(a, nil), before: before, enc: newEncoder()}
	for _, name := range a.Columns {
		text, _ := json.Marshal(name) // a string always marshals
		l.names = append(l.names, append(text, ':'))
	}
	return l
}

// of is record n, valid until the next call.
func (l *jsonLine) of(n int) []byte {
	l.rows.texts, l.rows.cells = l.account.texts(l.rows.texts[:0], n, l.rows.cells)
	l.buf = append(append(l.buf[:0], '{'), l.before...)
	for i, text := range l.rows.texts {
		if text == "" {
			continue
		}
		if len(l.buf) > 1 {
			l.buf = append(l.buf, ',')
		}
		l.buf = append(l.buf, l.names[i]...)
		l.text(text)
	}
	l.buf = append(l.buf, '}')
	return l.buf
}

func (l *jsonLine) text(text string) {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, _ := l.enc.encode(text, "", "") // a string always encodes
			l.buf = append(l.buf, quoted...)
			return
		}
	}
	l.buf = append(append(append(l.buf, '"'), text...), '"')
}
