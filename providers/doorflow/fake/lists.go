package fake

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"keyroster/providers/sandbox"
)

// span is the part of a listing in one answer.
type span struct {
	total, from, to int
	page, perPage   int
	unpaged         bool
}

// span reads page, per_page and skip_pagination. Anything but a number from 1 counts as
// absent; a page beyond the end is empty.
func (a *account) span(query url.Values, total, size, largest int) span {
	p := span{total: total, page: 1, perPage: size}
	if n, err := strconv.Atoi(query.Get("per_page")); err == nil && n > 0 {
		p.perPage = n
	}
	p.perPage = min(p.perPage, largest)
	if n, err := strconv.Atoi(query.Get("page")); err == nil && n > 0 && a.settings.pagination != "ignored-page" {
		p.page = n
	}
	skip, err := strconv.ParseBool(query.Get("skip_pagination"))
	if err == nil && skip && a.settings.pagination != "ignored-skip" {
		p.unpaged, p.to = true, total
		return p
	}
	// Compared before multiplying, which could overflow.
	if p.page-1 > total/p.perPage {
		p.from = total
	} else {
		p.from = min((p.page-1)*p.perPage, total)
	}
	p.to = min(p.from+p.perPage, total)
	return p
}

// pagingHeaders returns the paging headers: Total and Per-Page as in the published contract, or
// the X- family of older articles. Per-Page is left out of an answer that is not paged.
func (a *account) pagingHeaders(p span) map[string]string {
	total, perPage := strconv.Itoa(p.total+a.settings.totalOffset), strconv.Itoa(p.perPage)
	style := a.settings.headers
	switch {
	case style == "none", style == "paged" && p.unpaged:
		return nil
	case style == "x" && p.unpaged:
		return map[string]string{"X-Total-Results": total}
	case style == "x":
		return map[string]string{"X-Total-Results": total, "X-Per-Page": perPage, "X-Page": strconv.Itoa(p.page)}
	case p.unpaged:
		return map[string]string{"Total": total}
	}
	return map[string]string{"Total": total, "Per-Page": perPage}
}

// The page sizes of DoorFlow API v3. The largest page of credentials is not published: that
// of channels is used.
const (
	pageSize          = 500
	peoplePageSize    = 50
	peopleLargestPage = 100
)

func (a *account) listCredentials(r *http.Request) *sandbox.Answer {
	return list(a, r, pageSize, a.settings.maxPerPage, (*credential).append, a.credentials.All)
}

// listPersonCredentials is empty for a person who has no credentials or does not exist, as
// documented.
func (a *account) listPersonCredentials(r *http.Request) *sandbox.Answer {
	var creds []*credential
	if p := a.people.Find(pathInt(r, "person")); p != nil {
		creds = p.creds
	}
	return list(a, r, pageSize, a.settings.maxPerPage, (*credential).append, creds)
}

func (a *account) listTypes(r *http.Request) *sandbox.Answer {
	encode := func(t *credentialType, dst []byte, _ bool) []byte { return append(dst, t.raw...) }
	return list(a, r, pageSize, a.settings.maxPerPage, encode, a.types.All)
}

// listPeople filters by parts of email and system_id, without regard to case. The contract
// does not say whether system_id matches exactly; matching parts is harder on a client.
func (a *account) listPeople(r *http.Request) *sandbox.Answer {
	query := r.URL.Query()
	email, systemID := strings.ToLower(query.Get("email")), strings.ToLower(query.Get("system_id"))
	if stumbled := a.refuseLookUp(email, systemID); stumbled != nil {
		return stumbled
	}
	since, ok := a.since(query)
	if !ok {
		return failure(http.StatusBadRequest, "bad_request", "since is not a time in ISO 8601")
	}
	some := a.people.All
	if email != "" || systemID != "" || !since.IsZero() {
		some = nil
		for _, p := range a.people.All {
			if strings.Contains(p.email, email) && strings.Contains(p.systemID, systemID) && !p.updated.Before(since) {
				some = append(some, p)
			}
		}
	}
	return list(a, r, peoplePageSize, peopleLargestPage, (*person).append, some)
}

// refuseLookUp returns the error of a look-up that the switch stumble names, else nil.
func (a *account) refuseLookUp(texts ...string) *sandbox.Answer {
	return a.settings.stumble.Refusal(func(status int) *sandbox.Answer {
		return failure(status, "bad_request", "The request could not be understood")
	}, texts...)
}

// since reads since_utc, or since in the account's own time: the time of the earliest
// change to list.
func (a *account) since(query url.Values) (time.Time, bool) {
	text, zone := query.Get("since_utc"), time.UTC
	if text == "" {
		text = query.Get("since")
		if own, err := time.LoadLocation(a.settings.timeZone); err == nil {
			zone = own
		}
	}
	if text == "" {
		return time.Time{}, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func (a *account) getPerson(r *http.Request) *sandbox.Answer {
	if stumbled := a.refuseLookUp(r.PathValue("person")); stumbled != nil {
		return stumbled
	}
	if p := a.people.Find(pathInt(r, "person")); p != nil {
		return raw(http.StatusOK, p.append(nil, a.settings.maskPINs))
	}
	return notFound()
}

// list answers with a page of the rows.
func list[T any](
	a *account, r *http.Request, size, largest int, encode func(row T, dst []byte, mask bool) []byte, all []T,
) *sandbox.Answer {
	body := pages.Get().(*[]byte)
	p := a.span(r.URL.Query(), len(all), size, largest)
	rows := sandbox.Damage(r.Context(), all[p.from:p.to])
	*body = sandbox.AppendList(
		(*body)[:0], rows,
		func(dst []byte, row T) []byte { return encode(row, dst, a.settings.maskPINs) },
	)
	out := raw(http.StatusOK, *body)
	out.Header, out.Sent = a.pagingHeaders(p), func() { pages.Put(body) }
	return out
}

// pages holds buffers for pages, which are large and many.
var pages = sync.Pool{New: func() any { return new([]byte) }}

// pathInt returns a number in the path, or 0, which is no id.
func pathInt(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
