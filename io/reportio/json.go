package reportio

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"keyroster/reconcile"
)

// WriteJSON writes report.json: the head indented for people, then one line of
// text for each line of the report.
func WriteJSON(w io.Writer, r *Report) error {
	if err := r.Settle(); err != nil {
		return err
	}
	return writeDocument(w, r.head(), r.lines(), func(l *Line) any { return l.presented() })
}

// head is the report without its lines, as JSON shows it: no list is null.
func (r *Report) head() Report {
	head := *r
	head.Schema = Schema
	if head.Limits == nil {
		head.Limits = reconcile.Limits{}
	}
	head.Inputs, head.Overrides, head.Warnings = orEmpty(r.Inputs), orEmpty(r.Overrides), orEmpty(r.Warnings)
	if r.Migration != nil {
		m := *r.Migration
		m.Losses, m.Files, m.Calls = orEmpty(m.Losses), orEmpty(m.Files), orEmpty(m.Calls)
		head.Migration = &m
	}
	return head
}

// presented is the line as JSON shows it.
func (l *Line) presented() Line {
	out := *l
	out.Sources, out.Fields, out.Warnings = orEmpty(l.Sources), orEmpty(l.Fields), orEmpty(l.Warnings)
	return out
}

// orEmpty makes a nil list an empty one, so that no reader meets null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// writeDocument writes a JSON object with the members of head and, last, the
// member lines, whose elements are streamed. present makes a line presentable.
func writeDocument[L any](w io.Writer, head any, lines func(func(L, error) bool), present func(L) any) error {
	out := bufio.NewWriterSize(w, 64<<10)
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(head); err != nil {
		return fmt.Errorf("encode head: %w", err)
	}
	_, _ = out.Write(bytes.TrimSuffix(buf.Bytes(), []byte("\n}\n")))
	_, _ = out.WriteString(",\n  \"lines\": [")
	enc.SetIndent("", "")
	separator := "\n    "
	for line, err := range lines {
		if err != nil {
			return fmt.Errorf("read lines: %w", err)
		}
		buf.Reset()
		if err := enc.Encode(present(line)); err != nil {
			return fmt.Errorf("encode line: %w", err)
		}
		_, _ = out.WriteString(separator)
		if _, err := out.Write(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))); err != nil {
			return fmt.Errorf("write lines: %w", err)
		}
		separator = ",\n    "
	}
	_, _ = out.WriteString("\n  ]\n}\n")
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write document: %w", err)
	}
	return nil
}

// ReadJSON reads a report back, to render it again. The whole file is read
// once to prove it well-formed, and its lines again each time that Lines is
// ranged over, so r must stay open and belongs to the report. Members that a
// later version added are ignored.
func ReadJSON(r io.ReadSeeker) (*Report, error) {
	report := &Report{}
	at, err := readDocument(r, Schema, report)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	report.Lines = streamLines[Line](r, at)
	if err := report.Settle(); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return report, nil
}

// readDocument decodes all members of a JSON object but lines into head, and
// returns the position just after the opening bracket of lines.
func readDocument(r io.ReadSeeker, schema string, head any) (linesAt int64, err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	dec := json.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	if t, err := dec.Token(); err != nil {
		return 0, whole(err)
	} else if t != json.Delim('{') {
		return 0, errors.New("the file does not hold a JSON object")
	}
	members := map[string]json.RawMessage{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return 0, whole(err)
		}
		if name == "lines" && linesAt == 0 {
			if linesAt, err = skipLines(dec); err != nil {
				return 0, whole(err)
			}
			continue
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return 0, whole(err)
		}
		members[name.(string)] = raw
	}
	if _, err := dec.Token(); err != nil {
		return 0, whole(err)
	}
	if got := string(members["schema"]); got != `"`+schema+`"` {
		return 0, fmt.Errorf("the schema is %.60s, not %q", got, schema)
	}
	if linesAt == 0 {
		return 0, errors.New("the file has no lines")
	}
	raw, err := json.Marshal(members)
	if err != nil {
		return 0, err
	}
	return linesAt, json.Unmarshal(raw, head)
}

// whole names the commonest damage: a file that was cut short.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends too early")
	}
	return err
}

func skipLines(dec *json.Decoder) (at int64, err error) {
	if t, err := dec.Token(); err != nil {
		return 0, err
	} else if t != json.Delim('[') {
		return 0, errors.New("member lines is not a list")
	}
	at = dec.InputOffset()
	var raw json.RawMessage
	for dec.More() {
		if err := dec.Decode(&raw); err != nil {
			return 0, err
		}
	}
	_, err = dec.Token()
	return at, err
}

// streamLines decodes the elements of the list that starts at a position.
func streamLines[L any](r io.ReadSeeker, at int64) func(func(*L, error) bool) {
	return func(yield func(*L, error) bool) {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			yield(nil, err)
			return
		}
		dec := json.NewDecoder(io.MultiReader(bytes.NewReader([]byte("[")), bufio.NewReaderSize(r, 64<<10)))
		_, _ = dec.Token()
		var line, zero L
		for dec.More() {
			line = zero
			if err := dec.Decode(&line); err != nil {
				yield(nil, fmt.Errorf("decode line: %w", err))
				return
			}
			if !yield(&line, nil) {
				return
			}
		}
		if _, err := dec.Token(); err != nil {
			yield(nil, whole(err))
		}
	}
}
