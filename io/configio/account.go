package configio

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
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

// nameRule is [accountName] in words.
const nameRule = "consists of letters, digits, dots, dashes and underscores, starts with a letter or digit " +
	"and has at most 64 characters"

// UnreadableRemember is the choice of [Account.Unreadable] that compares values
// which the provider masks with what was last written.
const UnreadableRemember = "remember"

// DefaultUndoFor is how long old values are kept where the account does not say.
const DefaultUndoFor = 14 * 24 * time.Hour

// RunFiles is what is kept of a closed run.
type RunFiles string

// The choices of [Account.RunFiles].
const (
	RunFilesAll RunFiles = "all"
	// RunFilesSmall keeps little of a run that changed nothing.
	RunFilesSmall RunFiles = "small"
)

// Account is one section of accounts, with what it inherits from the defaults of
// its provider. Paths in it are joined to the folder of the file that they are
// written in. It is only read after [Load].
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
	// Expect is the id of the tenant that this account must be; empty when nothing is
	// expected.
	Expect string
	// Tags are words by which accounts are chosen.
	Tags []string
	// Disabled accounts are skipped by commands for several accounts.
	Disabled bool
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
	// Unreadable is block or remember: what happens to a row whose value the provider masks.
	Unreadable string
	// Limits are complete: the defaults where the file says nothing.
	Limits reconcile.Limits
	// TypeLimits are limits of single types, by id or display name.
	TypeLimits map[string]reconcile.Limits
	// Unlisted is name, ignore or needs-a-person: what becomes of records in no
	// row.
	Unlisted string
	// StopAfter is how many lines may fail, as a count or a share of the
	// changes, before no new write starts; the zero Limit is none.
	StopAfter reconcile.Limit
	// Sentinels are ids of credentials that every listing must include.
	Sentinels []string
	// Encoding is that of CSV rosters; empty: it is detected.
	Encoding string
	// RosterMaxAge is maximum age of a roster file; 0 is any age.
	RosterMaxAge time.Duration
	// Move, Recreate and Park are those of reconcile.Policy.
	Move, Recreate, Park bool
	Protect              []reconcile.Protection
	// Columns maps a customer's headers to canonical columns, as
	// rosterio.BindOptions does: value:pin is of a wide table. FillDown are headers whose
	// blank cells take the cell above.
	Columns  map[string]string
	FillDown []string
	// Shapes has what values of a type may look like, by its id or name.
	Shapes map[string]shape.Shape
	// Repair are the repairs of damaged cells that the file asks for.
	Repair rosterio.Repair
	// Migrate says how records of other accounts become rows of this one.
	Migrate migration.Rules
	// TimeZone is nil when none is configured.
	TimeZone *time.Location
	// Schedule is five cron fields in TimeZone that say when a fleet's workers run the account;
	// empty: they never do. [night.Parse] accepts it, unless the account has a problem with it.
	Schedule string
	// StartWithin is how late a night may begin; 0 without a Schedule.
	StartWithin time.Duration
	// Roster are the rosters to use when the command line names none: paths,
	// with #Sheet where the file says so, or - for standard input.
	Roster []string
	// CAFile is the path of a PEM file, empty for the system's roots.
	CAFile string
	// KeepRuns is how long closed run folders are kept; 0 is for ever.
	KeepRuns time.Duration
	RunFiles RunFiles
	// UndoFor is how long old values are kept, sealed, with a run; 0 is never.
	UndoFor time.Duration
	// Heartbeat and Notify are nil when the configuration has none.
	Heartbeat *Heartbeat
	Notify    *Notify
	// BackupTo is the public key to which backups are encrypted; empty makes none.
	BackupTo string
	// FingerprintKey is nil when the state folder's key is used.
	FingerprintKey *Reference

	// place is where the account is in its file.
	place Problem
	// nightly: a roster is configured, legible or not, or may have been meant to be.
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
	// Set has settings of the provider's sandbox, unchecked.
	Set map[string]string
}

// emptyAccount is an account about which the file says nothing.
func (r *reader) emptyAccount(name string) *Account {
	return &Account{
		Name:       name,
		Listing:    "auto",
		Freshness:  "read",
		Unreadable: "block",
		Unlisted:   "name",
		RunFiles:   RunFilesAll,
		UndoFor:    DefaultUndoFor,
		Limits:     reconcile.DefaultLimits(),
		dir:        r.source.dir,
	}
}

// account reads one account section. It always returns an account; what is
// wrong with it is reported.
func (r *reader) account(name string, at entry) *Account {
	a := r.emptyAccount(name)
	own, ok := r.mapping(at.value, "the account `"+name+"`")
	a.nightly = !ok || r.rosterByDefault() // until its keys, its provider, and so its defaults, are known
	if !ok {
		return a
	}
	entries := own
	if p := r.provider(at, own); p != nil {
		a.useDefaults(p)
		entries = r.withDefaults(p, own)
		a.nightly = false
	}
	a.nightly = a.nightly || slices.ContainsFunc(entries, isRosterKey)
	r.fields(a, entries)
	r.sandboxOrURL(a, at, own)
	r.auth(a, entries)
	r.checkAuth(a, at, entries)
	r.keptForUndo(a, entries)
	r.scheduled(a, at, own, entries)
	return a
}

// isRosterKey reports whether a key is that of rosters with a list that is not empty,
// or that key misspelt: an account must not silently miss its nights.
func isRosterKey(e entry) bool {
	list, ok := e.value.(*ast.SequenceNode)
	return Nearest(e.key, []string{"roster"}) != "" && (!ok || len(list.Values) > 0)
}

// fields reads the keys of an account except those of auth.
func (r *reader) fields(a *Account, entries []entry) {
	rest := readKeys(r, a, entries, accountKeys)
	for _, e := range r.settings(a, entries, rest) {
		r.unknownInAccount(a, e)
	}
}

// keptForUndo warns of values that are kept for longer than the run that they
// belong to.
func (r *reader) keptForUndo(a *Account, entries []entry) {
	if a.KeepRuns == 0 || a.UndoFor <= a.KeepRuns {
		return
	}
	i := indexOf(entries, "undo_for")
	if i < 0 {
		i = indexOf(entries, "keep_runs")
	}
	r.warn(
		entries[i].at,
		"`undo_for` ("+inDays(a.UndoFor)+") is longer than `keep_runs` ("+inDays(a.KeepRuns)+"): "+
			"a run whose folder is deleted cannot be undone",
		"write `undo_for: "+inDays(a.KeepRuns)+"`, or keep runs for longer",
	)
}

// inDays is a length of time as configurations spell it.
func inDays(d time.Duration) string {
	if days := d / (24 * time.Hour); days > 0 && d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(days)) + "d"
	}
	text := strings.Replace(d.String(), "m0s", "m", 1)
	return strings.Replace(text, "h0m", "h", 1)
}

func (a *Account) useDefaults(p *Provider) {
	a.provider = p
	a.Provider, a.PageSize, a.Concurrency, a.Rate, a.Park = p.Name, p.PageSize, max(p.Concurrency, 1), p.Rate, p.Park
	if a.Rate == "" {
		a.Rate = "none"
	}
	if p.Settings != nil {
		a.Settings = p.Settings()
	}
}

func (r *reader) providerNames() []string {
	out := make([]string, len(r.known))
	for i := range r.known {
		out[i] = r.known[i].Name
	}
	return out
}

func (r *reader) provider(at entry, entries []entry) *Provider {
	known := r.providerNames()
	i := indexOf(entries, "provider")
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
		// The keys cannot be checked without a provider, which is reported.
		return
	}
	if slices.Contains(memberNames(a.provider.Auth), e.key) {
		r.fail(e.at, "`"+e.key+"` belongs under `auth:`", "")
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
