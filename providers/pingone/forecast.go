package pingone

import (
	"keyroster/providers"
	"keyroster/reconcile"
)

// The endpoints in use (PingOne platform reference).
const (
	callList   = "GET /environments/{}/credentialTypes"
	callGet    = "GET /environments/{}/credentialTypes/{}"
	callCreate = "POST /environments/{}/credentialTypes"
	callUpdate = "PUT /environments/{}/credentialTypes/{}"
	callDelete = "DELETE /environments/{}/credentialTypes/{}"
)

var endpoints = []providers.Endpoint{
	callList, callGet, callCreate, callUpdate, callDelete, "GET /environments/{}", "POST /{}/as/token",
	"GET /environments/{}/credentialTypes/{}/issuanceRules", "GET /environments/{}/credentialTypes/{}/issuanceRules/{}/usageCounts",
}

// Forecast implements [providers.Features.Forecast]. A creation looks for its title in the
// whole listing, whose page size PingOne chooses.
func (c *Client) Forecast(f providers.Forecast) providers.Calls {
	calls := providers.Calls{}
	for i := range f.Changes {
		switch f.Changes[i].Action {
		case reconcile.Create:
			calls.Write(callCreate, 1)
			if f.Fresh {
				calls.Read(callList, f.Listing.Pages)
			}
			continue
		case reconcile.Update:
			calls.Read(callGet, 1)
			calls.Write(callUpdate, 1)
		case reconcile.Delete:
			calls.Write(callDelete, 1)
		}
		if f.Fresh {
			calls.Read(callGet, 1)
		}
	}
	calls.Read(callGet, f.Looks)
	if len(f.Changes) > 0 {
		calls.Read(callList, f.Listing.Pages)
	}
	return calls
}
