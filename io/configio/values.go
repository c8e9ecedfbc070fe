package configio

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"keyroster/io/csvio"
)

var errRate = errors.New("a rate is N/s, N/m or none, such as 5/s")

// ParseRate reads a rate as configurations spell it: a whole number above 0
// and /s or /m, or none, which is 0 requests.
func ParseRate(text string) (requests int, per time.Duration, err error) {
	if text == "none" {
		return 0, 0, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	per = map[string]time.Duration{"s": time.Second, "m": time.Minute}[unit]
	n, err := strconv.ParseUint(number, 10, 31)
	if err != nil || n == 0 || per == 0 {
		return 0, 0, errRate
	}
	return int(n), per, nil
}

func (r *reader) rate(into *string, v ast.Node, what string) {
	text, ok := r.text(v, what)
	if !ok {
		return
	}
	if _, _, err := ParseRate(text); err != nil {
		r.fail(v, what+" cannot be "+shown(text), err.Error())
		return
	}
	*into = text
}

func (r *reader) baseURL(a *Account, v ast.Node) {
	text, ok := r.text(v, "`base_url`")
	if ok && text != "sandbox" {
		text, ok = r.url(v, "`base_url`", text)
	}
	if ok {
		a.baseURL = text
	}
}

// url checks an address that a login is sent to: https, or plain http to this
// machine. It is never shown, since it may hold a password.
func (r *reader) url(v ast.Node, what, text string) (string, bool) {
	if wrong, hint := urlFault(text); wrong != "" {
		r.fail(v, what+" "+wrong, hint)
		return "", false
	}
	return strings.TrimRight(text, "/"), true
}

// urlFault is what is wrong with an address, and what to do; empty for one that can be used.
func urlFault(text string) (wrong, hint string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "must be a URL such as https://api.example.com", ""
	case u.User != nil:
		return "must not hold a user name or password", "put logins under `auth:`"
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "must not hold a query or fragment", ""
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return "must use https", "plain http is only for this machine: localhost, 127.0.0.1 or [::1]"
	}
	return "", ""
}

// CheckBaseURL reports what is wrong with the URL of an API, which a configuration has as base_url.
func CheckBaseURL(text string) error {
	if wrong, _ := urlFault(text); wrong != "" && text != "sandbox" {
		return errors.New("URL " + wrong)
	}
	return nil
}

// expect reads which tenant the account must be: one member, named in the
// provider's own word. Another word may mean another id, which nothing would check.
func (r *reader) expect(a *Account, v ast.Node) {
	entries, ok := r.mapping(v, "`expect`")
	if !ok || a.provider == nil {
		return // the word is the provider's, and its absence is reported
	}
	word := a.provider.TenantKey
	example := "expect: {" + word + ": …}"
	if len(entries) == 0 {
		r.fail(v, "`expect` is empty", "for example "+example)
	}
	for _, e := range entries {
		if e.key == word {
			a.Expect, _ = r.text(e.value, "`expect."+word+"`")
			continue
		}
		r.unknown(e, []string{word}, a.Provider+" has "+word+"s: "+example)
	}
}

// loopback reports whether host is this machine by its spelling alone; a name
// that merely resolves to it today is not.
func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback() && !addr.Is4In6() && addr.Zone() == ""
}

// location reads a time zone. "Local" is refused: a plan must not depend on
// the machine that makes it.
func (r *reader) location(a *Account, v ast.Node) {
	name, ok := r.text(v, "`time_zone`")
	if !ok {
		return
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		r.fail(
			v, fmt.Sprintf("unknown time zone %s", shown(name)),
			"write a time zone name such as Europe/London or UTC",
		)
		return
	}
	a.TimeZone = zone
}

func (r *reader) encoding(a *Account, v ast.Node) {
	name, ok := r.text(v, "`encoding`")
	if !ok {
		return
	}
	if a.Encoding, ok = csvio.LookupEncoding(name); ok {
		return
	}
	remedy := "write a name such as windows-1250"
	if near := Nearest(name, csvio.EncodingNames); near != "" {
		remedy = "did you mean " + near + "?"
	}
	r.fail(v, "unknown encoding "+shown(name), remedy)
}
