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
	// EvidenceTerminated: the provider's own paging said that this was the end.
	EvidenceTerminated Evidence = "terminated"
	// EvidenceTwice: the provider says neither; two listings agreed.
	EvidenceTwice Evidence = "twice"
)

// Listing is one complete read of an account.
type Listing struct {
	Records *Set
	// Total is the number the provider declares, or -1 when it declares none.
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
	// Untouchable has, for records that must not be written (unmanaged,
	// owned by another record), the reason.
	Untouchable map[int]string
	// Ending has the records that are listed and on their way out, or out
	// already: they satisfy no row that wants them, and each that does not.
	Ending map[int]Ending
	// Replaced has, by the id of a record that an earlier run replaced, the id of
	// the one that took its place: a roster may keep the old one.
	Replaced map[string]string
	// Beyond has what records have that no column holds, where the scope asked
	// for it.
	Beyond map[int][]UncoveredPart
	// Effect says whether the records are effective at the doors or wallets, as
	// far as the provider knows: of all of them but those in Effects, by number.
	// A record whose content is right and whose effect is not is never written
	// again for that; its line says so, night after night.
	Effect  Effect
	Effects map[int]EffectState
}

// Ending is how a record that is listed goes: revoked, being deleted.
type Ending struct {
	// Words say so after the record's name: "is being revoked".
	Words string
	// InTheWay: the provider makes no other record of its kind while it is there.
	InTheWay bool
}

// UncoveredPart is a part of a record that no column holds.
type UncoveredPart struct {
	// Name is the provider's own, as metadata.hologram; Reason says why a copy
	// has no such part, or is empty where nothing but the name is known.
	Name, Reason string
}

// EffectOf is whether a record is effective, with the provider's words.
func (l *Listing) EffectOf(record int) EffectState {
	if state, ok := l.Effects[record]; ok {
		return state
	}
	return EffectState{Effect: l.Effect}
}

// Complete reports whether the listing was proved whole.
func (l *Listing) Complete() bool { return l != nil && l.Evidence != EvidenceNone }

// Wanted is a roster resolved into the provider's own terms: row n of Rows is
// row n of the roster, its match cells are ids of the provider, its times
// instants, its types the provider's own.
type Wanted struct {
	Rows *Set
	// Verdicts has what resolving found out about single rows, in the order
	// of the rows.
	Verdicts map[int]Verdict
	// Notes has remarks on single rows that change nothing.
	Notes map[int][]string
	// Issued has, for the rows whose change would take issued cards out of
	// service (PingOne: a deletion, the end of automatic issuance), how many
	// cards those are; -1 when nobody can tell, which counts as some. The
	// plan holds the number of such rows against [LimitIssued].
	Issued map[int]int

	// listed is what Listed found by keys.
	listed []int32
	keys   *Index
}

// NewWanted returns rows of which nothing is known yet.
func NewWanted(rows *Set) *Wanted {
	return &Wanted{Rows: rows, Verdicts: map[int]Verdict{}, Notes: map[int][]string{}}
}

// Listed has, by row, the number of the record whose id the row gives, or -1. It is found
// when it is first asked for, and kept: what resolves rows changes no id. As
// [Wanted.ListedBy], it is for one goroutine at a time.
func (w *Wanted) Listed(records *Set) []int32 {
	_ = w.ListedBy(records, w.Rows.Len()-1)
	return w.listed
}

// ListedBy is what Listed has for one row. Whoever asks for one after the other has the
// record at hand: some are found ahead, since many are as soon there as one.
func (w *Wanted) ListedBy(records *Set, row int) int {
	keys := records.Keys()
	if w.keys != keys || len(w.listed) > w.Rows.Len() {
		w.keys, w.listed = keys, make([]int32, 0, w.Rows.Len())
	}
	if row < 0 {
		return -1
	}
	if row >= len(w.listed) {
		for n := len(w.listed); n < min(row+ahead, w.Rows.Len()); n++ {
			w.listed = append(w.listed, int32(keys.first(w.Rows.Record(n))))
		}
	}
	return int(w.listed[row])
}

// When limits a verdict to what the plan would do with its row.
type When uint8

const (
	// Always: the row is not acted on at all.
	Always When = iota
	// IfCreate: only a creation is ruled out.
	IfCreate
	// IfUpdate: only an update is ruled out.
	IfUpdate
)

// Verdict is a provider's judgement on a row: a situation ([Ambiguous],
// [Unsupported] or [Invalid]) and the reason a person reads. [InSync] is a row
// without a record that has what it wants, such as one that removes what cannot be
// there; the reason becomes a note.
type Verdict struct {
	When      When
	Situation Situation
	Reason    string
	// HoldersDiffer: the row's own cells name different holders. One such row is an
	// error, many are a misaligned column; see [Misalignment].
	HoldersDiffer bool
	// LookUp: what the row names could not be looked up. That is nothing that a
	// person could correct in it, and nothing is deleted while it is so.
	LookUp bool
	// Moved: the record is not any more what the row was made from. The line ends in
	// conflict, and is not acted on.
	Moved bool
	// NoHolder: the provider knows nobody whom the row means, and nobody like
	// them: they may have to be created there first.
	NoHolder bool
}

// Because is a verdict of a situation, whatever the row would do.
func (s Situation) Because(format string, args ...any) *Verdict {
	return &Verdict{Situation: s, Reason: fmt.Sprintf(format, args...)}
}

// If makes a verdict one for a row that would do this alone.
func (v *Verdict) If(when When) *Verdict {
	v.When = when
	return v
}

// LookUpsFailed is the number of rows whose look-up failed.
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

// RowsWithDifferingHolders is the number of rows whose own cells name different holders.
func (w *Wanted) RowsWithDifferingHolders() int {
	n := 0
	for _, v := range w.Verdicts {
		n += boolInt(v.HoldersDiffer)
	}
	return n
}
