package sandbox

import (
	"net/http"
	"strconv"
	"strings"
)

// Stumble makes a server trip over one text, as a filter in front of a real one
// does over an odd address. The zero value trips over nothing.
type Stumble struct {
	text   string
	status int
}

// StumbleHelp is what the switch of that name does.
const StumbleHelp = "TEXT or TEXT=STATUS: look-ups of people by this text are answered 400, or so; 403 and from 500 on with a page of HTML"

// Set reads the switch; false is a bad value.
func (s *Stumble) Set(value string) bool {
	s.text, s.status = value, http.StatusBadRequest
	if text, status, found := strings.Cut(value, "="); found {
		n, err := strconv.Atoi(status)
		if s.text, s.status = text, n; err != nil || n < 400 || n > 599 {
			return false
		}
	}
	return s.text != ""
}

// Trips reports whether one of the texts is the one, whatever their case, and
// answers then. refuse sends an error of the API's own form.
func (s *Stumble) Trips(w http.ResponseWriter, refuse func(status int), texts ...string) bool {
	if s.text == "" {
		return false
	}
	for _, text := range texts {
		if !strings.EqualFold(text, s.text) {
			continue
		}
		if s.status == http.StatusForbidden || s.status >= http.StatusInternalServerError {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(s.status)
			_, _ = w.Write([]byte("<html><body>Request blocked</body></html>"))
		} else {
			refuse(s.status)
		}
		return true
	}
	return false
}
