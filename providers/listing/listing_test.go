package listing_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"keyroster/providers/listing"
	"keyroster/reconcile"
)

// listOf returns a list of texts that are their own ids, and the texts it kept.
func listOf() (*listing.List[string], *[]string) {
	var kept []string
	return &listing.List[string]{
		What: "words", ID: func(s *string) string { return *s },
		Restart: func() { kept = nil }, Keep: func(s *string) { kept = append(kept, *s) },
	}, &kept
}

func TestByNumber(t *testing.T) {
	for name, c := range map[string]struct {
		// readings holds the pages of each reading, each page as words.
		readings [][]string
		total    int
		want     string
		evidence reconcile.Evidence
		fails    string
	}{
		"declared":             {[][]string{{"a b", "c d", "e"}}, 5, "a b c d e", reconcile.EvidenceDeclared, ""},
		"declared, too many":   {[][]string{{"a b", "c d", "e"}, {"a b", "c d", "e"}}, 4, "", "", "4 declared, 5 unique ids read"},
		"declared, read again": {[][]string{{"a b", "c d", ""}, {"a b", "c d", "e"}}, 5, "a b c d e", reconcile.EvidenceDeclared, ""},
		"terminated":           {[][]string{{"a b", "c d", "e", ""}}, -1, "a b c d e", reconcile.EvidenceTerminated, ""},
		"twice":                {[][]string{{"a b", "c", "d e", ""}, {"a b", "c", "d e", ""}}, -1, "a b c d e", reconcile.EvidenceTwice, ""},
		"two that differ":      {[][]string{{"a b", "c", "d e", ""}, {"a b", "c", "d f", ""}}, -1, "", "", "no total declared"},
		"repeated":             {[][]string{{"a b", "a b"}, {"a b", "a b"}}, -1, "", "", "page 2 only repeats earlier pages"},
	} {
		t.Run(name, func(t *testing.T) {
			list, kept := listOf()
			r, err := list.Prove(t.Context(), 2, func(ctx context.Context, n int) (listing.Reading, error) {
				return list.ByNumber(ctx, func(_ context.Context, number, _ int) (listing.Page[string], error) {
					page := listing.Page[string]{Total: c.total, Size: -1, Number: number}
					if pages := c.readings[n-1]; number <= len(pages) {
						page.Rows = strings.Fields(pages[number-1])
					}
					return page, nil
				}, 2, 3)
			})
			proves(t, r, err, c.evidence, c.fails)
			if got := strings.Join(*kept, " "); c.fails == "" && got != c.want {
				t.Errorf("kept %q, want %q", got, c.want)
			}
		})
	}
}

func TestByLink(t *testing.T) {
	for name, c := range map[string]struct {
		pages    []string
		evidence reconcile.Evidence
		count    int
		fails    string
	}{
		"to the end":         {[]string{"a b", "c d", "e"}, reconcile.EvidenceTerminated, 3, ""},
		"short in between":   {[]string{"a b", "c", "d e"}, reconcile.EvidenceTwice, 6, ""},
		"nothing new":        {[]string{"a b", "b a", "c"}, "", 0, "page 2 only repeats earlier pages"},
		"leads nowhere":      {[]string{"a b", "-"}, "", 0, "page 2 is not the last but has no next page"},
		"a page's own doubt": {[]string{"a b", "?"}, "", 0, "not as it says"},
		"grave after mild":   {[]string{"a b", "c", "d e", "?"}, "", 0, "not as it says"},
		"the last repeats":   {[]string{"a b", "c d", "a"}, "", 0, "page 3 only repeats earlier pages"},
		"the last is longer": {[]string{"a", "b c"}, reconcile.EvidenceTwice, 4, ""},
	} {
		t.Run(name, func(t *testing.T) {
			list, _ := listOf()
			r, err := list.Prove(t.Context(), 2, func(ctx context.Context, _ int) (listing.Reading, error) {
				return list.ByLink(ctx, func(_ context.Context, _ string, number int) (listing.Link[string], error) {
					page := listing.Link[string]{Rows: strings.Fields(c.pages[number-1]), Next: strings.Repeat("n", number), Last: number == len(c.pages)}
					switch c.pages[number-1] {
					case "-":
						page.Next, page.Last = "", false
					case "?":
						page.Objection = "not as it says"
					}
					return page, nil
				}, true)
			})
			proves(t, r, err, c.evidence, c.fails)
			if c.fails == "" && r.Pages != c.count {
				t.Errorf("%d pages, want %d", r.Pages, c.count)
			}
		})
	}
}

// TestAtOnce: an answer that declares no total is checked against the page after it.
func TestAtOnce(t *testing.T) {
	for second, fails := range map[string]string{"": "", "c": "page 2 has 1 more"} {
		list, kept := listOf()
		r, err := list.Prove(t.Context(), 2, func(ctx context.Context, _ int) (listing.Reading, error) {
			return list.AtOnce(ctx, func(_ context.Context, begin func(), take func(*string)) (rows, total int, err error) {
				for range 2 { // the first attempt broke
					begin()
					for _, word := range []string{"a", "b"} {
						take(&word)
					}
				}
				return 2, -1, nil
			}, func(_ context.Context, number, _ int) (listing.Page[string], error) {
				page := listing.Page[string]{Total: -1}
				if number == 2 {
					page.Rows = strings.Fields(second)
				}
				return page, nil
			}, 10)
		})
		proves(t, r, err, reconcile.EvidenceTwice, fails)
		if !slices.Equal(*kept, []string{"a", "b"}) {
			t.Errorf("kept %q", *kept)
		}
	}
}

func proves(t *testing.T, r listing.Reading, err error, evidence reconcile.Evidence, fails string) {
	t.Helper()
	if fails != "" {
		if !errors.Is(err, reconcile.ErrIncomplete) || !strings.Contains(err.Error(), fails) {
			t.Fatalf("error %v, want one that says %q", err, fails)
		}
		return
	}
	if err != nil || r.Evidence != evidence {
		t.Fatalf("evidence %q (%s), error %v; want %q", r.Evidence, r.Objection, err, evidence)
	}
}
