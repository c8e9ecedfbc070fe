package fake

import (
	"bytes"
	"encoding/json"
	"io"
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

var (
	notFound = &problem{status: http.StatusNotFound, code: "NOT_FOUND", message: "Unable to find resource."}
	notJSON  = &problem{
		status:  http.StatusBadRequest,
		code:    "INVALID_REQUEST",
		message: "The request body is not valid JSON.",
	}
)

func invalid(details ...detail) *problem {
	return &problem{
		status: http.StatusBadRequest, code: "INVALID_DATA",
		message: "The request could not be completed. One or more validation errors were in the request.", details: details,
	}
}

// wrong describes what is wrong with one value.
func wrong(target, message string) detail {
	return detail{Code: "INVALID_VALUE", Target: target, Message: message}
}

func (s *Server) fail(p *problem) *sandbox.Answer {
	return answer(p.status, struct {
		ID      string   `json:"id"`
		Code    string   `json:"code"`
		Message string   `json:"message"`
		Details []detail `json:"details,omitempty"`
	}{uuid(s.seed, "error", s.Requests()), p.code, p.message, p.details})
}

func answer(status int, value any) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "application/json;charset=UTF-8", Body: sandbox.Marshal(value)}
}

// readObject reads the body of a write.
func readObject(r *http.Request) (sandbox.Object, *problem) {
	var content sandbox.Object
	raw, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(raw, &content) != nil || content == nil {
		return nil, notJSON
	}
	return content, nil
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text returns a JSON text, empty for anything else.
func text(raw json.RawMessage) string {
	var t string
	_ = json.Unmarshal(raw, &t)
	return t
}

// members returns the object that a member holds, nil if it holds none.
func members(raw json.RawMessage) sandbox.Object {
	var o sandbox.Object
	_ = json.Unmarshal(raw, &o)
	return o
}

// same reports whether two objects are the same JSON, regardless of the order of their
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
