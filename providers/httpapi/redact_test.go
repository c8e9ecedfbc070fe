package httpapi_test

import (
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"keyroster/providers/httpapi"
)

// TestRedact: however a host changes a value that it repeats, the result does not contain it; what
// is not a value stays.
func TestRedact(t *testing.T) {
	for _, secret := range []string{"0048213377", "739155", "A1:B2+C3/D4", "4711"} {
		spaced := strings.Join(strings.Split(secret, ""), " ")
		var percent strings.Builder
		for _, b := range []byte(secret) {
			fmt.Fprintf(&percent, "%%%02x", b)
		}
		for how, echo := range map[string]string{
			"as it is": secret, "in lower case": strings.ToLower(secret), "in a URL": url.QueryEscape(secret), "percent-encoded": percent.String(),
			"in base64": base64.StdEncoding.EncodeToString([]byte(secret)), "in base64 for URLs": base64.RawURLEncoding.EncodeToString([]byte(secret)),
			"with spaces": spaced, "with hyphens": strings.ReplaceAll(spaced, " ", "-"), "with dots": strings.ReplaceAll(spaced, " ", "."),
			"in groups": secret[:2] + "-" + secret[2:],
		} {
			got := httpapi.Redact("value "+echo+" is taken", secret)
			if got != "value •••• is taken" {
				t.Errorf("%s, %s: %s", secret, how, got)
			}
		}
	}
	for _, secret := range []string{"0048213377", "12345678", "4711-AB"} {
		spaced := strings.Split(secret, "")
		entities, hex, wide := "", "", ""
		for _, r := range secret {
			entities += fmt.Sprintf("&#%d;", r)
			hex += fmt.Sprintf("&#x%X;", r)
			wide += string(r + 0xfee0)
		}
		echoes := map[string]string{
			"as entities": entities, "as hexadecimal entities": hex, "in full width": wide,
			"with two separators": strings.Join(spaced, " -"), "with invisible characters": strings.Join(spaced, "\u200b"),
		}
		for _, before := range []string{"", `{"v":"`, `{"va":"`, `{"val":"`, `{"valu":"`, `{"value":"`} {
			document := []byte(before + secret + `"}`)
			echoes["base64 of "+before] = base64.StdEncoding.EncodeToString(document)
			echoes["base64 for URLs of "+before] = base64.RawURLEncoding.EncodeToString(document)
			echoes["base32 of "+before] = base32.StdEncoding.EncodeToString(document)
		}
		for how, echo := range echoes {
			if got := httpapi.Redact("value "+echo+" is taken", secret); got != "value •••• is taken" {
				t.Errorf("%s, %s: %s", secret, how, got)
			}
		}
	}
	for words, want := range map[string]string{
		"somebody holds 04212345 already":                     "somebody holds •••• already",
		"value must be between 4 and 7 digits in length":      "value must be between 4 and 7 digits in length",
		"credential 0b8e6b1e-6a0e-4c7e-9d0b-123456789012":     "credential 0b8e6b1e-6a0e-4c7e-9d0b-123456789012",
		"two\nlines\tand  more\x00":                           "two lines and more",
		strings.Repeat("x", 299) + "äöü":                      strings.Repeat("x", 299) + "ä…",
		"a1 is short: it is hidden as it is, and not as a 1.": "•••• is short: it is hidden as it is, and not as a 1.",
	} {
		if got := httpapi.Redact(words, "", "a1"); got != want {
			t.Errorf("%q becomes %q, want %q", words, got, want)
		}
	}
}
