package reconcile

import "strings"

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

// String returns the kind's name in plans and reports.
func (k Kind) String() string { return kindNames[k] }

// Ability is what a provider can do with a column. The zero value is nothing.
type Ability uint8

const (
	// CanCreate: the value can be set when a record is created.
	CanCreate Ability = 1 << iota
	// CanUpdate: the value can be changed in place.
	CanUpdate
	// CanClear: the value can be removed in place.
	CanClear
	// CanMove: a record can get another value of this match column.
	CanMove
	// ReadApart: a listing does not hold the value, which takes a call for each record. It
	// is unset in records for which that was not made.
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
	// Pairs: part of the key that pairs rows with records once the row is resolved
	// (DoorFlow: holder_id and type). A managed column that pairs (PingOne: title) finds
	// the record if the row has no id; with an id it is a value like any other.
	Pairs bool
	// Means says what the column holds, for code outside of the provider.
	Means Meaning
	// Version: differs whenever anything in the record did (a version number, a time of
	// change); it shows that a record moved.
	Version bool
	// Local: the value belongs to the account itself, such as its owner's name, and means
	// nothing in another account.
	Local bool
	// Field is the index of the struct field that holds the column in a row.
	Field int
	// Help says in one sentence what belongs in a cell, for people who fill in a template.
	Help string
	// Words are all texts that a cell may hold, if they are few and known without an
	// account.
	Words []string
	// Example has the text of each example line of the template, separated by |; a single
	// one is used in all lines, and empty leaves the cells blank.
	Example string
}

// Examples returns the texts of the template's example lines; none leaves the cells blank.
func (c *Column) Examples() []string {
	if c.Example == "" {
		return nil
	}
	return strings.Split(c.Example, "|")
}

// ExampleLines returns how many example lines a template has.
func (s *Schema) ExampleLines() int {
	lines := 0
	for i := range s.Columns {
		lines = max(lines, len(s.Columns[i].Examples()))
	}
	return lines
}

// Secret reports whether the column's values must be masked.
func (c *Column) Secret() bool { return c.Kind == KindSecret }

// AllowsSideFile reports whether a roster may keep the column's content in a separate file,
// named in the cell as @path: documents are long, and do not begin with @.
func (c *Column) AllowsSideFile() bool { return c.Kind == KindDocument || c.Kind == KindJSON }

// Unique says that no two records of the account may hold the same value.
type Unique struct {
	// Column is the column that holds the value.
	Column string
}

// Detail is a sheet that holds a column of JSON lists, one entry per row, in their order.
// Its first column identifies the record by its key or by the first column that pairs,
// under that column's header; the others are the members.
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

// Schema is everything the pure code knows about a provider's records. It is built once by
// [NewSchema] and does not change afterwards; it is safe for concurrent use.
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
	// Lane names the column whose value orders writes: two changes of one lane are never in
	// flight together. Empty: no lanes.
	Lane string
	// CardTypes are the types (texts of the column type) whose values are card numbers, if
	// they are the same in every account. All other values are taken for PINs, of which
	// nothing is ever shown: see [Masker]. Accounts with types of their own report them
	// once they are open.
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

// Index returns the number of the column with that canonical name, or -1.
func (s *Schema) Index(name string) int {
	for i := range s.Columns {
		if s.Columns[i].Name == name {
			return i
		}
	}
	return -1
}

// Describe identifies a record by its id and holder, like [Record.Describe]; holder may be
// empty.
func (s *Schema) Describe(id, holder string) string {
	who := strings.TrimSpace(s.Noun + " " + id)
	if holder != "" {
		who += " of " + s.Holder + " " + holder
	}
	return who
}

// Key returns the number of the key column.
func (s *Schema) Key() int { return s.key }

// State returns the number of the state column, or -1.
func (s *Schema) State() int { return s.state }

// Pairs returns the numbers of the columns that pair rows with records.
func (s *Schema) Pairs() []int { return s.pairs }

// Managed returns the set of columns that a roster decides.
func (s *Schema) Managed() Columns { return s.managed }

// Value returns the number of the column that holds the credential's own value, the first
// managed secret, or -1.
func (s *Schema) Value() int { return s.value }
