package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Stumble makes a server fail on one text, like a filter in front of a real one that
// rejects an odd address. The zero value fails on nothing.
type Stumble struct {
	text   string
	status int
}

const stumbleHelp = "TEXT or TEXT=STATUS: look-ups of people by this text are answered 400, or so; 403 and from 500 on with a page of HTML"

// Switch returns the switch that names the text.
func (s *Stumble) Switch() Switch { return Custom(stumbleHelp, s.set) }

func (s *Stumble) set(value string) bool {
	s.text, s.status = value, http.StatusBadRequest
	if text, status, found := strings.Cut(value, "="); found {
		n, err := strconv.Atoi(status)
		if s.text, s.status = text, n; err != nil || n < 400 || n > 599 {
			return false
		}
	}
	return s.text != ""
}

// Refusal returns the answer if one of the texts is the one, in any case, else nil. refuse
// makes an error of the API's own form.
func (s *Stumble) Refusal(refuse func(status int) *Answer, texts ...string) *Answer {
	same := func(text string) bool { return strings.EqualFold(text, s.text) }
	switch {
	case s.text == "" || !slices.ContainsFunc(texts, same):
		return nil
	case s.status == http.StatusForbidden || s.status >= http.StatusInternalServerError:
		return &Answer{Status: s.status, Kind: "text/html", Body: []byte("<html><body>Request blocked</body></html>")}
	}
	return refuse(s.status)
}
