package providers

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"keyroster/providers/httpapi"
	"keyroster/reconcile"
)

// Spec describes one provider. It is read-only after start-up, and plain data but for what
// has to run before an account is open: Check and Offline check rows without a network,
// Settings allocates the configuration, Open and Login begin.
type Spec struct {
	// Name is as in configurations (doorflow), Title as in sentences (DoorFlow), Help is
	// one line on what is reconciled.
	Name, Title, Help string
	// TenantKey is the provider's own word for a tenant (account, workspace, environment),
	// and the configuration key that names the expected one.
	TenantKey string
	// Schema is that of rows and records; Row is a zero row struct, from which the schema
	// was derived, and Check validates a pointer to a filled one. It knows no account:
	// everything that needs one is in Resolve.
	Schema *reconcile.Schema
	Row    any
	Check  func(row any, report func(reconcile.Finding))
	// Auth lists the accepted forms of the auth section; the first is
	// recommended.
	Auth []AuthForm
	// Settings returns a pointer to a struct with yaml tags, filled with defaults: the
	// provider's own keys of an account section.
	Settings func() any
	// Rate and Concurrency are the defaults of an account.
	Rate        httpapi.Rate
	Concurrency int
	PageSize    int
	// Park: values may change hands in a cycle by default, since no door learns a temporary
	// value before Finish.
	Park bool
	// Abilities is the row of the capability table.
	Abilities Abilities
	// Features names what every open account can do beyond the six methods: see
	// [Features.Names].
	Features []string
	// CheckSettings reports what is wrong with an account's settings, listing, page size
	// and base URL, as far as that needs no login. nil: there is nothing to check.
	CheckSettings func(env Env) error
	// Undo says what an undo cannot bring back.
	Undo Undo
	// Open makes a client for one account; it sends nothing yet.
	Open func(ctx context.Context, env Env) (*Client, error)
	// Login asks a person to consent in a browser and stores the tokens where the account's
	// auth section says. nil: this provider needs no login. Errors are
	// [reconcile.Failure]s, wrap [ErrLoginConfig], or are those of ctx and of the functions
	// in options.
	Login func(ctx context.Context, env Env, options LoginOptions) (*LoginResult, error)
	// Endpoints are the calls that the client may make.
	Endpoints []Endpoint
	// People are the provider's own column names for describing people who are to be
	// created. nil if it knows no people.
	People []string
	// Offline checks rows as Resolve does, as far as that needs no network, and returns
	// what is wanted. Unchecked lists what it cannot check, each a clause without an end:
	// "whether …".
	Offline   func(in Offline) *reconcile.Wanted
	Unchecked []string
}

// Undo says what an undo cannot bring back. With the zero value, only ids are lost.
type Undo struct {
	// Never says, by the text of the type column, why a deleted record of that type is not
	// created again.
	Never map[string]string
	// Remade says what a recreated record lacks, for its line; empty if only its id
	// differs.
	Remade string
	// Facts say the same to users before their first undo, one sentence each.
	Facts []string
}

// AuthForm is one way to log in: the members that are needed together.
type AuthForm struct {
	Help    string
	Members []AuthMember
}

// AuthMember is one member of an account's auth section.
type AuthMember struct {
	Name string
	// Secret members must be references (env:, file:, exec:).
	Secret bool
	// Path members name a file, relative to the configuration file.
	Path bool
	Help string
}

// Abilities says what a provider can do. It only fills the capability table: code asks the
// schema.
type Abilities struct {
	List          bool
	Unpaged       bool
	ParallelPages bool
	Create        bool
	Delete        bool
	MoveHolder    bool
	Version       bool
	Effect        bool
	// Notes explains what the table cannot say, one sentence each.
	Notes []string
}

// Env is an account, ready to be opened.
type Env struct {
	// Account is its name in the configuration.
	Account string
	// BaseURL is prefixed to the API's paths; empty for the provider's own host.
	BaseURL string
	// Auth has the resolved members of the auth section. Paths are absolute.
	Auth map[string]reconcile.Secret
	// Tokens keeps the token of a login whose refresh token rotates. nil is the file that
	// auth names (a Path member); any other store replaces that file, which is then neither
	// read nor written.
	Tokens httpapi.TokenStore
	// Settings is what Spec.Settings returned, filled from the configuration.
	Settings any
	// Listing is auto, skip_pagination or pages; PageSize is 0 for the
	// provider's default.
	Listing  string
	PageSize int
	// Location is the account's time zone, nil when none is configured.
	Location *time.Location
	// HTTP carries concurrency, rate, CA file, read-only mode, log and user
	// agent for the account's transport.
	HTTP httpapi.Config
	Log  zerolog.Logger
}

// PageOf returns how many elements an account wants on a page: standard if it does not say,
// and an error if that is above most.
func PageOf(wanted, standard, most int) (int, error) {
	switch {
	case wanted == 0:
		return standard, nil
	case wanted < 0 || wanted > most:
		return 0, fmt.Errorf("read page_size: want 1 to %d, not %d", most, wanted)
	}
	return wanted, nil
}

// SettingsOf returns an account's settings as the provider's own type, zero if an account
// has none.
func SettingsOf[T any](settings any) *T {
	if own, ok := settings.(*T); ok {
		return own
	}
	return new(T)
}
