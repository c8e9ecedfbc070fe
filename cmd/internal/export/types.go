package export

import (
	"slices"
	"strings"
	"sync"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/exportio"
	"keyroster/reconcile"
)

// typeHits are the texts that name credential types and were found in some account. It is safe
// for concurrent use.
type typeHits struct {
	mu    sync.Mutex
	known map[string]bool
	// types are those of all accounts so far.
	types []reconcile.Type
}

// find returns the ids of the types that texts name, and records which texts matched. If an account
// does not list its types, a text may name one without records, so none counts as unknown.
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

// typesOf returns the types that an account lists and those of its records; all reports whether
// there can be no others.
func typesOf(s *exportio.Source) (types []reconcile.Type, all bool) {
	records := s.Listing.Records
	types = slices.Concat(s.Types, draft.ListedTypes(records))
	kind := records.Schema().At(reconcile.TypeID)
	if kind < 0 { // the records are the types
		for n := range records.Len() {
			r := records.Record(n)
			title := strings.Clone(r.Of(reconcile.Title))
			types = append(types, reconcile.Type{ID: strings.Clone(r.ID()), Names: []string{title}})
		}
		return types, true
	}
	return types, s.Types != nil || len(records.Schema().Columns[kind].Words) > 0
}

// missed is the error for types that no account knows.
func (h *typeHits) missed(texts []string) error {
	for _, text := range texts {
		if !h.known[text] {
			return failure.New(failure.Usage, draft.NearestType(text, h.types),
				"no exported account has the type %q of --type", text)
		}
	}
	return nil
}
