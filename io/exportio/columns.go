package exportio

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"keyroster/io/cellio"
	"keyroster/io/reportio"
	"keyroster/reconcile"
)

// describe copies the records that pass the filters into a new set, in the order in which
// people look for them, with what is known of their holders, and their fingerprints.
func describe(s *Source, filters Filters) *reconcile.Set {
	from := s.Listing.Records
	schema := from.Schema()
	to := reconcile.NewSet(schema, from.Len())
	about := [...]reconcile.Meaning{reconcile.HolderName, reconcile.HolderEmail, reconcile.HolderRef, reconcile.Issued}
	var cells []reconcile.Cell
	for _, n := range s.inOrder(filters) {
		record := from.Record(n)
		holder := s.holder(record.Of(reconcile.HolderID))
		cells = record.Cells(cells[:0])
		said := [len(about)]string{holder.Name, holder.Email, holder.Ref}
		if !plainEmail(holder.Email) {
			said[1] = ""
		}
		if !plainCode(holder.Ref) {
			said[2] = ""
		}
		if n, counted := s.Issued[record.ID()]; counted {
			said[3] = strconv.Itoa(n)
		}
		for i, meaning := range about {
			if col := schema.At(meaning); col >= 0 && said[i] != "" && !cells[col].Filled() {
				cells[col] = reconcile.TextCell(said[i])
			}
		}
		if col := schema.At(reconcile.Fingerprint); col >= 0 {
			cells[col] = reconcile.TextCell(reportio.RecordMark(s.Marks, schema, cells))
		}
		for col := range cells {
			// Ids and names that no cell can hold are spelt out: read back, they
			// match no holder, and the plan says so. Managed columns are not changed.
			if schema.Columns[col].Role != reconcile.RoleManaged && cells[col].Filled() {
				cells[col] = reconcile.TextCell(spellOut(cells[col].Text()))
			}
		}
		to.Add(cells)
	}
	return to
}

const pieceOfKeys = 1 << 20

// inOrder are the records that pass, by person, then type, then id: the card and the PIN of a
// person are side by side, in the same place in every export.
func (s *Source) inOrder(filters Filters) []int {
	// The keys are packed one after the other into a few pieces: allocating a text for each of many
	// records would cost more than comparing them, and a single piece would be copied as it grows.
	type place struct{ n, piece, at, end int32 }
	var places []place
	var pieces [][]byte
	var key []byte
	for n := range s.Listing.Records.Len() {
		record := s.Listing.Records.Record(n)
		id := record.Of(reconcile.HolderID)
		holder := s.holder(id)
		if !filters.passes(s, record, &holder) {
			continue
		}
		key = reportio.AppendSortKey(key[:0], cmp.Or(
			holder.Name, record.Of(reconcile.HolderName), holder.Email, id, record.Of(reconcile.Title),
		))
		key = append(append(append(key, 0), id...), 0)
		key = reportio.AppendSortKey(key, cmp.Or(record.Of(reconcile.TypeName), record.Of(reconcile.TypeID)))
		key = reportio.AppendSortKey(append(key, 0), record.ID())
		key = append(append(key, 0), record.ID()...) // ids may differ in case alone
		last := len(pieces) - 1
		if last < 0 || len(pieces[last])+len(key) > cap(pieces[last]) {
			pieces = append(pieces, make([]byte, 0, max(len(key), min(64*s.Listing.Records.Len(), pieceOfKeys))))
			last++
		}
		at := len(pieces[last])
		pieces[last] = append(pieces[last], key...)
		places = append(places, place{int32(n), int32(last), int32(at), int32(len(pieces[last]))})
	}
	slices.SortFunc(places, func(a, b place) int {
		return bytes.Compare(pieces[a.piece][a.at:a.end], pieces[b.piece][b.at:b.end])
	})
	order := make([]int, len(places))
	for i := range places {
		order[i] = int(places[i].n)
	}
	return order
}

func (s *Source) holder(id string) reconcile.Holder {
	if h, known := s.Holders.Find(id); known {
		return h
	}
	h := reconcile.Holder{ID: id}
	if s.Name != nil && id != "" {
		h.Name, h.Email = s.Name(id)
	}
	return h
}

// leading is the order in which people read; other columns follow in the schema's
// order, and fingerprints come last.
var leading = []reconcile.Meaning{
	reconcile.HolderID, reconcile.HolderName, reconcile.HolderEmail, reconcile.HolderRef, reconcile.System,
	reconcile.TypeID, reconcile.TypeName, reconcile.Title, reconcile.Status, ownValue,
	reconcile.StartsAt, reconcile.EndsAt, reconcile.Entrances,
}

// ownValue marks the credential's own value, which a schema finds without a meaning.
const ownValue = reconcile.NoMeaning

// always are the columns that an export has whether or not they are filled.
var always = []reconcile.Meaning{reconcile.HolderName, reconcile.TypeName, reconcile.Status, reconcile.Fingerprint}

// chooseColumns are the columns of an export: those that a roster needs, those that
// tell people who and what, and all others that any record fills. state is left
// out, since what is listed is present.
func chooseColumns(records *reconcile.Set) []int {
	schema := records.Schema()
	var filled reconcile.Columns
	var cells []reconcile.Cell
	for n := range records.Len() {
		cells = records.Record(n).Cells(cells[:0])
		for col := range cells {
			if cells[col].Filled() {
				filled = filled.With(col)
			}
		}
	}
	var out []int
	for col := range schema.Columns {
		c := &schema.Columns[col]
		kept := c.Role == reconcile.RoleKey || c.Role == reconcile.RoleManaged && c.Can&reconcile.ReadApart == 0 ||
			c.Pairs ||
			slices.Contains(always, c.Means)
		if c.Role != reconcile.RoleState && (kept || filled.Has(col)) {
			out = append(out, col)
		}
	}
	rank := func(col int) int {
		c := &schema.Columns[col]
		switch i := slices.Index(leading, c.Means); {
		case c.Role == reconcile.RoleKey:
			return -1
		case i >= 0 && (c.Means != ownValue || col == schema.Value()):
			return i
		case c.Means == reconcile.Fingerprint:
			return len(leading) + 1
		}
		return len(leading)
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	return out
}

// plainEmail reports whether a roster accepts the text as an address: one that it
// refuses would make the whole row invalid, and the id names the holder anyway.
func plainEmail(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return cellio.Fits(text) && found && local != "" && domain != "" && !strings.Contains(domain, "@") &&
		!strings.ContainsFunc(
			text,
			func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("'\"#*<>(),;", r) },
		)
}

// plainCode reports whether a roster accepts the text as a reference that no
// spreadsheet damaged. It is stricter than rosters are.
func plainCode(text string) bool {
	if text == "" || !cellio.Fits(text) || strings.ContainsFunc(text, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune("_-/:@", r)
	}) {
		return false
	}
	// 2-Jan and 1E-05 are what spreadsheets make of codes.
	parts := strings.Split(strings.ToLower(text), "-")
	if slices.ContainsFunc(parts, func(part string) bool { return slices.Contains(months, part) }) {
		return false
	}
	return len(parts) != 2 || len(parts[0]) != 2 || parts[0][1] != 'e'
}

var months = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
