package reconcile

// Meaning says what a column holds, whatever the provider calls it, for code outside of the
// provider. It is a word in the roster tag of a row struct's field; a schema has at most
// one column of each.
type Meaning uint8

const (
	// NoMeaning is a column that only its provider understands.
	NoMeaning Meaning = iota
	// HolderID is the provider's id of a record's holder.
	HolderID
	// HolderName is the holder's name, as exports and reports show it.
	HolderName
	// HolderEmail and HolderRef find the holder of a row that has no id: by the address, or
	// by the customer's own number.
	HolderEmail
	HolderRef
	// TypeID is the type of a credential, as records hold it.
	TypeID
	// TypeName is the type's name for people.
	TypeName
	// Title is the name of a record that is itself a type.
	Title
	// System is the part of the account that a record belongs to.
	System
	// Status is the provider's word for the state of a record.
	Status
	// StartsAt and EndsAt bound the validity of a credential.
	StartsAt
	EndsAt
	// Entrances are the doors that a credential opens.
	Entrances
	// Issued counts the cards that were issued from a record.
	Issued
	// Fingerprint identifies equal values without showing them.
	Fingerprint
	// DisplayName names a record for people.
	DisplayName
	// Description says in words what a record is for.
	Description

	meanings
)

// meaningWords are the words of roster tags.
var meaningWords = [meanings]string{
	HolderID: "holder", HolderName: "holder-name", HolderEmail: "holder-email", HolderRef: "holder-ref",
	TypeID: "type", TypeName: "type-name", Title: "title", System: "system", Status: "status",
	StartsAt: "start", EndsAt: "end", Entrances: "entrances", Issued: "issued",
	Fingerprint: "fingerprint", DisplayName: "display-name", Description: "description",
}

// OfHolder reports whether the column identifies a record's holder.
func (m Meaning) OfHolder() bool { return m >= HolderID && m <= HolderRef }

// At returns the number of the column with a meaning, or -1.
func (s *Schema) At(m Meaning) int { return s.at[m] - 1 }

// NameOf returns the name of the column with a meaning, empty if there is none.
func (s *Schema) NameOf(m Meaning) string {
	if n := s.At(m); n >= 0 {
		return s.Columns[n].Name
	}
	return ""
}

// Of returns the text of the column with a meaning, like [Record.Text] that of a name.
func (r Record) Of(m Meaning) string {
	if r.set == nil || r.set.schema.at[m] == 0 {
		return ""
	}
	return r.Cell(r.set.schema.at[m] - 1).Text()
}
