package reconcile

// Holder is a person as a provider knows them, for exports and for matching
// people across accounts. Empty texts are not known, or not set.
type Holder struct {
	// ID is the provider's id; Ref is the customer's own (DoorFlow: system_id).
	ID, Name, Email, Ref string
	// First and Last are the parts of the name where the provider stores them
	// apart; both are empty where it does not.
	First, Last string
	// Identity is the person behind several holders, where the provider knows
	// that they are one (Seam: the user identity behind users of several
	// access systems); empty where it does not.
	Identity string
	// System is the part of the account that the holder belongs to (Seam: the
	// access system); empty where an account has no parts.
	System string
	// Disabled: the provider lets the person through no door, whatever they
	// hold.
	Disabled bool
}
