package sandbox

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// Bearer returns the token of a request's Authorization header, and whether it has one,
// whatever the case of the scheme (RFC 9110, section 11.1).
func Bearer(r *http.Request) (token string, found bool) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", false
	}
	return token, true
}

// SameSecret compares two secrets in constant time.
func SameSecret(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
