package pingone

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// apiError is PingOne's error object (PingOne platform reference, error model). innerError
// is also spelt innererror: encoding/json accepts both.
type apiError struct {
	ID      string `json:"id"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Details []struct {
		Code    string `json:"code"`
		Target  string `json:"target"`
		Message string `json:"message"`
		Inner   struct {
			Minimum *json.Number `json:"rangeMinimumValue"`
			Maximum *json.Number `json:"rangeMaximumValue"`
			Most    *json.Number `json:"maximumValue"`
			Pattern string       `json:"allowedPattern"`
			Values  []string     `json:"allowedValues"`
		} `json:"innerError"`
	} `json:"details"`
}

// refusal makes a failure of an answer that is not the success asked for. name is what was
// asked, empty where the failure is shown on its row. The vendor warns that codes and even
// statuses may change within 4xx: only the status decides the class.
func refusal(name string, r *httpapi.Response) *reconcile.Failure {
	var e apiError
	isError := json.Unmarshal(r.Body, &e) == nil
	f := failure.By("PingOne", name, r, isError, "", e.words(isError, r))
	switch {
	case isError && e.needsIssuer():
		f.Class = reconcile.Unreachable
		f.Hint = "create the environment's issuer profile at PingOne; in a new environment this takes a few minutes"
	case r.Status == http.StatusForbidden:
		f.Class = reconcile.Denied
		f.Hint = "check environment_id, and the roles of the worker application on that environment"
	case r.Status == http.StatusNotFound, r.Status == http.StatusGone:
		f.Class = reconcile.Gone
	case r.Status < 400,
		r.Status == http.StatusMethodNotAllowed,
		r.Status == http.StatusNotAcceptable,
		r.Status == http.StatusUnsupportedMediaType:
		f.Class = reconcile.Unreachable
		f.Hint = "is base_url the address of PingOne's API, with /v1?"
	}
	if f.RequestID == "" {
		f.RequestID = httpapi.OneLine(e.ID, maxSaid)
	}
	return f
}

// needsIssuer: the environment has no issuer profile yet, so it can have no credential
// types. The status of this answer is not published.
func (e *apiError) needsIssuer() bool {
	for _, d := range e.Details {
		if said := strings.ToLower(strings.ReplaceAll(d.Message, " ", "")); strings.Contains(said, "issuerprofile") {
			return true
		}
	}
	return false
}

func (e *apiError) words(isError bool, r *httpapi.Response) string {
	switch {
	case len(bytes.TrimSpace(r.Body)) == 0:
		return ""
	case !isError && failure.IsPage(r):
		return "an HTML page"
	case !isError:
		return "no error object of PingOne"
	}
	said := e.Message
	if len(e.Details) > 0 {
		var parts []string
		for i := range e.Details {
			parts = append(parts, e.detail(i))
		}
		said = strings.Join(parts, "; ")
	}
	if e.Code != "" {
		said = strings.TrimSuffix(e.Code+": "+said, ": ")
	}
	return httpapi.OneLine(said, maxSaid)
}

// detail returns one detail as a sentence, its target first.
func (e *apiError) detail(i int) string {
	d := &e.Details[i]
	said := cmp.Or(d.Message, d.Code)
	if d.Target != "" {
		said = d.Target + ": " + said
	}
	switch inner := &d.Inner; {
	case inner.Minimum != nil && inner.Maximum != nil:
		said += fmt.Sprintf(" (%s to %s)", *inner.Minimum, *inner.Maximum)
	case inner.Most != nil:
		said += fmt.Sprintf(" (at most %s)", *inner.Most)
	case len(inner.Values) > 0:
		said += " (one of " + strings.Join(inner.Values, ", ") + ")"
	case inner.Pattern != "":
		said += " (as " + inner.Pattern + ")"
	}
	return said
}

// maxSaid is how much of PingOne's text a report repeats, in characters.
const maxSaid = 500

// noEnvironment explains a failure of the first call of an account.
func (c *Client) noEnvironment(err error) error {
	f, ok := errors.AsType[*reconcile.Failure](err)
	if !ok {
		return err
	}
	switch f.HTTPStatus {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		f.Class = reconcile.Denied
		f.Hint = "check environment_id and " + c.chosen + ", and the roles of the worker application on that environment"
		return err
	}
	if f.Class != reconcile.Denied || f.Hint == "" {
		return err
	}
	// A failure of the login is shared by all accounts with it: it is copied, not changed.
	said := *f
	said.Reason, said.Err = err.Error(), nil
	said.Hint += ", and " + c.chosen
	return &said
}

// deniedIfGone: a call that names no record fails because the environment does not exist,
// and no other call will fare better.
func deniedIfGone(err error) error {
	if f := failure.In(err); f.Class == reconcile.Gone {
		f.Class = reconcile.Denied
		f.Hint = "check environment_id and region"
	}
	return err
}
