package reportio

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"keyroster/reconcile"
)

// KeptSmall summarises the lines that a report leaves out: unchanged rows of a run
// that changed nothing.
type KeptSmall struct {
	// Unchanged counts these lines, Records those that have a record, and Effective
	// those that the doors have according to the provider.
	Unchanged int `json:"unchanged"`
	Records   int `json:"records"`
	Effective int `json:"effective"`
	// Digest is a [RecordsDigest] over their records.
	Digest string `json:"digest"`
}

// KeptSmallSentence says that a report lacks its unchanged lines; empty for one that has
// them.
func KeptSmallSentence(r *Report) string {
	if r.KeptSmall == nil {
		return ""
	}
	return Count(r.KeptSmall.Unchanged, "unchanged row") + " not kept (run_files: small)"
}

// Small is the report of a plan without its unchanged rows, which it only counts, with
// one digest over their records, made with the fingerprints of marks. What a report must
// name stays: records in no row, and people who are kept out. False for a report with
// changes, or with a line that is not as desired, which cannot be made small.
func (r *Report) Small(plan *reconcile.Plan, marks *HMAC) (*Report, bool, error) {
	if err := r.Tally(); err != nil {
		return nil, false, err
	}
	if s := &r.Summary; s.Unchanged+s.Unlisted != s.Sum() || r.settled.needRows+r.settled.needRecords > 0 {
		return nil, false, nil
	}
	out := *r
	out.settled, out.Counted, out.KeptSmall = nil, nil, &KeptSmall{}
	out.Lines = func(yield func(*Line, error) bool) {
		for line, err := range r.lines() {
			if err == nil && omittedWhenSmall(line) {
				continue
			}
			if !yield(line, err) {
				return
			}
		}
	}
	var digest RecordsDigest
	var cells []reconcile.Cell
	for line, err := range r.lines() {
		if err != nil {
			return nil, false, fmt.Errorf("read report lines: %w", err)
		}
		if !omittedWhenSmall(line) {
			continue
		}
		out.KeptSmall.Unchanged++
		out.KeptSmall.Effective += oneIf(deref(line.Effective) == reconcile.EffectYes.String())
		if have := plan.HaveRecord(line.Line); have.Valid() {
			out.KeptSmall.Records++
			cells = have.Cells(cells[:0])
			digest.Add(have, RecordMark(marks, have.Schema(), cells))
		}
	}
	out.KeptSmall.Digest = digest.String()
	return &out, true, nil
}

// omittedWhenSmall reports whether a small report leaves a line out.
func omittedWhenSmall(l *Line) bool {
	return l.Outcome == reconcile.Unchanged && l.Source != nil && !keptOut(l)
}

// count adds the lines that are left out; nil is none.
func (k *KeptSmall) count(t *tally, standing *EffectCounts) error {
	if k == nil {
		return nil
	}
	if k.Records < 0 || k.Effective < 0 || max(k.Records, k.Effective) > k.Unchanged || !isDigest(k.Digest) {
		return errors.New("close report: its unchanged lines, which it does not have, are not counted as they can be")
	}
	t.lines += k.Unchanged
	t.withRow += k.Unchanged
	t.outcomes[reconcile.Unchanged] += k.Unchanged
	standing.Effective += k.Effective
	return nil
}

const digestPrefix = "sha256:"

func isDigest(text string) bool {
	sum, err := hex.DecodeString(strings.TrimPrefix(text, digestPrefix))
	return err == nil && len(sum) == sha256.Size && strings.HasPrefix(text, digestPrefix)
}

// RecordsDigest is a digest over records, independent of the order in which they are
// added: over their ids, those of their holders and types, and the fingerprints of
// their values. The zero value has no record.
type RecordsDigest struct{ hashes [][sha256.Size]byte }

// Add adds a record; mark is its [RecordMark].
func (d *RecordsDigest) Add(r reconcile.Record, mark string) {
	h := sha256.New()
	items(h, r.ID(), r.Of(reconcile.HolderID), r.Of(reconcile.TypeID), mark)
	d.hashes = append(d.hashes, [sha256.Size]byte(h.Sum(nil)))
}

// String is sha256: and the digest in hex.
func (d *RecordsDigest) String() string {
	slices.SortFunc(d.hashes, func(a, b [sha256.Size]byte) int { return bytes.Compare(a[:], b[:]) })
	h := sha256.New()
	items(h, "keyroster/records/1", strconv.Itoa(len(d.hashes)))
	for i := range d.hashes {
		items(h, string(d.hashes[i][:]))
	}
	return digestPrefix + hex.EncodeToString(h.Sum(nil))
}

// RecordMark is the fingerprint of a record's value or, where records have none, of
// everything that a roster decides about it. cells are those of the record.
func RecordMark(marks *HMAC, schema *reconcile.Schema, cells []reconcile.Cell) string {
	if v := schema.Value(); v >= 0 {
		return FingerprintCell(marks, cells[v])
	}
	var all strings.Builder
	for col := range cells {
		if schema.Columns[col].Role == reconcile.RoleManaged {
			all.WriteString(schema.Columns[col].Name + "\x00" + cells[col].Text() + "\x00")
		}
	}
	return marks.Fingerprint(all.String())
}
