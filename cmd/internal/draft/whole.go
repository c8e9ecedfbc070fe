package draft

import (
	"strings"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// WholeListing is the listing; nil if the draft or the listing is limited to some holders.
func (d *Draft) WholeListing() *reconcile.Listing {
	if len(d.Options.Holders) > 0 || len(d.Scope.Holders) > 0 {
		return nil
	}
	return d.Listing
}

// UnlistedKeys returns the [reportio.UnlistedKey] of each unlisted record's holder, each once.
func (d *Draft) UnlistedKeys() []string {
	var keys []string
	seen := map[string]bool{}
	d.EachUnlisted(func(r reconcile.Record) {
		key := strings.Clone(reportio.UnlistedKey(r.Of(reconcile.HolderID), r.ID()))
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	})
	return keys
}
