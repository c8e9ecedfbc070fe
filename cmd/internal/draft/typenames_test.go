package draft

import (
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// TestOneTypeTwice: two columns of one table have one type if any of its names says so; the same
// type in two tables of a file is nothing to report.
func TestOneTypeTwice(t *testing.T) {
	types := []reconcile.Type{
		{ID: "31", Names: []string{"Keypad PIN", "pin"}},
		{ID: "32", Names: []string{"Proximity card"}},
	}
	column := func(sheet string, line int, name string) reconcile.WideColumn {
		return reconcile.WideColumn{Sheet: sheet, Line: line, Header: name, Type: name}
	}
	for name, c := range map[string]struct {
		before, last reconcile.WideColumn
		same         bool
	}{
		"label and slug":       {column("A", 1, "Keypad PIN"), column("A", 1, "PIN"), true},
		"slug and id":          {column("A", 1, "pin"), column("A", 1, "31"), true},
		"two types":            {column("A", 1, "pin"), column("A", 1, "32"), false},
		"tables of two sheets": {column("A", 1, "pin"), column("B", 1, "pin"), false},
		"tables of one sheet":  {column("A", 1, "pin"), column("A", 20, "pin"), false},
	} {
		f := &reconcile.File{Wide: []reconcile.WideColumn{c.before, c.last}}
		same := sameAs(f, 1, types, reconcile.FindTypes(types, c.last.Type))
		if (same != nil) != c.same || c.same && (same[0] != c.before || same[1] != c.last) {
			t.Errorf("%s: %v", name, same)
		}
	}
}

// TestOneTypePaddedTwice: a repair that is given for one type by two of its names is refused unless
// both give the same length.
func TestOneTypePaddedTwice(t *testing.T) {
	types := []reconcile.Type{{ID: "31", Names: []string{"Keypad PIN", "pin"}}, {ID: "32", Names: []string{"Card"}}}
	find := func(text, _ string) ([]string, error) { return reconcile.FindTypes(types, text), nil }
	for name, c := range map[string]struct {
		pad  map[string]int
		want string
	}{
		"two types":  {map[string]int{"pin": 4, "Card": 10}, ""},
		"one length": {map[string]int{"pin": 4, "31": 4}, ""},
		"two lengths": {
			map[string]int{"Keypad PIN": 4, "pin": 6},
			`repair: pad has two lengths for type Keypad PIN: 4 by the name "Keypad PIN" and 6 by "pin"`,
		},
	} {
		d := &Draft{Account: &account.Account{Config: &configio.Account{}}, Offered: types}
		d.Account.Config.Repair.Pad = map[string]rosterio.Padding{"value": {Types: c.pad}}
		switch err := d.findPadded(find); {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.want != "" && (err == nil || err.Error() != c.want || failure.Of(err).Kind != failure.Usage):
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
