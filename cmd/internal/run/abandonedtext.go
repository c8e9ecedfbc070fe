package run

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"keyroster/cmd/internal/failure"
)

// WriteText writes it as text. Errors are those of w.
func (d *Abandoned) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Run %s of account %s\n", d.RunID, d.Account)
	fmt.Fprintf(&b, "  journal           %s\n", d.Journal)
	for _, l := range d.InDoubt {
		whose := d.Nouns.Describe(cmp.Or(l.CredentialID, "that is new"), l.HolderID)
		fmt.Fprintf(&b, "  in doubt          %s of %s\n", l.Action, whose)
	}
	if d.Unaccounted > 0 {
		fmt.Fprintf(
			&b, "  not known         %s of its plan may have been sent or not\n",
			failure.Plural(d.Unaccounted, "change"),
		)
	}
	for _, r := range d.Temporary {
		words := d.Nouns.Describe(r.CredentialID, r.HolderID)
		if r.HolderName != "" {
			words += " (" + r.HolderName + ")"
		}
		fmt.Fprintf(&b, "  temporary value   %s\n", words)
	}
	for _, l := range d.Parked {
		fmt.Fprintf(
			&b, "  temporary value   %s, or may be: the key to check it was lost with the state folder\n",
			d.Nouns.Describe(l.CredentialID, l.HolderID),
		)
	}
	if len(d.Temporary)+len(d.Parked) == 0 {
		fmt.Fprintf(&b, "  temporary values  none of %s\n", failure.Plural(d.Records, d.Nouns.Noun))
	}
	if d.Masked > 0 {
		fmt.Fprintf(
			&b, "  masked            %s that the provider does not show: not known\n",
			failure.Plural(d.Masked, "value"),
		)
	}
	b.WriteString(
		"  next              keyroster apply makes a new plan from what the provider holds, and names everyone still " +
			"on a temporary value\n",
	)
	_, err := io.WriteString(w, b.String())
	return err
}
