package exportio

import (
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
	"keyroster/reconcile/findings"
)

// Schema is the schema word of exports.
const Schema = "keyroster/export/1"

// Export is one run of the command export: its JSON form is that of the JSON
// format and, without the credentials, of the file beside a CSV file. Members
// may be added, never renamed.
type Export struct {
	Schema string `json:"schema"`
	// Tool is the program and its version, Operator who ran it.
	Tool     string `json:"tool"`
	Operator string `json:"operator"`
	// CreatedAt is when the export was made, in UTC.
	CreatedAt time.Time `json:"created_at"`
	// Failed are the accounts that were requested and are not in Accounts.
	Failed   []Failed   `json:"failed,omitempty"`
	Accounts []*Account `json:"accounts"` // the last member, as WriteJSON wants it
}

// Failed is an account that could not be exported: the error, what to do about it, and
// its exit code.
type Failed struct {
	Account  string `json:"account"`
	Provider string `json:"provider"`
	ExitCode int    `json:"exit_code"`
	Error    string `json:"error"`
	Hint     string `json:"hint"`
}

// Account is what one account held. It is filled by [New] and not changed
// afterwards.
type Account struct {
	Name     string `json:"account"`
	Provider string `json:"provider"`
	Tenant   Tenant `json:"tenant"`
	// ListedAt is when the listing was complete, in the time zone TimeZone
	// (the account's, else UTC).
	ListedAt time.Time        `json:"listed_at"`
	TimeZone string           `json:"time_zone"`
	Listing  reportio.Listing `json:"listing"`
	// HoldersRead is how many holders were read, null when none were.
	HoldersRead *int    `json:"holders_read"`
	Filters     Filters `json:"filters"`
	Totals      Totals  `json:"totals"`
	// Notes say what the listing does not cover.
	Notes []string `json:"notes"`
	// Revealed: the values are there and not masked.
	Revealed bool `json:"revealed"`
	// KeyID names the key of the fingerprints: those of two exports can be
	// compared only if it is the same.
	KeyID string `json:"key_id"`
	// Columns are the columns in the order of the file.
	Columns []string `json:"columns"`
	// CardTypes are the types whose values are known to be card numbers: all other
	// values are shown as dots alone.
	CardTypes []string `json:"card_types"`
	// Types are all types of credentials that the account had, with their names; none where
	// the provider could not list them.
	Types []reconcile.Type `json:"types,omitempty"`
	// Sheets are the sheets of a workbook that hold the credentials, where they
	// are more than one.
	Sheets []string `json:"sheets,omitempty"`
	// Digest is sha256:… over the masked cells of all credentials.
	Digest string `json:"digest"`
	// Found counts the findings by rule, for every rule that was checked.
	Found    []Found            `json:"rules"`
	Findings []findings.Finding `json:"findings"`
	// Since is what changed since an earlier export or run; nil when the
	// caller did not ask.
	Since *Since `json:"since"`

	// Records are the credentials, with what is known of their holders.
	Records *reconcile.Set `json:"-"`

	title   string
	columns []int
	mask    reconcile.Masker
}

// Tenant is the tenant at the provider.
type Tenant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Found is how often a rule found something.
type Found struct {
	Rule  string `json:"rule"`
	Title string `json:"title"`
	Count int    `json:"count"`
}

// Source is everything that an account's part of an export is made from.
type Source struct {
	Account string
	// Title is the provider's name in sentences.
	Title   string
	Tenant  reconcile.Tenant
	Listing *reconcile.Listing
	// Location is the account's time zone; nil means UTC.
	Location *time.Location
	// Holders are all holders by id, nil when they were not read; Name then finds a
	// holder's name, and may be nil.
	Holders *reconcile.Holders
	Name    func(id string) (name, email string)
	// Notes say what else the export does not cover.
	Notes []string
	// Issued has the number of cards issued for each record, by its id; nil when
	// they were not counted.
	Issued map[string]int
	// PINTypes are as in findings.Options.
	PINTypes map[string]bool
	// Types are those that the account has; nil where the provider could not list them.
	Types   []reconcile.Type
	Filters Filters
	// HolderIDs are the ids of those whom Filters.Holders name; nil if not looked up.
	HolderIDs []string
	// TypeIDs are the ids of the types that Filters.Types name by any of their names, in addition
	// to those that the records show; for a provider whose records are types, the records' ids.
	TypeIDs []string
	Reveal  bool
	// Mask says what may be shown of values that are not revealed.
	Mask reconcile.Masker
	// Marks makes the fingerprints.
	Marks *reportio.HMAC
}

// New makes an account's part of an export from a complete listing; it panics on an
// incomplete one, since half an export looks like a whole one.
func New(s Source) *Account {
	if !s.Listing.Complete() {
		panic("export of a listing that is not proved complete")
	}
	location := s.Location
	if location == nil {
		location = time.UTC
	}
	a := &Account{
		Name: s.Account, Provider: s.Listing.Records.Schema().Provider, title: s.Title, mask: s.Mask,
		Tenant:   Tenant{s.Tenant.ID, s.Tenant.Name},
		ListedAt: s.Listing.At.In(location).Truncate(time.Second), TimeZone: location.String(),
		Listing: reportio.ListingOf(s.Listing), Filters: s.Filters.clean(), Revealed: s.Reveal, KeyID: s.Marks.KeyID(),
		Notes: notes(&s), Types: s.Types,
	}
	if s.Holders != nil {
		n := s.Holders.Len()
		a.HoldersRead = &n
	}
	if a.CardTypes = s.Mask.CardTypes(); a.CardTypes == nil {
		a.CardTypes = []string{}
	}
	a.Records = describe(&s, a.Filters)
	a.columns = chooseColumns(a.Records)
	for _, col := range a.columns {
		a.Columns = append(a.Columns, a.Records.Schema().Columns[col].Name)
	}
	a.Digest = a.digest()
	a.Totals = count(a.Records)
	a.addFindings(findings.Options{Now: s.Listing.At, Holders: s.Holders, PINTypes: s.PINTypes, Mask: s.Mask})
	return a
}

// zone is the account's time zone.
func (a *Account) zone() *time.Location { return a.ListedAt.Location() }

// addFindings fills in the findings.
func (a *Account) addFindings(o findings.Options) {
	a.Findings = findings.Find(a.Records, o)
	n := map[string]int{}
	for i := range a.Findings {
		n[a.Findings[i].Rule]++
	}
	for _, rule := range findings.Rules {
		if findings.Applies(rule.ID, a.Records.Schema(), o) {
			a.Found = append(a.Found, Found{rule.ID, rule.Title, n[rule.ID]})
		}
	}
}

// notes say what an export does not cover.
func notes(s *Source) []string {
	out := append([]string{}, s.Notes...)
	if schema := s.Listing.Records.Schema(); schema.At(reconcile.HolderID) < 0 {
		text := s.Title + " lists " + schema.Noun + "s here, not who holds them"
		if s.Issued != nil {
			text += "; the column issued counts the cards issued for each, as far as " + s.Title + " counts them"
		}
		out = append(out, text+".")
	}
	return out
}
