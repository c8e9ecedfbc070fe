package reportio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/diff"

	"keyroster/reconcile"
)

// documentMax is the size in bytes above which a document is reported by its
// difference and digests only; diffLineMax is the length in characters above
// which a line of such a difference (an embedded image) is named by its digest.
const (
	documentMax = 4 << 10
	diffLineMax = 1 << 10
)

// Field is one column that a line changes. Before and After are empty for no
// value, masks for secrets, and left out for documents over 4 KiB.
type Field struct {
	Name string `json:"name"`
	// Kind is text, secret, time, json or document.
	Kind   string `json:"kind"`
	Before string `json:"before"`
	After  string `json:"after"`
	// Diff is the difference by lines of a json or document column.
	Diff string `json:"diff"`
	// The digests of a document over 4 KiB: sha256: and hex.
	BeforeDigest string `json:"before_digest,omitempty"`
	AfterDigest  string `json:"after_digest,omitempty"`
}

// masks is what a line may show of its secrets, by the types of its record (before)
// and of its row (after).
type masks struct {
	reconcile.Masker
	before, after string
}

// newField is the change of one column. It is the one place where cells turn
// into the text of a report: secrets are masked here, and nothing but a
// document over 4 KiB is left out.
func newField(m masks, col *reconcile.Column, before, after reconcile.Cell) Field {
	f := Field{Name: col.Name, Kind: fieldKind(col.Kind)}
	if col.Secret() {
		f.Before, f.After = m.Cell(before, m.before), m.Cell(after, m.after)
		return f
	}
	f.Before, f.After = shownText(before), shownText(after)
	switch col.Kind {
	case reconcile.KindJSON:
		f.Diff = textDiff(indentJSON(f.Before), indentJSON(f.After))
	case reconcile.KindDocument:
		f.Diff = textDiff(f.Before, f.After)
	default:
		return f
	}
	if max(len(f.Before), len(f.After)) > documentMax {
		f.BeforeDigest, f.AfterDigest = textDigest(f.Before), textDigest(f.After)
		f.Before, f.After, f.Diff = "", "", nameLongLines(f.Diff)
	}
	return f
}

// Text is the field as report.csv and the workbook show it.
func (f *Field) Text() string {
	switch {
	case f.Diff != "" && (f.BeforeDigest != "" || f.AfterDigest != ""):
		return fmt.Sprintf("%s: %s -> %s\n%s", f.Name, orNone(f.BeforeDigest), orNone(f.AfterDigest), f.Diff)
	case f.Diff != "":
		return f.Name + ":\n" + f.Diff
	}
	text := f.Name + ": " + orNone(f.Before) + " -> " + orNone(f.After)
	if note := alike(f); note != "" {
		text += " (" + note + ")"
	}
	return text
}

// ChangesText is all changes of a line in one text: value: ••••56 -> ••••78;
// ends_at: (none) -> 2026-02-01T00:00:00Z.
func ChangesText(fields []Field) string {
	switch len(fields) {
	case 0:
		return ""
	case 1:
		return fields[0].Text()
	}
	var b strings.Builder
	for i := range fields {
		switch {
		case i == 0:
		case fields[i].Diff != "" || fields[i-1].Diff != "":
			b.WriteByte('\n')
		default:
			b.WriteString("; ")
		}
		b.WriteString(fields[i].Text())
	}
	return b.String()
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}

func fieldKind(k reconcile.Kind) string {
	switch k {
	case reconcile.KindSecret, reconcile.KindTime, reconcile.KindJSON, reconcile.KindDocument:
		return k.String()
	}
	return reconcile.KindText.String()
}

// shownText is a cell that is not secret: its text, or dots for a value that the provider masks.
func shownText(c reconcile.Cell) string {
	if c.Filled() {
		return strings.Clone(c.Text())
	}
	return c.Mask()
}

func textDigest(text string) string {
	if text == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// indentJSON puts each member on a line of its own, so that a difference shows
// members and not the whole value.
func indentJSON(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// textDiff is the unified difference without its file header.
func textDiff(before, after string) string {
	unified := string(diff.Diff("before", withNewline(before), "after", withNewline(after)))
	if i := strings.Index(unified, "@@"); i >= 0 {
		return strings.TrimSuffix(unified[i:], "\n")
	}
	return ""
}

func withNewline(text string) []byte {
	if text == "" || strings.HasSuffix(text, "\n") {
		return []byte(text)
	}
	return append([]byte(text), '\n')
}

func nameLongLines(diffText string) string {
	lines := strings.Split(diffText, "\n")
	for i, line := range lines {
		if n := utf8.RuneCountInString(line); n > diffLineMax {
			lines[i] = fmt.Sprintf("%s(a line of %d characters, %s)", line[:1], n-1, textDigest(line[1:]))
		}
	}
	return strings.Join(lines, "\n")
}
