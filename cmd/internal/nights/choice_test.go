package nights_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/accounts"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/nights"
)

// TestQuery: a term selects accounts of the configuration, and accounts that runs are kept of.
func TestQuery(t *testing.T) {
	w := newWorld(t)
	for n, account := range []string{"hq", "site-1", "site-2", "gone"} {
		w.add(night{account: account, at: on(n)})
	}
	for name, c := range map[string]struct {
		choice accounts.Selection
		want   []string
		usage  bool
	}{
		"all":             {choice: accounts.Selection{}, want: []string{"hq", "site-1", "site-2", "gone"}},
		"all by word":     {choice: accounts.Selection{All: true}, want: []string{"hq", "site-1", "site-2", "gone"}},
		"two":             {choice: accounts.Selection{Terms: []string{"gone", "hq"}}, want: []string{"hq", "gone"}},
		"a pattern":       {choice: accounts.Selection{Terms: []string{"site-*"}}, want: []string{"site-1", "site-2"}},
		"but for one":     {choice: accounts.Selection{Terms: []string{"site-*"}, Skip: []string{"*-2"}}, want: []string{"site-1"}},
		"none of them":    {choice: accounts.Selection{Skip: []string{"*"}}, want: []string{}},
		"unknown":         {choice: accounts.Selection{Terms: []string{"lab"}}, usage: true},
		"unknown to skip": {choice: accounts.Selection{Skip: []string{"lab"}}, usage: true},
		"fits nothing":    {choice: accounts.Selection{Terms: []string{"hall-*"}}, usage: true},
		"no tag":          {choice: accounts.Selection{Terms: []string{"tag:london"}}, usage: true},
		"no pattern":      {choice: accounts.Selection{Terms: []string{"site-["}}, usage: true},
		"empty":           {choice: accounts.Selection{Terms: []string{""}}, usage: true},
		"all and a name":  {choice: accounts.Selection{All: true, Terms: []string{"hq"}}, usage: true},
	} {
		q := nights.Query{Choice: nights.Choice{Selection: c.choice}}
		doc, err := q.List(w.store)
		if c.usage {
			wantKind(t, name, err, failure.Usage)
			continue
		}
		must(t, err)
		got := []string{}
		for _, e := range doc.(*nights.Document).Runs {
			got = append(got, e.Account)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
