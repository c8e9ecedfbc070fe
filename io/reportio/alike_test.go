package reportio

import "testing"

// TestFieldSaysWhatNobodySees: no change reads as if nothing had changed.
func TestFieldSaysWhatNobodySees(t *testing.T) {
	for name, c := range map[string]struct {
		field Field
		want  string
	}{
		"two PINs": {
			newField(masks{}, valueColumn, text("4711"), text("4712")),
			"value: •••• -> •••• (another value)",
		},
		"two cards": {
			newField(cardMask, valueColumn, text("8220934417"), text("8220934418")),
			"value: ••••17 -> ••••18",
		},
		"cards alike": {
			newField(cardMask, valueColumn, text("8220934417"), text("5550934417")),
			"value: ••••17 -> ••••17 (another value)",
		},
		"a first value": {newField(masks{}, valueColumn, text(""), text("4711")), "value: (none) -> ••••"},
		"no width": {
			Field{Name: "title", Kind: "text", Before: "Staff", After: "Sta\u200bff"},
			"title: Staff -> Sta\u200bff (differs in invisible characters)",
		},
		"another blank": {
			Field{Name: "title", Kind: "text", Before: "Staff card", After: "Staff\u00a0 card "},
			"title: Staff card -> Staff\u00a0 card  (differs in invisible characters)",
		},
		"composed otherwise": {
			Field{Name: "title", Kind: "text", Before: "Zoë", After: "Zoe\u0308"},
			"title: Zoë -> Zoe\u0308 (differs in invisible characters)",
		},
		"another case":      {Field{Name: "title", Kind: "text", Before: "Staff", After: "staff"}, "title: Staff -> staff"},
		"an accent":         {Field{Name: "title", Kind: "text", Before: "Zoe", After: "Zoë"}, "title: Zoe -> Zoë"},
		"with a difference": {Field{Name: "fields", Kind: "json", Before: "{}", After: "{ }", Diff: "@@"}, "fields:\n@@"},
	} {
		if got := c.field.Text(); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}
