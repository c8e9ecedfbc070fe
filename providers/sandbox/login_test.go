package sandbox_test

import (
	"net/http"
	"testing"

	"keyroster/providers/sandbox"
)

func TestBearer(t *testing.T) {
	for header, want := range map[string]string{
		"Bearer abc": "abc", "bearer abc": "abc", "BEARER ": "", "Bearer": "", "Basic abc": "none", "": "none", "Bearerabc": "none",
	} {
		got, found := sandbox.Bearer(&http.Request{Header: http.Header{"Authorization": {header}}})
		if !found {
			got += "none"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

func TestSameSecret(t *testing.T) {
	if !sandbox.SameSecret("4711", "4711") || sandbox.SameSecret("4711", "471") || sandbox.SameSecret("", "4711") {
		t.Error("secrets are not compared as texts")
	}
}
