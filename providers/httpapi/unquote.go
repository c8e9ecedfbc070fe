package httpapi

import (
	"net/http"
	"strings"

	"keyroster/reconcile"
)

// unquote masks the login in a refusal that quotes it: some hosts put the token they did
// not like into the message, and messages reach reports.
func unquote(body []byte, request *http.Request) []byte {
	if request == nil {
		return body
	}
	var secrets []string
	if _, token, ok := strings.Cut(request.Header.Get("Authorization"), " "); ok {
		secrets = append(secrets, token)
	}
	if user, password, ok := request.BasicAuth(); ok {
		secrets = append(secrets, user, password)
	}
	for _, s := range secrets {
		// A short text would mask half of the words of the message.
		if len(s) >= 8 {
			body = spellings(s).ReplaceAllLiteral(body, []byte(reconcile.Dots))
		}
	}
	return body
}
