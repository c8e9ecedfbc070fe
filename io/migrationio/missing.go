package migrationio

import (
	"io"
	"slices"
	"strings"

	"keyroster/io/csvio"
	"keyroster/reconcile"
)

// The words of the column names: how first and last name were told apart.
const (
	namesGiven   = "as at the source"
	namesAtComma = "split at the comma"
	namesAtSpace = "split at the last space"
	namesOne     = "one word"
)

// writeMissing writes the people whom the target does not know, in the columns
// in which it takes people. Where it wants first and last name and the source
// has one name, a further column says how that was split.
func (f *Files) writeMissing(w io.Writer) error {
	header := slices.Clone(f.People)
	splits := slices.Contains(header, "last_name")
	if splits {
		header = append(header, "names")
	}
	out := csvio.NewWriter(w) // importers may not know byte order marks
	if err := out.Write(append(header, "source_holder_id")); err != nil {
		return err
	}
	for i := range f.Move.Missing {
		h := &f.Move.Missing[i]
		var line []string
		first, last, how := namesOf(h)
		for _, column := range f.People {
			line = append(line, f.about(h, column, first, last))
		}
		if splits {
			line = append(line, how)
		}
		if err := out.Write(append(line, h.ID)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// about is what a column says of a person.
func (f *Files) about(h *reconcile.Holder, column, first, last string) string {
	switch column {
	case "first_name":
		return first
	case "last_name":
		return last
	case "full_name":
		return h.Name
	case "email", "email_address":
		return h.Email
	case "system_id":
		return h.Ref
	}
	return f.Set[column]
}

// namesOf are a person's first and last name. A source that keeps them apart
// knows best. Else "Last, First" is taken at its word, and what stands behind the
// last space is the last name: of two first names the second is no last name.
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

// Joiner is somebody whom rows of a roster name and the provider does not know.
type Joiner struct {
	reconcile.Holder
	// Set has what else the rows say, by the provider's names of columns.
	Set map[string]string
	// Source is the first row.
	Source reconcile.Source
}

// WriteJoiners writes people who are to be created, in the columns in which the
// provider takes people, and where the roster names each. What it does not say is
// left to be filled in.
func WriteJoiners(w io.Writer, people []string, joiners []Joiner) error {
	out := csvio.NewWriter(w) // importers may not know byte order marks
	if err := out.Write(append(slices.Clone(people), "source")); err != nil {
		return err
	}
	for i := range joiners {
		j := &joiners[i]
		first, last, _ := namesOf(&j.Holder)
		of := Files{Set: j.Set}
		var line []string
		for _, column := range people {
			line = append(line, of.about(&j.Holder, column, first, last))
		}
		if err := out.Write(append(line, j.Source.String())); err != nil {
			return err
		}
	}
	return out.Flush()
}
