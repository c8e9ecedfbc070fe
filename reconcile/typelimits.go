package reconcile

import "strings"

// TypeLimitNames are the limits that can be given for one type.
var TypeLimitNames = []string{LimitUpdate, LimitCreate, LimitDelete, LimitMove}

// CheckType compares the changes of one type of credential with its own limits; shares are
// of the account's records of that type, with the usual floor. name is the type's id or,
// without regard to case, its display name. known reports whether any record or row has the
// type: limits for a misspelt type would hold nothing back.
func (p *Plan) CheckType(name string, limits Limits) (breaches []Breach, known bool) {
	of := p.typeMatcher(name)
	records := 0
	for n := range p.Have.Len() {
		if of(p.Have.Record(n)) {
			records++
		}
	}
	counts := map[string]int{}
	for i := range p.Lines {
		l := &p.Lines[i]
		if !of(p.HaveRecord(i)) && !of(p.WantRow(i)) {
			continue
		}
		known = true
		if l.Sends() {
			p.countLine(l, counts)
		}
	}
	for _, limit := range TypeLimitNames {
		l, ok := limits[limit]
		if allowed := l.Allowed(limit, records); ok && counts[limit] > allowed {
			breaches = append(
				breaches,
				Breach{Name: limit, Type: name, Count: counts[limit], Allowed: allowed, Limit: l, Base: records},
			)
		}
	}
	return breaches, known || records > 0
}

// typeMatcher reports whether a row or record is of a type.
func (p *Plan) typeMatcher(name string) func(Record) bool {
	id, display := p.Have.schema.At(TypeID), p.Have.schema.At(TypeName)
	return func(r Record) bool {
		if !r.Valid() {
			return false
		}
		return id >= 0 && r.Cell(id).Text() == name || display >= 0 && strings.EqualFold(r.Cell(display).Text(), name)
	}
}
