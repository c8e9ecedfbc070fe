package providers

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestUnheld(t *testing.T) {
	known := map[string]bool{"id": true}
	for text, want := range map[string][]string{
		`{"id":"1","label":"","url":null,"on":false,"list":[ ],"object":{}}`: {"list"},
		`{"id":"1","label":"x","at":0,"on":true,"later":{"n":1}}`:            {"at", "label", "later", "on"},
		`[]`: nil,
		``:   nil,
	} {
		var got []string
		for _, member := range UncoveredParts(json.RawMessage(text), known) {
			got = append(got, member.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
