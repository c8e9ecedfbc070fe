package example

import (
	"slices"

	"keyroster/reconcile"
)

// Row is one line of a Gatewright roster, its texts exactly as in the file.
type Row struct {
	CredentialID string `csv:"credential_id" roster:"key" help:"Gatewright's id of the credential. Leave it blank for new ones."`
	HolderID     string `csv:"holder_id" roster:"match,pairs,holder" help:"Gatewright's id of the holder." example:"hld_4711"`
	Type         string `csv:"type" roster:"match,pairs,type" help:"card or pin." words:"card,pin" example:"pin|card"`
	// Value is the number of the card, or the PIN.
	Value reconcile.Secret `csv:"value" roster:"managed,secret,create,update" help:"The number of the card, or the PIN, with every leading zero." example:"0123|0012345678"`
	State string           `csv:"state" roster:"state" help:"present (or blank) creates or keeps it; absent deletes it." words:"present,absent" example:"present"`
	// The rest is written by exports and reports, and ignored in a roster.
	Fingerprint string `csv:"fingerprint" roster:"info,fingerprint"`
}

// Schema describes the rows and records of Gatewright. A holder has at most one card and
// one PIN, and no two credentials of a site have the same value.
var Schema = newSchema()

func newSchema() *reconcile.Schema {
	s := reconcile.NewSchema("example", Row{})
	s.Unique = []reconcile.Unique{{Column: "value"}}
	s.OneEach = true
	s.CardTypes = []string{"card"}
	return s
}

// col has the numbers of the columns.
var col = struct{ id, holder, kind, value, state int }{
	id: Schema.Index("credential_id"), holder: Schema.Index("holder_id"), kind: Schema.Index("type"),
	value: Schema.Index("value"), state: Schema.Index("state"),
}

// Kinds of the findings of a row.
const (
	// KindNoCredential: the row names neither a credential nor a holder and a type.
	KindNoCredential = "no_credential"
	// KindID: an id does not have the form of Gatewright's.
	KindID = "id"
	// KindType: Gatewright has no such type.
	KindType = "type"
)

// check checks a row as far as that needs no account.
func check(row *Row, report func(reconcile.Finding)) {
	if row.CredentialID == "" && (row.Type == "" || row.HolderID == "") {
		report(reconcile.Finding{
			Kind: KindNoCredential, Message: "the row does not identify a credential",
			Remedy: "fill credential_id, or holder_id and type",
		})
	}
	for column, id := range map[string]string{"credential_id": row.CredentialID, "holder_id": row.HolderID} {
		if id != "" && !isID(id) {
			report(reconcile.Finding{
				Column: column, Kind: KindID, Message: "this is not a Gatewright id",
				Remedy: "copy it from Gatewright or an export",
			})
		}
	}
	if words := Schema.Columns[col.kind].Words; row.Type != "" && !slices.Contains(words, row.Type) {
		report(
			reconcile.Finding{
				Column:  "type",
				Kind:    KindType,
				Message: "there is no such type",
				Remedy:  "write card or pin",
			},
		)
	}
}
