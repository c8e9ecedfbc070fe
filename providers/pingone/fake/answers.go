package fake

import (
	"bytes"
	"encoding/json"
	"net/http"

	"keyroster/providers/sandbox"
)

// problem is an answer that refuses (PingOne platform reference, error model).
type problem struct {
	status        int
	code, message string
	details       []detail
}

type detail struct {
	Code    string `json:"code"`
	Target  string `json:"target,omitempty"`
	Message string `json:"message"`
	Inner   *inner `json:"innerError,omitempty"`
}

type inner struct {
	Minimum *int     `json:"rangeMinimumValue,omitempty"`
	Maximum *int     `json:"rangeMaximumValue,omitempty"`
	Pattern string   `json:"allowedPattern,omitempty"`
	Values  []string `json:"allowedValues,omitempty"`
}

var notFound = &problem{status: http.StatusNotFound, code: "NOT_FOUND", message: "Unable to find resource."}

func invalid(details ...detail) *problem {
	return &problem{status: http.StatusBadRequest, code: "INVALID_DATA", message: "The request could not be completed. One or more validation errors were in the request.", details: details}
}

func (s *Server) fail(w http.ResponseWriter, p *problem) {
	answer(w, p.status, struct {
		ID      string   `json:"id"`
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details,omitempty"`
	}{uuid(s.options.Seed, "error", s.requests.Load()), p.code, p.message, p.details})
}

func answer(w http.ResponseWriter, status int, value any) {
	sandbox.Send(w, status, "application/json;charset=UTF-8", sandbox.Marshal(value))
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text is a JSON text, empty for anything else.
func text(raw json.RawMessage) string {
	var t string
	_ = json.Unmarshal(raw, &t)
	return t
}

// members is the object that a member holds, nil when it holds none.
func members(raw json.RawMessage) sandbox.Object {
	var o sandbox.Object
	_ = json.Unmarshal(raw, &o)
	return o
}

// same reports whether two objects are the same JSON, whatever the order of their
// members and the spelling of their texts.
func same(a, b sandbox.Object) bool { return bytes.Equal(plain(a), plain(b)) }

func plain(o sandbox.Object) []byte {
	decoder := json.NewDecoder(bytes.NewReader(sandbox.Marshal(o)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		panic("decode what was encoded: " + err.Error())
	}
	return sandbox.Marshal(value)
}
