package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/sandbox"
)

// raw sends a body of JSON.
func raw(w http.ResponseWriter, status int, body []byte) {
	sandbox.Send(w, status, "application/json; charset=utf-8", body)
}

// success sends one object under its name. Every success of Seam is 200.
func success(w http.ResponseWriter, name string, object []byte) {
	body := []byte(`{"ok":true}`)
	if name != "" {
		body = slices.Concat([]byte(`{`), sandbox.Marshal(name), []byte(`:`), object, []byte(`,"ok":true}`))
	}
	raw(w, http.StatusOK, body)
}

// failure sends Seam's envelope.
func failure(w http.ResponseWriter, status int, kind, message string) {
	raw(w, status, sandbox.Marshal(map[string]any{"ok": false, "error": map[string]string{"type": kind, "message": message}}))
}

// issues are what is wrong with parameters, by name; "" is about all of them.
type issues map[string][]string

const required = "Required"

// send answers 400 with the tree of issues. The root of the tree has its own
// issues in a list directly, the members have objects with one.
func (i issues) send(w http.ResponseWriter) {
	tree := map[string]any{"_errors": append([]string{}, i[""]...)}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(i)) {
		for _, issue := range i[name] {
			words = append(words, sentence(name, issue))
		}
		if name != "" {
			tree[name] = map[string]any{"_errors": i[name]}
		}
	}
	message := strings.Join(words, ", ")
	if len(words) > 1 {
		message = fmt.Sprintf("%d Input Errors: %s", len(words), message)
	}
	raw(w, http.StatusBadRequest, sandbox.Marshal(map[string]any{
		"ok":    false,
		"error": map[string]any{"type": "invalid_input", "message": message, "validation_errors": tree},
	}))
}

func sentence(name, issue string) string {
	switch {
	case name == "":
		return issue
	case issue == required:
		return name + " is required"
	}
	return fmt.Sprintf("%s for %q", issue, name)
}
