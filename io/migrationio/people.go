package migrationio

import "fmt"

// Person is one entry of a list of people, with its place. Each filled text names the person in its
// own way; Any is from a list without a header, and may be an id, a reference or an e-mail address.
type Person struct {
	ID, Ref, Email, Any string
	Line                int
}

// The headers of a list of people that name the same column.
var (
	idHeaders    = []string{"holder_id", "from_holder_id", "source_holder_id", "person_id", "acs_user_id", "user_id"}
	refHeaders   = []string{"holder_ref", "reference", "ref", "system_id"}
	emailHeaders = []string{"holder_email", "email", "e-mail", "email_address", "mail"}
)

// ReadPeople reads a list of people: a CSV file whose header says how they are
// named (holder_id, holder_ref or holder_email; several must agree) or, without a
// header, its first column. Other columns are ignored.
func ReadPeople(path string) ([]Person, error) {
	lines, numbers, err := table(path)
	if err != nil {
		return nil, err
	}
	var out []Person
	add := func(p Person) {
		if p != (Person{Line: p.Line}) {
			out = append(out, p)
		}
	}
	if len(lines) > 0 {
		id, ref, email := anyColumn(lines[0], idHeaders), anyColumn(lines[0], refHeaders), anyColumn(lines[0], emailHeaders)
		headed := id >= 0 || ref >= 0 || email >= 0
		for i, cells := range lines {
			switch {
			case headed && i == 0:
			case headed:
				add(Person{ID: cellOf(cells, id), Ref: cellOf(cells, ref), Email: cellOf(cells, email), Line: numbers[i]})
			default:
				add(Person{Any: cellOf(cells, 0), Line: numbers[i]})
			}
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("read %s: it names no person", path)
	}
	return out, nil
}

// anyColumn finds the first of several headers, or -1.
func anyColumn(header, names []string) int {
	for _, name := range names {
		if i := column(header, name); i >= 0 {
			return i
		}
	}
	return -1
}

func cellOf(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return cells[at]
}
