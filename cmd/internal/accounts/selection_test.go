package accounts

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"keyroster/cmd/internal/failure"

	_ "keyroster/reconcile/fixedseed"
)

// sites are accounts by name, some of them with tags; old is disabled, and --all leaves out idle.
var sites = []candidate{
	{name: "site-1", tags: []string{"london"}, inAll: true},
	{name: "site-2", tags: []string{"london", "paris"}, inAll: true},
	{name: "lab", inAll: true},
	{name: "idle"},
	{name: "old", tags: []string{"paris"}, disabled: true, inAll: true},
}

func TestPick(t *testing.T) {
	words := func(text string) []string { return strings.Fields(text) }
	for _, c := range []struct {
		terms, skip string
		all         bool
		want, off   string
		fails       string
	}{
		{all: true, want: "site-1 site-2 lab", off: "old"},
		{all: true, skip: "site-* old", want: "lab"},
		{all: true, skip: "tag:paris", want: "site-1 lab"},
		{all: true, skip: "idle", want: "site-1 site-2 lab", off: "old"},
		{terms: "lab", want: "lab"},
		{terms: "lab site-1", want: "lab site-1"},
		{terms: "site-2 site-*", want: "site-2 site-1"},
		{terms: "site-[13]", want: "site-1"},
		{terms: "tag:paris", want: "site-2", off: "old"},
		{terms: "tag:?aris tag:london", want: "site-2 site-1", off: "old"},
		{terms: "o*", off: "old"},
		{terms: "idle lab", skip: "l*", want: "idle"},
		{terms: "old lab", skip: "old", want: "lab"},

		{all: true, terms: "lab", fails: "cannot be used together"},
		{terms: "old", fails: "account old is disabled"},
		{terms: "lab old", fails: "account old is disabled"},
		{terms: "shop-*", fails: "no account has that name"},
		{terms: "tag:rome", fails: "no account has such a tag"},
		{terms: "tag:", fails: "no account has such a tag"},
		{terms: "site-[", fails: "is not a valid pattern"},
		{terms: "lab lab", fails: `account "lab" is named twice`},
		{all: true, skip: "shop-*", fails: "--skip shop-*"},
		{all: true, skip: "*", fails: "--skip excludes every account"},
		{terms: "lab", skip: "idle", fails: "--skip goes with --all"},
	} {
		s := Selection{Terms: words(c.terms), All: c.all, Skip: words(c.skip)}
		picked, off, err := s.pick(sites)
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) || failure.Of(err).Kind != failure.Usage {
				t.Errorf("%+v: error %v, want %q", s, err, c.fails)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", s, err)
		}
		if diff := cmp.Diff(words(c.want), append([]string{}, picked...)); diff != "" {
			t.Errorf("%+v: %s", s, diff)
		}
		if diff := cmp.Diff(words(c.off), append([]string{}, off...)); diff != "" {
			t.Errorf("%+v, disabled: %s", s, diff)
		}
	}
	if _, _, err := (Selection{Terms: []string{"lab", ""}}).pick(sites); err == nil {
		t.Error("an empty name is chosen")
	}
}

func TestSeveralIsOfTheCommandLine(t *testing.T) {
	for _, c := range []struct {
		Selection
		want bool
	}{
		{Selection{}, false},
		{Selection{Terms: []string{"hq"}}, false},
		{Selection{Terms: []string{"hq", "lab"}}, true},
		{Selection{Terms: []string{"h*"}}, true},
		{Selection{Terms: []string{"h?"}}, true},
		{Selection{Terms: []string{"[h]q"}}, true},
		{Selection{Terms: []string{"tag:x"}}, true},
		{Selection{All: true}, true},
	} {
		if got := c.Several(); got != c.want {
			t.Errorf("%+v: %v", c.Selection, got)
		}
	}
}

// TestLawOfSelections: of the accounts that a term fits and none of --skip does, exactly the
// enabled ones are chosen, each once; the others are shown as disabled.
func TestLawOfSelections(t *testing.T) {
	name := rapid.StringMatching(`[abc]{1,2}`)
	term := rapid.OneOf(name, rapid.StringMatching(`[abc]?\*`), rapid.StringMatching(`\?[abc]`), rapid.StringMatching(`tag:[xy*]`))
	rapid.Check(t, func(t *rapid.T) {
		var among []candidate
		for _, name := range rapid.SliceOfNDistinct(name, 1, 6, rapid.ID).Draw(t, "names") {
			among = append(among, candidate{
				name: name, tags: rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y"}), 0, 2).Draw(t, "tags"),
				disabled: rapid.Bool().Draw(t, "disabled"), inAll: rapid.Bool().Draw(t, "in all"),
			})
		}
		s := Selection{
			Terms: rapid.SliceOfN(term, 0, 3).Draw(t, "terms"), All: rapid.Bool().Draw(t, "all"),
			Skip: rapid.SliceOfN(term, 0, 2).Draw(t, "skip"),
		}
		picked, off, err := s.pick(among)
		if err != nil {
			if len(picked)+len(off) > 0 {
				t.Fatalf("%v chosen beside an error", picked)
			}
			return
		}
		for i := range among {
			c := &among[i]
			meant := s.All && c.inAll || !s.All && slices.ContainsFunc(s.Terms, c.fits)
			meant = meant && !slices.ContainsFunc(s.Skip, c.fits)
			count := func(names []string) (n int) {
				for _, name := range names {
					if name == c.name {
						n++
					}
				}
				return n
			}
			want := map[bool]int{true: 1}
			if count(picked) != want[meant && !c.disabled] || count(off) != want[meant && c.disabled] {
				t.Fatalf("%+v of %+v: %v chosen, %v disabled", s, *c, picked, off)
			}
		}
	})
}
