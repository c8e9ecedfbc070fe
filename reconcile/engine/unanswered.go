package engine

import (
	"errors"
	"net/http"

	"keyroster/reconcile"
)

// unansweredMax is the number of reads in a row, of whatever records, that end
// in a server error before the host itself counts as unreachable. One record on
// which the provider stumbles every time must not stop the others, today and
// every night; a host that is down must not be asked for each of them.
const unansweredMax = 3

// alone tells whether a failed read says something about its record only: the
// host answers, and has not failed so often that it is the host.
func (a *applier) alone(err error) bool {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok || f.Class != reconcile.Unreachable || f.HTTPStatus < http.StatusInternalServerError {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unanswered++
	return a.unanswered < unansweredMax
}

// answered notes that the host is well.
func (a *applier) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unanswered = 0
}
