package reconcile

// Holder is a person as a provider knows them, for exports and for matching people across
// accounts. Empty texts are unknown or not set.
type Holder struct {
	// ID is the provider's id; Ref is the customer's own (DoorFlow: system_id).
	ID, Name, Email, Ref string
	// First and Last are the parts of the name if the provider stores them separately, else
	// empty.
	First, Last string
	// Identity is the person behind several holders, if the provider knows that they are
	// the same (Seam: the user identity behind users of several access systems), else
	// empty.
	Identity string
	// System is the part of the account that the holder belongs to (Seam: the access
	// system); empty if an account has no parts.
	System string
	// Disabled: the provider lets the person through no door, whatever credentials they
	// hold.
	Disabled bool
}
