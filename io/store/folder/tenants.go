package folder

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/plainfile"
	"keyroster/io/store"
)

// Tenants are those of which something is remembered, by their folders' names; none is not an
// error.
func (f *Folder) Tenants() ([]store.Tenant, error) {
	if f.state == "" {
		return nil, errNoState{}
	}
	entries, err := entriesOf(f.state)
	if err != nil {
		return nil, fmt.Errorf("list tenants: %w", err)
	}
	var all []store.Tenant
	for _, e := range entries {
		provider, _, cut := strings.Cut(e.Name(), "-")
		if !e.IsDir() || !cut || !providerName.MatchString(provider) {
			continue
		}
		t, err := f.look(provider, f.idOf(e.Name()[len(provider)+1:], e.Name()))
		if err != nil || filepath.Base(t.path) != e.Name() {
			return nil, fmt.Errorf("list tenants: the tenant of folder %s is not known; move it away, or restore its %s",
				filepath.Join(f.state, e.Name()), store.StateDocument)
		}
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b store.Tenant) int { return cmp.Compare(a.Place(), b.Place()) })
	return all, nil
}

// idOf is the id of a tenant, decoded from its folder's name or, where that was cut, from the
// state in the folder; empty if unknown.
func (f *Folder) idOf(spelled, folder string) string {
	if !strings.Contains(spelled, "~") {
		return spelledID(spelled)
	}
	var says struct{ Tenant string }
	data, err := plainfile.Read(filepath.Join(f.state, folder, string(store.StateDocument)), store.StateDocument.Max())
	if err != nil || json.Unmarshal(data, &says) != nil {
		return ""
	}
	return says.Tenant
}

// spelledID is the inverse of [tenantFolder] for an id that was not cut; empty for other names.
func spelledID(name string) string {
	var id []byte
	for i := 0; i < len(name); i++ {
		if name[i] != '%' {
			id = append(id, name[i])
			continue
		}
		if i+2 >= len(name) {
			return ""
		}
		c, err := strconv.ParseUint(name[i+1:i+3], 16, 8)
		if err != nil {
			return ""
		}
		id = append(id, byte(c))
		i += 2
	}
	return string(id)
}
