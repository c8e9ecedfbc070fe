package draft

import (
	"fmt"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
)

// CheckTypes checks the types in a roster's column map and rows against the types recorded for
// an account, and adds the problems to the roster: two columns of one type are an error; if all
// types are known, an unknown one is a warning, since it may be new. It is for check, which has
// no account; a plan does this by itself. If a map names types and not all are known, note says
// what will check them.
func CheckTypes(roster *reconcile.Roster, account string, types []reconcile.Type, whole bool) (note string) {
	kind := roster.Rows.Schema().At(reconcile.TypeID)
	if kind < 0 || len(roster.Rows.Schema().Columns[kind].Words) > 0 {
		return "" // the provider's own rules check a fixed set of types
	}
	seer := typeCheck{roster, account, types, whole}
	for i := range roster.Files {
		if f := &roster.Files[i]; len(f.Wide) > 0 {
			seer.columns(f)
			if !whole {
				note = fmt.Sprintf("no run of account %s has recorded its types, so the types in the map of "+
					"columns are not checked; plan checks them with the account", account)
			}
		}
	}
	if whole {
		seer.rows(kind)
	}
	return note
}

// typeCheck checks a roster against the types recorded by an account's last run.
type typeCheck struct {
	roster  *reconcile.Roster
	account string
	types   []reconcile.Type
	whole   bool
}

func (s *typeCheck) columns(f *reconcile.File) {
	for n := range f.Wide {
		c := &f.Wide[n]
		ids := reconcile.FindTypes(s.types, c.Type)
		if same := sameAs(f, n, s.types, ids); same != nil {
			s.roster.Report(-1, rosterio.OneType(s.roster.Rows.Schema(), f.Name, nameOf(ids[0], s.types), same))
		}
		if s.whole && len(ids) == 0 {
			p := reconcile.Problem{
				Source: reconcile.Source{File: f.Name, Sheet: c.Sheet, Line: c.Line}, Cell: c.Cell(), Column: c.Header,
			}
			s.warn(p, fmt.Sprintf("the map of columns gives the values below %q the", c.Header), c.Type)
		}
	}
}

// rows warns once of each unknown type that rows name.
func (s *typeCheck) rows(kind int) {
	rows, said := s.roster.Rows, map[string]bool{}
	for n := range rows.Len() {
		text := rows.Record(n).Cell(kind).Text()
		if source := s.roster.Source(n); text != "" && source.Header == "" && !said[text] {
			said[text] = true
			if len(reconcile.FindTypes(s.types, text)) == 0 {
				p := reconcile.Problem{Source: source, Column: rows.Schema().Columns[kind].Name}
				s.warn(p, "the row is of the", text)
			}
		}
	}
}

func (s *typeCheck) warn(p reconcile.Problem, by, text string) {
	p.Kind, p.Severity = rosterio.KindUnknownType, reconcile.SeverityWarning
	p.Message = fmt.Sprintf("%s type %q, which the last run of account %s does not know", by, text, s.account)
	p.Remedy = NearestType(text, s.types) + "; plan asks the account, and finds types created since"
	s.roster.Report(-1, p)
}
