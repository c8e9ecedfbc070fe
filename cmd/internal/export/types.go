package export

import (
	"cmp"
	"strings"
	"sync"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/exportio"
	"keyroster/reconcile"
)

// typeHits are the texts that name types of credentials and that some account knows. It may
// be used by several goroutines.
type typeHits struct {
	mu    sync.Mutex
	known map[string]bool
	// types are those of all accounts so far.
	types []reconcile.Type
}

// find finds the ids of the types that texts name, and remembers which were known. Where an
// account does not tell its types, one without records may be among them: nothing is unknown.
func (h *typeHits) find(s *exportio.Source, texts []string) []string {
	if len(texts) == 0 {
		return nil
	}
	types, all := typesOf(s)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]bool{}
	}
	h.types = append(h.types, types...)
	var ids []string
	for _, text := range texts {
		found := reconcile.FindTypes(types, text)
		h.known[text] = h.known[text] || len(found) > 0 || !all
		ids = append(ids, found...)
	}
	return ids
}

// typesOf are the types that an account tells of and those of its records; all reports
// whether it can have no others.
func typesOf(s *exportio.Source) (types []reconcile.Type, all bool) {
	records := s.Listing.Records
	types, all = append(types, s.Types...), s.Types != nil
	if kind := records.Schema().At(reconcile.TypeID); kind < 0 {
		all = true
	} else {
		for _, word := range records.Schema().Columns[kind].Words {
			types, all = append(types, reconcile.Type{ID: word}), true
		}
	}
	seen := map[string]bool{}
	for n := range records.Len() {
		r := records.Record(n)
		id := cmp.Or(r.Of(reconcile.TypeID), r.ID())
		if seen[id] {
			continue
		}
		id = strings.Clone(id)
		seen[id] = true
		types = append(types, reconcile.Type{ID: id, Names: []string{
			strings.Clone(r.Of(reconcile.TypeName)), strings.Clone(r.Of(reconcile.Title)),
		}})
	}
	return types, all
}

// missed is an error that names the types that none of the accounts knows.
func (h *typeHits) missed(texts []string) error {
	for _, text := range texts {
		if !h.known[text] {
			return failure.New(failure.Usage, draft.NearestType(text, h.types, nil),
				"no exported account has the type %q of --type", text)
		}
	}
	return nil
}
