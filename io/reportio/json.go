package reportio

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"keyroster/reconcile"
)

// WriteJSON writes report.json: the head indented for people, then one line of
// text for each line of the report.
func WriteJSON(w io.Writer, r *Report) error {
	if err := r.Tally(); err != nil {
		return err
	}
	d := newDocument(w)
	if err := d.head(r.head()); err != nil {
		return err
	}
	if err := writeList(d, "problems", r.problems(), func(p *reconcile.Problem) any { return p }); err != nil {
		return err
	}
	if err := writeList(d, "lines", r.lines(), func(l *Line) any { return l.presented() }); err != nil {
		return err
	}
	return d.end()
}

// head is the report without its problems and lines, as JSON shows it: no list
// is null.
func (r *Report) head() Report {
	head := *r
	head.Schema, head.Problems = Schema, nil
	head.Verdict, _ = verdict(r)
	head.Holders, head.Lead, head.Facts = orEmpty(r.Holders), orEmpty(r.Lead), orEmpty(r.Facts)
	head.Unlisted.Policy = cmp.Or(r.Unlisted.Policy, UnlistedName)
	head.Unlisted.Names, head.KeptOut.Names = orEmpty(r.Unlisted.Names), orEmpty(r.KeptOut.Names)
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

// problems are the report's problems as a stream, like [Report.lines].
func (r *Report) problems() iter.Seq2[*reconcile.Problem, error] {
	return func(yield func(*reconcile.Problem, error) bool) {
		for i := range r.Problems {
			if !yield(&r.Problems[i], nil) {
				return
			}
		}
	}
}

// document is a JSON object being written: first the members of its head, indented for people, then
// lists whose elements are streamed, one per line of text, since memory may not hold them twice.
type document struct {
	out *bufio.Writer
	buf bytes.Buffer
	enc *json.Encoder
}

func newDocument(w io.Writer) *document {
	d := &document{out: bufio.NewWriterSize(w, 64<<10)}
	d.enc = json.NewEncoder(&d.buf)
	d.enc.SetEscapeHTML(false)
	return d
}

// head writes the members of a struct. It comes first.
func (d *document) head(head any) error {
	d.enc.SetIndent("", "  ")
	if err := d.enc.Encode(head); err != nil {
		return fmt.Errorf("encode head: %w", err)
	}
	d.enc.SetIndent("", "")
	_, _ = d.out.Write(bytes.TrimSuffix(d.buf.Bytes(), []byte("\n}\n")))
	return nil
}

// writeList writes a member that is a list. present makes an element
// presentable.
func writeList[L any](d *document, name string, items iter.Seq2[L, error], present func(L) any) error {
	_, _ = d.out.WriteString(",\n  \"" + name + "\": [")
	separator := "\n    "
	for item, err := range items {
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		d.buf.Reset()
		if err := d.enc.Encode(present(item)); err != nil {
			return fmt.Errorf("encode %s: %w", name, err)
		}
		_, _ = d.out.WriteString(separator)
		if _, err := d.out.Write(bytes.TrimSuffix(d.buf.Bytes(), []byte("\n"))); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		separator = ",\n    "
	}
	if separator == "\n    " { // none
		_, _ = d.out.WriteString("]")
	} else {
		_, _ = d.out.WriteString("\n  ]")
	}
	return nil
}

// end closes the object.
func (d *document) end() error {
	_, _ = d.out.WriteString("\n}\n")
	return during("write document", d.out.Flush())
}

// ReadJSON reads a report back, to render it again. The whole file is read
// once to prove it well-formed, and its lines again each time that Lines is
// ranged over, so r must stay open and belongs to the report. Members that a
// later version added are ignored.
func ReadJSON(r io.ReadSeeker) (*Report, error) {
	report, err := ReadUntallied(r)
	if err != nil {
		return nil, err
	}
	if err := report.Tally(); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return report, nil
}

// ReadUntallied is [ReadJSON] for finding out why a report does not close: its
// lines are not yet checked against its totals, see [Report.Tally].
func ReadUntallied(r io.ReadSeeker) (*Report, error) {
	report := &Report{}
	at, err := readDocument(r, Schema, report)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	report.Lines = streamLines[Line](r, at)
	return report, nil
}

// readDocument decodes all members of a JSON object but lines into head, and
// returns the position just after the opening bracket of lines.
func readDocument(r io.ReadSeeker, schema string, head any) (linesAt int64, err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	dec := jsontext.NewDecoder(bufio.NewReaderSize(r, 64<<10))
	members, err := readMembers(dec, func(name string) (skip, stop bool, err error) {
		if skip = name == "lines" && linesAt == 0; skip {
			linesAt, err = skipLines(dec)
		}
		return skip, false, err
	})
	if err == nil {
		_, err = dec.ReadToken()
	}
	if err != nil {
		return 0, whole(err)
	}
	if got := string(members["schema"]); got != `"`+schema+`"` {
		return 0, fmt.Errorf("the schema is %.60s, not %q", got, schema)
	}
	if linesAt == 0 {
		return 0, errors.New("the file has no lines")
	}
	return linesAt, decodeMembers(members, head)
}

// readMembers reads the members of a JSON object, except those that at reads
// itself, until at says stop.
func readMembers(
	dec *jsontext.Decoder, at func(name string) (skip, stop bool, err error),
) (map[string]json.RawMessage, error) {
	if t, err := dec.ReadToken(); err != nil {
		return nil, err
	} else if t.Kind() != '{' {
		return nil, errors.New("the file does not hold a JSON object")
	}
	members := map[string]json.RawMessage{}
	for dec.PeekKind() != '}' {
		t, err := dec.ReadToken()
		if err != nil {
			return nil, err
		}
		name := t.String()
		skip, stop, err := at(name)
		if stop || err != nil {
			return members, err
		}
		if skip {
			continue
		}
		raw, err := dec.ReadValue()
		if err != nil {
			return nil, err
		}
		members[name] = json.RawMessage(raw.Clone())
	}
	return members, nil
}

func decodeMembers(members map[string]json.RawMessage, head any) error {
	raw, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, head)
}

// whole names the commonest damage: a file that was cut short.
func whole(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends too early")
	}
	return err
}

// skipLines proves the list of lines well-formed, and returns the position just after its
// opening bracket.
func skipLines(dec *jsontext.Decoder) (at int64, err error) {
	if t, err := dec.ReadToken(); err != nil {
		return 0, err
	} else if t.Kind() != '[' {
		return 0, errors.New("member lines is not a list")
	}
	at = dec.InputOffset()
	for dec.PeekKind() != ']' {
		if err := dec.SkipValue(); err != nil {
			return 0, err
		}
	}
	_, err = dec.ReadToken()
	return at, err
}

// streamLines decodes the elements of the list that starts at a position.
func streamLines[L any](r io.ReadSeeker, at int64) func(func(*L, error) bool) {
	return func(yield func(*L, error) bool) {
		if _, err := r.Seek(at, io.SeekStart); err != nil {
			yield(nil, err)
			return
		}
		dec := jsontext.NewDecoder(
			io.MultiReader(strings.NewReader("["), bufio.NewReaderSize(r, 64<<10)),
		)
		_, _ = dec.ReadToken()
		var line, zero L
		for dec.PeekKind() != ']' {
			line = zero
			if err := jsonv2.UnmarshalDecode(dec, &line); err != nil {
				yield(nil, fmt.Errorf("decode line: %w", whole(err)))
				return
			}
			if !yield(&line, nil) {
				return
			}
		}
	}
}
