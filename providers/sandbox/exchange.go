package sandbox

import (
	"context"
	"net/http"
	"slices"
	"time"
)

// exchange is one request within the sandbox. It travels in the request's context, and is
// only used by the request's own goroutine.
type exchange struct {
	at      time.Time
	drawn   draw
	fault   string
	applied bool
	logged  bool
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// MarkApplied records in the log that the request changed the state. An [API] calls it
// after the change and before it writes the answer. Outside of a sandbox's request it does
// nothing.
func MarkApplied(ctx context.Context) {
	if x := exchangeOf(ctx); x != nil {
		x.applied = true
	}
}

// RowFaultOf returns what a list handler must do to the page of rows it is about to send,
// and to which of them, 0 <= row < rows. Call it once per page, because the log then says
// that the fault took place. A page without rows, or a request outside of a sandbox, has no
// fault.
func RowFaultOf(ctx context.Context, rows int) (fault RowFault, row int) {
	x := exchangeOf(ctx)
	if x == nil || rows == 0 || x.drawn.row == NoRowFault {
		return NoRowFault, 0
	}
	x.fault = rowFaultNames[x.drawn.row]
	return x.drawn.row, int(x.drawn.bits % uint64(rows))
}

// Damage applies the request's row fault to a page: one row less, or one of them twice in a
// row. The page itself is not changed.
func Damage[T any](ctx context.Context, rows []T) []T {
	switch fault, i := RowFaultOf(ctx, len(rows)); fault {
	case DropRow:
		return slices.Concat(rows[:i], rows[i+1:])
	case RepeatRow:
		return slices.Concat(rows[:i+1], rows[i:])
	}
	return rows
}

// logging writes the log entry before the first byte of the answer is sent, so that a
// client that has its answer also finds it in the log.
type logging struct {
	http.ResponseWriter
	server   *Server
	request  *http.Request
	exchange *exchange
}

func (l *logging) WriteHeader(status int) {
	l.server.record(l.request, l.exchange, status)
	l.ResponseWriter.WriteHeader(status)
}

func (l *logging) Write(body []byte) (int, error) {
	if !l.exchange.logged {
		l.WriteHeader(http.StatusOK)
	}
	return l.ResponseWriter.Write(body)
}

// Unwrap serves http.ResponseController.
func (l *logging) Unwrap() http.ResponseWriter { return l.ResponseWriter }
