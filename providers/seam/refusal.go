package seam

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// errorEnvelope is the error in Seam's envelope. known is false for an answer without the
// envelope.
type errorEnvelope struct {
	known         bool
	kind, message string
	fields        []string
	// members are the names of the refused members.
	members []string
}

// saidBy reads the envelope of an answer that is not a success.
func saidBy(r *httpapi.Response) errorEnvelope {
	var body struct {
		Error *struct {
			Type    *string         `json:"type"`
			Message *string         `json:"message"`
			Tree    json.RawMessage `json:"validation_errors"`
		} `json:"error"`
	}
	if json.Unmarshal(bytes.TrimSpace(r.Body), &body) != nil || body.Error == nil || body.Error.Type == nil ||
		body.Error.Message == nil {
		return errorEnvelope{}
	}
	return errorEnvelope{
		known:   true,
		kind:    *body.Error.Type,
		message: *body.Error.Message,
		fields:  fieldErrors(body.Error.Tree, ""),
		members: refusedMembers(body.Error.Tree),
	}
}

// refusedMembers returns the names at the top of a tree of issues.
func refusedMembers(tree json.RawMessage) []string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(tree, &members)
	delete(members, "_errors")
	return slices.Sorted(maps.Keys(members))
}

// fieldErrors returns the issues of a tree, each with the path of its field, ordered by
// path. Every node has its issues in the list _errors, including the root, where it is
// among the fields.
func fieldErrors(node json.RawMessage, path string) []string {
	var members map[string]json.RawMessage
	if json.Unmarshal(node, &members) != nil {
		return nil
	}
	var out, issues []string
	_ = json.Unmarshal(members["_errors"], &issues)
	for _, issue := range issues {
		if path != "" {
			issue = path + ": " + issue
		}
		out = append(out, issue)
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if name == "_errors" {
			continue
		}
		below := name
		if path != "" {
			below = path + "." + name
		}
		out = append(out, fieldErrors(members[name], below)...)
	}
	return out
}

// refusal makes a failure of an answer that is not the success asked for (Seam API
// reference, errors): by status first, by type second, since the list of types is open.
// name is what was asked, empty where the failure is shown on its row. The reason never
// holds one of secrets, nor any other number that may be a code.
func refusal(name string, r *httpapi.Response, secrets ...string) *reconcile.Failure {
	words := saidBy(r)
	text := words.message
	if len(words.fields) > 0 {
		text = strings.Join(words.fields, "; ")
	}
	f := failure.By(
		"Seam", name, r, words.known, httpapi.Redact(words.kind, secrets...),
		httpapi.Redact(text, secrets...),
	)
	switch {
	case r.Status == http.StatusUnauthorized, r.Status == http.StatusForbidden:
		f.Class = reconcile.Denied
	case r.Status == http.StatusNotFound && words.known:
		f.Class = reconcile.Gone
	case r.Status == http.StatusNotFound, r.Status == http.StatusMethodNotAllowed, r.Status < 400 && !words.known:
		// Seam knows every path that is called here, and answers in its envelope: this is
		// another host.
		f.Class, f.Hint = reconcile.Unreachable, "is base_url the address of Seam's API?"
	case words.kind == "invalid_content_type", words.kind == "invalid_query_params":
		f.Class = reconcile.Unreachable
	}
	f.Fields = words.members
	if words.kind == mismatched {
		f.Err = errMismatch
	}
	return f
}

// mismatched: a page was requested with other parameters than the first one.
const mismatched = "mismatched_page_parameters"

var errMismatch = errors.New("the cursor belongs to other parameters")

func isMismatch(err error) bool { return errors.Is(err, errMismatch) }

// isNoID reports whether Seam refused a request because the text of that member is not an
// id: nothing has it.
func isNoID(err error, member string) bool {
	return slices.Contains(failure.In(err).Fields, member)
}
