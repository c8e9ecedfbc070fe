package providers

import (
	"context"
	"reflect"
	"slices"

	"keyroster/reconcile"
)

// Client is one open account: the six methods that every provider has, and what
// this one can do beyond them.
type Client struct {
	reconcile.Provider
	Features
	// Close ends the account's idle connections; nil where nothing is kept open.
	Close func()
}

// Features are what a provider may be able to do beyond the six methods. A nil function is
// something it cannot do: callers do without, as its comment says, and nothing detects an
// ability in another way. Every open account of a provider has the same ones, and [Spec]
// names them.
//
// All functions may be called by several goroutines at once. They return ctx's error when
// it is cancelled; errors and words hold no secret. None of them writes. Package
// providertest has a law for each, by its name.
//
// The tags name a feature as `keyroster providers` does.
type Features struct {
	// ReadHolders reads all holders of the account, by id, from the provider's list of
	// people. nil: exports have only the columns of people that a listing holds, and
	// migrate can move no person to or from the account.
	ReadHolders func(ctx context.Context) (*reconcile.Holders, error) `feature:"read_holders" help:"read all holders"`
	// HolderIDs finds holders by a column of the roster (holder_id, holder_email,
	// holder_ref): the ids of those with that text, which may be none. A text that ends in
	// * is a prefix; e-mail addresses are compared without regard to case. nil: --holder
	// takes only ids, and so do protections.
	HolderIDs func(ctx context.Context, column, text string) ([]string, error) `feature:"holder_ids" help:"find holders by reference or e-mail"`
	// LookUpHolders reads the holders with these ids, so that HolderName knows them. Ids
	// unknown to the provider are skipped. It is never called without ids. nil: holders
	// that no listing named are shown by id.
	LookUpHolders func(ctx context.Context, ids []string) error `feature:"look_up_holders" help:"look up holders by id"`
	// HolderName returns the name and e-mail address of a holder whom a call of this client
	// has read; both are empty for any other. It sends nothing. nil: people are shown by
	// their ids.
	HolderName func(id string) (name, email string) `feature:"holder_name" help:"names of holders"`
	// Types reads the account's credential types: their ids, as records hold them in the
	// schema's type column, and all names by which a roster may call them. nil: types are
	// known only by what the listing shows of them.
	Types func(ctx context.Context) ([]reconcile.Type, error) `feature:"type_ids" help:"find types by name"`
	// CardTypes reads the account's types whose values are card numbers, where accounts
	// have types of their own; those that all accounts share are in
	// [reconcile.Schema.CardTypes]. An error means that this is not known: then no value is
	// shown in part. nil: only those of the schema exist.
	CardTypes func(ctx context.Context) ([]string, error) `feature:"card_types" help:"know which types are cards"`
	// PINTypes reads which types have PINs for values. nil: PIN types are recognised by
	// name.
	PINTypes func(ctx context.Context) (map[string]bool, error) `feature:"pin_types" help:"know which types are PINs"`
	// Choices reads what the account offers for some columns of a roster (types, systems),
	// by column name, for templates to list. A column with nothing to offer is left out.
	// nil: templates list nothing.
	Choices func(ctx context.Context) (map[string][]reconcile.Choice, error) `feature:"choices" help:"choices for templates"`
	// Places reads the names of the doors that records can open, by the part of the
	// account. nil: migrate cannot report which doors the target knows.
	Places func(ctx context.Context) (map[string][]string, error) `feature:"places" help:"list doors"`
	// Complete reads the columns that no listing holds ([reconcile.ReadApart]), one call
	// for each record. It returns the records with them, in the form of rosters, and notes
	// on what could not be read. nil: the listing holds everything.
	Complete func(ctx context.Context, records *reconcile.Set) (whole *reconcile.Set, notes []string, err error) `feature:"complete" help:"read columns that listings omit"`
	// IssuedCards counts the cards issued from each record, by its id. nil: records are not
	// definitions from which cards are issued.
	IssuedCards func(ctx context.Context, records *reconcile.Set) (map[string]int, error) `feature:"issued_cards" help:"count issued cards"`
	// Forecast counts the calls of the changes, of Finish, and of the listing that proves
	// them; all are among [Spec.Endpoints]. It sends nothing. Retries, and re-reading what
	// is still pending, are not included. nil: a migration states no budget of calls.
	Forecast func(f Forecast) Calls `feature:"forecast" help:"estimate a plan's API calls"`
	// Examine checks what the provider knows can go wrong beyond a bad login: what the
	// login may do, and what stands in the way of a run. Checks are in the order in which a
	// person should read them; what could not be found out is a check with an error. nil:
	// doctor has nothing more to report.
	Examine func(ctx context.Context) []Check `feature:"examine" help:"check the login's permissions"`
	// StoredAs says what the provider stored in place of the wanted cell (a start that lay
	// in the past, a code that was taken), in words for a person, if the record or an
	// answer says so; else it is empty. Such a cell counts as equal to the wanted one, in
	// plan and proof. It sends nothing. nil: a record that differs from what was wanted is
	// not as desired.
	StoredAs func(want, have reconcile.Record, col int) string `feature:"keeps" help:"report how it stored a value"`
	// Prove checks the records of accepted changes for what no listing holds, one record at
	// a time. It returns, by line, what is missing or could not be read; lines that are as
	// wanted are left out. An error ends the proof: nothing is known of the lines then.
	// nil: the listing proves everything.
	Prove func(ctx context.Context, accepted []reconcile.Accepted) (map[int]reconcile.Lack, error) `feature:"prove" help:"verify what listings omit"`
}

// Feature is one member of [Features]: its name in Go, its name in documents, and what it
// does in a few words.
type Feature struct{ Func, Name, Help string }

// FeatureList returns all features, in their order.
func FeatureList() []Feature {
	var out []Feature
	for field := range reflect.TypeFor[Features]().Fields() {
		out = append(out, Feature{field.Name, field.Tag.Get("feature"), field.Tag.Get("help")})
	}
	return out
}

// Names returns the documents' names of the features that are not nil, in their order.
func (f Features) Names() []string {
	var out []string
	for n, feature := range FeatureList() {
		if !reflect.ValueOf(f).Field(n).IsNil() {
			out = append(out, feature.Name)
		}
	}
	return out
}

// Has reports whether the provider's accounts have the feature that documents call by that
// name.
func (s *Spec) Has(name string) bool { return slices.Contains(s.Features, name) }
