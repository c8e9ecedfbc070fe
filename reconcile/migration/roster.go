package migration

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"keyroster/reconcile"
	"keyroster/reconcile/cards"
)

// KindMove is the kind of the problems of rows that cannot be applied.
const KindMove = "move"

func cardsRespell(value reconcile.Cell, r *Respelling) (string, error) {
	return cards.Respell(value.Text(), r.From, r.To)
}

// refuseCollisions makes rows invalid if different cards would get the same number.
func (b *builder) refuseCollisions() {
	for _, list := range b.spelt {
		for i := range list {
			for j := range list {
				first, other := &b.drafts[list[i].row], &b.drafts[list[j].row]
				if list[i].text.Text() == list[j].text.Text() || first.invalid {
					continue
				}
				first.invalid, first.problem = true, fmt.Sprintf(
					"its card number and that of %s %s would be the same in the target's format",
					b.from.Noun, b.in.Listing.Records.Record(other.record).ID(),
				)
				first.remedy = "check both cards, and migrate.cards"
			}
		}
	}
}

// maxRows is how many rows one file of a roster can have places for, since each has a name
// of its own.
const maxRows = 50_000

// roster puts the rows into a roster. The place of a row is the account, the source's id,
// and the line of the row in the file of the target roster, whose header is line 1.
func (b *builder) roster() *reconcile.Roster {
	r := reconcile.NewRoster(b.to)
	var digest hash.Hash
	var managed reconcile.Columns
	for row := range b.drafts {
		d := &b.drafts[row]
		if row%maxRows == 0 {
			b.closeFile(r, digest, managed)
			digest, managed = sha256.New(), 0
			name := "account " + b.in.From.Account
			if row > 0 {
				name += fmt.Sprintf(" (%d)", row/maxRows+1)
			}
			// It says nothing about what is not in it.
			r.Files = append(r.Files, reconcile.File{Name: name, Partial: true})
		}
		f := &r.Files[len(r.Files)-1]
		f.Sheets = append(f.Sheets, strings.Clone(b.in.Listing.Records.Record(d.record).ID()))
		f.Rows++
		r.Add(len(r.Files)-1, len(f.Sheets)-1, row+2, d.cells)
		for col, cell := range d.cells {
			if b.to.Columns[col].Role == reconcile.RoleManaged && cell.Filled() {
				managed = managed.With(col)
			}
			text := cell.Text()
			if b.to.Columns[col].Secret() {
				text = cell.Mask() // a digest of short PINs would reveal them
			}
			digest.Write([]byte(strconv.Quote(text)))
		}
		if d.invalid {
			at := reconcile.Source{File: f.Name + ", " + b.from.Noun + " " + f.Sheets[len(f.Sheets)-1]}
			r.Report(row, reconcile.Problem{Source: at, Kind: KindMove, Message: d.problem, Remedy: d.remedy})
		}
	}
	b.closeFile(r, digest, managed)
	return r
}

func (b *builder) closeFile(r *reconcile.Roster, digest hash.Hash, managed reconcile.Columns) {
	if digest != nil {
		f := &r.Files[len(r.Files)-1]
		f.SHA256, f.Managed = hex.EncodeToString(digest.Sum(nil)), managed
	}
}

// Leave takes rows out of the move, each for a reason: the records that became them stay
// behind.
func (m *Move) Leave(reasons map[int]string) *Move {
	if len(reasons) == 0 {
		return m
	}
	b := &builder{
		Move: Move{
			HolderOf:   m.HolderOf,
			Missing:    m.Missing,
			OutOfScope: m.OutOfScope,
			in:         m.in,
			RowOf:      make([]int, len(m.RowOf)),
		},
		from: m.in.From.Schema,
		to:   m.in.To.Schema,
	}
	left := map[int]bool{}
	moved := map[int]int{}
	for n, row := range m.RowOf {
		b.RowOf[n] = -1
		if row < 0 {
			continue
		}
		if reason, out := reasons[row]; out {
			left[n] = true
			b.addLoss(n, "%s", reason)
			continue
		}
		if _, known := moved[row]; !known {
			moved[row] = len(b.drafts)
			b.drafts = append(b.drafts, m.draft(row, n))
		}
		b.RowOf[n] = moved[row]
	}
	var kept []Loss
	for _, l := range m.Losses {
		if !left[l.Record] {
			kept = append(kept, l)
		}
	}
	b.Losses = inOrder(kept, b.Losses)
	b.Roster = b.roster()
	return &b.Move
}

// draft returns a row of the roster, of which record was the first.
func (m *Move) draft(row, record int) draft {
	d := draft{cells: m.Roster.Rows.Record(row).Cells(nil), record: record}
	if first, bad := m.Roster.Invalid[row]; bad {
		d.invalid, d.problem, d.remedy = true, m.Roster.Problems[first].Message, m.Roster.Problems[first].Remedy
	}
	return d
}

// inOrder merges two lists of losses, both ordered by record.
func inOrder(a, b []Loss) []Loss {
	out := make([]Loss, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0].Record <= b[0].Record {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// Moved counts the records that have a row.
func (m *Move) Moved() int {
	n := 0
	for _, row := range m.RowOf {
		if row >= 0 {
			n++
		}
	}
	return n
}
