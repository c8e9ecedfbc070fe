package nights_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/nights"
)

func TestByAccount(t *testing.T) {
	run := func(account, id string) nights.Entry {
		var e nights.Entry
		e.Account, e.RunID = account, id
		return e
	}
	d := &nights.Document{
		Schema: nights.ListSchema, Disabled: []string{"old", "lab"},
		List: &nights.List{
			Runs:    []nights.Entry{run("lab", "1"), run("hq", "2"), run("lab", "3")},
			Skipped: []nights.Skipped{{Name: "stray"}},
		},
	}
	var got []string
	for _, one := range d.ByAccount() {
		text, err := json.Marshal(one)
		must(t, err)
		var parts struct {
			Account, Schema string
			Runs            []struct {
				RunID string `json:"run_id"`
			}
			Skipped, Disabled []any
		}
		must(t, json.Unmarshal(text, &parts))
		words := parts.Account
		for _, run := range parts.Runs {
			words += " " + run.RunID
		}
		if len(parts.Disabled) > 0 {
			words += " disabled"
		}
		if parts.Schema != nights.ListSchema || parts.Runs == nil || parts.Skipped == nil || parts.Disabled == nil {
			t.Errorf("%s", text)
		}
		got = append(got, words)
	}
	if diff := cmp.Diff([]string{"lab 1 3 disabled", "hq 2", "old disabled"}, got); diff != "" {
		t.Error(diff)
	}
}
