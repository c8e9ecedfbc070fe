package seam

import (
	"strings"
	"testing"
	"time"

	"keyroster/reconcile"
)

func TestClock(t *testing.T) {
	for _, c := range []struct {
		text, zone string
		end        bool
		want       string // or a part of the error
	}{
		{"2026-07-01T00:00:00Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T00:00:00.000Z", "", false, "2026-07-01T00:00:00Z"},
		{"2026-07-01T02:00:00.1200+02:00", "", true, "2026-07-01T00:00:00.12Z"},
		{"2026-07-01", "Europe/London", false, "2026-06-30T23:00:00Z"},
		{"2026-07-01", "Europe/London", true, "2026-07-01T23:00:00Z"},
		{"2026-12-31", "Pacific/Auckland", true, "2026-12-31T11:00:00Z"},
		{"2026-07-01 08:30", "Asia/Kathmandu", false, "2026-07-01T02:45:00Z"},
		{"2026-07-01T08:30", "America/New_York", true, "2026-07-01T12:30:00Z"},
		{"2026-07-01 08:30:15.5", "America/New_York", true, "2026-07-01T12:30:15.5Z"},
		{"2026-03-29T00:59:59", "Europe/London", false, "2026-03-29T00:59:59Z"},
		{"2026-03-29T01:00", "Europe/London", false, "skips in Europe/London"},
		{"2026-03-29T01:59:59", "Europe/London", false, "skips in Europe/London"},
		{"2026-03-29T02:00", "Europe/London", false, "2026-03-29T01:00:00Z"},
		{"2026-10-25T00:59:59", "Europe/London", false, "2026-10-24T23:59:59Z"},
		{"2026-10-25T01:00", "Europe/London", false, "doubles in Europe/London"},
		{"2026-10-25T01:59:59", "Europe/London", false, "doubles in Europe/London"},
		{"2026-10-25T02:00", "Europe/London", false, "2026-10-25T02:00:00Z"},
		{"2026-09-06", "America/Santiago", false, "skips in America/Santiago"}, // clocks change at midnight
		{"2026-07-01", "", false, "set time_zone"},
		{"2026-02-30", "Europe/London", false, "no date"},
		{"01.07.2026", "Europe/London", false, "no date"},
		{"2026-07-01T00:00:00.0000001Z", "", false, "finer than a microsecond"},
	} {
		var zone *time.Location
		if c.zone != "" {
			var err error
			if zone, err = time.LoadLocation(c.zone); err != nil {
				t.Fatal(err)
			}
		}
		read, err := readClock(c.text)
		var at time.Time
		if err == nil {
			at, err = read.in(zone, c.end)
		}
		if err != nil {
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in %s: %v, want %s", c.text, c.zone, err, c.want)
			}
			continue
		}
		if canonical(at) != c.want {
			t.Errorf("%s in %s: %s, want %s", c.text, c.zone, canonical(at), c.want)
		}
	}
}

func TestTimeCell(t *testing.T) {
	for said, want := range map[string]reconcile.CellState{
		"": reconcile.Empty, "2026-07-01T00:00:00.000000Z": reconcile.Filled, "soon": reconcile.Masked, "2026-07-01": reconcile.Masked,
	} {
		if got := timeCell(said).State(); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
	if got := timeCell("2026-07-01T02:00:00.120000+02:00").Text(); got != "2026-07-01T00:00:00.12Z" {
		t.Error(got)
	}
}

// TestRefusalWords: the tree of issues becomes reasons by field, numbers that
// may be codes are masked, ids are not, and the root's list does no harm.
func TestRefusalWords(t *testing.T) {
	const id = "0b8e6b1e-6a0e-4c7e-9d0b-123456789012"
	for body, want := range map[string]string{
		`{"error":{"type":"invalid_input","message":"m","validation_errors":{"_errors":[],"acs_credential_id":{"_errors":["Required"]},"code":{"_errors":["Invalid"]}}},"ok":false}`: "Seam answered 400 invalid_input: acs_credential_id: Required; code: Invalid",
		`{"error":{"type":"invalid_input","message":"m","validation_errors":{"_errors":["Either or"],"list":{"_errors":[],"0":{"_errors":["Invalid uuid"]}}}},"ok":false}`:           "Seam answered 400 invalid_input: Either or; list.0: Invalid uuid",
		`{"error":{"type":"x","message":"code 123456 of ` + id + ` clashes\nwith 99 secretive"},"ok":false}`:                                                                         "Seam answered 400 x: code •••• of " + id + " clashes with 99 ••••ve",
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

func TestCheck(t *testing.T) {
	secret := reconcile.NewSecret
	for name, c := range map[string]struct {
		row  Row
		want string
	}{
		"by id":              {Row{CredentialID: "c"}, ""},
		"by holder":          {Row{HolderEmail: "a@example.com", Type: "code", Value: secret("0042")}, ""},
		"no holder":          {Row{Type: "code"}, "no_credential"},
		"no type":            {Row{HolderID: "u"}, "no_credential"},
		"system alone":       {Row{SystemID: "A", Type: "code"}, "no_credential"},
		"two addresses":      {Row{CredentialID: "c", HolderEmail: "a@x.com;b@x.com"}, "holder_email email"},
		"letters in a code":  {Row{CredentialID: "c", Type: "code", Value: secret("12A4")}, "value code"},
		"letters of a card":  {Row{CredentialID: "c", Type: "card", Value: secret("12A4")}, ""},
		"a mask":             {Row{CredentialID: "c", Type: "code", Value: secret("••••12")}, ""},
		"cleared":            {Row{CredentialID: "c", Type: "code", Value: secret("<empty>"), EndsAt: "<empty>"}, ""},
		"a line break":       {Row{CredentialID: "c", Value: secret("12\n34")}, "value code"},
		"times":              {Row{CredentialID: "c", StartsAt: "2026-01-31", EndsAt: "2026-01-31T08:00:00.5Z"}, ""},
		"no times":           {Row{CredentialID: "c", StartsAt: "31/01/2026", EndsAt: "2026-13-01"}, "starts_at time,ends_at time"},
		"too fine a time":    {Row{CredentialID: "c", EndsAt: "2026-01-31T08:00:00.0000005Z"}, "ends_at time"},
		"everything at once": {Row{HolderEmail: "x", Type: "code", Value: secret("x"), EndsAt: "x"}, "holder_email email,value code,ends_at time"},
	} {
		var got []string
		check(&c.row, func(f reconcile.Finding) {
			got = append(got, strings.TrimSpace(f.Column+" "+f.Kind))
			if f.Message == "" || f.Remedy == "" || strings.Contains(f.Message+f.Remedy, "12A4") {
				t.Errorf("%s: %+v", name, f)
			}
		})
		if strings.Join(got, ",") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
