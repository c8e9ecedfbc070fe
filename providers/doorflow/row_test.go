package doorflow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"keyroster/providers"
	"keyroster/providers/all"
	"keyroster/providers/doorflow"
	"keyroster/reconcile"
)

func TestCheck(t *testing.T) {
	type row = doorflow.Row
	for name, c := range map[string]struct {
		row
		kinds []string
	}{
		"by its id":            {row{CredentialID: "c1"}, nil},
		"by type and person":   {row{Type: "pin", HolderID: "5"}, nil},
		"by type and address":  {row{Type: "pin", HolderEmail: "a@example.com"}, nil},
		"by type and ref":      {row{Type: "pin", HolderRef: "00-7"}, nil},
		"absent with a value":  {row{CredentialID: "c1", State: "absent", Value: secret("0042")}, nil},
		"type alone":           {row{Type: "pin"}, []string{doorflow.KindNoCredential}},
		"person alone":         {row{HolderID: "5"}, []string{doorflow.KindNoCredential}},
		"nothing":              {row{Value: secret("0042")}, []string{doorflow.KindNoCredential}},
		"id of letters":        {row{Type: "pin", HolderID: "S-5"}, []string{doorflow.KindPersonID}},
		"id with zeros":        {row{Type: "pin", HolderID: "005"}, []string{doorflow.KindPersonID}},
		"id with decimals":     {row{Type: "pin", HolderID: "5.0"}, []string{doorflow.KindPersonID}},
		"id too long":          {row{Type: "pin", HolderID: "1234567890123456789"}, []string{doorflow.KindPersonID}},
		"no address":           {row{Type: "pin", HolderEmail: "a.example.com"}, []string{doorflow.KindEmail}},
		"two addresses":        {row{Type: "pin", HolderEmail: "a@example.com; b@example.com"}, []string{doorflow.KindEmail}},
		"address with a name":  {row{Type: "pin", HolderEmail: "A <a@example.com>"}, []string{doorflow.KindEmail}},
		"value of two lines":   {row{CredentialID: "c1", Value: secret("00\n42")}, []string{doorflow.KindControl}},
		"value of many kinds":  {row{CredentialID: "c1", Value: secret(" 00-A/42 ü")}, nil},
		"several things wrong": {row{HolderID: "x", HolderEmail: "y", Value: secret("\x00")}, []string{doorflow.KindNoCredential, doorflow.KindPersonID, doorflow.KindEmail, doorflow.KindControl}},
	} {
		t.Run(name, func(t *testing.T) {
			var kinds []string
			doorflow.Spec.Check(&c.row, func(f reconcile.Finding) {
				kinds = append(kinds, f.Kind)
				if f.Message == "" || f.Remedy == "" || f.Severity != reconcile.SeverityError || strings.Contains(fmt.Sprint(f), "42") {
					t.Errorf("finding %+v", f)
				}
				if f.Column != "" && doorflow.Schema.Index(f.Column) < 0 {
					t.Errorf("no column %s", f.Column)
				}
			})
			if !slices.Equal(kinds, c.kinds) {
				t.Errorf("%v, want %v", kinds, c.kinds)
			}
		})
	}
}

// TestRowIsSilent: no verb prints a value.
func TestRowIsSilent(t *testing.T) {
	row := doorflow.Row{Value: secret("77123456")}
	nested := struct{ hidden any }{&row}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if text := fmt.Sprintf(verb, row) + fmt.Sprintf(verb, nested); strings.Contains(text, "77123456") || strings.Contains(text, "3737313233343536") {
			t.Errorf("%s prints the value: %s", verb, text)
		}
	}
}

func TestSchema(t *testing.T) {
	s := doorflow.Schema
	for _, name := range []string{"credential_id", "holder_id", "holder_email", "holder_ref", "type", "value", "state", "holder_name", "status", "type_name", "fingerprint", "display_name"} {
		if s.Index(name) < 0 {
			t.Errorf("no column %s", name)
		}
	}
	if len(s.Pairs()) != 2 || !s.OneEach || len(s.Unique) != 1 || s.Managed() != reconcile.Columns(0).With(s.Index("value")) {
		t.Errorf("pairs %v, unique %v, managed %b", s.Pairs(), s.Unique, s.Managed())
	}
	if all.Lookup("doorflow") != &doorflow.Spec || all.Lookup("other") != nil {
		t.Error("the list of providers does not find doorflow, or finds others")
	}
}

// TestOpen: what an account section may say.
func TestOpen(t *testing.T) {
	token := map[string]reconcile.Secret{"access_token": secret("at_secret1")}
	for name, c := range map[string]struct {
		env   providers.Env
		fails string
	}{
		"token":             {providers.Env{Auth: token}, ""},
		"key":               {providers.Env{Auth: map[string]reconcile.Secret{"api_key": secret("k")}}, ""},
		"token file":        {providers.Env{Auth: map[string]reconcile.Secret{"client_id": secret("i"), "client_secret": secret("s"), "token_file": secret(t.TempDir() + "/hq.token")}}, ""},
		"half a token file": {providers.Env{Auth: map[string]reconcile.Secret{"client_id": secret("i"), "token_file": secret("hq.token")}}, "read auth: token_file needs"},
		"no login":          {providers.Env{}, "read auth: want client_id"},
		"plain http":        {providers.Env{Auth: token, BaseURL: "http://api.example.com"}, "base_url"},
		"strategy": {
			providers.Env{Auth: token, Listing: "fast"},
			`read listing: want auto, skip_pagination or pages, not "fast"`,
		},
		"page size":         {providers.Env{Auth: token, PageSize: 501}, "read page_size: want 1 to 500, not 501"},
		"sync_wait":         {providers.Env{Auth: token, Settings: &doorflow.Settings{SyncWait: "120"}}, `read sync_wait: want a duration such as 2m or 90s, not "120"`},
		"sync_wait below 0": {providers.Env{Auth: token, Settings: &doorflow.Settings{SyncWait: "-1s"}}, "read sync_wait"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := doorflow.Spec.Open(t.Context(), c.env)
			if (err == nil) != (c.fails == "") || err != nil && !strings.Contains(err.Error(), c.fails) {
				t.Fatalf("error %v, want %q", err, c.fails)
			}
			if err == nil && strings.Contains(fmt.Sprintf("%+v", p), "at_secret1") {
				t.Error("an open account prints its token")
			}
		})
	}
}
