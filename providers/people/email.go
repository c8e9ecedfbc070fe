package people

import (
	"strings"

	"keyroster/reconcile"
)

// KindEmail is the kind of a finding: holder_email is not one e-mail address.
const KindEmail = "email"

// maxEmail is the length of the longest address that mail can be sent to.
const maxEmail = 254

// CheckEmail checks the address of a row, which may be empty.
func CheckEmail(address string, report func(reconcile.Finding)) {
	found := reconcile.Finding{Column: Email, Kind: KindEmail}
	switch {
	case len(address) > maxEmail:
		found.Message, found.Remedy = "an e-mail address has at most 254 characters", "give the person's address alone"
	case address != "" && !isEmail(address):
		found.Message, found.Remedy = "this is not one e-mail address",
			"give exactly one address, without a name, brackets, mailto: or a full stop at its end"
	default:
		return
	}
	report(found)
}

// isEmail is deliberately loose: it catches cells that hold something else, or several
// addresses, and leaves the rest to the look-up.
func isEmail(text string) bool {
	local, domain, found := strings.Cut(text, "@")
	return found && local != "" && domain != "" && !strings.ContainsAny(text, " \t\r\n,;:<>()\"") &&
		!strings.Contains(domain, "@") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") &&
		!strings.Contains(domain, "..")
}
