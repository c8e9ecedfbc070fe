package rosterio

import (
	"slices"
	"strings"

	"keyroster/reconcile"
)

// synonyms are words by which people head columns, folded, by the column that
// they most likely mean. They are suggested and never taken: a card number may
// be the one printed on the card, and not the one that its reader sends.
var synonyms = map[reconcile.Meaning]string{
	ownValue: "badge badgeno badgenumber badgeid card cardno cardnumber cardid fob fobno fobnumber tag tagno tagnumber token tokennumber " +
		"pin pincode code number credentialvalue credentialnumber ausweisnummer kartennummer numerodebadge numerodecarte",
	reconcile.HolderEmail: "mail emailaddress mailaddress useremail personemail workemail login upn userprincipalname",
	reconcile.HolderRef:   "ref reference employee employeeid employeeno employeenumber staffid staffno staffnumber personnelno personnelnumber payrollno payrollnumber personalnummer matricule",
	reconcile.HolderID:    "person user userid holder",
	reconcile.TypeID:      "kind credentialtype credentialkind badgetype cardtype",
	reconcile.EndsAt:      "end enddate expiry expirydate expires expiresat validuntil validto gueltigbis",
	reconcile.StartsAt:    "start startdate validfrom gueltigab",
}

// ownValue stands for the credential's own value, which a schema knows by itself.
const ownValue = reconcile.NoMeaning

// synonym is the column that a folded header most likely means by another word,
// or by the last word of the column's name, as Email does; empty when there is
// none, or more than one.
func (b *binder) synonym(key string) string {
	found := ""
	for i := range b.schema.Columns {
		c := &b.schema.Columns[i]
		if c.Role == reconcile.RoleInfo || !b.heads(key, i) {
			continue
		}
		if found != "" {
			return ""
		}
		found = c.Name
	}
	return found
}

// endless reports whether a folded header is of a date that a credential has elsewhere,
// and with this provider its holder alone.
func (b *binder) endless(key string) bool {
	for means, name := range map[reconcile.Meaning]string{reconcile.StartsAt: "startsat", reconcile.EndsAt: "endsat"} {
		if b.schema.Holder != "" && b.schema.At(means) < 0 &&
			(key == name || slices.Contains(strings.Fields(synonyms[means]), key)) {
			return true
		}
	}
	return false
}

// heads reports whether people head a column so.
func (b *binder) heads(key string, col int) bool {
	c := &b.schema.Columns[col]
	if words := synonyms[c.Means]; c.Means != ownValue || col == b.schema.Value() {
		if slices.Contains(strings.Fields(words), key) {
			return true
		}
	}
	last := c.Name[strings.LastIndexAny(c.Name, "_.")+1:]
	return last != c.Name && len(last) > len("name") && key == fold(last)
}
