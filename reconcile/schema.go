package reconcile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Role says what a column is for.
type Role uint8

const (
	// RoleInfo is written by exports and reports, and ignored when read.
	RoleInfo Role = iota
	// RoleKey is the provider's own id of a record.
	RoleKey
	// RoleMatch finds the record of a row that has no id.
	RoleMatch
	// RoleManaged is a value that the roster decides.
	RoleManaged
	// RoleState says whether the record should exist.
	RoleState
)

// Kind says how a column's text is compared and shown.
type Kind uint8

const (
	// KindText is compared exactly.
	KindText Kind = iota
	// KindSecret is compared exactly and shown masked.
	KindSecret
	// KindTime is an instant; its canonical form is RFC 3339 in UTC.
	KindTime
	// KindJSON is a JSON value; its canonical form has sorted keys.
	KindJSON
	// KindDocument is a long text, shown as a difference.
	KindDocument
	// KindInt, KindBool and KindColor are texts with a canonical spelling.
	KindInt
	KindBool
	KindColor
	// KindEmail is compared without regard to case.
	KindEmail
)

var kindNames = [...]string{"text", "secret", "time", "json", "document", "int", "bool", "color", "email"}

// String is the kind's name in plans and reports.
func (k Kind) String() string { return kindNames[k] }

// Ability is what a provider can do with a column. The zero value is nothing.
type Ability uint8

const (
	// CanCreate: the value can be given when a record is created.
	CanCreate Ability = 1 << iota
	// CanUpdate: the value can be changed in place.
	CanUpdate
	// CanClear: the value can be removed in place.
	CanClear
	// CanMove: a record can be given another value of this match column.
	CanMove
	// ReadApart: a listing does not hold the value, which takes a call for each
	// record. It is unset in records of which it was not read.
	ReadApart
)

// Column is one column of a provider's roster and of its records.
type Column struct {
	// Name is the canonical header; Aliases are other accepted spellings.
	Name    string
	Aliases []string
	Role    Role
	Kind    Kind
	Can     Ability
	// Pairs: part of the key that pairs rows with records once the row is
	// resolved (DoorFlow: holder_id and type). A managed column that pairs
	// (PingOne: title) finds the record of a row without an id; beside an id
	// it is a value like any other.
	Pairs bool
	// Means says what the column holds, where code outside of the provider must
	// know.
	Means Meaning
	// Version: differs whenever anything in the record did (a version number,
	// a time of change), so that a record which moved is told by it.
	Version bool
	// Local: the value belongs to the account itself, as a name of its owner,
	// and means nothing in another.
	Local bool
	// Field is the index of the struct field that holds the column in a row.
	Field int
	// Help says in one sentence what belongs into a cell, for people who fill
	// in a template.
	Help string
	// Words are all texts that a cell may hold, where they are few and known
	// without an account.
	Words []string
	// Example is the text of the template's example line; empty leaves the
	// cell blank there.
	Example string
}

// Secret reports whether the column's values must be masked.
func (c *Column) Secret() bool { return c.Kind == KindSecret }

// Sided reports whether a roster may keep the column's content in a file beside
// it, named in the cell as @path: no short text is, and these begin with no @.
func (c *Column) Sided() bool { return c.Kind == KindDocument || c.Kind == KindJSON }

// Columns is a set of columns of one schema, by number.
type Columns uint64

// With returns the set with column n added.
func (c Columns) With(n int) Columns { return c | 1<<n }

// Has reports whether column n is in the set.
func (c Columns) Has(n int) bool { return c>>n&1 == 1 }

// Unique says that no two records of the account may hold the same value.
type Unique struct {
	// Column is the column that holds the value.
	Column string
}

// Detail is a sheet that holds a column of JSON lists, one entry a row, in their
// order. Its first column names the record by its key or by the first column
// that pairs, under the header of that column; the others are the members.
type Detail struct {
	// Column is the column, Sheet the name of the sheet.
	Column, Sheet string
	Members       []DetailMember
}

// DetailMember is a column of a detail sheet and the member that it becomes.
type DetailMember struct {
	Header, Member string
	// Truth: the member is true or false, else a text.
	Truth bool
}

// Schema is everything the pure code knows about a provider's records.
// It is built once by [NewSchema] and not changed afterwards; it is safe for
// concurrent use.
type Schema struct {
	// Provider is the provider's name; Noun is one record in a sentence
	// ("credential", "credential type"); Holder is its holder ("person").
	Provider, Noun, Holder string
	// Columns in the order of the row struct; at most 64.
	Columns []Column
	// Unique lists the uniqueness rules of the provider.
	Unique []Unique
	// OneEach: at most one record for each pairing key (DoorFlow: one
	// credential of a type for a person).
	OneEach bool
	// Lane names the column whose value orders writes: two changes of one
	// lane are never in flight together. Empty: no lanes.
	Lane string
	// CardTypes are the types (texts of the column type) whose values are card
	// numbers, where they are the same in every account. All other values are
	// taken for PINs, of which nothing is ever shown: see [Masker]. Accounts
	// that have types of their own tell them once they are open.
	CardTypes []string
	// Details are the columns that a workbook may hold as a sheet of their own.
	Details []Detail
	// KeepUnlisted says why pruning never deletes a record of this provider.
	// Empty: it may.
	KeepUnlisted string

	key, state, value int
	pairs             []int
	managed           Columns
	// at has the number of the column with each meaning, plus one.
	at [meanings]int
}

// NewSchema derives a schema from a row struct: every exported field needs a
// csv tag (name, then aliases) and may have a roster tag, a list of
//
//	key | match | managed | info | state
//	secret | time | json | document | int | bool | color | email
//	create | update | clear | move | apart | pairs | version | local
//	holder | holder-name | holder-email | holder-ref | type | type-name | title | system | status
//	start | end | entrances | issued | fingerprint | display-name
//
// of which the last two lines say a [Meaning], and the tags help, words (separated
// by commas) and example, which fill the members of those names for templates.
//
// Fields must be strings or [Secret]s. It panics on a malformed struct, since
// that is a mistake in the program.
func NewSchema(provider string, row any) *Schema {
	s := &Schema{Provider: provider, Noun: "credential", Holder: "holder", key: -1, state: -1, value: -1}
	t := reflect.TypeOf(row)
	for i := range t.NumField() {
		s.addField(t.Field(i), i)
	}
	if s.key < 0 {
		panic(fmt.Sprintf("schema of %s has no key column", provider))
	}
	if len(s.Columns) > 64 {
		panic(fmt.Sprintf("schema of %s has more than 64 columns", provider))
	}
	return s
}

func (s *Schema) addField(f reflect.StructField, index int) {
	names := strings.Split(f.Tag.Get("csv"), ",")
	if names[0] == "" || names[0] == "-" {
		panic(fmt.Sprintf("field %s of %s has no csv tag", f.Name, s.Provider))
	}
	col := Column{
		Name:    names[0],
		Aliases: names[1:],
		Field:   index,
		Help:    f.Tag.Get("help"),
		Example: f.Tag.Get("example"),
	}
	if words := f.Tag.Get("words"); words != "" {
		col.Words = strings.Split(words, ",")
	}
	for _, word := range strings.Split(f.Tag.Get("roster"), ",") {
		if !col.setWord(strings.TrimSpace(word)) {
			panic(fmt.Sprintf("field %s of %s: unknown word %q in its roster tag", f.Name, s.Provider, word))
		}
	}
	if (f.Type == reflect.TypeFor[Secret]()) != col.Secret() || !col.Secret() && f.Type.Kind() != reflect.String {
		panic(fmt.Sprintf("field %s of %s: secrets are Secrets, all else is a string", f.Name, s.Provider))
	}
	if s.NameOf(col.Means) != "" {
		panic(fmt.Sprintf("schema of %s has two columns that are the %s", s.Provider, meaningWords[col.Means]))
	}
	s.Columns = append(s.Columns, col)
	s.index(len(s.Columns) - 1)
}

// index remembers what column n is for.
func (s *Schema) index(n int) {
	col := &s.Columns[n]
	switch col.Role {
	case RoleKey:
		s.key = n
	case RoleState:
		s.state = n
	case RoleManaged:
		s.managed = s.managed.With(n)
		if col.Secret() && s.value < 0 {
			s.value = n
		}
	}
	if col.Pairs {
		s.pairs = append(s.pairs, n)
	}
	if col.Means != NoMeaning && s.at[col.Means] == 0 {
		s.at[col.Means] = n + 1
	}
}

func (c *Column) setWord(word string) bool {
	roles := map[string]Role{
		"":        c.Role,
		"info":    RoleInfo,
		"key":     RoleKey,
		"match":   RoleMatch,
		"managed": RoleManaged,
		"state":   RoleState,
	}
	abilities := map[string]Ability{
		"create": CanCreate,
		"update": CanUpdate,
		"clear":  CanClear,
		"move":   CanMove,
		"apart":  ReadApart,
	}
	if role, ok := roles[word]; ok {
		c.Role = role
		return true
	}
	if can, ok := abilities[word]; ok {
		c.Can |= can
		return true
	}
	switch word {
	case "pairs":
		c.Pairs = true
		return true
	case "version":
		c.Version = true
		return true
	case "local":
		c.Local = true
		return true
	}
	if k := slices.Index(kindNames[:], word); k >= 0 {
		c.Kind = Kind(k)
		return true
	}
	m := slices.Index(meaningWords[:], word)
	c.Means = Meaning(max(m, 0))
	return m > 0
}

// Index is the number of the column with that canonical name, or -1.
func (s *Schema) Index(name string) int {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Whose names the record of an id and its holder as [Record.Whose] does; holder
// may be empty.
func (s *Schema) Whose(id, holder string) string {
	who := s.Noun + " " + id
	if holder != "" {
		who += " of " + s.Holder + " " + holder
	}
	return who
}

// Key is the number of the key column.
func (s *Schema) Key() int { return s.key }

// State is the number of the state column, or -1.
func (s *Schema) State() int { return s.state }

// Pairs are the numbers of the columns that pair rows with records.
func (s *Schema) Pairs() []int { return s.pairs }

// Managed is the set of columns that a roster decides.
func (s *Schema) Managed() Columns { return s.managed }

// Value is the number of the column that holds the credential's own value, the
// first managed secret, or -1.
func (s *Schema) Value() int { return s.value }
