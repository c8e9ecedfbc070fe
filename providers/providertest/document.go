package providertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

// document is a vendor's OpenAPI document.
type document struct{ spec *openapi3.T }

// readDocument reads a document. It is not validated against OpenAPI's own rules: vendors'
// documents break them, and only what they say about calls counts here.
func readDocument(path string) (*document, error) {
	spec, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		return nil, fmt.Errorf("read OpenAPI document: %w", err)
	}
	return &document{spec}, nil
}

// violation is one way in which an exchange differs from the document.
type violation struct {
	// call is the method and the document's path ("PUT /doors/{id}"), or the request's own
	// path if the document has none.
	call string
	// status is that of the answer, 0 for the request.
	status int
	says   string
}

func (v violation) String() string {
	if v.status == 0 {
		return fmt.Sprintf("request %s: %s", v.call, v.says)
	}
	return fmt.Sprintf("answer %d to %s: %s", v.status, v.call, v.says)
}

const notDescribed = "the document has no such call"

// check checks an exchange against the document.
func (d *document) check(e *exchange) []violation {
	route, params := d.route(e.method, e.url.EscapedPath())
	if route == nil {
		return []violation{{call: e.method + " " + e.url.Path, says: notDescribed}}
	}
	options := &openapi3filter.Options{
		MultiError: true, IncludeResponseStatus: true, SkipSettingDefaults: true, RejectWhenRequestBodyNotSpecified: true,
		AuthenticationFunc: openapi3filter.NoopAuthenticationFunc,
	}
	asked := &http.Request{
		Method:        e.method,
		URL:           e.url,
		Header:        e.header,
		ContentLength: int64(len(e.body)),
		Body:          io.NopCloser(bytes.NewReader(e.body)),
	}
	input := &openapi3filter.RequestValidationInput{Request: asked, PathParams: params, Route: route, Options: options}
	call := e.method + " " + route.Path
	var found []violation
	for _, says := range complaints("", openapi3filter.ValidateRequest(context.Background(), input)) {
		found = append(found, violation{call, 0, says})
	}
	for name := range e.url.Query() {
		if route.Operation.Parameters.GetByInAndName("query", name) == nil &&
			route.PathItem.Parameters.GetByInAndName("query", name) == nil {
			found = append(found, violation{call, 0, "query parameter " + name + " is not described"})
		}
	}
	answer := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: e.status, Header: e.answerHeader, Options: options,
		Body: io.NopCloser(bytes.NewReader(e.answer)),
	}
	for _, says := range complaints("", openapi3filter.ValidateResponse(context.Background(), answer)) {
		found = append(found, violation{call, e.status, says})
	}
	return found
}

// route finds the operation of a request by its path alone, since hosts differ; of several
// matching paths, the one with fewer parameters is meant.
func (d *document) route(method, path string) (*routers.Route, map[string]string) {
	var found *routers.Route
	var params map[string]string
	for template, item := range d.spec.Paths.Map() {
		got, fits := match(template, path)
		operation := item.GetOperation(method)
		if !fits || operation == nil || found != nil && len(got) >= len(params) {
			continue
		}
		found = &routers.Route{Spec: d.spec, Path: template, PathItem: item, Method: method, Operation: operation}
		params = got
	}
	return found, params
}

// match matches a path with a template whose segments may be {names}.
func match(template, path string) (map[string]string, bool) {
	names, values := strings.Split(template, "/"), strings.Split(path, "/")
	if len(names) != len(values) {
		return nil, false
	}
	params := map[string]string{}
	for i, name := range names {
		if strings.HasPrefix(name, "{") && strings.HasSuffix(name, "}") && values[i] != "" {
			value, err := url.PathUnescape(values[i])
			if err != nil {
				return nil, false
			}
			params[name[1:len(name)-1]] = value
		} else if name != values[i] {
			return nil, false
		}
	}
	return params, true
}

// complaints splits a validator's error into single complaints, each with the place it is
// about.
func complaints(place string, err error) []string {
	if err == nil {
		return nil
	}
	if many, ok := errors.AsType[openapi3.MultiError](err); ok && isOuter[openapi3.MultiError](err) {
		var out []string
		for _, one := range many {
			out = append(out, complaints(place, one)...)
		}
		return out
	}
	switch e := err.(type) {
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			place = "parameter " + e.Parameter.Name
		} else if e.RequestBody != nil {
			place = "body"
		}
		if e.Err != nil {
			return complaints(place, e.Err)
		}
		return []string{strings.TrimPrefix(place+": "+e.Reason, ": ")}
	case *openapi3filter.ResponseError:
		if e.Err != nil {
			return complaints("body", e.Err)
		}
		return []string{e.Reason}
	case *openapi3.SchemaError:
		if e.SchemaField == "allOf" {
			return parts(place, e)
		}
		if pointer := e.JSONPointer(); len(pointer) > 0 {
			place += " /" + strings.Join(pointer, "/")
		}
		return []string{strings.TrimPrefix(place+": "+e.Reason, ": ")}
	}
	return []string{strings.TrimPrefix(place+": "+err.Error(), ": ")}
}

// parts returns the complaints about each part of an allOf: the validator stops at the
// first part, which may be a known deviation.
func parts(place string, e *openapi3.SchemaError) []string {
	if pointer := e.JSONPointer(); len(pointer) > 0 {
		place += " /" + strings.Join(pointer, "/")
	}
	var out []string
	for _, part := range e.Schema.AllOf {
		out = append(out, complaints(place, part.Value.VisitJSON(e.Value, openapi3.MultiErrors()))...)
	}
	return out
}

// isOuter reports whether an error itself is of a type, without unwrapping it.
func isOuter[T error](err error) bool { _, ok := err.(T); return ok }
