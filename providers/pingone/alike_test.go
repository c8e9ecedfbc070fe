package pingone_test

import (
	"strings"
	"testing"
)

// TestTitlesThatLookAlike: a title that only looks like another never makes a second type beside
// it, and a row that removes such a title is not waved through.
func TestTitlesThatLookAlike(t *testing.T) {
	const svg, fields = "<svg></svg>", `[{"type":"Issued Timestamp","title":"A"}]`
	created := func(title string) map[string]string {
		return map[string]string{"title": title, "card_design_template": svg, "metadata.fields": fields}
	}
	absent := func(title string) map[string]string { return map[string]string{"title": title, "state": "absent"} }
	for name, c := range map[string]struct {
		rows []map[string]string
		// want holds the beginning of each line, or, after …, a part of it.
		want []string
	}{
		"a space behind it": {
			[]map[string]string{created("Staff badge ")},
			[]string{
				`none blocked: the title looks like "Staff badge" of credential type t1 but differs in spaces`,
			},
		},
		"two spaces within": {
			[]map[string]string{created("Staff  badge")},
			[]string{`none blocked: the title looks like "Staff badge" of credential type t1`},
		},
		"a no-break space": {
			[]map[string]string{created("Staff\u00a0badge")},
			[]string{`none blocked: the title looks like "Staff badge" of credential type t1`},
		},
		"capitals": {
			[]map[string]string{created("STAFF BADGE")},
			[]string{
				`none blocked: the title looks like "Staff badge" of credential type t1 but differs ` +
					`in capital letters`,
			},
		},
		"a Cyrillic letter": {
			[]map[string]string{created("Stаff badge")},
			[]string{
				`none blocked: the title looks like "Staff badge" of credential type t1 but differs ` +
					`in a letter or sign that looks like 'a' (U+0430)`,
			},
		},
		"a zero-width character": {
			[]map[string]string{created("Staff\u200b badge")},
			[]string{
				`none blocked: the title looks like "Staff badge" of credential type t1 but differs ` +
					`in invisible characters`,
			},
		},
		"full width": {
			[]map[string]string{created("Ｓtaff badge")},
			[]string{
				`none blocked: the title looks like "Staff badge" of credential type t1 but differs ` +
					`in a character of another form (U+FF33)`,
			},
		},
		"new, a space behind it": {
			[]map[string]string{created("Guest ")},
			[]string{"none blocked: the title starts or ends with a space"},
		},
		"new, a zero-width space": {
			[]map[string]string{created("Gu\u200best")},
			[]string{"none blocked: the title has an invisible character (U+200B)"},
		},
		"new, two lines": {
			[]map[string]string{created("Gu\nest")},
			[]string{"none blocked: the title has an invisible character (U+000A)"},
		},
		"new, a formula": {
			[]map[string]string{created(`="Guest"`)},
			[]string{`none blocked: the title is a formula: write only "Guest"`},
		},
		"new, a joiner": {[]map[string]string{created("می\u200cروم")}, []string{"create planned"}},
		"another title": {[]map[string]string{created("Staff badge 2")}, []string{"create planned"}},
		"to be absent": {
			[]map[string]string{absent("Staff Badge")},
			[]string{`none blocked: the title looks like "Staff badge" of credential type t1`},
		},
		"absent, another": {[]map[string]string{absent("Nothing")}, []string{"none unchanged"}},
		"two new ones": {
			[]map[string]string{created("New one"), created("new  ONE")},
			[]string{
				`none blocked: another row has the title "new  ONE"`,
				`none blocked: another row has the title "New one"`,
			},
		},
		"named by its id too": {
			[]map[string]string{
				{"credential_type_id": "t1", "title": "Staff badge"}, created("Staff badge"),
			},
			[]string{
				"none unchanged",
				"none blocked: credential type t1 has this title, but another row names it by its id",
			},
		},
		"its old title": {
			[]map[string]string{
				{"credential_type_id": "t1", "title": "Badge of staff"}, created("Staff badge"),
			},
			[]string{"update planned title", "create planned"},
		},
		"the new title of one": {
			[]map[string]string{
				{"credential_type_id": "t1", "title": "Badge of staff"}, created("badge of staff"),
			},
			[]string{
				"update planned title",
				"none blocked: another row gives credential type t1 this title, or one that looks like it",
			},
		},
		"equal, by id and title":  {[]map[string]string{{"credential_type_id": "t1", "title": "Staff badge", "state": "absent"}, absent("Staff badge")}, []string{"delete planned"}},
		"equal, by title, absent": {[]map[string]string{absent("Staff badge"), absent("Staff badge")}, []string{"delete planned"}},
	} {
		t.Run(name, func(t *testing.T) {
			plan, _ := openAccount(t, options{state: smallState}).plan(c.rows...)
			got := lines(plan)
			for i := range got {
				if i < len(c.want) && !strings.HasPrefix(got[i], c.want[i]) || len(got) != len(c.want) {
					t.Errorf("lines %q, want %q", got, c.want)
				}
			}
		})
	}
}
