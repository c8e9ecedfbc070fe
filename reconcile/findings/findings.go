package findings

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"keyroster/reconcile"
)

// Rule is one thing to look for. ID is a stable word for scripts: words are added, never
// renamed.
type Rule struct {
	ID, Title string
	// Meaning is one sentence on what the rule finds.
	Meaning string
}

// The rules, in the order of findings.
const (
	DuplicateValue = "duplicate_value"
	SharedPIN      = "shared_pin"
	OtherSpelling  = "other_spelling"
	WeakPIN        = "weak_pin"
	SeveralOfType  = "several_of_type"
	DisabledHolder = "disabled_holder"
	UnknownHolder  = "unknown_holder"
	Expired        = "expired"
	NeverExpires   = "never_expires"
)

// Rules are all rules with their meanings, in the order of findings.
var Rules = []Rule{
	{DuplicateValue, "Same value twice", "two or more credentials have the same card number or PIN"},
	{SharedPIN, "PIN shared by many", fmt.Sprintf("%d or more credentials have the same PIN", ManyShare)},
	{
		OtherSpelling,
		"Same card in another spelling",
		"card numbers that differ only in leading zeros, case, spaces or separators, so a reader may treat them as one",
	},
	{
		WeakPIN,
		"Weak PIN",
		"the digits are a sequence, repeat, or are a year (19xx or 20xx); which one is not shown, because that would " +
			"reveal half of the PIN",
	},
	{SeveralOfType, "Several of one type", "a holder has more than one credential of a type"},
	{DisabledHolder, "Holder is disabled", "the provider has disabled the holder, who still has a credential"},
	{
		UnknownHolder,
		"Holder is unknown",
		"the provider lists no person with the id of the credential's holder, or gives no holder",
	},
	{Expired, "Expired", "the credential's end has passed"},
	{NeverExpires, "Never expires", "the credential has no end"},
}

// ManyShare is how many credentials on one PIN count as shared by many; fewer are reported
// as the same value twice.
const ManyShare = 5

// Finding is one thing that a person should look at. It holds no value.
type Finding struct {
	// Rule is the id of a [Rule].
	Rule string `json:"rule"`
	// Sentence says what was found, in words.
	Sentence string `json:"sentence"`
	// Credentials are the ids of all records concerned, in the order of the records;
	// Holders the ids of their holders, each once.
	Credentials []string `json:"credential_ids"`
	Holders     []string `json:"holder_ids"`
	// Values are the masks of the values concerned, each once.
	Values []string `json:"values"`
}

// Options say what is known besides the records.
type Options struct {
	// Now is compared with the ends of credentials.
	Now time.Time
	// Holders are all holders of the account by id; nil if they were not read, and then
	// none is called unknown or disabled.
	Holders *reconcile.Holders
	// PINTypes has the types whose values are PINs. nil: types are recognised by their
	// words (see [IsPINType]).
	PINTypes map[string]bool
	// Mask says what may be shown of the values concerned.
	Mask reconcile.Masker
}

// Find looks through records and returns what it found, by rule and then in the order of
// the records. Rules that cannot apply to the provider's records (about an end that they do
// not have) find nothing.
func Find(records *reconcile.Set, o Options) []Finding {
	s := &search{records: records, schema: records.Schema(), options: o}
	s.locate()
	if s.value >= 0 {
		s.sharedValues()
		s.otherSpellings()
		s.weakPINs()
	}
	if s.holder >= 0 {
		s.severalOfType()
		s.holders()
	}
	s.ends()
	order := map[string]int{}
	for i, r := range Rules {
		order[r.ID] = i
	}
	slices.SortStableFunc(s.found, func(a, b sighting) int {
		return cmp.Or(cmp.Compare(order[a.finding.Rule], order[b.finding.Rule]), cmp.Compare(a.first, b.first))
	})
	out := make([]Finding, len(s.found))
	for i := range s.found {
		out[i] = s.found[i].finding
	}
	return out
}

// sighting is a finding with the number of its first record.
type sighting struct {
	first   int
	finding Finding
}

type search struct {
	records *reconcile.Set
	schema  *reconcile.Schema
	options Options
	found   []sighting
	// Columns by number, -1 if the schema has none. system is the scope of values: a value
	// means nothing to another access system.
	value, holder, name, kind, label, system, end int
}

func (s *search) locate() {
	s.value, s.holder, s.name = s.schema.Value(), s.schema.At(reconcile.HolderID), s.schema.At(reconcile.HolderName)
	s.kind, s.label = s.schema.At(reconcile.TypeID), s.schema.At(reconcile.TypeName)
	s.system, s.end = s.schema.At(reconcile.System), s.schema.At(reconcile.EndsAt)
}

func (s *search) text(n, col int) string {
	if col < 0 {
		return ""
	}
	return s.records.Record(n).Cell(col).Text()
}

// add records a finding about some records, which are in order.
func (s *search) add(rule string, about []int, sentence string) {
	f := Finding{Rule: rule, Sentence: sentence, Holders: []string{}, Values: []string{}}
	holders, values := map[string]bool{"": true}, map[string]bool{"": true}
	for _, n := range about {
		f.Credentials = append(f.Credentials, strings.Clone(s.records.Record(n).ID()))
		f.Holders = appendNew(f.Holders, holders, s.text(n, s.holder))
		if s.value >= 0 {
			f.Values = appendNew(f.Values, values, s.options.Mask.Value(s.records.Record(n), s.value))
		}
	}
	s.found = append(s.found, sighting{about[0], f})
}

// appendNew adds a text unless it was seen before.
func appendNew(list []string, seen map[string]bool, text string) []string {
	if seen[text] {
		return list
	}
	text = strings.Clone(text)
	seen[text] = true
	return append(list, text)
}

// who names a record's holder in a sentence.
func (s *search) who(n int) string {
	id, name := s.text(n, s.holder), s.text(n, s.name)
	if name == "" && s.options.Holders != nil {
		name = s.options.Holders.Of(id).Name
	}
	switch {
	case id == "":
		return "nobody"
	case name == "":
		return s.schema.Holder + " " + id
	}
	return name + " (" + id + ")"
}

// what names a record's type in a sentence.
func (s *search) what(n int) string {
	kind, label := s.text(n, s.kind), s.text(n, s.label)
	switch {
	case label != "":
		return fmt.Sprintf("%q", label)
	case kind != "":
		return kind
	}
	return "no type"
}

// people names the holders of some records, the first few by name.
func (s *search) people(about []int) string {
	const most = 3
	var names []string
	seen := map[string]bool{}
	for _, n := range about {
		names = appendNew(names, seen, s.who(n))
	}
	if more := len(names) - most; more > 0 {
		names = append(names[:most:most], fmt.Sprintf("%d more", more))
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " and " + names[last]
	}
	return names[0]
}

// Applies reports whether a rule can find anything in records of a schema: one about ends
// cannot if credentials have none, nor one about holders if these were not read.
func Applies(rule string, schema *reconcile.Schema, o Options) bool {
	holder := schema.At(reconcile.HolderID) >= 0
	switch rule {
	case DuplicateValue, SharedPIN, OtherSpelling, WeakPIN:
		return schema.Value() >= 0
	case SeveralOfType:
		return holder
	case DisabledHolder, UnknownHolder:
		return holder && o.Holders != nil
	}
	end := schema.At(reconcile.EndsAt)
	return end >= 0 && schema.Columns[end].Role == reconcile.RoleManaged
}
