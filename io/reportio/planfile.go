package reportio

import (
	"fmt"
	"io"
	"iter"
	"time"

	"keyroster/reconcile"
)

// PlanSchema is the schema word of plan.json.
const PlanSchema = "keyroster/plan/1"

// PlanFile is a saved plan: what is to be done and from which files, without
// any value. Its JSON form is plan.json: members may be added, never renamed.
type PlanFile struct {
	// Schema is always [PlanSchema]; WritePlan fills it in.
	Schema string `json:"schema"`
	// Digest identifies the plan: see [PlanFile.ComputeDigest]. WritePlan fills it
	// in, ReadPlan checks it.
	Digest string `json:"digest"`
	// RunID is the run that the plan was made for, Tenant the account's tenant; both are
	// empty in plans of versions without them, and RunID in plans that belong to no run.
	RunID     string       `json:"run_id,omitempty"`
	Tenant    string       `json:"tenant,omitempty"`
	Tool      string       `json:"tool"`
	Account   string       `json:"account"`
	Provider  string       `json:"provider"`
	CreatedAt time.Time    `json:"created_at"`
	Listing   Listing      `json:"listing"`
	Roster    []PlanRoster `json:"roster"`
	// SideFiles are the files that @path cells name, by that path.
	SideFiles []Input          `json:"side_files"`
	Limits    reconcile.Limits `json:"limits"`
	// Overrides are the rules that flags and the configuration lifted.
	Overrides []Override `json:"overrides,omitempty"`
	// KeyID names the key of the lines' fingerprints: those of two plans can
	// be compared only if it is the same.
	KeyID string    `json:"key_id"`
	Lines PlanLines `json:"-"`
}

// PlanRoster is one roster file of a plan, with the SHA-256 of its bytes in hex.
type PlanRoster struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows"`
	// Wide are the columns of values of its wide tables.
	Wide []PlanColumn `json:"wide,omitempty"`
}

// PlanColumn is a column of a wide table: the values below its header have one type.
type PlanColumn struct {
	Header string `json:"header"`
	Type   string `json:"type"`
}

// PlanLines are the lines of a saved plan, in the order of the plan. As with
// [Lines], the yielded line is reused, an error ends the stream, and the stream
// must be repeatable.
type PlanLines = iter.Seq2[*PlanLine, error]

// PlanLine is one line of a saved plan.
type PlanLine struct {
	// Line is the index in the plan, from 0: the journal names it.
	Line int `json:"line"`
	// Source is the row's place; nil for a record without a row.
	Source       *reconcile.Source   `json:"source"`
	CredentialID string              `json:"credential_id"`
	HolderID     string              `json:"holder_id"`
	Type         string              `json:"type"`
	Situation    reconcile.Situation `json:"situation"`
	Action       reconcile.Action    `json:"action"`
	// Outcome is planned for a line that is to be sent, else final.
	Outcome reconcile.Outcome `json:"outcome"`
	Chain   *int              `json:"chain"`
	Fields  []PlanField       `json:"fields"`
	Reason  string            `json:"reason"`
}

// PlanField is one column that a line changes.
type PlanField struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	// The fingerprints of the values, see [FingerprintCell].
	FingerprintBefore string `json:"fingerprint_before"`
	FingerprintAfter  string `json:"fingerprint_after"`
}

// PlanLinesOf are the lines of a plan as plan.json holds them.
// roster gives the places and may be nil.
func PlanLinesOf(plan *reconcile.Plan, roster *reconcile.Roster, f *HMAC) PlanLines {
	return func(yield func(*PlanLine, error) bool) {
		var line PlanLine
		var s sides
		for i := range plan.Lines {
			savedLine(&line, &s, plan, roster, f, i)
			if !yield(&line, nil) {
				return
			}
		}
	}
}

func savedLine(line *PlanLine, s *sides, plan *reconcile.Plan, roster *reconcile.Roster, f *HMAC, i int) {
	l := &plan.Lines[i]
	want, have := plan.WantRow(i), plan.HaveRecord(i)
	s.take(have, want)
	*line = PlanLine{
		Line: i, Fields: line.Fields[:0],
		CredentialID: s.id(), HolderID: s.named(reconcile.HolderID), Type: s.named(reconcile.TypeID),
		Situation: l.Situation, Action: l.Action, Outcome: l.Outcome,
		Reason: plan.TextOf(l.Reason), Chain: numbered(l.Chain),
	}
	if l.Row >= 0 && roster != nil {
		source := roster.Source(int(l.Row))
		line.Source = &source
	}
	fields := l.Fields
	if l.Action == reconcile.Delete && l.Sends() {
		// A deletion covers what the record holds: another value is another credential.
		fields, want = have.Schema().Managed(), reconcile.Record{}
	}
	changedFields(fields, have, want, func(col *reconcile.Column, before, after reconcile.Cell) {
		line.Fields = append(line.Fields, PlanField{
			Name: col.Name, Kind: fieldKind(col.Kind),
			FingerprintBefore: FingerprintCell(f, before), FingerprintAfter: FingerprintCell(f, after),
		})
	})
}

// WritePlan computes the digest of p, sets it, and writes plan.json. It reads the lines twice.
func WritePlan(w io.Writer, p *PlanFile) error {
	digest, err := p.ComputeDigest()
	if err != nil {
		return err
	}
	p.Schema, p.Digest = PlanSchema, digest
	head := *p
	head.Roster, head.SideFiles = orEmpty(p.Roster), orEmpty(p.SideFiles)
	if head.Limits == nil {
		head.Limits = reconcile.Limits{}
	}
	d := newDocument(w)
	if err := d.head(head); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	if err := writeList(d, "lines", p.lines(), func(l *PlanLine) any {
		out := *l
		out.Fields = orEmpty(l.Fields)
		return out
	}); err != nil {
		return fmt.Errorf("write plan: %w", err)
	}
	return d.end()
}

// ReadPlan reads plan.json. The whole file is read to prove it well-formed and
// its digest computed again: a plan that was cut, damaged or edited is refused.
// r must stay open as long as the lines are used, and belongs to the plan.
func ReadPlan(r io.ReadSeeker) (*PlanFile, error) {
	p := &PlanFile{}
	at, err := readDocument(r, PlanSchema, p)
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	p.Lines = streamLines[PlanLine](r, at)
	digest, err := p.ComputeDigest()
	if err != nil {
		return nil, fmt.Errorf("read plan: %w", err)
	}
	if digest != p.Digest {
		return nil, fmt.Errorf(
			"read plan: the content has digest %s, but the file says %.80s: it was changed",
			digest, p.Digest,
		)
	}
	return p, nil
}

// lines are the plan's lines, also when it has none.
func (p *PlanFile) lines() PlanLines {
	if p.Lines == nil {
		return func(func(*PlanLine, error) bool) {}
	}
	return p.Lines
}
