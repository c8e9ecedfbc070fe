package pingone

import "keyroster/reconcile"

// Row is one line of a PingOne roster, its texts exactly as in the file.
type Row struct {
	// CredentialTypeID is PingOne's id of the credential type. With it, a differing title
	// is a new title; without it, the title finds the type.
	CredentialTypeID string `csv:"credential_type_id" roster:"key" help:"PingOne's id of the credential type. Leave it blank for new ones."`
	Title            string `csv:"title" roster:"managed,create,update,pairs,title" help:"The title. Without an id it identifies the credential type; with an id it is the new title." example:"Example card"`
	Description      string `csv:"description" roster:"managed,create,update,clear,description" help:"What the card is for." example:"What the holder may do with this card"`
	CardType         string `csv:"card_type" roster:"managed,create,update,clear" help:"Your own name for the kind of card." example:"Example"`
	IssuerName       string `csv:"issuer_name" roster:"managed,create,update,clear,local" help:"The issuer's name, as shown to the holder."`
	// Template is an SVG document with placeholders.
	Template string `csv:"card_design_template" roster:"managed,document,create,update" help:"The card's drawing: an SVG document, or @ and the path of a file beside this one, as in @card.svg."`
	// Mode is AUTOMATED or MANAGED.
	Mode string `csv:"management.mode" roster:"managed,create,update" help:"AUTOMATED: PingOne issues the cards by its rules. MANAGED: your own program issues them." words:"AUTOMATED,MANAGED" example:"MANAGED"`
	// Multiple is the expression of a type that is issued several times.
	Multiple string `csv:"multiple.expression" roster:"managed,create,update,clear" help:"The expression of a type that one person may hold several times."`
	// Expiration is the JSON object of the API.
	Expiration string `csv:"expiration" roster:"managed,json,create,update,clear" help:"When cards expire: the JSON object of PingOne's API."`
	// Revoke reports whether deleting the type revokes its issued cards.
	Revoke string `csv:"on_delete.revoke_issued_credentials" roster:"managed,bool,create,update" help:"Whether deleting the type revokes its issued cards." words:"true,false"`

	Name            string `csv:"metadata.name" roster:"managed,create,update,clear" help:"The name on the card."`
	MetaDescription string `csv:"metadata.description" roster:"managed,create,update,clear" help:"The description on the card."`
	CardColor       string `csv:"metadata.card_color" roster:"managed,color,create,update,clear" help:"The card's colour, as #RRGGBB." example:"#0a3f70"`
	TextColor       string `csv:"metadata.text_color" roster:"managed,color,create,update,clear" help:"The colour of its text, as #RRGGBB." example:"#ffffff"`
	// The images are https URLs or data URLs.
	BackgroundImage string `csv:"metadata.background_image" roster:"managed,document,create,update,clear" help:"The picture behind the card: an https or data URL, or @ and the path of an image beside this file."`
	LogoImage       string `csv:"metadata.logo_image" roster:"managed,document,create,update,clear" help:"The logo: an https or data URL, or @ and the path of an image beside this file."`
	Opacity         string `csv:"metadata.bg_opacity_percent" roster:"managed,int,create,update,clear" help:"How opaque the background picture is: 0 to 100."`
	Columns         string `csv:"metadata.columns" roster:"managed,int,create,update,clear" help:"How many columns the card's fields are shown in: 1 to 3." words:"1,2,3"`
	Version         string `csv:"metadata.version" roster:"managed,int,create,update" help:"The version of the card's layout."`
	// Fields is the JSON list of the card's fields, in their order.
	Fields string `csv:"metadata.fields" roster:"managed,json,create,update" help:"The card's fields: the JSON list of PingOne's API, or @ and the path of a file beside this one."`
	// State is present (or blank) or absent.
	State string `csv:"state" roster:"state" help:"present (or blank) creates or keeps it; absent deletes it." words:"present,absent" example:"present"`

	// The rest is written by exports and reports, and ignored in a roster.
	Status        string `csv:"status" roster:"info,status"`
	Issued        string `csv:"issued" roster:"info,issued"`
	VersionNumber string `csv:"version_number" roster:"info,version"`
	Fingerprint   string `csv:"fingerprint" roster:"info,fingerprint"`
	DisplayName   string `csv:"display_name" roster:"info,display-name"`
}

// Schema describes the rows and records of PingOne. Titles are not unique: the API does not
// say that they are.
var Schema = newSchema()

func newSchema() *reconcile.Schema {
	s := reconcile.NewSchema("pingone", Row{})
	s.Noun = "credential type"
	s.KeepUnlisted = "a credential type is deleted only by a row with state=absent, never by --prune"
	s.Details = []reconcile.Detail{{Column: "metadata.fields", Sheet: "fields", Members: []reconcile.DetailMember{
		{Header: "id", Member: "id"},
		{Header: "type", Member: "type"},
		{Header: "title", Member: "title"},
		{Header: "attribute", Member: "attribute"},
		{Header: "value", Member: "value"},
		{Header: "file_support", Member: "fileSupport"},
		{Header: "is_visible", Member: "isVisible", Truth: true},
		{Header: "required", Member: "required", Truth: true},
		{Header: "default", Member: "default"},
	}}}
	return s
}

// Numbers of columns.
var col = struct {
	id, title, description, template, mode, multiple, expiration, revoke int
	name, metaDescription, cardColor, textColor, background, logo        int
	opacity, columns, metaVersion, fields, state, issued, version        int
}{
	id: index("credential_type_id"), title: index("title"), description: index("description"),
	template: index("card_design_template"), mode: index("management.mode"),
	multiple: index("multiple.expression"), expiration: index("expiration"),
	revoke: index("on_delete.revoke_issued_credentials"),
	name:   index("metadata.name"), metaDescription: index("metadata.description"),
	cardColor: index("metadata.card_color"), textColor: index("metadata.text_color"),
	background: index("metadata.background_image"), logo: index("metadata.logo_image"),
	opacity: index("metadata.bg_opacity_percent"), columns: index("metadata.columns"),
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

// path is the place of a managed column in a credential type's document, and the server's
// default for a missing member.
type path struct {
	member, child string
	missing       string
}

// paths has the place of each managed column.
var paths = map[int]path{
	index("title"):                {member: "title"},
	index("description"):          {member: "description"},
	index("card_type"):            {member: "cardType"},
	index("issuer_name"):          {member: "issuerName"},
	index("card_design_template"): {member: "cardDesignTemplate"},
	index("management.mode"):      {member: "management", child: "mode", missing: modeAutomated},
	index("multiple.expression"):  {member: "multiple", child: "expression"},
	index("expiration"):           {member: "expiration"},
	index("on_delete.revoke_issued_credentials"): {
		member:  "onDelete",
		child:   "revokeIssuedCredentials",
		missing: "true",
	},
	index("metadata.name"):               {member: "metadata", child: "name"},
	index("metadata.description"):        {member: "metadata", child: "description"},
	index("metadata.card_color"):         {member: "metadata", child: "cardColor"},
	index("metadata.text_color"):         {member: "metadata", child: "textColor"},
	index("metadata.background_image"):   {member: "metadata", child: "backgroundImage"},
	index("metadata.logo_image"):         {member: "metadata", child: "logoImage"},
	index("metadata.bg_opacity_percent"): {member: "metadata", child: "bgOpacityPercent"},
	index("metadata.columns"):            {member: "metadata", child: "columns"},
	index("metadata.version"):            {member: "metadata", child: "version"},
	index("metadata.fields"):             {member: "metadata", child: "fields"},
}
