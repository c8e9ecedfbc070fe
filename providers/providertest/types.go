package providertest

import (
	"slices"

	"keyroster/providers"
	"keyroster/reconcile"
)

// typesOf maps the types of records to their names.
func typesOf(records *reconcile.Set) map[string]string {
	types := map[string]string{}
	for n := range records.Len() {
		r := records.Record(n)
		types[r.Of(reconcile.TypeID)] = r.Of(reconcile.TypeName)
	}
	delete(types, "")
	return types
}

// findsTypes: a type is found by its id and by its name, and listed once.
func findsTypes(w *world, client *providers.Client) {
	types := typesOf(w.list(client).Records)
	if len(types) == 0 {
		w.Fatal("no record has a type")
	}
	known, err := client.Types(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for id, name := range types {
		for _, text := range []string{id, name} {
			if ids := reconcile.FindTypes(known, text); text != "" && !slices.Contains(ids, id) {
				w.Errorf("type %q finds %q, want %s among them", text, ids, id)
			}
		}
	}
	for i := range known {
		if slices.ContainsFunc(known[:i], func(t reconcile.Type) bool { return t.ID == known[i].ID }) {
			w.Errorf("type %s is listed twice", known[i].ID)
		}
	}
}

// listsCardTypes: card types are types of the account, and not PIN types.
func listsCardTypes(w *world, client *providers.Client) {
	cards, err := client.CardTypes(w.Context())
	if err != nil || len(cards) == 0 {
		w.Fatalf("card types %q: %v", cards, err)
	}
	var pins map[string]bool
	if client.PINTypes != nil {
		if pins, err = client.PINTypes(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	for _, id := range cards {
		if pins[id] {
			w.Errorf("type %s is reported both as a card type and as a PIN type", id)
		}
	}
}

// listsPINTypes: PIN types are not among those whose values are shown.
func listsPINTypes(w *world, client *providers.Client) {
	pins, err := client.PINTypes(w.Context())
	if err != nil || len(pins) == 0 {
		w.Fatalf("PIN types %v: %v", pins, err)
	}
	for _, id := range w.suite.Spec.Schema.CardTypes {
		if pins[id] {
			w.Errorf("type %s has card numbers by the schema, and PINs by the account", id)
		}
	}
}

// offersChoices: choices are for a column that rosters have, filled and distinct; a column
// with nothing to offer is left out.
func offersChoices(w *world, client *providers.Client) {
	choices, err := client.Choices(w.Context())
	if err != nil || len(choices) == 0 {
		w.Fatalf("choices %v: %v", choices, err)
	}
	for column, offered := range choices {
		if w.suite.Spec.Schema.Index(column) < 0 || len(offered) == 0 {
			w.Errorf("%d choices for column %s", len(offered), column)
		}
		seen := map[string]bool{}
		for _, c := range offered {
			if c.Text == "" || seen[c.Text] {
				w.Errorf("column %s offers %q twice, or nothing", column, c.Text)
			}
			seen[c.Text] = true
		}
	}
}
