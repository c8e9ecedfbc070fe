package tableio

import (
	"strings"

	"keyroster/reconcile"
)

// synonyms are words by which people head columns, folded, by the column that
// they most likely mean. They are suggested and never taken: a card number may
// be the one printed on the card, and not the one that its reader sends.
var synonyms = map[string]string{
	"value": "badge badgeno badgenumber badgeid card cardno cardnumber cardid fob fobno fobnumber tag tagno tagnumber token tokennumber " +
		"pin pincode code number credentialvalue credentialnumber ausweisnummer kartennummer numerodebadge numerodecarte",
	"holder_email": "mail emailaddress mailaddress useremail personemail workemail login upn userprincipalname",
	"holder_ref":   "ref reference employee employeeid employeeno employeenumber staffid staffno staffnumber personnelno personnelnumber payrollno payrollnumber personalnummer matricule",
	"holder_id":    "person user userid holder",
	"type":         "kind credentialtype credentialkind badgetype cardtype",
	"ends_at":      "end enddate expiry expirydate expires expiresat validuntil validto gueltigbis",
	"starts_at":    "start startdate validfrom gueltigab",
}

// synonym is the column that a folded header most likely means by another word,
// or by the last word of the column's name, as Email does; empty when there is
// none, or more than one.
func (b *binder) synonym(key string) string {
	found := ""
	for i := range b.schema.Columns {
		c := &b.schema.Columns[i]
		if c.Role == reconcile.RoleInfo || !heads(key, c.Name) {
			continue
		}
		if found != "" {
			return ""
		}
		found = c.Name
	}
	return found
}

// heads reports whether people head a column so.
func heads(key, column string) bool {
	for word := range strings.FieldsSeq(synonyms[column]) {
		if key == word {
			return true
		}
	}
	last := column[strings.LastIndexAny(column, "_.")+1:]
	return last != column && len(last) > len("name") && key == fold(last)
}
