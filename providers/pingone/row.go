package pingone

import (
	"keyroster/reconcile"
)

// Row is one line of a PingOne roster, its texts exactly as in the file.
type Row struct {
	// CredentialTypeID is PingOne's id of the credential type. Beside it, a
	// differing title is a new title; without it, the title finds the type.
	CredentialTypeID string `csv:"credential_type_id" roster:"key"`
	Title            string `csv:"title" roster:"managed,create,update,pairs"`
	Description      string `csv:"description" roster:"managed,create,update,clear"`
	CardType         string `csv:"card_type" roster:"managed,create,update,clear"`
	IssuerName       string `csv:"issuer_name" roster:"managed,create,update,clear"`
	// Template is an SVG document with placeholders.
	Template string `csv:"card_design_template" roster:"managed,document,create,update"`
	// Mode is AUTOMATED or MANAGED.
	Mode string `csv:"management.mode" roster:"managed,create,update"`
	// Multiple is the expression of a type that is issued several times.
	Multiple string `csv:"multiple.expression" roster:"managed,create,update,clear"`
	// Expiration is the JSON object of the API.
	Expiration string `csv:"expiration" roster:"managed,json,create,update,clear"`
	// Revoke tells whether deleting the type revokes its issued cards.
	Revoke string `csv:"on_delete.revoke_issued_credentials" roster:"managed,bool,create,update"`

	Name            string `csv:"metadata.name" roster:"managed,create,update,clear"`
	MetaDescription string `csv:"metadata.description" roster:"managed,create,update,clear"`
	CardColor       string `csv:"metadata.card_color" roster:"managed,color,create,update,clear"`
	TextColor       string `csv:"metadata.text_color" roster:"managed,color,create,update,clear"`
	// The images are https URLs or data URLs.
	BackgroundImage string `csv:"metadata.background_image" roster:"managed,document,create,update,clear"`
	LogoImage       string `csv:"metadata.logo_image" roster:"managed,document,create,update,clear"`
	Opacity         string `csv:"metadata.bg_opacity_percent" roster:"managed,int,create,update,clear"`
	Columns         string `csv:"metadata.columns" roster:"managed,int,create,update,clear"`
	Version         string `csv:"metadata.version" roster:"managed,int,create,update"`
	// Fields is the JSON list of the card's fields, in their order.
	Fields string `csv:"metadata.fields" roster:"managed,json,create,update"`
	// State is present (or blank) or absent.
	State string `csv:"state" roster:"state"`

	// The rest is written by exports and reports, and ignored in a roster.
	Status        string `csv:"status" roster:"info"`
	Issued        string `csv:"issued" roster:"info"`
	VersionNumber string `csv:"version_number" roster:"info,version"`
	Fingerprint   string `csv:"fingerprint" roster:"info"`
	DisplayName   string `csv:"display_name" roster:"info"`
}

// Schema describes the rows and records of PingOne. Titles are not unique: the
// API does not say that they are.
var Schema = newSchema()

func newSchema() *reconcile.Schema {
	s := reconcile.NewSchema("pingone", Row{})
	s.Noun = "credential type"
	s.KeepUnlisted = "a credential type is deleted by a row with state=absent alone, never by --prune"
	s.Details = []reconcile.Detail{{Column: "metadata.fields", Sheet: "fields", Members: []reconcile.DetailMember{
		{Header: "id", Member: "id"}, {Header: "type", Member: "type"}, {Header: "title", Member: "title"},
		{Header: "attribute", Member: "attribute"}, {Header: "value", Member: "value"}, {Header: "file_support", Member: "fileSupport"},
		{Header: "is_visible", Member: "isVisible", Truth: true}, {Header: "required", Member: "required", Truth: true}, {Header: "default", Member: "default"},
	}}}
	return s
}

// Numbers of columns.
var col = struct {
	id, title, description, template, mode, multiple, expiration, revoke int
	name, metaDescription, cardColor, textColor, background, logo        int
	opacity, columns, metaVersion, fields, state, issued, version        int
}{
	id: index("credential_type_id"), title: index("title"), description: index("description"), template: index("card_design_template"),
	mode: index("management.mode"), multiple: index("multiple.expression"), expiration: index("expiration"),
	revoke: index("on_delete.revoke_issued_credentials"), name: index("metadata.name"), metaDescription: index("metadata.description"),
	cardColor: index("metadata.card_color"), textColor: index("metadata.text_color"), background: index("metadata.background_image"),
	logo: index("metadata.logo_image"), opacity: index("metadata.bg_opacity_percent"), columns: index("metadata.columns"),
	metaVersion: index("metadata.version"), fields: index("metadata.fields"), state: index("state"),
	issued: index("issued"), version: index("version_number"),
}

func index(name string) int {
	n := Schema.Index(name)
	if n < 0 {
		panic("no column " + name)
	}
	return n
}

// The modes of a credential type (PingOne platform reference, credential types).
const (
	modeAutomated = "AUTOMATED"
	modeManaged   = "MANAGED"
)

// path is where a managed column stands in a credential type's document, and
// what the server takes a missing member for.
type path struct {
	member, child string
	missing       string
}

// paths has the place of each managed column.
var paths = map[int]path{
	index("title"):                               {member: "title"},
	index("description"):                         {member: "description"},
	index("card_type"):                           {member: "cardType"},
	index("issuer_name"):                         {member: "issuerName"},
	index("card_design_template"):                {member: "cardDesignTemplate"},
	index("management.mode"):                     {member: "management", child: "mode", missing: modeAutomated},
	index("multiple.expression"):                 {member: "multiple", child: "expression"},
	index("expiration"):                          {member: "expiration"},
	index("on_delete.revoke_issued_credentials"): {member: "onDelete", child: "revokeIssuedCredentials", missing: "true"},
	index("metadata.name"):                       {member: "metadata", child: "name"},
	index("metadata.description"):                {member: "metadata", child: "description"},
	index("metadata.card_color"):                 {member: "metadata", child: "cardColor"},
	index("metadata.text_color"):                 {member: "metadata", child: "textColor"},
	index("metadata.background_image"):           {member: "metadata", child: "backgroundImage"},
	index("metadata.logo_image"):                 {member: "metadata", child: "logoImage"},
	index("metadata.bg_opacity_percent"):         {member: "metadata", child: "bgOpacityPercent"},
	index("metadata.columns"):                    {member: "metadata", child: "columns"},
	index("metadata.version"):                    {member: "metadata", child: "version"},
	index("metadata.fields"):                     {member: "metadata", child: "fields"},
}

// String is the member's name as PingOne's messages write it.
func (p path) String() string {
	if p.child == "" {
		return p.member
	}
	return p.member + "." + p.child
}
