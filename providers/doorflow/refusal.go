package doorflow

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// refusal makes a failure of an answer that is not the success asked for (DoorFlow API v3
// reference, errors). name is what was asked, empty where the failure is shown on its row.
// The reason never holds one of secrets, nor any other number that may be a value.
func refusal(name string, r *httpapi.Response, secrets ...string) *reconcile.Failure {
	said, exhausted := saidBy(r)
	f := failure.By("DoorFlow", name, r, isOwn(r), "", httpapi.Redact(said, secrets...))
	switch {
	case r.Status == http.StatusNotFound, r.Status == http.StatusGone:
		f.Class = reconcile.Gone
	case r.Status < 400, r.Status == http.StatusMethodNotAllowed, r.Status == http.StatusNotAcceptable:
		// DoorFlow knows every call that is made here: this is another host.
		f.Class = reconcile.Unreachable
		f.Hint = "is base_url the address of DoorFlow's API, without /api/3?"
	case exhausted:
		f.Class = reconcile.Exhausted
	}
	return f
}

// isOwn reports whether an answer is in DoorFlow's own form: an object with an error, in
// one of the forms that its versions use.
func isOwn(r *httpapi.Response) bool {
	members := map[string]json.RawMessage{}
	if json.Unmarshal(r.Body, &members) != nil {
		return false
	}
	return members["error"] != nil || members["errors"] != nil || members["type"] != nil && members["message"] != nil
}

// saidBy returns the error in an answer, for a person; exhausted reports whether a licence
// limit was reached.
func saidBy(r *httpapi.Response) (said string, exhausted bool) {
	trimmed := bytes.TrimSpace(r.Body)
	if len(trimmed) == 0 {
		return "", false
	}
	if failure.IsPage(r) {
		return "an HTML page", false
	}
	members := map[string]json.RawMessage{}
	if json.Unmarshal(trimmed, &members) != nil {
		return string(trimmed), false
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(members["errors"], &fields) == nil && len(fields) > 0 {
		_, exhausted = fields["limit_reached"]
		return fieldErrors(fields), exhausted
	}
	// In the order of preference: the list of an older version, the pair of the current
	// one, that of a 429, and that of an older article. Nothing else of the body is shown:
	// it may be a credential.
	for _, names := range [][]string{{"errors"}, {"error", "error_description"}, {"error", "description"}, {"type", "message"}} {
		var parts []string
		for _, name := range names {
			parts = append(parts, texts(members[name])...)
		}
		if len(parts) > 0 && (len(names) == 1 || members[names[1]] != nil) {
			return strings.Join(parts, ": "), false
		}
	}
	return strings.Join(texts(members["error"]), "; "), false
}

// fieldErrors returns the errors object as sentences, in the order of the fields. Its
// members are lists of texts, or a single text (limit_reached).
func fieldErrors(fields map[string]json.RawMessage) string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		for _, said := range texts(fields[field]) {
			out = append(out, sentence(field, said))
		}
	}
	return strings.Join(out, "; ")
}

// sentence joins a field and its message: "must be ..." continues after the name; a message
// that names the field, or concerns none, is used alone.
func sentence(field, said string) string {
	first, _ := utf8.DecodeRuneInString(said)
	switch {
	case field == "limit_reached",
		field == "base",
		strings.HasPrefix(strings.ToLower(said), strings.ToLower(field)+" "):
		return said
	case unicode.IsLower(first):
		return field + " " + said
	}
	return field + ": " + said
}

// texts returns the texts of a JSON value that is a text or a list of texts.
func texts(raw json.RawMessage) []string {
	var one string
	if json.Unmarshal(raw, &one) == nil && one != "" {
		return []string{one}
	}
	var list []any
	_ = json.Unmarshal(raw, &list)
	var out []string
	for _, item := range list {
		if one, ok := item.(string); ok && one != "" {
			out = append(out, one)
		}
	}
	return out
}
