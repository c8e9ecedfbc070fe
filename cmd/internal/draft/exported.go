package draft

import (
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// exported is a provider backed by an export file alone: it lists and resolves what the file
// holds, and sends no request.
type exported struct {
	reconcile.Provider
	export *Export
	marks  *reportio.HMAC
}
