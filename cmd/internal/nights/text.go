package nights

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"keyroster/io/reportio"
	"keyroster/io/store"
)

// Printed is a document of this package, printed as JSON or as text; loc is the zone of its times.
type Printed interface {
	WriteText(w io.Writer, loc *time.Location) error
}

// WriteText writes a list as a table, oldest run first, and below it what needs a person.
func (d *Document) WriteText(w io.Writer, loc *time.Location) error {
	var out strings.Builder
	if len(d.Runs) == 0 {
		out.WriteString("no runs\n")
	}
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	if len(d.Runs) > 0 {
		fmt.Fprintln(table, "BEGAN\tTOOK\tBY\tCOMMAND\tRUN\tRESULT")
	}
	for i := range d.Runs {
		e := &d.Runs[i]
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", day(e.Began().In(loc)), e.TookText(),
			cmp.Or(e.Operator, "-"), cmp.Or(e.Command, "-"), e.Name, e.Result)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	writeNext(&out, d.Runs)
	writeSkipped(&out, d.Skipped)
	if len(d.Disabled) > 0 {
		fmt.Fprintf(&out, "\ndisabled in the configuration: %s\n", strings.Join(d.Disabled, ", "))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// writeNext writes what to do about each run that needs a person.
func writeNext(out *strings.Builder, runs []Entry) {
	for i := range runs {
		e := &runs[i]
		if e.Next == "" {
			continue
		}
		says := reportio.JoinFilled(": ", fmt.Sprintf("%s is %s", e.Name, e.Status), e.Problem)
		fmt.Fprintf(out, "\n%s\n  %s\n", says, e.Next)
	}
}

func writeSkipped(out *strings.Builder, skipped []Skipped) {
	for _, s := range skipped {
		fmt.Fprintf(out, "\nskipped %s: %s\n", oneLine(s.Name), oneLine(s.Reason))
	}
}

// WriteText writes a run as text.
func (s *Shown) WriteText(w io.Writer, loc *time.Location) error {
	var out strings.Builder
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	add := func(name, text string) {
		if text != "" {
			fmt.Fprintf(table, "%s\t%s\n", name, oneLine(text))
		}
	}
	add("run", s.RunID)
	add("place", s.Place)
	add("account", reportio.JoinFilled(", ", s.Account, s.Provider, prefixed("tenant ", s.Tenant)))
	add("command", reportio.JoinFilled(", ", s.Command, prefixed("by ", s.Operator), s.Tool))
	add("began", reportio.JoinFilled(", ", day(s.Began().In(loc)), prefixed("took ", strings.Trim(s.TookText(), "-"))))
	add("result", s.Result)
	add("verdict", s.Verdict)
	add("stopped", s.Stopped)
	add("problem", s.Problem)
	add("undoes", s.Undoes)
	for _, in := range s.Inputs {
		add("read", in.File+" (sha256 "+in.SHA256+")")
	}
	add("people", strings.Join(s.Holders, ", "))
	add("limits", limitsText(s))
	for _, o := range s.Overrides {
		add("lifted", reportio.JoinFilled(": ", reportio.JoinFilled(" ", o.Name, o.Value), o.Reason))
	}
	for _, text := range s.Warnings {
		add("warning", text)
	}
	add("files", filesText(s.Files))
	add("next", s.Next)
	add("undo", s.Undo)
	if err := table.Flush(); err != nil {
		return err
	}
	writeChanges(&out, s.Changes)
	_, err := io.WriteString(w, out.String())
	return err
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func limitsText(s *Shown) string {
	var parts []string
	for name, limit := range s.Limits {
		parts = append(parts, fmt.Sprintf("%s %s", name, limit))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func filesText(files []File) string {
	var names []string
	for _, f := range files {
		name := f.Name
		if f.HoldsValues {
			name += " (holds values)"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// writeChanges writes one change per line: what was done, the place of the row, the holder, and
// what changed.
func writeChanges(out *strings.Builder, changes []Change) {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(changes) > 0 {
		fmt.Fprintln(table)
	}
	for i := range changes {
		c := &changes[i]
		what := c.Action.String()
		if c.Outcome.String() != "applied" {
			what = strings.ReplaceAll(c.Outcome.String(), "_", " ")
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\n",
			what, oneLine(rowText(c)), oneLine(cmp.Or(c.who, "-")), oneLine(c.what), changeText(c))
	}
	_ = table.Flush() // a builder never fails
}

// rowText is the place of a change's row.
func rowText(c *Change) string {
	switch {
	case c.Source == nil:
		return "no row"
	case c.Source.Sheet != "":
		return fmt.Sprintf("%s %s!%s", filepath.Base(c.Source.File), c.Source.Sheet, c.Source.At())
	}
	return fmt.Sprintf("%s:%s", filepath.Base(c.Source.File), c.Source.At())
}

// changeText is what changed of a record, and if it did not, why.
func changeText(c *Change) string {
	var parts []string
	for i := range c.Fields {
		f := &c.Fields[i]
		if f.Before == "" && f.After == "" && f.Diff == "" {
			parts = append(parts, f.Name) // a plan has no values
			continue
		}
		parts = append(parts, f.Text())
	}
	return oneLine(reportio.JoinFilled(": ", strings.Join(parts, "; "), c.Reason))
}

// oneLine puts a text on one line, for a table cell.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// WriteText writes what changed, run by run, and then the flapping records.
func (d *Diff) WriteText(w io.Writer, loc *time.Location) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%s in %s\n", reportio.Count(len(d.Changes), "change"), reportio.Count(len(d.Runs), "run"))
	at := 0
	for i := range d.Runs {
		e, from := &d.Runs[i], at
		for at < len(d.Changes) && d.Changes[at].RunID == e.RunID {
			at++
		}
		if at > from || e.Status != store.RunClosed {
			fmt.Fprintf(&out, "\n%s  %s  %s\n", day(e.Began().In(loc)), e.Name, e.Result)
			writeChanges(&out, d.Changes[from:at])
		}
	}
	if len(d.Flapping) > 0 {
		fmt.Fprintf(&out, "\nWritten on three nights or more: something else writes it too, or two rows want it.\n")
	}
	for i := range d.Flapping {
		f := &d.Flapping[i]
		last := &f.Writes[len(f.Writes)-1]
		fmt.Fprintf(&out, "\n%s  %s  %s, %s\n", f.Account, cmp.Or(last.who, "-"), last.what, reportio.Count(f.Nights, "night"))
		table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
		for n := range f.Writes {
			c := &f.Writes[n]
			fmt.Fprintf(table, "  %s\t%s\t%s\t%s\n", when(c, loc), c.Action, oneLine(rowText(c)), changeText(c))
		}
		_ = table.Flush() // a builder never fails
	}
	writeSkipped(&out, d.Skipped)
	_, err := io.WriteString(w, out.String())
	return err
}

func when(c *Change, loc *time.Location) string {
	if c.At == nil {
		return "-"
	}
	return day(c.At.In(loc))
}
