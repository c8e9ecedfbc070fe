package export

import (
	"fmt"
	"io"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/exportio"
)

// WriteText writes a summary of an export, account by account.
func WriteText(w io.Writer, e *exportio.Export) {
	for _, one := range e.Accounts {
		words := []string{failure.Plural(one.Totals.Credentials, "credential")}
		if !one.Filters.None() {
			words[0] += fmt.Sprintf(" of %d (%s)", one.Listing.Records, one.Filters)
		}
		words = append(words, failure.Plural(len(one.Findings), "finding"))
		if s := one.Since; s != nil {
			words = append(words, fmt.Sprintf(
				"since %s: %d added, %d removed, %d changed", s.At.Format("2006-01-02 15:04"), s.Added,
				s.Removed, s.Changed,
			))
			if s.NotCompared > 0 {
				words = append(words, failure.Plural(s.NotCompared, "value")+" could not be compared")
			}
		}
		fmt.Fprintf(w, "%s: %s\n", one.Name, strings.Join(words, ", "))
		for _, found := range one.Found {
			if found.Count > 0 {
				fmt.Fprintf(w, "  %-30s %d\n", found.Title, found.Count)
			}
		}
	}
}
