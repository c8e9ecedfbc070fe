package reconcile

import (
	"context"
	"errors"
	"time"
)

// Provider is one open account. A provider knows its API and nothing about files, plans or
// reports.
//
// All methods may be called by several goroutines at once. When ctx is cancelled, they
// return its error. Errors are [Failure]s where a caller must distinguish causes, and hold
// no secret.
type Provider interface {
	// Tenant reads which tenant the credentials open. It is called first and proves that
	// the host answers and the login is good.
	Tenant(ctx context.Context) (Tenant, error)
	// List reads every record, or those of some holders, and proves that it read them all.
	// A listing that cannot be proved after a second attempt fails with [ErrIncomplete].
	// progress may be nil; it receives how many records were read so far and the declared
	// total, or -1.
	List(ctx context.Context, scope Scope, progress func(done, total int)) (*Listing, error)
	// Resolve puts a roster into the provider's own terms.
	Resolve(ctx context.Context, roster *Roster, listing *Listing) (*Wanted, error)
	// Read reads the one record that a change is about: by its id, or for a creation by
	// what would identify the new record. If there is none, it returns an invalid handle
	// without an error.
	Read(ctx context.Context, change Change) (Record, error)
	// Write sends one change. nil means that the provider accepted it.
	Write(ctx context.Context, change Change) (Receipt, error)
	// Finish is called once after the last write, with the accepted changes, even if some
	// failed: it makes them take effect, or waits until they did, within the bounds of the
	// account's configuration.
	Finish(ctx context.Context, accepted []Accepted) (Finish, error)
}

// Lack is what a record lacks of what a change was to give it.
type Lack struct {
	// Unread: it could not be read, because the provider does not report it.
	Unread bool
	// Words describe it for a person; they hold no secret.
	Words string
}

// Choice is a text that a column's cell may hold, and what a person should know about it;
// Help may be empty.
type Choice struct {
	Text, Help string
	// ID is the id of what Text names, if Help contains it; else empty.
	ID string
}

// Scope limits a listing. The zero value is the whole account.
type Scope struct {
	// Holders are the ids of the holders to list; none means all.
	Holders []string
	// Beyond: also record what the records have that no column holds, for a copy that must
	// name what it leaves behind.
	Beyond bool
}

// Tenant is the tenant at the provider that an account's credentials open.
type Tenant struct {
	// ID is the provider's id of the tenant, Name its name, Facts what a person should see
	// before the first write ("sandbox workspace").
	ID, Name string
	Facts    []string
	// Troubles are the provider's own words on what keeps changes from the doors, whomever
	// they concern ("the sync is failing").
	Troubles []string
	// Location is the tenant's time zone, nil if the provider has none.
	Location *time.Location
}

// Change is one write: what the row wants, what the record holds, and which columns differ.
// Want is valid for create, update and replace, Have for all but create.
type Change struct {
	// Line is the index of the line in its plan.
	Line   int
	Action Action
	Want   Record
	Have   Record
	Fields Columns
}

// Schema returns the schema of the change's row or record.
func (c Change) Schema() *Schema {
	if c.Want.Valid() {
		return c.Want.Schema()
	}
	return c.Have.Schema()
}

// Receipt is a provider's answer to an accepted write.
type Receipt struct {
	// ID is the record's id after the write: new after a creation.
	ID         string
	HTTPStatus int
	RequestID  string
	Attempts   int
	// Warnings are the provider's own words about an accepted change.
	Warnings []string
}

// Accepted is one change that the provider accepted.
type Accepted struct {
	Change
	ID string
}

// Effect says whether an accepted change, or a record as it is, has reached the doors or
// wallets.
type Effect uint8

// The effects; EffectUnknown means that the provider cannot tell.
const (
	EffectUnknown Effect = iota
	EffectYes
	EffectPending
	EffectFailed
	// EffectBarred: the record is right, but its holder is kept out by something that no
	// roster decides (disabled, suspended, not yet let in). Reports mention it: it is
	// neither effective nor wrong.
	EffectBarred
)

var effectNames = [...]string{"", "yes", "pending", "failed", ""}

// String returns the effect's name in reports, empty for none.
func (e Effect) String() string { return effectNames[e] }

// AsDesired reports whether nothing of the record itself is known not to be effective.
func (e Effect) AsDesired() bool { return e == EffectUnknown || e == EffectYes || e == EffectBarred }

// Finish reports what became of the accepted changes.
type Finish struct {
	// Needed: something had to be done after the writes (DoorFlow's sync).
	Needed bool
	// AnsweredAt is when the provider confirmed it; zero if it did not.
	AnsweredAt time.Time
	// Effect applies to all accepted changes but those in Effects.
	Effect  Effect
	Effects map[int]EffectState
}

// EffectState is the effect of one change or record, with the provider's words. They hold
// no secret.
type EffectState struct {
	Effect Effect
	Words  []string
}

// Known reports whether anything is known, if only words, which decide nothing.
func (s EffectState) Known() bool { return s.Effect != EffectUnknown || len(s.Words) > 0 }

// Class says what a failure means for the record and for the run.
type Class uint8

const (
	// Refused: the provider rejected the request; nothing changed.
	Refused Class = iota + 1
	// Moved: the record is not what the plan saw; nothing changed.
	Moved
	// Gone: there is no such record.
	Gone
	// Lost: the request may or may not have taken effect; read it back.
	Lost
	// Exhausted: refused, and so will be every further creation of that type.
	Exhausted
	// Denied: the login failed or lacks a permission; the run must stop.
	Denied
	// Unreachable: the host gave no usable answer; for a read, nothing is known.
	Unreachable
	// Unsafe: keyroster itself refused to send (dry run, wrong tenant).
	Unsafe
	// Fenced: keyroster itself refused to send, since the run may not write any more
	// (another took over its account); nothing changed, and the run must stop.
	Fenced
)

// Failure is an error of a provider with its class. Reason is shown to people on the row;
// it holds no secret.
type Failure struct {
	Class      Class
	Reason     string
	HTTPStatus int
	RequestID  string
	Attempts   int
	// Foreign: the answer is not in the provider's own form, such as a page of something in
	// between.
	Foreign bool
	// Fields are the members of a request that the provider refused, by the provider's own
	// names, if it says so.
	Fields []string
	// Existing is the id of the record that is in the way, if known.
	Existing string
	// Hint says what to do, if anything.
	Hint string
	// Err is the cause, or nil.
	Err error
}

// Error returns the reason, with the cause if there is one.
func (f *Failure) Error() string {
	if f.Err == nil {
		return f.Reason
	}
	return f.Reason + ": " + f.Err.Error()
}

// Unwrap returns the cause.
func (f *Failure) Unwrap() error { return f.Err }

// ClassOf returns the class of the failure in err's chain, or 0.
func ClassOf(err error) Class {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Class
	}
	return 0
}

// IsFenced reports whether err, or what caused it, is a failure of class Fenced. If a
// change takes several calls, the later one may be fenced after the earlier one took
// effect: then the failure is of another class, its cause is fenced, and the run must stop
// all the same.
func IsFenced(err error) bool {
	for f, ok := errors.AsType[*Failure](err); ok; f, ok = errors.AsType[*Failure](f.Err) {
		if f.Class == Fenced {
			return true
		}
	}
	return false
}

// ErrIncomplete: a listing could not be proved complete. No plan is made.
var ErrIncomplete = errors.New("the listing is not proved complete")
