package reconcile

// Meaning says what a column holds that code outside of its provider must know,
// whatever the provider calls it. A row struct says it by a word in its roster tag;
// a schema has at most one column of each.
type Meaning uint8

const (
	// NoMeaning is a column that only its provider knows more of.
	NoMeaning Meaning = iota
	// HolderID is whose a record is: the provider's id of the holder.
	HolderID
	// HolderName is the holder's name, as exports and reports show it.
	HolderName
	// HolderEmail and HolderRef find the holder of a row that has no id: by the
	// address, or by the customer's own number.
	HolderEmail
	HolderRef
	// TypeID is the type of a credential, as records hold it.
	TypeID
	// TypeName is what a person calls the type.
	TypeName
	// Title is the name of a record that is itself a type.
	Title
	// System is the part of the account that a record belongs to.
	System
	// Status is the provider's word on how a record stands.
	Status
	// StartsAt and EndsAt bound when a credential is good.
	StartsAt
	EndsAt
	// Entrances are the doors that a credential opens.
	Entrances
	// Issued counts the cards that were issued of a record.
	Issued
	// Fingerprint tells equal values without showing them.
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

// OfHolder reports whether the column tells whose a record is.
func (m Meaning) OfHolder() bool { return m >= HolderID && m <= HolderRef }

// At is the number of the column with a meaning, or -1.
func (s *Schema) At(m Meaning) int { return s.at[m] - 1 }

// NameOf is the name of the column with a meaning, empty where there is none.
func (s *Schema) NameOf(m Meaning) string {
	if n := s.At(m); n >= 0 {
		return s.Columns[n].Name
	}
	return ""
}

// Of is the text of the column with a meaning, as [Record.Text] is that of a name.
func (r Record) Of(m Meaning) string {
	if r.set == nil || r.set.schema.at[m] == 0 {
		return ""
	}
	return r.Cell(r.set.schema.at[m] - 1).Text()
}
