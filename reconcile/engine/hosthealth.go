package engine

import (
	"errors"
	"net/http"

	"keyroster/reconcile"
)

// unansweredMax is the number of consecutive reads, of any records, that may end in a
// server error before the host itself counts as unreachable. One record on which the
// provider always fails must not stop the others, today and every night; a host that is
// down must not be asked for each of them.
const unansweredMax = 3

// isRecordFault reports whether a failed read concerns only its record: the host answers,
// and has not failed so often that it is the host.
func (a *applier) isRecordFault(err error) bool {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok || f.Class != reconcile.Unreachable || f.HTTPStatus < http.StatusInternalServerError {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.host.inRow++
	a.host.last = err
	return a.host.inRow < unansweredMax
}

// answered records that the host is up.
func (a *applier) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.host.inRow, a.host.broken = 0, true
}

// hostHealth tracks how the host answers reads.
type hostHealth struct {
	// inRow counts the consecutive reads that ended in a server error; last is the last of
	// them.
	inRow int
	last  error
	// broken: the host answered something.
	broken bool
}

// haltIfHostDown stops a run that was too short for unansweredMax if the host answered
// nothing at all: it is to be resumed.
func (a *applier) haltIfHostDown() {
	a.mu.Lock()
	last, broken := a.host.last, a.host.broken
	a.mu.Unlock()
	if last != nil && !broken {
		a.halt(last)
	}
}
