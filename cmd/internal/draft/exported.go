package draft

import (
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// exported is a provider of which only an export is known: it lists and resolves what
// the file holds, sends no request, and nothing is ever read of it, or written to it.
type exported struct {
	reconcile.Provider
	export *Export
	marks  *reportio.HMAC
}
