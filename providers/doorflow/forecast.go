package doorflow

import (
	"keyroster/providers"
	"keyroster/reconcile"
)

// The endpoints in use (DoorFlow API v3 reference).
const (
	callCredentials = "GET /api/3/credentials"
	callHeld        = "GET /api/3/people/{}/credentials"
	callHeldOne     = "GET /api/3/people/{}/credentials/{}"
	callCreate      = "POST /api/3/people/{}/credentials"
	callUpdate      = "PUT /api/3/people/{}/credentials/{}"
	callDelete      = "DELETE /api/3/people/{}/credentials/{}"
	callSync        = "POST /api/3/sync"
	callAccount     = "GET /api/3/account"
	callPeople      = "GET /api/3/people"
	callPerson      = "GET /api/3/people/{}"
)

var endpoints = []providers.Endpoint{
	callCredentials, callHeld, callHeldOne, callCreate, callUpdate, callDelete, callSync,
	callAccount, callPeople, callPerson, "GET /api/3/credential_types", "POST /oauth/token",
}

// Forecast implements [providers.Features.Forecast].
func (c *Client) Forecast(f providers.Forecast) providers.Calls {
	calls := providers.Calls{}
	more := 0
	for i := range f.Changes {
		before := providers.Endpoint(callHeldOne)
		switch f.Changes[i].Action {
		case reconcile.Create:
			before = callHeld
			more++
			calls.Write(callCreate, 1)
		case reconcile.Update:
			calls.Write(callUpdate, 1)
		case reconcile.Delete:
			more--
			calls.Write(callDelete, 1)
		case reconcile.Replace:
			calls.Write(callDelete, 1)
			calls.Write(callCreate, 1)
		}
		if f.Fresh {
			calls.Read(before, 1)
		}
	}
	switch n := c.Unread(f.Changes); {
	case n > fewPeople:
		calls.Read(callPeople, 1) // one per hundred people; their number is not known
	default:
		calls.Read(callPerson, n)
	}
	calls.Read(callHeldOne, f.Looks)
	if len(f.Changes) > 0 {
		calls.Write(callSync, 1)
		calls.Read(callAccount, 1)
		calls.Read(callCredentials, f.Listing.Pages)
		if f.Listing.Strategy == listPages {
			calls.Read(callCredentials, providers.MorePages(f.Listing.Records.Len(), more, c.pageSize))
		}
	}
	return calls
}
