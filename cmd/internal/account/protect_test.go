package account_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"keyroster/io/configio"
	"keyroster/providers"
	"keyroster/reconcile"
)

func TestProtections(t *testing.T) {
	var log bytes.Buffer
	acc := ableOf(&able{
		holders: map[[2]string][]string{{"holder_email", "guard@example.com"}: {"501", "502"}},
		types:   []reconcile.Type{{ID: "31", Names: []string{"Master"}}},
	})
	acc.Config = &configio.Account{Protect: []reconcile.Protection{
		{"holder_email": "guard@example.com"},
		{"type": "Master"},
		{"holder_id": "503", "holder_ref": "E3"},
		{"holder_ref": "none"},
		{"type": "None"},
		{"value": "1"},
	}}
	got, err := acc.Protections(t.Context(), zerolog.New(&log))
	if err != nil {
		t.Fatal(err)
	}
	want := append(append([]reconcile.Protection{}, acc.Config.Protect...),
		reconcile.Protection{"type": "31"}, reconcile.Protection{"holder_id": "501"}, reconcile.Protection{"holder_id": "502"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	const warned = `{"level":"warn","type":"None","message":"protect: the account has no such type"}
{"level":"warn","holder_ref":"none","message":"protect: no person has this holder_ref"}
`
	if diff := cmp.Diff(warned, log.String()); diff != "" {
		t.Error(diff)
	}
	if len(acc.Config.Protect) != 6 {
		t.Error("the configuration was changed")
	}
	acc.Features = providers.Features{}
	if got, err = acc.Protections(t.Context(), zerolog.Nop()); err != nil || len(got) != 6 {
		t.Errorf("without the ability: %v %v", got, err)
	}
	acc.Features = (&able{err: errors.New("refused")}).features()
	_, err = acc.Protections(t.Context(), zerolog.Nop())
	if err == nil || err.Error() != "find the protected types: refused" {
		t.Errorf("%v", err)
	}
}
