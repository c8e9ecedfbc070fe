package transfer

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
)

// View is the description of a move for a person.
type View struct {
	*reportio.Migration
	// Noun is the source's noun for a record, To the target account's name.
	Noun, To string
	// Unmeasured: the target does not say how long PINs may be.
	Unmeasured bool
}

// shownLosses is how many reasons are printed; the file lists all.
const shownLosses = 8

// WriteText writes what a migration moves, loses and costs.
func (r View) WriteText(out io.Writer) {
	fmt.Fprintf(out, "moves   %d of %s of %s", r.Moved, failure.Plural(r.Records, r.Noun), r.From)
	if r.Refused > 0 {
		fmt.Fprintf(out, "; %d need a person first", r.Refused)
	}
	if r.OutOfScope > 0 {
		fmt.Fprintf(out, "; %d belong to people outside --only-holders", r.OutOfScope)
	}
	fmt.Fprintln(out)
	if r.Lost > 0 || len(r.Losses) > 0 {
		fmt.Fprintf(out, "lost    %s\n", failure.Plural(r.Lost, r.Noun))
	}
	if r.Partial > 0 {
		fmt.Fprintf(out, "partly  %s, each losing something\n", failure.Plural(r.Partial, r.Noun))
	}
	for i, loss := range r.Losses {
		if i == shownLosses {
			fmt.Fprintf(out, "        … and for %s more\n", failure.Plural(len(r.Losses)-i, "reason"))
			break
		}
		what := ""
		if loss.Column != "" {
			what = loss.Column + " only: "
		}
		fmt.Fprintf(out, "        %6d  %s%s\n", loss.Records, what, loss.Reason)
	}
	if r.Unmeasured {
		fmt.Fprintf(
			out, "note    %s does not report PIN lengths: set migrate.lengths to leave behind PINs that do not fit\n",
			r.To,
		)
	}
	if r.MissingHolders > 0 {
		fmt.Fprintf(
			out, "people  %d of %s not known to %s: see %s\n", r.MissingHolders, r.From, r.To,
			migrationio.MissingFile,
		)
	}
	total := 0
	for _, c := range r.Calls {
		total += c.Calls
	}
	pace := "without a rate limit"
	if r.ExpectedSeconds > 0 || total == 0 {
		pace = "about " + failure.DurationText(time.Duration(r.ExpectedSeconds)*time.Second) + " at the configured rate"
	}
	fmt.Fprintf(out, "budget  %s, %s\n", failure.Plural(total, "call"), pace)
	for _, c := range r.Calls {
		fmt.Fprintf(out, "        %6d  %s: %s\n", c.Calls, c.Account, c.Endpoint)
	}
	if len(r.Files) > 0 {
		fmt.Fprintf(out, "files   %s\n", filepath.Join(r.Folder, strings.Join(r.Files, ", ")))
	}
}
