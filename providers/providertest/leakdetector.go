package providertest

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
)

// longSecret is the length from which secrets are looked for: a shorter one may occur in a
// text by chance.
const longSecret = 8

// leakDetector collects all output about an account, in logs, errors and results, and knows
// the secrets that must not be in it.
type leakDetector struct {
	mu      sync.Mutex
	output  bytes.Buffer
	secrets map[string]bool
}

func newLeakDetector(t prover) *leakDetector {
	e := &leakDetector{secrets: map[string]bool{}}
	t.Cleanup(func() {
		if what := e.leaked(); what != "" {
			t.Errorf("the output holds a secret: %s", what)
		}
	})
	return e
}

// Write takes a log line.
func (e *leakDetector) Write(line []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.output.Write(line)
}

// collect formats values as a careless caller might.
func (e *leakDetector) collect(values ...any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, v := range values {
		fmt.Fprintf(&e.output, "%v\n%+v\n%#v\n%s\n", v, v, v, v)
	}
}

// addSecrets adds secrets, except those that are too short to be looked for.
func (e *leakDetector) addSecrets(secrets ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= longSecret {
			e.secrets[secret] = true
		}
	}
}

// leaked returns the output around a secret, with the secret cut out; empty if there is none.
func (e *leakDetector) leaked() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for line := range strings.Lines(e.output.String()) {
		for secret := range e.secrets {
			if strings.Contains(line, secret) {
				return around(strings.ReplaceAll(line, secret, "[secret]"))
			}
		}
	}
	return ""
}

// size is how much output was collected.
func (e *leakDetector) size() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.output.Len()
}

// around returns the part of a line around the secret's place.
func around(line string) string {
	at := strings.Index(line, "[secret]")
	return strings.ToValidUTF8(line[max(0, at-200):min(len(line), at+200)], "")
}
