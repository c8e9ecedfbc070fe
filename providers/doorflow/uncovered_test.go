package doorflow

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/providers"
)

// TestBeyond: members that no column holds are named, and none of their text is kept.
func TestBeyond(t *testing.T) {
	for text, want := range map[string][]string{
		`{"id":"K1","person_id":5,"credential_type_id":7,"label":"Card","value":"1","status":null,"url":null,"wallet_type":null}`:                      nil,
		`{"id":"K1","person_id":5,"credential_type_id":7,"label":"Pass","status":"invited","url":"https://x","wallet_type":"apple","later":{"n":[1]}}`: {"later", "status", "url", "wallet_type"},
	} {
		var w providers.Extended[credential]
		if err := json.Unmarshal([]byte(text), &w); err != nil || w.Object.ID != "K1" {
			t.Fatal(err, w.Object.ID)
		}
		var names []string
		for _, b := range w.Uncovered {
			names = append(names, b.Name)
		}
		if diff := cmp.Diff(want, names); diff != "" {
			t.Error(diff)
		}
	}
}
