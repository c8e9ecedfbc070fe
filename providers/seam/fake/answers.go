package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/sandbox"
)

// raw makes a JSON answer.
func raw(status int, body []byte) *sandbox.Answer {
	return &sandbox.Answer{Status: status, Kind: "application/json; charset=utf-8", Body: body}
}

// success has one object under its name. Every success of Seam is 200.
func success(name string, object []byte) *sandbox.Answer {
	return raw(
		http.StatusOK,
		slices.Concat([]byte(`{`), sandbox.Marshal(name), []byte(`:`), object, []byte(`,"ok":true}`)),
	)
}

// done returns a success without an object.
func done() *sandbox.Answer { return raw(http.StatusOK, []byte(`{"ok":true}`)) }

// failure is Seam's envelope.
func failure(status int, kind, message string) *sandbox.Answer {
	return raw(
		status,
		sandbox.Marshal(map[string]any{"ok": false, "error": map[string]string{"type": kind, "message": message}}),
	)
}

func unsupported(message string) *sandbox.Answer {
	return failure(http.StatusBadRequest, "not_supported", message)
}

// missing returns the answer if there is no record of a kind with that id.
func missing(kind string) *sandbox.Answer {
	title := map[string]string{
		"acs_credential": "Credential", "acs_entrance": "ACS entrance", "acs_system": "ACS system", "acs_user": "ACS user",
	}[kind]
	return failure(http.StatusNotFound, kind+"_not_found", title+" not found")
}

// issues are what is wrong with parameters, by name; "" is about all of them.
type issues map[string][]string

const required = "Required"

// answer is 400 with the tree of issues. The root of the tree has its own issues
// in a list directly, the members have objects with one.
func (i issues) answer() *sandbox.Answer {
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
	return raw(http.StatusBadRequest, sandbox.Marshal(map[string]any{
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
