package configio

import (
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"keyroster/io/rosterio"
	"keyroster/reconcile"
	"keyroster/reconcile/migration"
	"keyroster/reconcile/shape"
)

// accountName is what run folders and lists of accounts can hold.
var accountName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// UnreadableRemember is the choice of [Account.Unreadable] that holds values which
// the provider masks against what was last written.
const UnreadableRemember = "remember"

// Account is one section of accounts. Paths in it are joined to the folder of
// the configuration file. It is only read after [Load].
type Account struct {
	Name, Provider string
	// BaseURL is what the API's paths are appended to, without a slash at the
	// end; empty for the provider's own host and for a sandbox.
	BaseURL string
	// Sandbox is set when base_url is sandbox, nil otherwise.
	Sandbox *Sandbox
	// Auth has the members of the auth section; see [Account.ResolveAuth].
	Auth map[string]Reference
	// Settings is what the provider's Settings returned, filled; nil when it
	// has none.
	Settings any
	// Expect is the id of the tenant that this must be; empty when nothing is
	// expected.
	Expect string
	// Listing is auto, skip_pagination or pages.
	Listing string
	// PageSize is 0 when the provider chooses.
	PageSize    int
	Concurrency int
	// Rate is N/s, N/m or none; [ParseRate] reads it.
	Rate string
	// Freshness is read or listing.
	Freshness string
	// Mask is how much of a card number is shown.
	Mask reconcile.Shown
	// Unreadable is block or remember: what becomes of a row whose value the
	// provider masks.
	Unreadable string
	// Limits are complete: the defaults where the file says nothing.
	Limits reconcile.Limits
	// TypeLimits are limits of single types, by id or display name.
	TypeLimits map[string]reconcile.Limits
	// Unlisted is name, ignore or needs-a-person: what becomes of records in no
	// row.
	Unlisted string
	// StopAfter is how many lines may fail, as a count or a share of the
	// changes, before no new write starts; the zero Limit is no such rule.
	StopAfter reconcile.Limit
	// Sentinels are ids of credentials that every listing must show.
	Sentinels []string
	// Encoding is that of CSV rosters; empty: it is found out.
	Encoding string
	// RosterMaxAge is how old a roster file may be; 0 is any age.
	RosterMaxAge time.Duration
	// Move, Recreate and Park are those of reconcile.Policy.
	Move, Recreate, Park bool
	Protect              []reconcile.Protection
	// Columns maps a customer's headers to canonical columns.
	Columns map[string]string
	// Shapes has what values of a type may look like, by its id or name.
	Shapes map[string]shape.Shape
	// Repair are the repairs of damaged cells that the file asks for.
	Repair rosterio.Repair
	// Migrate says how records of other accounts become rows of this one.
	Migrate migration.Rules
	// TimeZone is nil when none is configured.
	TimeZone *time.Location
	// Roster are the rosters used when the command line names none: paths,
	// with #Sheet where the file says so, or - for standard input.
	Roster []string
	// CAFile is the path of a PEM file, empty for the system's roots.
	CAFile string
	// KeepRuns is how long closed run folders are kept; 0 is for ever.
	KeepRuns time.Duration
	// Heartbeat and Notify are nil when nobody is to be told.
	Heartbeat *Heartbeat
	Notify    *Notify
	// BackupTo is the public key that backups are encrypted to; empty makes
	// none.
	BackupTo string
	// FingerprintKey is nil when the state folder's key is used.
	FingerprintKey *Reference

	// nightly: a roster is configured, be it legible or not.
	nightly  bool
	provider *Provider
	mask     Mask
	dir      string
	baseURL  string
	section  *Sandbox
}

// Sandbox says how the embedded sandbox of the account's provider is started.
// The zero value is an empty account without latency, faults or limit.
type Sandbox struct {
	// State is the path of the state file, empty for none.
	State   string
	Latency time.Duration
	// Settle is how long accepted changes take to reach doors or wallets.
	Settle time.Duration
	// Faults is a fault list as the command sandbox takes it, unchecked.
	Faults string
	// RateLimit is N/s, N/m or none; empty is none.
	RateLimit string
	Seed      uint64
	// Generate adds that many credentials.
	Generate int
	// Set has switches of the provider's sandbox, unchecked.
	Set map[string]string
}

// accountKeys are the keys common to all providers, in the order of the
// documentation. provider and auth are read before and after the others.
var accountKeys = []key[Account]{
	{"provider", "text", "the provider's name", func(*reader, *Account, ast.Node) {}},
	{"base_url", "text", "what the API's paths are appended to, or sandbox", (*reader).baseURL},
	{"auth", "map", "how to log in: the members of one of the provider's forms", func(*reader, *Account, ast.Node) {}},
	{"sandbox", "map", "the embedded sandbox, for base_url: sandbox", (*reader).sandbox},
	{"expect", "map", "the tenant that this must be", (*reader).expect},
	{"listing", "text", "auto, skip_pagination or pages", func(r *reader, a *Account, v ast.Node) {
		r.choose(&a.Listing, v, "`listing`", "auto", "skip_pagination", "pages")
	}},
	{"page_size", "number", "records a page", func(r *reader, a *Account, v ast.Node) {
		r.count(&a.PageSize, v, "`page_size`", 1, 10_000)
	}},
	{"concurrency", "number", "requests in flight", func(r *reader, a *Account, v ast.Node) {
		r.count(&a.Concurrency, v, "`concurrency`", 1, 1000)
	}},
	{"rate", "text", "sustained ceiling on requests: N/s, N/m or none", func(r *reader, a *Account, v ast.Node) {
		r.rate(&a.Rate, v, "`rate`")
	}},
	{"freshness", "text", "read: each record is read just before its write; listing: it is not", func(r *reader, a *Account, v ast.Node) {
		r.choose(&a.Freshness, v, "`freshness`", "read", "listing")
	}},
	{"unreadable", "text", "values that the provider masks: block: their rows are blocked; remember: they are held against what was last written", func(r *reader, a *Account, v ast.Node) {
		r.choose(&a.Unreadable, v, "`unreadable`", "block", UnreadableRemember)
	}},
	{"mask", "map", "what is shown of values, in place of the configuration's own", func(r *reader, a *Account, v ast.Node) {
		r.mask(&a.mask, v)
	}},
	{"limits", "map", "how much one run may change, as shares or counts; below types, for single types", (*reader).limits},
	{"stop_after", "text", "failed lines after which no new write starts: 20 errors, or 10%", (*reader).stopAfter},
	{"unlisted", "text", "records in no row: name: the result names whose they are; ignore: it does not; needs-a-person: it does, and the run exits 3", func(r *reader, a *Account, v ast.Node) {
		r.choose(&a.Unlisted, v, "`unlisted`", "name", "ignore", "needs-a-person")
	}},
	{"sentinels", "list", "ids of credentials that every listing must show", func(r *reader, a *Account, v ast.Node) {
		a.Sentinels, _ = r.texts(v, "`sentinels`")
	}},
	{"roster_max_age", "duration", "how old a roster file may be", func(r *reader, a *Account, v ast.Node) {
		a.RosterMaxAge, _ = r.duration(v, "`roster_max_age`")
	}},
	{"move", "flag", "a row may give a record to another holder", func(r *reader, a *Account, v ast.Node) {
		a.Move, _ = r.boolean(v, "`move`")
	}},
	{"recreate", "flag", "a change that cannot be made in place may be a replacement", func(r *reader, a *Account, v ast.Node) {
		a.Recreate, _ = r.boolean(v, "`recreate`")
	}},
	{"park", "flag", "values that change hands in a circle may be parked", func(r *reader, a *Account, v ast.Node) {
		a.Park, _ = r.boolean(v, "`park`")
	}},
	{"protect", "list", "records that are never touched, by columns; a text may end in *", (*reader).protect},
	{"columns", "map", "a customer's own headers and the columns they mean", (*reader).columns},
	{"shapes", "map", "shapes of values that are right, by type, beside those that the records show: {Proximity card: \"digits:8-10\"}", (*reader).shapes},
	{"repair", "list", "damaged cells to repair: strip-spaces, and pad: {column: digits}", (*reader).repair},
	{"encoding", "text", "the encoding of CSV rosters that are not UTF-8, such as windows-1250", (*reader).encoding},
	{"migrate", "map", "how credentials of other accounts become this one's, for keyroster migrate", (*reader).migrate},
	{"time_zone", "text", "the zone of local times in rosters", (*reader).location},
	{"roster", "list", "rosters used when the command line names none", (*reader).roster},
	{"ca_file", "text", "PEM file of certificate authorities to trust besides the system's: at the API, the heartbeat, the webhook and the mail server", func(r *reader, a *Account, v ast.Node) {
		r.path(&a.CAFile, v, "`ca_file`")
	}},
	{"keep_runs", "duration", "closed run folders older than this are deleted after a run, such as 90d; the last good one stays", func(r *reader, a *Account, v ast.Node) {
		a.KeepRuns, _ = r.duration(v, "`keep_runs`")
	}},
	{"heartbeat", "map", "addresses to call when a run begins and ends: start, success, failure", (*reader).heartbeat},
	{"notify", "map", "who is told of a run, by webhook and mail", (*reader).notify},
	{"backup_to", "text", "public key (age1…) to which each run encrypts what it is about to change", func(r *reader, a *Account, v ast.Node) {
		a.BackupTo, _ = r.text(v, "`backup_to`")
	}},
	{"fingerprint_key", "reference", "key of the fingerprints in plans, reports and exports, in place of the state folder's", (*reader).fingerprintKey},
}

var sandboxKeys = []key[Sandbox]{
	{"state", "text", "state file", func(r *reader, s *Sandbox, v ast.Node) { r.path(&s.State, v, "`state`") }},
	{"latency", "duration", "added to each answer", func(r *reader, s *Sandbox, v ast.Node) {
		s.Latency, _ = r.duration(v, "`latency`")
	}},
	{"settle", "duration", "until accepted changes reach doors or wallets", func(r *reader, s *Sandbox, v ast.Node) {
		s.Settle, _ = r.duration(v, "`settle`")
	}},
	{"faults", "text", "probabilities of faults", func(r *reader, s *Sandbox, v ast.Node) { s.Faults, _ = r.text(v, "`faults`") }},
	{"rate_limit", "text", "N/s, N/m or none", func(r *reader, s *Sandbox, v ast.Node) { r.rate(&s.RateLimit, v, "`rate_limit`") }},
	{"seed", "number", "of faults and generated records", func(r *reader, s *Sandbox, v ast.Node) {
		seed, _ := r.integer(v, "`seed`", 0, 1<<53)
		s.Seed = uint64(seed)
	}},
	{"generate", "number", "credentials to make up", func(r *reader, s *Sandbox, v ast.Node) {
		r.count(&s.Generate, v, "`generate`", 0, 10_000_000)
	}},
	{"set", "map", "switches of the provider's sandbox", func(r *reader, s *Sandbox, v ast.Node) { s.Set, _ = r.textMap(v, "`set`") }},
}

// account reads one account section. It always returns an account; what is
// wrong with it is reported.
func (r *reader) account(name string, at entry) *Account {
	a := &Account{Name: name, Listing: "auto", Freshness: "read", Unreadable: "block", Unlisted: "name", Limits: reconcile.DefaultLimits(), dir: r.dir}
	entries, ok := r.mapping(at.value, "the account `"+name+"`")
	if !ok {
		return a
	}
	if a.provider = r.provider(at, entries); a.provider != nil {
		a.useDefaults()
	}
	a.nightly = hasKey(entries, "roster")
	rest := readKeys(r, a, entries, accountKeys)
	rest = r.settings(a, entries, rest)
	for _, e := range rest {
		r.unknownInAccount(a, e)
	}
	r.sandboxOrURL(a, at, entries)
	r.auth(a, at, entries)
	return a
}

func (a *Account) useDefaults() {
	p := a.provider
	a.Provider, a.PageSize, a.Concurrency, a.Rate, a.Park = p.Name, p.PageSize, max(p.Concurrency, 1), p.Rate, p.Park
	if a.Rate == "" {
		a.Rate = "none"
	}
	if p.Settings != nil {
		a.Settings = p.Settings()
	}
}

func (r *reader) provider(at entry, entries []entry) *Provider {
	known := make([]string, len(r.known))
	for i := range r.known {
		known[i] = r.known[i].Name
	}
	i := slices.IndexFunc(entries, func(e entry) bool { return e.key == "provider" })
	if i < 0 {
		r.fail(at.at, "the account `"+at.key+"` has no `provider`", "known: "+strings.Join(known, ", "))
		return nil
	}
	name, ok := r.word(entries[i].value, "`provider`", known...)
	if !ok {
		return nil
	}
	return &r.known[slices.Index(known, name)]
}

// settings reads the provider's own keys. A key that is both common and the
// provider's goes to both.
func (r *reader) settings(a *Account, entries, rest []entry) []entry {
	if a.Settings == nil {
		return rest
	}
	left := r.fill(reflect.ValueOf(a.Settings).Elem(), entries)
	return slices.DeleteFunc(rest, func(e entry) bool { return !hasKey(left, e.key) })
}

func (r *reader) unknownInAccount(a *Account, e entry) {
	if a.provider == nil {
		// Whose keys these are is not known; the provider is reported.
		return
	}
	if slices.Contains(memberNames(a.provider.Auth), e.key) {
		r.fail(e.at, "`"+e.key+"` belongs below `auth:`", "")
		return
	}
	known := names(accountKeys)
	for _, k := range settingKeys(*a.provider) {
		known = append(known, k.Path)
	}
	for _, p := range r.known {
		for _, k := range settingKeys(p) {
			if k.Path == e.key {
				r.fail(e.at, "`"+e.key+"` is a key of the provider "+p.Name+", not of "+a.Provider, "")
				return
			}
		}
	}
	r.unknown(e, known, "")
}

func (r *reader) choose(into *string, v ast.Node, what string, words ...string) {
	if text, ok := r.word(v, what, words...); ok {
		*into = text
	}
}

func (r *reader) count(into *int, v ast.Node, what string, least, most int64) {
	if x, ok := r.integer(v, what, least, most); ok {
		*into = int(x)
	}
}

func (r *reader) path(into *string, v ast.Node, what string) {
	if text, ok := r.text(v, what); ok {
		*into = r.join(text)
	}
}

// join makes a path of the file relative to the file's folder. It is text
// alone: a sheet after # stays as it is.
func (r *reader) join(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.dir, path)
}
