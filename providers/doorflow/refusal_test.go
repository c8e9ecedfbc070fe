package doorflow

import (
	"net/http"
	"strings"
	"testing"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// TestRefusalTexts covers every shape in which DoorFlow says what is wrong.
func TestRefusalTexts(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		said   string
		class  reconcile.Class
	}{
		"errors by field":             {422, `{"error":"validation_failed","errors":{"value":["value is already in use on your account"]}}`, "value is already in use on your account", reconcile.Refused},
		"without error":               {422, `{"errors":{"value":["must be between 4 and 7 digits in length"]}}`, "value must be between 4 and 7 digits in length", reconcile.Refused},
		"a sentence of its own":       {422, `{"errors":{"credential_type_id":["Not found for this account"]}}`, "credential_type_id: Not found for this account", reconcile.Refused},
		"limit_reached is a text":     {422, `{"errors":{"limit_reached":"Mobile licence limit reached."}}`, "Mobile licence limit reached.", reconcile.Exhausted},
		"limit_reached among lists":   {422, `{"errors":{"limit_reached":"No more.","value":["is bad"]}}`, "No more.; value is bad", reconcile.Exhausted},
		"several fields":              {422, `{"error":"validation_failed","error_description":"x","errors":{"first_name":["can't be blank","is short"],"email":["has already been taken"]}}`, "email has already been taken; first_name can't be blank; first_name is short", reconcile.Refused},
		"base":                        {422, `{"errors":{"base":["Person is locked"]}}`, "Person is locked", reconcile.Refused},
		"errors of other kinds":       {422, `{"errors":{"a":[1,{"b":2},"is bad"],"c":null,"d":7}}`, "a is bad", reconcile.Refused},
		"a list of errors":            {422, `{"errors":["Nope","Never"]}`, "Nope: Never", reconcile.Refused},
		"error and its description":   {400, `{"error":"invalid_grant","error_description":"Gone."}`, "invalid_grant: Gone.", reconcile.Refused},
		"error alone":                 {404, `{"error":"not_found"}`, "not_found", reconcile.Gone},
		"description, as with 429":    {429, `{"error":"rate_limited","description":"Slow down.","retry_in":45}`, "rate_limited: Slow down.", reconcile.Refused},
		"type and message":            {422, `{"type":"invalid","message":"Bad value"}`, "invalid: Bad value", reconcile.Refused},
		"message alone":               {422, `{"message":"Bad value"}`, "Bad value", reconcile.Refused},
		"plain text":                  {422, "Bad\r\n\tvalue\x00", "Bad value", reconcile.Refused},
		"HTML":                        {404, "<!doctype html><title>x</title>", "an HTML page", reconcile.Gone},
		"nothing":                     {402, "", "", reconcile.Refused},
		"an object that says nothing": {409, `{"id":"c1","label":"PIN","value":"004821"}`, "", reconcile.Refused},
		"the value itself":            {422, `{"errors":{"value":["a1 is taken"]}}`, "value •••• is taken", reconcile.Refused},
		"somebody else's":             {422, `{"errors":{"value":["is 04212345"]}}`, "value is ••••", reconcile.Refused},
		"gone":                        {410, ``, "", reconcile.Gone},
		"another host":                {406, ``, "", reconcile.Unreachable},
	} {
		t.Run(name, func(t *testing.T) {
			f := refusal("", &httpapi.Response{Status: c.status, Body: []byte(c.body), Header: http.Header{}}, "a1", "")
			_, said, _ := strings.Cut(f.Reason, ": ")
			if said != c.said || f.Class != c.class || f.HTTPStatus != c.status {
				t.Errorf("class %d, %q; want %d, %q", f.Class, f.Reason, c.class, c.said)
			}
		})
	}
	long := refusal("list people", &httpapi.Response{Status: 422, Body: []byte(strings.Repeat("word ", 500)), Header: http.Header{}})
	if len(long.Reason) > 400 || !strings.HasPrefix(long.Reason, "list people: DoorFlow answered 422: word") {
		t.Errorf("%d bytes: %.60q", len(long.Reason), long.Reason)
	}
}
