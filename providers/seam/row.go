package seam

import (
	"slices"
	"strings"
	"unicode"

	"keyroster/providers/people"
	"keyroster/reconcile"
	"keyroster/reconcile/shape"
)

// Row is one line of a Seam roster, its texts exactly as in the file.
type Row struct {
	// CredentialID is Seam's id of the credential.
	CredentialID string `csv:"credential_id,acs_credential_id" roster:"key" help:"Seam's id of the credential. Leave it blank for new ones."`
	// SystemID is the access system; a holder belongs to one, so that it may be left blank
	// if the holder determines it.
	SystemID string `csv:"acs_system_id" roster:"match,pairs,system" help:"Seam's id of the access system. Optional if the user is in only one system."`
	// HolderID and HolderEmail name the ACS user; those filled must agree.
	HolderID    string `csv:"holder_id,acs_user_id" roster:"match,pairs,move,holder" help:"Seam's id of the user (acs_user_id)."`
	HolderEmail string `csv:"holder_email" roster:"match,email,holder-email" help:"The user's e-mail address, if you do not fill in holder_id." example:"example.person@example.com"`
	// Type is the access method: code, card or mobile_key.
	Type string `csv:"type,access_method" roster:"match,pairs,type" help:"The access method. New credentials are a code, a card or a mobile_key." words:"code,card,mobile_key,cloud_key" example:"code|card"`
	// Value is the PIN of a code. For a card it is the card number, which can be read but
	// not written.
	Value reconcile.Secret `csv:"value,code" roster:"managed,secret,create,update" help:"The code, with every leading zero. Card numbers can be read, not written." example:"0123|"`
	// StartsAt can only be set at creation.
	StartsAt string `csv:"starts_at" roster:"managed,time,create,start" help:"When access begins: a date, or a date and time, in the system's time zone. Only for new credentials."`
	EndsAt   string `csv:"ends_at" roster:"managed,time,create,update,end" help:"When access ends. A date without a time means the end of that day, in the system's time zone." example:"2026-12-31"`
	// State is present (or blank) or absent.
	State string `csv:"state" roster:"state" help:"present (or blank) creates or keeps it; absent deletes it." words:"present,absent" example:"present"`

	// The rest is written by exports and reports, and ignored in a roster.
	HolderName  string `csv:"holder_name" roster:"info,holder-name"`
	Status      string `csv:"status" roster:"info,status"`
	TypeName    string `csv:"type_name" roster:"info,type-name"`
	Fingerprint string `csv:"fingerprint" roster:"info,fingerprint"`
	DisplayName string `csv:"display_name" roster:"info,display-name"`

	// Entrances are ids or names of the access system's doors. It is last, because runs
	// that began without it use the numbers of the other columns.
	Entrances string `csv:"entrances,allowed_acs_entrance_ids" roster:"managed,apart,create,entrances" help:"The doors that a new credential opens: names or ids at Seam, separated by ;. Existing credentials keep their doors." example:"Front door"`
}

// Schema describes the rows and records of Seam. No value is unique: whether codes must
// differ within a system depends on the provider, and is not documented (Seam API
// reference, credentials).
var Schema = newSchema()

func newSchema() *reconcile.Schema {
	s := reconcile.NewSchema("seam", Row{})
	s.Holder = "user"
	s.Lane = "acs_system_id"
	s.CardTypes = []string{methodCard}
	return s
}

// col has the numbers of the columns.
var col = struct{ id, system, user, email, kind, value, starts, ends, state, name, status, label, display, entrances int }{
	id:        Schema.Index("credential_id"),
	system:    Schema.Index("acs_system_id"),
	user:      Schema.Index("holder_id"),
	email:     Schema.Index("holder_email"),
	kind:      Schema.Index("type"),
	value:     Schema.Index("value"),
	starts:    Schema.Index("starts_at"),
	ends:      Schema.Index("ends_at"),
	state:     Schema.Index("state"),
	name:      Schema.Index("holder_name"),
	status:    Schema.Index("status"),
	label:     Schema.Index("type_name"),
	display:   Schema.Index("display_name"),
	entrances: Schema.Index("entrances"),
}

// The access methods that a credential can be created with.
const (
	methodCode   = "code"
	methodCard   = "card"
	methodMobile = "mobile_key"
	// methodCloud can be read, but is not created here.
	methodCloud = "cloud_key"
)

// methods are the known access methods.
var methods = []string{methodCode, methodCard, methodMobile, methodCloud}

// Kinds of the findings of a row.
const (
	// KindNoCredential: the row names neither a credential nor a type and a holder.
	KindNoCredential = "no_credential"
	// KindEmail: holder_email is not one e-mail address.
	KindEmail = people.KindEmail
	// KindType: credentials are not made with this type; a warning, since Seam may know
	// more types than this program.
	KindType = "type"
	// KindCode: the value of a code is not digits.
	KindCode = "code"
	// KindTime: starts_at or ends_at is not a date or time.
	KindTime = "time"
)

// check checks a row as far as that needs no account.
func check(row *Row, report func(reconcile.Finding)) {
	if row.CredentialID == "" && (row.Type == "" || row.HolderID == "" && row.HolderEmail == "") {
		report(reconcile.Finding{
			Kind:    KindNoCredential,
			Message: "the row does not identify a credential",
			Remedy:  "fill credential_id, or type and one of holder_id and holder_email",
		})
	}
	people.CheckEmail(row.HolderEmail, report)
	if row.Type != "" && !slices.Contains(methods, row.Type) {
		report(reconcile.Finding{
			Column: "type", Kind: KindType, Severity: reconcile.SeverityWarning,
			Message: "the type is none of " + strings.Join(methods, ", "),
			Remedy:  "write it as Seam does: access methods are in lower case",
		})
	}
	switch value := row.Value.Reveal(); {
	case value == "" || value == reconcile.EmptyMarker || reconcile.IsMask(value):
	case row.Type == methodCode && !shape.AllDigits(value):
		report(reconcile.Finding{
			Column: "value", Kind: KindCode,
			Message: "a code must be digits", Remedy: "enter the digits, as text",
		})
	case strings.ContainsFunc(value, unicode.IsControl):
		report(reconcile.Finding{
			Column: "value", Kind: KindCode,
			Message: "the value holds a line break or another invisible character", Remedy: "type the value again",
		})
	}
	checkTime("starts_at", row.StartsAt, report)
	checkTime("ends_at", row.EndsAt, report)
}

func checkTime(column, text string, report func(reconcile.Finding)) {
	if text == "" || text == reconcile.EmptyMarker {
		return
	}
	if _, err := reconcile.ReadClock(text); err != nil {
		report(reconcile.Finding{
			Column: column, Kind: KindTime, Message: err.Error(),
			Remedy: "write 2026-01-31, 2026-01-31 08:00 or 2026-01-31T08:00:00Z; " +
				"in a spreadsheet, give the column the date format yyyy-mm-dd",
		})
	}
}

// emailKey makes e-mail addresses comparable.
func emailKey(email string) string { return reconcile.NormalizeEmail(email) }
