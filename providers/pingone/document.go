package pingone

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"keyroster/reconcile"
)

// document is a credential type as PingOne sends it, each member as the original bytes:
// what no row touches goes back unchanged.
type document map[string]json.RawMessage

// readDocument reads a credential type's JSON. The error repeats nothing of it.
func readDocument(raw json.RawMessage) (document, error) {
	var d document
	if err := json.Unmarshal(raw, &d); err != nil || d == nil {
		return nil, errors.New("this is not a JSON object")
	}
	if d.id() == "" {
		return nil, errors.New("a credential type has no id")
	}
	return d, nil
}

func (d document) id() string { return rawText(d["id"]) }

// deleted reports whether the type was deleted: PingOne still answers 200 for it, with the
// time of its deletion.
func (d document) deleted() bool { return !isNull(d["deletedAt"]) }

// version changes whenever the document does: the number of its version, or the time of its
// last change.
func (d document) version() string {
	var v struct {
		Number json.Number `json:"number"`
	}
	if json.Unmarshal(d["version"], &v) == nil && v.Number != "" {
		return v.Number.String()
	}
	return rawText(d["updatedAt"])
}

// inner returns the object that a member holds, nil if it holds none.
func (d document) inner(member string) map[string]json.RawMessage {
	var inner map[string]json.RawMessage
	if json.Unmarshal(d[member], &inner) != nil {
		return nil
	}
	return inner
}

// set puts a value at a path; nil removes it. multiple is removed as a whole, since it
// consists only of its expression.
func (d document) set(p path, value json.RawMessage) {
	if value == nil && (p.child == "" || p.member == "multiple") {
		delete(d, p.member)
		return
	}
	if p.child == "" {
		d[p.member] = value
		return
	}
	inner := d.inner(p.member)
	if inner == nil {
		inner = map[string]json.RawMessage{}
	}
	if value == nil {
		delete(inner, p.child)
	} else {
		inner[p.child] = value
	}
	d[p.member] = json.RawMessage(encode(inner))
}

// owned are the members that only the server writes (PingOne platform reference, credential
// types). Whether they may be sent back is not documented.
var owned = []string{"_links", "id", "createdAt", "updatedAt", "deletedAt", "environment", "issuer", "uri", "version"}

// body returns the document as it may be sent. The opacity used to be a text, and is sent as the
// integer that the contract asks for.
func (d document) body() json.RawMessage {
	opacity := paths[col.opacity]
	if raw := d.inner(opacity.member)[opacity.child]; !isNull(raw) {
		if whole, err := canonicalInt(rawText(raw)); err == nil && whole != string(raw) {
			d.set(opacity, json.RawMessage(whole))
		}
	}
	for _, name := range owned {
		delete(d, name)
	}
	return json.RawMessage(encode(d))
}

// cells returns the cells of the record, reusing dst.
func (d document) cells(dst []reconcile.Cell) []reconcile.Cell {
	r := Schema.Blank(dst)
	r[col.id] = reconcile.TextCell(d.id())
	r[col.version] = reconcile.TextCell(d.version())
	objects := map[string]map[string]json.RawMessage{}
	for column, p := range paths {
		raw := d[p.member]
		if p.child != "" {
			if _, read := objects[p.member]; !read {
				objects[p.member] = d.inner(p.member)
			}
			raw = objects[p.member][p.child]
		}
		r[column] = recordCell(column, raw, p.missing)
	}
	return r
}

// recordCell returns a member as a cell. A missing one, null and "" are the same.
func recordCell(column int, raw json.RawMessage, missing string) reconcile.Cell {
	text := missing
	if !isNull(raw) {
		if text = string(raw); Schema.Columns[column].Kind != reconcile.KindJSON {
			text = rawText(raw)
		}
	}
	if column == col.fields && string(bytes.TrimSpace(raw)) == "[]" {
		text = ""
	}
	if text == "" {
		return reconcile.EmptyCell()
	}
	// What has no canonical form is shown unchanged, and differs.
	text, _ = canonical(column, text)
	return reconcile.TextCell(text)
}

// record packs one credential type into a set of its own.
func (d document) record() reconcile.Record {
	return Schema.Record(d.cells(nil))
}

// jsonOf returns the JSON to send for a wanted cell, nil to remove the member.
func jsonOf(column int, cell reconcile.Cell) json.RawMessage {
	if !cell.Filled() {
		return nil
	}
	switch Schema.Columns[column].Kind {
	case reconcile.KindJSON, reconcile.KindInt, reconcile.KindBool:
		return json.RawMessage(strings.Clone(cell.Text()))
	}
	return json.RawMessage(encode(cell.Text()))
}

// rawText returns a JSON text, or the literal of any other value; null is empty.
func rawText(raw json.RawMessage) string {
	var text string
	switch {
	case isNull(raw):
		return ""
	case json.Unmarshal(raw, &text) == nil:
		return text
	}
	return string(raw)
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }
