package httpapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"keyroster/reconcile"
)

// call is one request, over all its attempts.
type call struct {
	Request
	client *Client
	url    *url.URL
	// shown is the path as logs may show it: with the names of the query's members but not
	// their values.
	shown string
	body  []byte
	kind  string // content type of body, empty for none

	attempts  int
	requestID string
	// sent is the last attempt's request, for Authorizer.Renew.
	sent *http.Request
}

// prepare checks a request and makes everything that all attempts share.
func (c *Client) prepare(r Request) (*call, error) {
	unsafe := func(format string, args ...any) error {
		return &reconcile.Failure{Class: reconcile.Unsafe, Reason: r.Name + ": " + fmt.Sprintf(format, args...)}
	}
	if c.closed.Load() {
		return nil, fmt.Errorf("%s: %w", r.Name, errClosed)
	}
	if c.cfg.ReadOnly && r.Op == Write {
		return nil, unsafe("refused: this command does not write")
	}
	k := &call{Request: r, client: c}
	var err error
	if k.url, err = c.locate(r); err != nil {
		return nil, unsafe("refused: %v", err)
	}
	k.shown = k.url.EscapedPath()
	if names := queryNames(k.url); len(names) > 0 {
		k.shown += "?" + strings.Join(names, "&")
	}
	switch {
	case r.Form != nil:
		k.body, k.kind = []byte(r.Form.Encode()), "application/x-www-form-urlencoded"
	case r.JSON != nil:
		if k.body, err = encodeJSON(r.JSON); err != nil {
			// The encoder's error may quote the value.
			return nil, unsafe("encode the request (%T)", err)
		}
		k.kind = "application/json"
	}
	return k, nil
}

// locate makes the URL. It never leaves the base URL, neither by a link nor by a path that
// contains an unescaped name from a file.
func (c *Client) locate(r Request) (*url.URL, error) {
	prefix := strings.TrimSuffix(c.base.EscapedPath(), "/")
	if r.Link != "" {
		u, err := url.Parse(r.Link)
		if err != nil || u.Scheme != c.base.Scheme || !strings.EqualFold(u.Host, c.base.Host) || u.User != nil {
			return nil, fmt.Errorf("the host's answer links to another host")
		}
		if p := u.EscapedPath(); p != prefix && !strings.HasPrefix(p, prefix+"/") || hasDotSegment(p) {
			return nil, fmt.Errorf("the host's answer links outside of base_url")
		}
		u.Fragment = ""
		return u, nil
	}
	if r.Path == "" {
		u := *c.base
		u.RawQuery = r.Query.Encode()
		return &u, nil
	}
	path, err := url.PathUnescape(r.Path)
	if err != nil || !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#\\ ") || hasDotSegment(r.Path) {
		return nil, fmt.Errorf("the path holds a name that is not escaped")
	}
	u := *c.base
	u.Path, u.RawPath = strings.TrimSuffix(c.base.Path, "/")+path, prefix+r.Path
	u.RawQuery = r.Query.Encode()
	return &u, nil
}

// hasDotSegment reports whether a path has a segment that servers resolve away.
func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		switch strings.ToLower(segment) {
		case ".", "..", "%2e", "%2e%2e", ".%2e", "%2e.":
			return true
		}
	}
	return false
}

// queryNames returns the names of a query's members, sorted.
func queryNames(u *url.URL) []string {
	if u.RawQuery == "" {
		return nil
	}
	var names []string
	for name := range u.Query() {
		names = append(names, url.QueryEscape(name))
	}
	slices.Sort(names)
	return names
}

// encodeJSON marshals without escaping for HTML: a document's text is sent unchanged.
func encodeJSON(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// newRequest makes the HTTP request of one attempt.
func (k *call) newRequest() *http.Request {
	r := &http.Request{
		Method: k.Method, URL: k.url, Host: k.url.Host, Header: k.client.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	for name, values := range k.Header {
		r.Header[http.CanonicalHeaderKey(name)] = values
	}
	if k.kind != "" {
		r.Header.Set("Content-Type", k.kind)
		r.ContentLength = int64(len(k.body))
		r.Body = io.NopCloser(bytes.NewReader(k.body))
		// Lets net/http send it on another connection if nothing of it was written on the
		// first; it never repeats a write otherwise.
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(k.body)), nil }
	}
	return r
}
