package seam

import (
	"strings"
	"testing"

	"keyroster/reconcile"
)

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
		"an unknown type":    {Row{CredentialID: "c", Type: "PIN"}, "type type"},
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
