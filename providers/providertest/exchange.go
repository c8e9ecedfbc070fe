package providertest

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"

	"keyroster/providers/sandbox"
)

// exchange is one request with the sandbox's own answer, before any fault damaged it.
type exchange struct {
	method string
	url    *url.URL
	header http.Header
	body   []byte

	status       int
	answerHeader http.Header
	answer       []byte
}

// tape keeps distinct exchanges, in the order of their first occurrence.
type tape struct {
	mu        sync.Mutex
	exchanges []*exchange
	known     map[[sha256.Size]byte]bool
}

func (t *tape) add(e *exchange) {
	sum := sha256.Sum256(
		fmt.Appendf(nil, "%s %s %q %q %d %q", e.method, e.url, e.header["Content-Type"], e.body, e.status, e.answer),
	)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known[sum] {
		return
	}
	if t.known == nil {
		t.known = map[[sha256.Size]byte]bool{}
	}
	t.known[sum] = true
	t.exchanges = append(t.exchanges, e)
}

// recorded is an API that records its requests and answers.
type recorded struct {
	sandbox.API
	tape *tape
}

// ServeHTTP serves the API.
func (r recorded) ServeHTTP(w http.ResponseWriter, asked *http.Request) {
	body, err := io.ReadAll(asked.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the client left in the middle of its request
	}
	asked.Body = io.NopCloser(bytes.NewReader(body))
	e := &exchange{
		method: asked.Method,
		url:    asked.URL,
		header: asked.Header.Clone(),
		body:   body,
		status: http.StatusOK,
	}
	r.API.ServeHTTP(&copying{ResponseWriter: w, exchange: e}, asked)
	e.answerHeader = w.Header().Clone()
	r.tape.add(e)
}

// copying copies an answer while it is written.
type copying struct {
	http.ResponseWriter
	exchange *exchange
}

func (c *copying) WriteHeader(status int) {
	c.exchange.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copying) Write(body []byte) (int, error) {
	c.exchange.answer = append(c.exchange.answer, body...)
	return c.ResponseWriter.Write(body)
}

// Unwrap serves http.ResponseController.
func (c *copying) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// decoded returns a body as JSON, or as its text if it is not JSON; nil if empty.
func decoded(body []byte) any {
	var value any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	switch {
	case len(body) == 0:
		return nil
	case d.Decode(&value) != nil:
		return string(body)
	}
	return value
}
