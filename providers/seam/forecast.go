package seam

import (
	"keyroster/providers"
	"keyroster/reconcile"
)

// The endpoints in use (Seam API reference), all of them by POST.
const (
	callList   = "POST /acs/credentials/list"
	callGet    = "POST /acs/credentials/get"
	callCreate = "POST " + pathCreate
	callUpdate = "POST " + pathUpdate
	callAssign = "POST " + pathAssign
	callDelete = "POST " + pathDelete

	callSystems   = "POST /acs/systems/list"
	callUnmanaged = "POST /acs/credentials/unmanaged/list"

	callAccessible = "POST " + pathAccessible
	callEntrances  = "POST " + pathEntrances
	callManagers   = "POST " + pathManagers
	callUsers      = "POST /acs/users/list"
	callUser       = "POST /acs/users/get"
)

var endpoints = []providers.Endpoint{
	callList, callGet, callCreate, callUpdate, callAssign, callDelete,
	callSystems, callUnmanaged, callAccessible, callEntrances, callManagers,
	"POST /workspaces/get", callUsers, callUser,
}

// Forecast implements [providers.Features.Forecast].
func (c *Client) Forecast(f providers.Forecast) providers.Calls {
	calls := providers.Calls{}
	changed, more := map[string]int{}, map[string]int{}
	for i := range f.Changes {
		change := &f.Changes[i]
		system := change.Have.Text("acs_system_id")
		if change.Want.Valid() && change.Want.Cell(col.system).Filled() {
			system = change.Want.Cell(col.system).Text()
		}
		changed[system]++
		before := providers.Endpoint(callGet)
		switch change.Action {
		case reconcile.Create:
			before = callList
			more[system]++
			calls.Write(callCreate, 1)
			if entrancesOf(change.Want).State() != reconcile.Unset {
				calls.Read(callAccessible, 1)
			}
		case reconcile.Update:
			if change.Fields.Has(col.value) || change.Fields.Has(col.ends) {
				calls.Write(callUpdate, 1)
			}
			if change.Fields.Has(col.user) {
				calls.Write(callAssign, 1)
			}
		case reconcile.Delete:
			more[system]--
			calls.Write(callDelete, 1)
		case reconcile.Replace:
			calls.Write(callCreate, 1)
			calls.Write(callDelete, 1)
			forecastDetails(change, calls)
		}
		if f.Fresh {
			calls.Read(before, 1)
		}
	}
	if n := c.Unread(f.Changes); n > fewUsers {
		calls.Read(callUsers, 1) // one per page of users; their number is not known
	} else {
		calls.Read(callUser, n)
	}
	calls.Read(callGet, f.Looks)
	if len(changed) > 0 {
		c.forecastLists(f.Listing, changed, more, calls)
	}
	return calls
}

// forecastDetails adds what a replacement reads of the old credential, to carry it over,
// and of the new one, to prove it.
func forecastDetails(change *reconcile.Change, calls providers.Calls) {
	calls.Read(callGet, 2)
	calls.Read(callAccessible, 2)
	if change.Have.Cell(col.kind).Text() == methodMobile {
		calls.Read(callManagers, 2)
	}
}

// forecastLists adds the first check of what Seam accepted, and the listing that proves it:
// the systems before and after it, one answer for the unmanaged credentials, and the pages
// of the others.
func (c *Client) forecastLists(listing *reconcile.Listing, changed, more map[string]int, calls providers.Calls) {
	c.mu.RLock()
	systems := len(c.systems)
	c.mu.RUnlock()
	calls.Read(callSystems, 2)
	calls.Read(callUnmanaged, min(systems, 1))
	calls.Read(callList, listing.Pages-min(systems, 1))
	held, all, grown := map[string]int{}, 0, 0
	for n := range listing.Records.Len() {
		record := listing.Records.Record(n)
		if record.Text("status") == statusUnmanaged {
			continue
		}
		held[record.Cell(col.system).Text()]++
		all++
	}
	for system, n := range changed {
		grown += more[system]
		if n > fewPending && system != "" {
			calls.Read(callList, 1+providers.MorePages(0, held[system]+more[system], c.pageSize))
		} else {
			calls.Read(callGet, n)
		}
		if listing.Strategy == listSystems {
			calls.Read(callList, providers.MorePages(held[system], more[system], c.pageSize))
		}
	}
	if listing.Strategy == listPages {
		calls.Read(callList, providers.MorePages(all, grown, c.pageSize))
	}
}
