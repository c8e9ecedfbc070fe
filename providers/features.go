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

// Features are what a provider may be able to do beyond the six methods. A nil
// function is a thing that it cannot do: whoever asks does without, as its comment
// says, and nothing finds an ability in another way. Every open account of a
// provider has the same ones, and [Spec] names them.
//
// All functions may be called by several goroutines at once. They return when ctx
// is cancelled, with its error; errors and words hold no secret. None of them
// writes. Package providertest has a law for each, by its name.
//
// The tags name a feature as `keyroster providers` does.
type Features struct {
	// ReadHolders reads all holders of the account, by id, from the provider's
	// list of people. nil: exports have no columns of people but what a listing
	// holds, and no person can be moved to or from the account by migrate.
	ReadHolders func(ctx context.Context) (*reconcile.Holders, error) `feature:"read_holders" help:"read all holders"`
	// HolderIDs finds holders by a column of the roster (holder_id, holder_email,
	// holder_ref): the ids of those who have the text, which may be none. A text
	// that ends in * is the beginning of one; e-mail addresses are compared
	// without regard to case. nil: --holder takes ids alone, and so do
	// protections.
	HolderIDs func(ctx context.Context, column, text string) ([]string, error) `feature:"holder_ids" help:"find holders by reference or e-mail"`
	// LookUpHolders reads the holders with these ids, so that HolderName knows
	// them. One whom the provider does not know is passed over. It is never
	// called without ids. nil: whoever no listing named is told by the id.
	LookUpHolders func(ctx context.Context, ids []string) error `feature:"look_up_holders" help:"look up holders by id"`
	// HolderName is the name and the e-mail address of a holder whom a call of
	// this client has read; both are empty for any other. It sends nothing. nil:
	// people are told by their ids.
	HolderName func(id string) (name, email string) `feature:"holder_name" help:"names of holders"`
	// Types reads the types of credentials that the account has: their ids, as records hold
	// them in the schema's type column, and all names by which a roster may call them. nil:
	// types are known by what the listing shows of them.
	Types func(ctx context.Context) ([]reconcile.Type, error) `feature:"type_ids" help:"find types by name"`
	// CardTypes reads the types of the account that have card numbers for values,
	// where accounts have types of their own; those that all accounts share are
	// in [reconcile.Schema.CardTypes]. An error says that it is not known: then no
	// value is shown in part. nil: there are none but those of the schema.
	CardTypes func(ctx context.Context) ([]string, error) `feature:"card_types" help:"know which types are cards"`
	// PINTypes reads which types have PINs for values. nil: which of them are
	// PINs is told by their names.
	PINTypes func(ctx context.Context) (map[string]bool, error) `feature:"pin_types" help:"know which types are PINs"`
	// Choices reads what the account offers for some columns of a roster (types,
	// systems), by the name of the column, so that a template lists it. A column
	// with nothing to offer is left out. nil: templates list nothing.
	Choices func(ctx context.Context) (map[string][]reconcile.Choice, error) `feature:"choices" help:"choices for templates"`
	// Places reads the names of the doors that records can open, by the part of
	// the account. nil: migrate cannot tell which doors the target knows.
	Places func(ctx context.Context) (map[string][]string, error) `feature:"places" help:"list doors"`
	// Complete reads the columns that no listing holds
	// ([reconcile.ReadApart]), one call for each record, and returns the records
	// with them, as rosters have them, and in words what could not be read. nil:
	// the listing holds all.
	Complete func(ctx context.Context, records *reconcile.Set) (whole *reconcile.Set, notes []string, err error) `feature:"complete" help:"read columns that listings omit"`
	// IssuedCards counts the cards that were issued of each record, by its id.
	// nil: records are no definitions of which cards are issued.
	IssuedCards func(ctx context.Context, records *reconcile.Set) (map[string]int, error) `feature:"issued_cards" help:"count issued cards"`
	// Forecast counts the calls of the changes, of Finish, and of the listing
	// that proves them; all are among [Spec.Endpoints]. It sends nothing.
	// Repetitions, and looking again at what is still on its way, are not
	// foreseen. nil: a migration names no budget of calls.
	Forecast func(f Forecast) Calls `feature:"forecast" help:"estimate a plan's API calls"`
	// Examine looks at what the provider knows can go wrong, beyond that the
	// login is good: what it may do, and what stands in the way of a run. It
	// returns what it found in the order in which a person should read it; what
	// it could not find out is an exam with an error. nil: doctor has nothing
	// more to tell.
	Examine func(ctx context.Context) []Check `feature:"examine" help:"check the login's permissions"`
	// StoredAs says what the provider made of what was wanted in a column (a start
	// that lay in the past, a code that was not to be had), in words for a
	// person, where the record or an answer says so; empty where it did not. Such
	// a cell is as good as the wanted one, in a plan as in a proof. It sends
	// nothing. nil: records hold what was written, or are not as desired.
	StoredAs func(want, have reconcile.Record, col int) string `feature:"keeps" help:"report how it stored a value"`
	// Prove looks at the records of accepted changes for what no listing holds,
	// one record at a time, and returns, by line, what is not there or could not
	// be read; what is as it was to be is left out. The error ends the proof:
	// nothing is known of the lines then. nil: the listing proves all.
	Prove func(ctx context.Context, accepted []reconcile.Accepted) (map[int]reconcile.Lack, error) `feature:"prove" help:"verify what listings omit"`
}

// Feature is one member of [Features]: its name in Go, its name in documents, and
// in a few words what it does.
type Feature struct{ Func, Name, Help string }

// FeatureList are all features, in their order.
func FeatureList() []Feature {
	var out []Feature
	for field := range reflect.TypeFor[Features]().Fields() {
		out = append(out, Feature{field.Name, field.Tag.Get("feature"), field.Tag.Get("help")})
	}
	return out
}

// Names are the documents' names of the features that are not nil, in their order.
func (f Features) Names() []string {
	var out []string
	for n, feature := range FeatureList() {
		if !reflect.ValueOf(f).Field(n).IsNil() {
			out = append(out, feature.Name)
		}
	}
	return out
}

// Has reports whether the provider's accounts have the feature of that name in
// documents.
func (s *Spec) Has(name string) bool { return slices.Contains(s.Features, name) }
