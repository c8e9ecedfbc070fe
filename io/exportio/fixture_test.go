package exportio

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// badge is a row struct like those of access credential providers, with columns whose content may
// be in side files.
type badge struct {
	CredentialID string           `csv:"credential_id" roster:"key"`
	HolderID     string           `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	HolderEmail  string           `csv:"holder_email" roster:"match,email,holder-email"`
	HolderRef    string           `csv:"holder_ref" roster:"match,holder-ref"`
	Type         string           `csv:"type" roster:"match,pairs,type"`
	Value        reconcile.Secret `csv:"value,code" roster:"managed,secret,create,update"`
	EndsAt       string           `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	Design       string           `csv:"design" roster:"managed,document,create,update"`
	Rules        string           `csv:"rules" roster:"managed,json,create,update"`
	State        string           `csv:"state" roster:"state"`
	HolderName   string           `csv:"holder_name" roster:"info,holder-name"`
	Status       string           `csv:"status" roster:"info,status"`
	TypeName     string           `csv:"type_name" roster:"info,type-name"`
	Fingerprint  string           `csv:"fingerprint" roster:"info,fingerprint"`
}

var schema = reconcile.NewSchema("demo", badge{})

func schemas(provider string) *reconcile.Schema {
	if provider == schema.Provider {
		return schema
	}
	return nil
}

// fields holds the cells of a record by name.
type fields map[string]string

func listing(records ...fields) *reconcile.Listing {
	set := reconcile.NewSet(schema, len(records))
	for _, r := range records {
		cells := make([]reconcile.Cell, len(schema.Columns))
		for col := range cells {
			c := &schema.Columns[col]
			if cells[col] = reconcile.TextCell(r[c.Name]); c.Role == reconcile.RoleManaged {
				cells[col] = reconcile.RecordCell(r[c.Name], c.Secret())
			}
		}
		set.Add(cells)
	}
	return &reconcile.Listing{Records: set, Total: len(records), Pages: 1, Strategy: "pages", Evidence: reconcile.EvidenceDeclared, At: at}
}

var at = time.Date(2026, 3, 1, 8, 30, 0, 0, time.UTC)

func marks(t testing.TB, key string) *reportio.HMAC {
	t.Helper()
	m, err := reportio.NewHMAC([]byte(strings.Repeat(key, 16)))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// source returns an account with two people and three credentials.
func source(t testing.TB) Source {
	return Source{
		Account: "hq", Title: "Demo", Tenant: reconcile.Tenant{ID: "t1", Name: "Head office"}, Marks: marks(t, "k"), Mask: reconcile.NewMasker(reconcile.ShowLast2, []string{"32"}),
		Listing: listing(
			fields{"credential_id": "K1", "holder_id": "501", "type": "32", "type_name": "Card", "status": "active", "value": "0010000001", "ends_at": "2027-01-01T00:00:00Z"},
			fields{"credential_id": "P1", "holder_id": "501", "type": "31", "type_name": "Keypad PIN", "status": "active", "value": "048216"},
			fields{"credential_id": "K2", "holder_id": "502", "type": "32", "type_name": "Card", "status": "lost", "value": "0010000002"},
		),
		Holders: reconcile.NewHolders(
			reconcile.Holder{ID: "501", Name: "Person One", Email: "One@example.com", Ref: "E-1"},
			reconcile.Holder{ID: "502", Name: "Person Two", Email: "two at example", Ref: "2-Jan", Disabled: true},
		),
	}
}

func export(accounts ...*Account) *Export {
	return &Export{Tool: "keyroster test", Operator: "somebody", CreatedAt: at, Accounts: accounts}
}

// cellsOf returns the cells of all records as texts with their states.
func cellsOf(set *reconcile.Set) []string {
	var out []string
	for n := range set.Len() {
		var b strings.Builder
		for col, c := range set.Record(n).Cells(nil) {
			if c.State() == reconcile.Filled || c.State() == reconcile.Masked {
				fmt.Fprintf(&b, "%s=%d:%s|", set.Schema().Columns[col].Name, c.State(), c.Text())
			}
		}
		out = append(out, b.String())
	}
	return out
}
