package httpapi

import (
	"bytes"
	"encoding/json"
	"strings"
)

// errorText returns the text for people in an error's body, in the forms that APIs use: an
// object with error, error_description, message or description, or with such an object
// under error. Nothing else of a body is shown.
func errorText(body []byte) string {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '<' {
		return "a page of HTML"
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return ""
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(members["error"], &inner) == nil && inner != nil {
		members = inner
	}
	var parts []string
	for _, name := range []string{"type", "code", "error", "error_description", "message", "description"} {
		var text string
		if json.Unmarshal(members[name], &text) == nil && text != "" {
			parts = append(parts, text)
		}
	}
	return Redact(strings.Join(parts, ": "))
}
