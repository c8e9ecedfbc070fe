package fake

import (
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"keyroster/providers/sandbox"
)

// params are a request's parameters: members of the body, or of the query if there is no
// body. Invalid ones are collected in issues. Unknown members are ignored, as Seam does.
type params struct {
	request *http.Request
	members map[string]json.RawMessage
	issues  issues
	// known are ids in the state file that are shorter than Seam's.
	known map[string]bool
}

// readParams reads the parameters, or says why they cannot be read.
func readParams(r *http.Request, known map[string]bool) (*params, *sandbox.Answer) {
	p := &params{request: r, members: map[string]json.RawMessage{}, issues: issues{}, known: known}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, failure(http.StatusBadRequest, "invalid_input", "The body cannot be read")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodDelete && len(body) == 0 {
		for name, values := range r.URL.Query() {
			p.members[name] = fromQuery(name, values[len(values)-1])
		}
		return p, nil
	}
	if len(body) == 0 {
		return p, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, failure(http.StatusBadRequest, "invalid_content_type", "Content-Type must be application/json")
	}
	if json.Unmarshal(body, &p.members) != nil || p.members == nil {
		return nil, failure(http.StatusBadRequest, "invalid_input", "The body must be a JSON object")
	}
	return p, nil
}

// fromQuery turns a query's text into the JSON that a body would have.
func fromQuery(name, value string) json.RawMessage {
	switch name {
	case "limit", "is_multi_phone_sync_credential":
		if json.Valid([]byte(value)) {
			return json.RawMessage(value)
		}
	case "page_cursor":
		if value == "" {
			return json.RawMessage("null")
		}
	}
	return sandbox.Marshal(value)
}

func (p *params) wrong(name, issue string) { p.issues[name] = append(p.issues[name], issue) }

func (p *params) has(name string) bool {
	_, found := p.members[name]
	return found
}

// member returns a member of a kind, nil if it is missing or of another kind.
func member[T any](p *params, name, kind string) *T {
	value, found := p.members[name]
	if !found {
		return nil
	}
	var into *T
	if json.Unmarshal(value, &into) != nil || into == nil {
		p.wrong(name, "Expected "+kind+", received "+kindOf(value))
		return nil
	}
	return into
}

// text returns a member that is a non-empty text.
func (p *params) text(name string) string {
	text := member[string](p, name, "string")
	switch {
	case text == nil:
		return ""
	case *text == "":
		p.wrong(name, "String must contain at least 1 character(s)")
	}
	return *text
}

func (p *params) needText(name string) string {
	if !p.has(name) {
		p.wrong(name, required)
	}
	return p.text(name)
}

// uuid is the form of all of Seam's ids.
var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// id returns a member that is an id; other texts are issues.
func (p *params) id(name string) string { return p.checkID(name, p.text(name)) }

func (p *params) needID(name string) string { return p.checkID(name, p.needText(name)) }

func (p *params) checkID(name, id string) string {
	if id != "" && !uuid.MatchString(id) && !p.known[id] {
		p.issues[name] = []string{"Invalid uuid"}
	}
	return id
}

// ids returns a list of ids, nil if it is missing.
func (p *params) ids(name string) []string {
	ids := member[[]string](p, name, "array")
	if ids == nil {
		return nil
	}
	for _, id := range *ids {
		p.checkID(name, id)
	}
	return *ids
}

// code returns a text of digits: a number is refused.
func (p *params) code(name string) string {
	text := p.text(name)
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			p.wrong(name, "Invalid")
			return ""
		}
	}
	return text
}

func (p *params) time(name string) time.Time {
	text := p.text(name)
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		p.wrong(name, "Invalid datetime")
	}
	return at
}

// flag returns TRUE or FALSE, nil if it is missing.
func (p *params) flag(name string) *bool { return member[bool](p, name, "boolean") }

// limit returns the size of a page: an integer above 0.
func (p *params) limit(otherwise, largest int) int {
	value, found := p.members["limit"]
	if !found {
		return min(otherwise, largest)
	}
	n, err := strconv.ParseFloat(string(value), 64)
	switch {
	case err != nil:
		p.wrong("limit", "Expected number, received "+kindOf(value))
		return 1
	case n < 1 || n != float64(int(n)):
		p.wrong("limit", "Number must be greater than 0")
		return 1
	}
	return min(int(n), largest)
}

// cursor returns page_cursor, empty for the first page.
func (p *params) cursor() string {
	if string(p.members["page_cursor"]) == "null" {
		return ""
	}
	return p.text("page_cursor")
}

// without lists the parameters except one; equal parameters give equal lists.
func (p *params) without(name string) []string {
	var out []string
	for _, member := range slices.Sorted(maps.Keys(p.members)) {
		if member != name {
			out = append(out, member, string(p.members[member]))
		}
	}
	return out
}

// refused returns the answer to invalid parameters, nil if there are none.
func (p *params) refused() *sandbox.Answer {
	if len(p.issues) == 0 {
		return nil
	}
	return p.issues.answer()
}

func kindOf(value json.RawMessage) string {
	switch {
	case len(value) == 0:
		return "undefined"
	case value[0] == '"':
		return "string"
	case value[0] == '{':
		return "object"
	case value[0] == '[':
		return "array"
	case value[0] == 't' || value[0] == 'f':
		return "boolean"
	case value[0] == 'n':
		return "null"
	}
	return "number"
}
