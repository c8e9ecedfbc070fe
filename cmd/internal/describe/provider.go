package describe

import (
	"fmt"
	"io"
	"strings"

	"keyroster/cmd/internal/account"
	"keyroster/io/configio"
	"keyroster/io/reportio"
	"keyroster/providers"
	"keyroster/reconcile"
)

// WriteProvider writes what is needed to make a roster for a provider, or an account section of
// the configuration, folded to a width. Errors are those of w.
func WriteProvider(w io.Writer, spec *providers.Spec, width int) error {
	list := termList{width: width}
	fmt.Fprintf(&list, "%s (%s): %s\n", spec.Title, spec.Name, spec.Help)
	for _, note := range spec.Abilities.Notes {
		list.add("  -", note)
	}
	list.head("What undo brings back")
	for _, fact := range spec.Undo.Facts {
		list.add("  -", fact)
	}
	list.head("Columns of a roster")
	for i := range spec.Schema.Columns {
		c := &spec.Schema.Columns[i]
		if c.Role == reconcile.RoleInfo {
			continue
		}
		text := c.Help
		if c.Role != reconcile.RoleState {
			text += " (" + strings.Join(Purposes(c), "; ") + ")"
		}
		if len(c.Aliases) > 0 {
			text += " Also called: " + strings.Join(c.Aliases, ", ") + "."
		}
		list.add("  "+c.Name, text)
	}
	for n, form := range spec.Auth {
		list.head(map[bool]string{true: "Log in (auth) by ", false: "or by "}[n == 0] + form.Help)
		for _, m := range form.Members {
			text := m.Help
			if m.Secret {
				text += " (a reference: env:NAME, file:PATH or exec:COMMAND)"
			}
			list.add("  "+m.Name, text)
		}
	}
	list.head("Its own keys of an account section, beside those of all")
	for _, k := range OwnKeys(spec) {
		list.add("  "+k.Path, k.Help+" ("+k.Kind+")")
	}
	list.head("Defaults")
	list.add("  concurrency", fmt.Sprint(spec.Concurrency))
	list.add("  rate", spec.Rate.String())
	if spec.PageSize > 0 {
		list.add("  page_size", fmt.Sprint(spec.PageSize))
	}
	_, err := io.WriteString(w, list.String())
	return err
}

// AccountKey is the prefix of the paths of an account's keys.
const AccountKey = "accounts.*."

// OwnKeys returns the keys of an account section that only this provider has, with paths within
// the section.
func OwnKeys(spec *providers.Spec) []configio.Key {
	var out []configio.Key
	for _, k := range configio.Keys(account.ProviderKeys()) {
		path, _ := strings.CutPrefix(k.Path, AccountKey)
		if k.Provider == spec.Name && !strings.HasPrefix(path, "auth.") {
			k.Path = path
			out = append(out, k)
		}
	}
	return out
}

// Purposes describes what a column is for.
func Purposes(c *reconcile.Column) []string {
	out := []string{map[reconcile.Role]string{
		reconcile.RoleKey: "identifies the record", reconcile.RoleMatch: "finds the record",
		reconcile.RoleManaged: "kept in sync", reconcile.RoleState: "`present` (or blank) or `absent`",
	}[c.Role]}
	add := func(when bool, text string) {
		if when {
			out = append(out, text)
		}
	}
	managed := c.Role == reconcile.RoleManaged
	add(managed && c.Pairs, "finds the record when the row has no id")
	add(managed && c.Can&reconcile.CanUpdate == 0, "set at creation only")
	add(c.Can&reconcile.CanClear != 0, "can be cleared")
	add(c.Can&reconcile.CanMove != 0, "can be changed with `move: true`")
	add(c.Secret(), "secret")
	return out
}

// termList writes terms with texts beside them, folded to a width.
type termList struct {
	strings.Builder
	width int
}

// termWidth is the column in which texts begin.
const termWidth = 28

func (l *termList) head(text string) { fmt.Fprintf(l, "\n%s:\n", text) }

func (l *termList) add(term, text string) {
	indent := termWidth
	if len(term) < 4 {
		indent = len(term) + 1 // a bullet
	}
	if len(term) >= indent {
		fmt.Fprintln(l, term)
		term = ""
	}
	fmt.Fprintf(l, "%-*s%s\n", indent, term, reportio.Beside(text, indent, l.width))
}
