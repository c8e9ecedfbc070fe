package doorflow

import (
	"strings"
	"unicode"

	"keyroster/providers/people"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Row is one line of a DoorFlow roster, its texts exactly as in the file.
type Row struct {
	// CredentialID is DoorFlow's id of the credential.
	CredentialID string `csv:"credential_id" roster:"key" help:"DoorFlow's id of the credential. Leave it blank for new ones."`
	// HolderID, HolderEmail and HolderRef (the person's system_id) name the person; those
	// that are filled must agree.
	HolderID    string `csv:"holder_id,person_id" roster:"match,pairs,holder" help:"DoorFlow's id of the person: a whole number."`
	HolderEmail string `csv:"holder_email" roster:"match,email,holder-email" help:"The person's e-mail address, if you do not fill in holder_id." example:"example.person@example.com"`
	HolderRef   string `csv:"holder_ref" roster:"match,holder-ref" help:"Your own number of the person, kept in DoorFlow as system_id."`
	// Type is a credential type: its id, slug or label.
	Type string `csv:"type" roster:"match,pairs,type" help:"The credential type: its label, slug or id at DoorFlow." example:"PIN|Card"`
	// Value is the number of the card or fob, or the PIN.
	Value reconcile.Secret `csv:"value" roster:"managed,secret,create,update" help:"The number of the card or fob, or the PIN, with every leading zero." example:"0123|0012345678"`
	// State is present (or blank) or absent.
	State string `csv:"state" roster:"state" help:"present (or blank) creates or keeps it; absent deletes it." words:"present,absent" example:"present"`

	// The rest is written by exports and reports, and ignored in a roster.
	HolderName  string `csv:"holder_name" roster:"info,holder-name"`
	Status      string `csv:"status" roster:"info,status"`
	TypeName    string `csv:"type_name" roster:"info,type-name"`
	Fingerprint string `csv:"fingerprint" roster:"info,fingerprint"`
	DisplayName string `csv:"display_name" roster:"info,display-name"`
	WalletType  string `csv:"wallet_type" roster:"info"`
}

// Schema describes the rows and records of DoorFlow. Values are assumed to be unique in the
// account: the API says "already in use on your account" and not whether that is per type.
var Schema = newSchema()

func newSchema() *reconcile.Schema {
	s := reconcile.NewSchema("doorflow", Row{})
	s.Holder = "person"
	s.Unique = []reconcile.Unique{{Column: "value"}}
	s.OneEach = true
	return s
}

// col has the numbers of the columns.
var col = struct{ id, person, email, ref, kind, value, state, name, status, label, wallet int }{
	id: Schema.Index("credential_id"), person: Schema.Index("holder_id"), email: Schema.Index("holder_email"),
	ref: Schema.Index("holder_ref"), kind: Schema.Index("type"), value: Schema.Index("value"),
	state: Schema.Index("state"), name: Schema.Index("holder_name"), status: Schema.Index("status"),
	label: Schema.Index("type_name"), wallet: Schema.Index("wallet_type"),
}

// Kinds of the findings of a row.
const (
	// KindNoCredential: the row names neither a credential nor a type and a person.
	KindNoCredential = "no_credential"
	// KindPersonID: holder_id does not have the form of DoorFlow's ids.
	KindPersonID = "person_id"
	// KindEmail: holder_email is not one e-mail address.
	KindEmail = people.KindEmail
	// KindControl: the value holds a line break or another control character.
	KindControl = "control_character"
)

// check checks a row as far as that needs no account. How long a PIN may be, and whether a
// card may have letters, is left to DoorFlow.
func check(row *Row, report func(reconcile.Finding)) {
	holder := row.HolderID != "" || row.HolderEmail != "" || row.HolderRef != ""
	if row.CredentialID == "" && (row.Type == "" || !holder) {
		report(reconcile.Finding{
			Kind:    KindNoCredential,
			Message: "the row does not identify a credential",
			Remedy:  "fill credential_id, or type and one of holder_id, holder_email and holder_ref",
		})
	}
	if row.HolderID != "" && !isPersonID(row.HolderID) {
		report(reconcile.Finding{
			Column: "holder_id", Kind: KindPersonID,
			Message: "a person's id at DoorFlow is a whole number without leading zeros",
			Remedy:  "put a number of your own, such as a staff number, in holder_ref",
		})
	}
	people.CheckEmail(row.HolderEmail, report)
	if strings.ContainsFunc(row.Value.Reveal(), unicode.IsControl) {
		report(reconcile.Finding{
			Column: "value", Kind: KindControl,
			Message: "the value holds a line break or another invisible character",
			Remedy:  "type the value again",
		})
	}
}

// isPersonID reports whether a text has the form of DoorFlow's ids of people, types and
// other things: a positive integer.
func isPersonID(text string) bool {
	return text != "" && len(text) <= 18 && text[0] != '0' && shape.AllDigits(text)
}
