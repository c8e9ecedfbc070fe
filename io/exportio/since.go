package exportio

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// Baseline is what an account held at an earlier time, as an export or a run left
// it.
type Baseline struct {
	// File is the export or run; At when it listed the account.
	File string
	At   time.Time
	// KeyID names the key of the fingerprints.
	KeyID   string
	Filters Filters
	Records *reconcile.Set
	// Columns are those that the file has, besides the key.
	Columns []string
	// KeptSmall summarises the credentials of a run that are not in Records, nil where all are.
	KeptSmall *reportio.KeptSmall
}

// ErrKeptSmall says that credentials changed since a run that kept only a digest of
// them, so that it is not known which did.
var ErrKeptSmall = errors.New("the run was kept small: its digest shows that credentials changed, but not which")

// Since is what changed since an earlier export or run.
type Since struct {
	File    string    `json:"file"`
	At      time.Time `json:"at"`
	KeyID   string    `json:"key_id"`
	Added   int       `json:"added"`
	Removed int       `json:"removed"`
	Changed int       `json:"changed"`
	// NotCompared counts the credentials whose value could not be compared,
	// since one side does not know it.
	NotCompared int      `json:"not_compared"`
	Changes     []Change `json:"changes"`
}

// The kinds of a change.
const (
	Added   = "added"
	Removed = "removed"
	Changed = "changed"
)

// Change is one credential that is not as it was. It holds no value.
type Change struct {
	Change       string        `json:"change"`
	CredentialID string        `json:"credential_id"`
	HolderID     string        `json:"holder_id"`
	HolderName   string        `json:"holder_name"`
	Type         string        `json:"type"`
	TypeName     string        `json:"type_name"`
	Fields       []FieldChange `json:"fields"`
}

// FieldChange is one column that differs. Values are masked.
type FieldChange struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Compare fills in what changed since b. Values are compared by fingerprint, so
// both must have been made with one key; it is an error if they were not, or if the
// two do not cover the same credentials.
func (a *Account) Compare(b *Baseline) error {
	switch {
	case b.KeyID != a.KeyID:
		return fmt.Errorf(
			"%s has fingerprints made with another key (%s, here %s), so values cannot be compared",
			b.File, cmp.Or(b.KeyID, "none"), a.KeyID,
		)
	case !b.Filters.Equal(a.Filters):
		return fmt.Errorf("%s has other filters (%s), so removals cannot be detected", b.File, b.Filters)
	}
	s := &Since{File: b.File, At: b.At, KeyID: b.KeyID, Changes: []Change{}}
	same, unknown, err := a.sameAs(b)
	if err != nil {
		return err
	}
	s.NotCompared = unknown
	c := comparer{account: a, schema: a.Records.Schema(), since: s, columns: comparable(a.Records.Schema(), b.Columns), same: same}
	c.run(b.Records, a.Records)
	a.Since = s
	return nil
}

// comparable are the columns that say something about a credential itself:
// what a person or a type is called is not among them.
func comparable(schema *reconcile.Schema, listed []string) []int {
	var out []int
	for _, name := range listed {
		col := schema.Index(name)
		if col < 0 {
			continue
		}
		c := &schema.Columns[col]
		if c.Role == reconcile.RoleManaged || c.Role == reconcile.RoleMatch && c.Pairs || c.Means == reconcile.Status {
			out = append(out, col)
		}
	}
	return out
}

type comparer struct {
	account *Account
	schema  *reconcile.Schema
	since   *Since
	columns []int
	// same are the records that a digest proves to be as they were.
	same map[string]bool
}

// sameAs are the records that the digest of b covers, if it still matches, and how many
// of them hold a value that the provider does not show. Without a digest there are none.
func (a *Account) sameAs(b *Baseline) (same map[string]bool, unknown int, err error) {
	if b.KeptSmall == nil {
		return nil, 0, nil
	}
	kept := map[string]bool{}
	for n := range b.Records.Len() {
		kept[b.Records.Record(n).ID()] = true
	}
	same = map[string]bool{}
	var digest reportio.RecordsDigest
	for n := range a.Records.Len() {
		r := a.Records.Record(n)
		if kept[r.ID()] {
			continue
		}
		same[r.ID()] = true
		mark := r.Of(reconcile.Fingerprint)
		digest.Add(r, mark)
		if _, known := sameMark(mark, mark); !known {
			unknown++
		}
	}
	if digest.String() != b.KeptSmall.Digest {
		return nil, 0, fmt.Errorf("%s: %w", b.File, ErrKeptSmall)
	}
	return same, unknown, nil
}

// run compares two sets: additions and changes in the order of after, then
// removals in the order of before.
func (c *comparer) run(before, after *reconcile.Set) {
	at := make(map[string]int32, before.Len())
	for n := range before.Len() {
		at[before.Record(n).ID()] = int32(n)
	}
	for n := range after.Len() {
		now := after.Record(n)
		was, known := at[now.ID()]
		if c.same[now.ID()] {
			continue
		}
		if !known {
			c.since.Added++
			c.add(Added, now, nil)
			continue
		}
		delete(at, now.ID())
		if fields := c.fields(before.Record(int(was)), now); len(fields) > 0 {
			c.since.Changed++
			c.add(Changed, now, fields)
		}
	}
	for n := range before.Len() {
		was := before.Record(n)
		if last, left := at[was.ID()]; left && last == int32(n) {
			c.since.Removed++
			c.add(Removed, was, nil)
		}
	}
}

func (c *comparer) add(kind string, r reconcile.Record, fields []FieldChange) {
	if fields == nil {
		fields = []FieldChange{}
	}
	c.since.Changes = append(c.since.Changes, Change{
		Change: kind, CredentialID: strings.Clone(r.ID()), HolderID: strings.Clone(r.Of(reconcile.HolderID)), HolderName: strings.Clone(r.Of(reconcile.HolderName)),
		Type: strings.Clone(r.Of(reconcile.TypeID)), TypeName: strings.Clone(r.Of(reconcile.TypeName)), Fields: fields,
	})
}

// fields are the columns in which two states of a record differ.
func (c *comparer) fields(was, now reconcile.Record) []FieldChange {
	var out []FieldChange
	for _, col := range c.columns {
		before, after := was.Cell(col), now.Cell(col)
		if c.schema.Columns[col].Can&reconcile.ReadApart != 0 && (!before.Filled() || !after.Filled()) {
			continue // one of the two may not have been read, so nothing is known
		}
		secret := c.schema.Columns[col].Secret()
		if secret && col == c.schema.Value() {
			equal, known := sameMark(was.Of(reconcile.Fingerprint), now.Of(reconcile.Fingerprint))
			if !known {
				c.since.NotCompared++
			}
			if equal || !known {
				continue
			}
		} else if secret || before.Text() == after.Text() {
			continue
		}
		out = append(out, FieldChange{c.schema.Columns[col].Name, c.shown(was, col), c.shown(now, col)})
	}
	return out
}

// sameMark compares fingerprints; the word masked, and none at all, say that
// the provider does not show the value.
func sameMark(a, b string) (equal, known bool) {
	unknown := func(mark string) bool { return mark == "" || mark == "masked" }
	return a == b, !unknown(a) && !unknown(b)
}

// shown is a cell in a list of changes; of long texts it gives the size.
func (c *comparer) shown(r reconcile.Record, col int) string {
	const most = 200
	text := c.account.cellText(r, r.Cell(col), col, false)
	if len(text) > most {
		return fmt.Sprintf("a text of %d bytes", len(text))
	}
	return strings.Clone(text)
}
