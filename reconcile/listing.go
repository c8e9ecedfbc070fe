package reconcile

import (
	"fmt"
	"time"
)

// Evidence says how a listing was proved complete.
type Evidence string

const (
	// EvidenceNone: not proved. No plan is made from such a listing.
	EvidenceNone Evidence = ""
	// EvidenceDeclared: the unique ids equal the total that the provider declares.
	EvidenceDeclared Evidence = "declared"
	// EvidenceTerminated: the provider's own paging reported the end.
	EvidenceTerminated Evidence = "terminated"
	// EvidenceTwice: the provider declares neither; two listings agreed.
	EvidenceTwice Evidence = "twice"
)

// Listing is one complete read of an account.
type Listing struct {
	Records *Set
	// Total is the number the provider declares, or -1 if it declares none.
	Total int
	// Pages is the number of answers read; Strategy how, Why the reason.
	Pages    int
	Strategy string
	Why      string
	Evidence Evidence
	// Unseen are sentences about what the provider may hold and does not list.
	Unseen []string
	// At is when the listing was complete.
	At time.Time
	// Untouchable says why some records must not be written (unmanaged, owned by another
	// record).
	Untouchable map[int]string
	// Ending has the records that are listed but ending, or have ended: they satisfy only
	// rows that want them absent.
	Ending map[int]Ending
	// Replaced has, by the id of a record that an earlier run replaced, the id of its
	// replacement: a roster may still have the old one.
	Replaced map[string]string
	// Beyond has what records have that no column holds, if the scope asked for it.
	Beyond map[int][]UncoveredPart
	// Effect says whether the records are effective at the doors or wallets, as far as the
	// provider knows, except those in Effects, by number. A record with the right content
	// is never written again because it is not effective; its line reports it, night after
	// night.
	Effect  Effect
	Effects map[int]EffectState
}

// Ending is how a listed record ends: revoked, being deleted.
type Ending struct {
	// Words continue the record's name: "is being revoked".
	Words string
	// InTheWay: the provider makes no other record of its kind while this one exists.
	InTheWay bool
}

// UncoveredPart is a part of a record that no column holds.
type UncoveredPart struct {
	// Name is the provider's own, such as metadata.hologram; Reason says why a copy lacks
	// the part, or is empty if only the name is known.
	Name, Reason string
}

// EffectOf returns whether a record is effective, with the provider's words.
func (l *Listing) EffectOf(record int) EffectState {
	if state, ok := l.Effects[record]; ok {
		return state
	}
	return EffectState{Effect: l.Effect}
}

// Complete reports whether the listing was proved complete.
func (l *Listing) Complete() bool { return l != nil && l.Evidence != EvidenceNone }

// Wanted is a roster resolved into the provider's own terms: row n of Rows is row n of the
// roster, its match cells are the provider's ids, its times instants, its types the
// provider's own.
type Wanted struct {
	Rows *Set
	// Verdicts has what resolving found out about single rows, by row.
	Verdicts map[int]Verdict
	// Notes has remarks on single rows that change nothing.
	Notes map[int][]string
	// Issued has, for the rows whose change would take issued cards out of service
	// (PingOne: a deletion, the end of automatic issuance), how many cards those are; -1 if
	// that cannot be known, which counts as some. The number of such rows is limited by
	// [LimitIssued].
	Issued map[int]int

	// listed is what Listed found by keys.
	listed []int32
	keys   *Index
}

// NewWanted returns rows about which nothing is known yet.
func NewWanted(rows *Set) *Wanted {
	return &Wanted{Rows: rows, Verdicts: map[int]Verdict{}, Notes: map[int][]string{}}
}

// Listed has, by row, the number of the record whose id the row gives, or -1. It is found
// on first use and kept, since resolving changes no id. Like [Wanted.ListedBy], it is for
// one goroutine at a time.
func (w *Wanted) Listed(records *Set) []int32 {
	_ = w.ListedBy(records, w.Rows.Len()-1)
	return w.listed
}

// ListedBy returns one row's entry of Listed. For callers that go through all rows, it
// loads the records of some rows ahead, which takes no longer than loading one.
func (w *Wanted) ListedBy(records *Set, row int) int {
	keys := records.Keys()
	if w.keys != keys || len(w.listed) > w.Rows.Len() {
		w.keys, w.listed = keys, make([]int32, 0, w.Rows.Len())
	}
	if row < 0 {
		return -1
	}
	if row >= len(w.listed) {
		for n := len(w.listed); n < min(row+prefetchCount, w.Rows.Len()); n++ {
			w.listed = append(w.listed, int32(keys.first(w.Rows.Record(n))))
		}
	}
	return int(w.listed[row])
}

// When restricts a verdict to what the plan would do with its row.
type When uint8

const (
	// Always: the row is not acted on at all.
	Always When = iota
	// IfCreate: only a creation is ruled out.
	IfCreate
	// IfUpdate: only an update is ruled out.
	IfUpdate
)

// Verdict is a provider's decision on a row: a situation ([Ambiguous], [Unsupported] or
// [Invalid]) and the reason for a person. [InSync] is a row without a record that has what
// it wants, such as one that removes what cannot exist; the reason becomes a note.
type Verdict struct {
	When      When
	Situation Situation
	Reason    string
	// HoldersDiffer: the row's own cells name different holders. In one row that is an
	// error, in many it is a misaligned column; see [Misalignment].
	HoldersDiffer bool
	// LookUp: what the row names could not be looked up. A person cannot correct that in
	// the row, and nothing is deleted meanwhile.
	LookUp bool
	// Moved: the record is no longer what the row was made from. The line ends in conflict,
	// without an action.
	Moved bool
	// NoHolder: the provider knows neither the person whom the row means nor a similar one:
	// the person may have to be created there first.
	NoHolder bool
}

// Because returns a verdict of a situation, whatever the plan would do with the row.
func (s Situation) Because(format string, args ...any) *Verdict {
	return &Verdict{Situation: s, Reason: fmt.Sprintf(format, args...)}
}

// If restricts a verdict to rows for which the plan would do this.
func (v *Verdict) If(when When) *Verdict {
	v.When = when
	return v
}

// LookUpsFailed returns the number of rows whose look-up failed.
func (w *Wanted) LookUpsFailed() int {
	if w == nil {
		return 0
	}
	n := 0
	for _, v := range w.Verdicts {
		n += boolInt(v.LookUp)
	}
	return n
}

// RowsWithDifferingHolders returns the number of rows whose own cells name different
// holders.
func (w *Wanted) RowsWithDifferingHolders() int {
	n := 0
	for _, v := range w.Verdicts {
		n += boolInt(v.HoldersDiffer)
	}
	return n
}
