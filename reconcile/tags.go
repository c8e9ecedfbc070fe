package reconcile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// NewSchema derives a schema from a row struct: every exported field needs a
// csv tag (name, then aliases) and may have a roster tag, a list of
//
//	key | match | managed | info | state
//	secret | time | json | document | int | bool | color | email
//	create | update | clear | move | apart | pairs | version | local
//	holder | holder-name | holder-email | holder-ref | type | type-name | title | system | status
//	start | end | entrances | issued | fingerprint | display-name | description
//
// of which the last two lines are a [Meaning], and the tags help, words (separated by
// commas) and example, which fill the members of those names for templates.
//
// A column without a role is info. What can be created, updated or cleared is managed, and
// start and end are instants, of the kind time.
//
// Fields must be strings or [Secret]s. It panics on a malformed struct, since that is a
// mistake in the program.
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
	if col.Role != RoleManaged && col.Can&(CanCreate|CanUpdate|CanClear) != 0 {
		panic(fmt.Sprintf("field %s of %s: what can be created, updated or cleared is managed", f.Name, s.Provider))
	}
	if (col.Means == StartsAt || col.Means == EndsAt) && col.Kind != KindTime {
		panic(fmt.Sprintf("field %s of %s: the %s is an instant, and needs the word time",
			f.Name, s.Provider, meaningWords[col.Means]))
	}
	if s.NameOf(col.Means) != "" {
		panic(fmt.Sprintf("schema of %s has two columns that are the %s", s.Provider, meaningWords[col.Means]))
	}
	s.Columns = append(s.Columns, col)
	s.index(len(s.Columns) - 1)
}

// index records what column n is for.
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
