package doorflow_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/reconcile"
)

// TestChoices: each text that is offered finds its own type.
func TestChoices(t *testing.T) {
	const twins = `{"people":[{"id":101,"first_name":"Avery","last_name":"Sample","email":"avery@example.com"}],"credentials":[],"credential_types":[
 {"id":31,"label":"Keypad PIN","slug":"pin","code":10},
 {"id":32,"label":"Card","slug":"card_a","code":200},
 {"id":33,"label":"Card","slug":"card_b","code":200},
 {"id":34,"label":"Tag","slug":"tag","code":200},
 {"id":35,"label":"Tag","slug":"tag","code":200}]}`
	a := openAccount(t, options{state: twins})
	got, err := a.client.Choices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]reconcile.Choice{"type": {
		{Text: "Keypad PIN", Help: "id 31", ID: "31"}, {Text: "card_a", Help: "Card"}, {Text: "card_b", Help: "Card"}, {Text: "34", Help: "Tag"}, {Text: "35", Help: "Tag"},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
