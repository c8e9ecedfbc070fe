package migrationio

import (
	"io"
	"slices"
	"strings"

	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// The words of the column names: how first and last name were separated.
const (
	namesGiven   = "as at the source"
	namesAtComma = "split at the comma"
	namesAtSpace = "split at the last space"
	namesOne     = "one word"
)

// writeMissing writes the people whom the target does not know, in the columns
// in which it takes people. Where it wants first and last name and the source has
// one name, a further column says how the name was split.
func (f *Files) writeMissing(w io.Writer) error {
	header := slices.Clone(f.People)
	splits := slices.Contains(header, "last_name")
	if splits {
		header = append(header, "names")
	}
	var lines [][]string
	for i := range f.Move.Missing {
		h := &f.Move.Missing[i]
		line, how := aboutPerson(h, f.People, f.Set)
		if splits {
			line = append(line, how)
		}
		lines = append(lines, append(line, h.ID))
	}
	// Importers may not know byte order marks.
	return writeLines(csvio.NewWriter(w), append(header, "source_holder_id"), lines)
}

// aboutPerson are the cells of a person in columns, with set for columns that are
// not about names and addresses, and how the names were separated.
func aboutPerson(h *reconcile.Holder, columns []string, set map[string]string) (line []string, how string) {
	first, last, how := namesOf(h)
	for _, column := range columns {
		text := set[column]
		switch column {
		case "first_name":
			text = first
		case "last_name":
			text = last
		case "full_name":
			text = h.Name
		case "email", "email_address":
			text = h.Email
		case "system_id":
			text = h.Ref
		}
		line = append(line, text)
	}
	return line, how
}

// namesOf are a person's first and last name. A source that keeps them apart knows
// best. Else "Last, First" is taken literally, and what follows the last space is
// the last name, since a second first name comes before it.
func namesOf(h *reconcile.Holder) (first, last, how string) {
	if h.First != "" || h.Last != "" {
		return h.First, h.Last, namesGiven
	}
	name := strings.Join(strings.Fields(h.Name), " ")
	if before, behind, found := strings.Cut(name, ", "); found && !strings.Contains(behind, ",") {
		return behind, before, namesAtComma
	}
	if at := strings.LastIndexByte(name, ' '); at >= 0 {
		return name[:at], name[at+1:], namesAtSpace
	}
	if name == "" {
		return "", "", ""
	}
	return name, "", namesOne
}

// Joiner is a person whom rows of a roster name and the provider does not know.
type Joiner struct {
	reconcile.Holder
	// Set has what else the rows say, by the provider's column names.
	Set map[string]string
	// Source is the first row.
	Source reconcile.Source
}

// WriteJoiners writes people who are to be created, in the columns in which the provider takes
// people, and where the roster names each. What the roster does not say is left to be filled in.
func WriteJoiners(w io.Writer, people []string, joiners []Joiner) error {
	var lines [][]string
	for i := range joiners {
		j := &joiners[i]
		line, _ := aboutPerson(&j.Holder, people, j.Set)
		lines = append(lines, append(line, j.Source.String()))
	}
	// Importers may not know byte order marks.
	return writeLines(csvio.NewWriter(w), append(slices.Clone(people), "source"), lines)
}
