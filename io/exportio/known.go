package exportio

import (
	"slices"
	"strings"

	"keyroster/reconcile"
)

// known is what an export shows of people and types.
type known struct {
	records *reconcile.Set
	// holders has the first record of each holder, ways that of each holder by the texts
	// that name one.
	holders *reconcile.Index
	ways    map[reconcile.Meaning]*reconcile.Index
	// follows are the columns that follow from the holder.
	follows []int
	// types are all that the export mentions; typeIDs caches the ids of those that a text names.
	types   []reconcile.Type
	typeIDs map[string][]string
	// silent are the columns of people that some record leaves blank, looks what
	// people see of the texts of the others; both made on first use.
	silent map[reconcile.Meaning]bool
	looks  map[string]bool
}

// ways are the columns by which people are named.
var ways = []reconcile.Meaning{reconcile.HolderEmail, reconcile.HolderRef}

func newKnown(records *reconcile.Set, types []reconcile.Type) *known {
	schema := records.Schema()
	k := &known{
		records: records, ways: map[reconcile.Meaning]*reconcile.Index{},
		types: slices.Clone(types), typeIDs: map[string][]string{},
	}
	if holder := schema.At(reconcile.HolderID); holder >= 0 {
		one := []int{holder}
		k.follows = follows(schema)
		k.holders = reconcile.NewIndex(records, reconcile.By{Columns: one, Apart: one, Alike: k.follows})
		for _, way := range ways {
			if col := schema.At(way); col >= 0 {
				fold := func(text string) string { return folded(way, text) }
				k.ways[way] = reconcile.NewIndex(records, reconcile.By{Columns: []int{col}, Normalize: fold, Apart: one})
			}
		}
	}
	for _, shown := range records.Types() {
		k.addType(shown)
	}
	return k
}

// addType adds the names that records show of a type.
func (k *known) addType(shown reconcile.Type) {
	at := slices.IndexFunc(k.types, func(t reconcile.Type) bool { return t.ID == shown.ID })
	if at < 0 {
		k.types = append(k.types, shown)
		return
	}
	t := &k.types[at]
	t.Names = slices.Clip(t.Names)
	for _, name := range shown.Names {
		if !slices.Contains(t.Names, name) {
			t.Names = append(t.Names, name)
		}
	}
}

// typesNamed are the ids of the types that a text names; an id means itself alone.
func (k *known) typesNamed(text string) []string {
	ids, found := k.typeIDs[text]
	if !found {
		if ids = reconcile.FindTypes(k.types, text); slices.Contains(ids, text) {
			ids = []string{text}
		}
		k.typeIDs[strings.Clone(text)] = ids
	}
	return ids
}

// typeList names the types for a message.
func (k *known) typeList() string {
	const most = 20
	var names []string
	for i := range k.types {
		if i == most {
			names = append(names, "others")
			break
		}
		names = append(names, k.types[i].Name())
	}
	return strings.Join(names, ", ")
}

// follows are the columns that follow from the holder: the name, for reports, and those
// that pair rows with records.
func follows(schema *reconcile.Schema) []int {
	var columns []int
	for col := range schema.Columns {
		c := &schema.Columns[col]
		if c.Means == reconcile.HolderName || c.Pairs && c.Role == reconcile.RoleMatch && c.Means != reconcile.TypeID {
			columns = append(columns, col)
		}
	}
	return columns
}

// unseen reports whether no record can be of the person whom a text of a column names.
func (k *known) unseen(way reconcile.Meaning, text string) bool {
	if k.looks == nil {
		k.looks, k.silent = map[string]bool{}, map[reconcile.Meaning]bool{}
		for n := range k.records.Len() {
			for _, way := range ways {
				text := k.records.Record(n).Of(way)
				k.silent[way] = k.silent[way] || text == ""
				k.looks[reconcile.Skeleton(text)] = true
			}
		}
	}
	return !k.silent[way] && !k.looks[reconcile.Skeleton(text)]
}

// folded is a text that names a holder, in lower case unless case matters in its column.
func folded(m reconcile.Meaning, text string) string {
	if m == reconcile.HolderEmail {
		return reconcile.NormalizeEmail(text)
	}
	return text
}
