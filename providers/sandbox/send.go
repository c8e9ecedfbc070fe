package sandbox

import (
	"net/http"
	"strconv"
)

// Send sends a whole answer. kind is its Content-Type, empty for none.
func Send(w http.ResponseWriter, status int, kind string, body []byte) {
	if kind != "" {
		w.Header().Set("Content-Type", kind)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body)
}
