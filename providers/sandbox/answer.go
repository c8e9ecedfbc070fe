package sandbox

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
)

// page is what a gateway in front of an API sends when the API is down.
const page = `<!DOCTYPE html>
<html><head><title>Please wait</title></head>
<body><h1>Please wait</h1><p>The service will be back in a moment.</p></body></html>
`

// answer answers a request with its fault, if any.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, x *exchange) {
	switch x.drawn.fault {
	case fault500:
		s.broken(w, r, x)
	case fault429:
		// Every other one says how long to wait.
		s.tooMany(w, r, x, int(x.drawn.bits&1))
	case faultReset:
		s.reset(w, r, x)
	case fault500After:
		s.api.ServeHTTP(newCapture(), r)
		s.broken(w, r, x)
	case faultResetAfter:
		s.api.ServeHTTP(newCapture(), r)
		s.reset(w, r, x)
	case faultTruncate:
		s.truncate(w, r, x)
	case faultHTML:
		status := http.StatusOK
		if x.drawn.bits&1 == 1 {
			status = http.StatusBadGateway
		}
		s.send(w, r, x, status, "text/html; charset=utf-8", page)
	default:
		s.api.ServeHTTP(&logging{ResponseWriter: w, server: s, request: r, exchange: x}, r)
		s.record(r, x, http.StatusOK) // an API that wrote nothing
	}
}

func (s *Server) broken(w http.ResponseWriter, r *http.Request, x *exchange) {
	s.send(w, r, x, http.StatusInternalServerError, "application/json",
		`{"error":"internal_server_error","error_description":"An unexpected error occurred"}`)
}

// tooMany answers 429; seconds is Retry-After, 0 for none.
func (s *Server) tooMany(w http.ResponseWriter, r *http.Request, x *exchange, seconds int) {
	if seconds > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(seconds))
	}
	s.send(w, r, x, http.StatusTooManyRequests, "", "")
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, x *exchange, status int, kind, body string) {
	s.record(r, x, status)
	Send(w, status, kind, []byte(body))
}

// reset cuts the connection with a RST, so that the client sees a reset and not an orderly
// end.
func (s *Server) reset(w http.ResponseWriter, r *http.Request, x *exchange) {
	s.record(r, x, 0)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}

// truncate lets the API act and sends half of its answer: with the full length announced,
// or in chunks without the last one.
func (s *Server) truncate(w http.ResponseWriter, r *http.Request, x *exchange) {
	whole := newCapture()
	s.api.ServeHTTP(whole, r)
	s.record(r, x, whole.status)
	for name, values := range whole.header {
		w.Header()[name] = values
	}
	if x.drawn.bits&1 == 0 {
		w.Header().Set("Content-Length", strconv.Itoa(max(1, whole.body.Len())))
	} else {
		w.Header().Del("Content-Length")
	}
	w.WriteHeader(whole.status)
	w.Write(whole.body.Bytes()[:whole.body.Len()/2])
	http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// capture collects an API's answer that will not be sent, or not unchanged.
type capture struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newCapture() *capture { return &capture{header: http.Header{}, status: http.StatusOK} }

func (c *capture) Header() http.Header            { return c.header }
func (c *capture) WriteHeader(status int)         { c.status = status }
func (c *capture) Write(body []byte) (int, error) { return c.body.Write(body) }
