package reportio

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"keyroster/reconcile"
)

func TestNewField(t *testing.T) {
	long := strings.Repeat("a line of the design\n", 300)
	image := "{\n" + strings.Repeat("A", 5000) + "\n}"
	for name, c := range map[string]struct {
		col           *reconcile.Column
		before, after reconcile.Cell
		want          string
	}{
		"short secret":    {valueColumn, text("4711"), text("8220934418"), "value: •••• -> ••••18"},
		"secret, masked":  {valueColumn, reconcile.MaskedCell(), text("8220934418"), "value: •••• -> ••••18"},
		"secret, created": {valueColumn, reconcile.Cell{}, text("8220934418"), "value: (none) -> ••••18"},
		"time, cleared":   {endsColumn, text("2026-02-01T00:00:00Z"), reconcile.EmptyCell(), "ends_at: 2026-02-01T00:00:00Z -> (none)"},
		"json by members": {
			fieldsColumn, text(`[{"id":"a","title":"A"}]`), text(`[{"id":"a","title":"B"}]`),
			"metadata.fields:\n@@ -1,6 +1,6 @@\n [\n   {\n     \"id\": \"a\",\n-    \"title\": \"A\"\n+    \"title\": \"B\"\n   }\n ]",
		},
		"document":      {designColumn, text("one\ntwo"), text("one\nthree"), "card_design_template:\n@@ -1,2 +1,2 @@\n one\n-two\n+three"},
		"long document": {designColumn, text(long), text(long + "more"), "card_design_template: " + sum(long) + " -> " + sum(long+"more") + "\n@@ -298,3 +298,4 @@\n a line of the design\n a line of the design\n a line of the design\n+more"},
		"long line": {
			designColumn, text(image), text("{\n}"), "card_design_template: " + sum(image) + " -> " + sum("{\n}") +
				"\n@@ -1,3 +1,2 @@\n {\n-(a line of 5000 characters, " + sum(strings.Repeat("A", 5000)) + ")\n }",
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newField(cardMask, c.col, c.before, c.after)
			if got := f.Text(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestFieldMask: each side of a change is masked according to its own type.
func TestFieldMask(t *testing.T) {
	const card, pin = "0048213377", "9340758112"
	for name, c := range map[string]struct {
		mask masks
		want string
	}{
		"two cards":            {cardMask, "value: ••••77 -> ••••12"},
		"a card becomes a PIN": {masks{cardMask.Masker, "card", "pin"}, "value: ••••77 -> ••••"},
		"a PIN":                {masks{cardMask.Masker, "pin", "pin"}, "value: •••• -> •••• (another value)"},
		"nothing is known":     {masks{}, "value: •••• -> •••• (another value)"},
	} {
		if f := newField(c.mask, valueColumn, text(card), text(pin)); f.Text() != c.want {
			t.Errorf("%s: %s", name, f.Text())
		}
	}
}

func sum(s string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(s))) }

func TestLongDocumentsCarryDigestsOnly(t *testing.T) {
	long := strings.Repeat("x\n", 2049)
	f := newField(cardMask, designColumn, text(long), text("y"))
	if f.Before != "" || f.After != "" || f.BeforeDigest != sum(long) || f.AfterDigest != sum("y") || f.Diff == "" {
		t.Errorf("got %+v", f)
	}
	f = newField(cardMask, designColumn, text("x"), text("y"))
	if f.Before != "x" || f.After != "y" || f.BeforeDigest != "" {
		t.Errorf("got %+v", f)
	}
	for kind, want := range map[reconcile.Kind]string{
		reconcile.KindText: "text", reconcile.KindSecret: "secret", reconcile.KindTime: "time", reconcile.KindJSON: "json",
		reconcile.KindDocument: "document", reconcile.KindInt: "text", reconcile.KindBool: "text", reconcile.KindColor: "text", reconcile.KindEmail: "text",
	} {
		if got := newField(cardMask, &reconcile.Column{Kind: kind}, text("1"), text("2")).Kind; got != want {
			t.Errorf("kind %s is reported as %s, want %s", kind, got, want)
		}
	}
}
