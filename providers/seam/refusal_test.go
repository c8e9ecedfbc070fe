package seam

import "testing"

// TestRefusalWords: the tree of issues becomes reasons by field; numbers that may be codes are
// masked, ids are not, and the root's list does no harm.
func TestRefusalWords(t *testing.T) {
	const id = "0b8e6b1e-6a0e-4c7e-9d0b-123456789012"
	for body, want := range map[string]string{
		`{"error":{"type":"invalid_input","message":"m","validation_errors":{"_errors":[],"acs_credential_id":{"_errors":["Required"]},"code":{"_errors":["Invalid"]}}},"ok":false}`: "Seam answered 400 invalid_input: acs_credential_id: Required; code: Invalid",
		`{"error":{"type":"invalid_input","message":"m","validation_errors":{"_errors":["Either or"],"list":{"_errors":[],"0":{"_errors":["Invalid uuid"]}}}},"ok":false}`:           "Seam answered 400 invalid_input: Either or; list.0: Invalid uuid",
		`{"error":{"type":"x","message":"code 123456 of ` + id + ` clashes\nwith 99 secretive"},"ok":false}`:                                                                         "Seam answered 400 x: code •••• of " + id + " clashes with 99 ••••",
		`{"error":{"type":"x","message":7},"ok":false}`: "Seam answered 400",
		`{"error":"123456"}`:                            "Seam answered 400",
		`<html>123456</html>`:                           "Seam answered 400",
		``:                                              "Seam answered 400",
		`{"acs_credential":"secret"`:                    "Seam answered 400",
	} {
		if got := refusal("", respond(400, body), "secretive").Reason; got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
