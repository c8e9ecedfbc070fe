package httpapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"

	"keyroster/reconcile"
)

const hintBaseURL = "check that base_url is the API's address"

// DecodeJSON decodes an answer's body. Its failure (class Unreachable) says what came
// instead and quotes nothing of it. After a [Write], an answer that cannot be decoded is
// still an accepted write.
func DecodeJSON(resp *Response, v any) error {
	f := &reconcile.Failure{
		Class: reconcile.Unreachable, HTTPStatus: resp.Status, RequestID: resp.RequestID, Attempts: resp.Attempts,
	}
	kind := mediaType(resp.Header)
	switch {
	case len(resp.Body) == 0:
		f.Reason = "decode answer: the body is empty"
		return f
	case kind != "" && !jsonType(kind):
		f.Reason = fmt.Sprintf("decode answer: answered %s instead of JSON; is base_url right?", kind)
		f.Hint = hintBaseURL
		return f
	}
	if err := json.Unmarshal(resp.Body, v); err != nil {
		f.Reason = "decode answer: " + describeJSON(err)
		return f
	}
	return nil
}

// describeJSON says what is wrong with JSON without quoting a value, as the package's own
// errors do, numbers and times in particular.
func describeJSON(err error) string {
	if bad, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("broken JSON at byte %d", bad.Offset)
	}
	if bad, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		found, _, _ := strings.Cut(bad.Value, " ")
		where := "the answer"
		if bad.Field != "" {
			where = "member " + bad.Field
		}
		return fmt.Sprintf("%s is a JSON %s, not a %v", where, found, bad.Type)
	}
	return fmt.Sprintf("a member is not what it should be (%T)", err)
}

// OtherKind describes a value of the wrong kind in an answer. It quotes nothing of it:
// encoding/json calls a value "number 12".
func OtherKind(err *json.UnmarshalTypeError) string {
	said, _, _ := strings.Cut(err.Value, " ")
	article := "a"
	if strings.HasPrefix(said, "a") || strings.HasPrefix(said, "o") {
		article = "an"
	}
	if err.Field == "" {
		return fmt.Sprintf("the answer is %s %s, not the expected kind of value", article, said)
	}
	return fmt.Sprintf("the answer has %s %s where %s has another kind", article, said, err.Field)
}

// mediaType returns the content type without parameters, in lower case; empty if it is
// missing or not fit to be repeated in a message.
func mediaType(h http.Header) string {
	text := h.Get("Content-Type")
	if text == "" {
		return ""
	}
	kind, _, err := mime.ParseMediaType(text)
	if err != nil || len(kind) > 80 {
		return "an unknown content type"
	}
	return kind
}

func jsonType(kind string) bool {
	return kind == "application/json" || kind == "text/json" || strings.HasSuffix(kind, "+json")
}

func isJSON(h http.Header) bool { return jsonType(mediaType(h)) }

func isHTML(h http.Header) bool {
	kind := mediaType(h)
	return kind == "text/html" || kind == "application/xhtml+xml"
}
