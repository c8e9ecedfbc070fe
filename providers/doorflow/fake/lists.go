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

// span is the part of a listing that one answer holds.
type span struct {
	total, from, to int
	page, perPage   int
	unpaged         bool
}

// span reads page, per_page and skip_pagination. What is no number, or less
// than 1, is as good as absent; a page beyond the end is empty.
func (s *Server) span(query url.Values, total, size, largest int) span {
	p := span{total: total, page: 1, perPage: size}
	if n, err := strconv.Atoi(query.Get("per_page")); err == nil && n > 0 {
		p.perPage = n
	}
	p.perPage = min(p.perPage, largest)
	if n, err := strconv.Atoi(query.Get("page")); err == nil && n > 0 && !s.settings.ignorePage {
		p.page = n
	}
	skip, err := strconv.ParseBool(query.Get("skip_pagination"))
	if err == nil && skip && !s.settings.ignoreSkip {
		p.unpaged, p.to = true, total
		return p
	}
	// Compared before multiplying: page may be as large as an int.
	if p.page-1 > total/p.perPage {
		p.from = total
	} else {
		p.from = min((p.page-1)*p.perPage, total)
	}
	p.to = min(p.from+p.perPage, total)
	return p
}

// declare sets the paging headers: Total and Per-Page as in the published
// contract, or the X- family of older articles. Per-Page is left out of an
// answer that is not paged.
func (s *Server) declare(header http.Header, p span) {
	total := strconv.Itoa(p.total + s.settings.totalOffset)
	switch s.settings.headers {
	case "none":
	case "x":
		header.Set("X-Total-Results", total)
		if !p.unpaged {
			header.Set("X-Per-Page", strconv.Itoa(p.perPage))
			header.Set("X-Page", strconv.Itoa(p.page))
		}
	default:
		if !p.unpaged {
			header.Set("Total", total)
			header.Set("Per-Page", strconv.Itoa(p.perPage))
		} else if s.settings.headers == "total" {
			header.Set("Total", total)
		}
	}
}

// The page sizes of DoorFlow API v3. The largest page of credentials is not
// published: the one of channels is taken.
const (
	pageSize          = 500
	peoplePageSize    = 50
	peopleLargestPage = 100
)

func (s *Server) listCredentials(w http.ResponseWriter, r *http.Request) {
	list(s, w, r, pageSize, s.settings.maxPerPage, (*credential).append,
		func(a *account) ([]*credential, bool) { return a.credentials, true })
}

func (s *Server) listPersonCredentials(w http.ResponseWriter, r *http.Request) {
	id := pathInt(r, "person")
	list(s, w, r, pageSize, s.settings.maxPerPage, (*credential).append,
		func(a *account) ([]*credential, bool) {
			p := a.personByID[id]
			if p == nil {
				return nil, true // as documented: a person without credentials, or none
			}
			return p.creds, true
		})
}

func (s *Server) listTypes(w http.ResponseWriter, r *http.Request) {
	list(s, w, r, pageSize, s.settings.maxPerPage,
		func(t *credentialType, dst []byte, _ bool) []byte { return append(dst, t.raw...) },
		func(a *account) ([]*credentialType, bool) { return a.types, true })
}

// listPeople filters by parts of email and system_id, without regard to case.
// For system_id the contract does not say whether it is exact; a part is the
// harder reading for a client.
func (s *Server) listPeople(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	email, systemID := strings.ToLower(query.Get("email")), strings.ToLower(query.Get("system_id"))
	if s.stumbles(w, email, systemID) {
		return
	}
	since, ok := s.since(query)
	if !ok {
		failure(w, http.StatusBadRequest, "bad_request", "since is not a time in ISO 8601")
		return
	}
	list(s, w, r, peoplePageSize, peopleLargestPage, (*person).append,
		func(a *account) ([]*person, bool) {
			if email == "" && systemID == "" && since.IsZero() {
				return a.people, true
			}
			var some []*person
			for _, p := range a.people {
				if strings.Contains(p.email, email) && strings.Contains(p.systemID, systemID) && !p.updated.Before(since) {
					some = append(some, p)
				}
			}
			return some, true
		})
}

// stumbles reports whether the server trips over a look-up, and answers then.
func (s *Server) stumbles(w http.ResponseWriter, texts ...string) bool {
	return s.settings.stumble.Trips(w, func(status int) { failure(w, status, "bad_request", "The request could not be understood") }, texts...)
}

// since reads since_utc, or since in the account's own time: who was changed
// from then on.
func (s *Server) since(query url.Values) (time.Time, bool) {
	text, zone := query.Get("since_utc"), time.UTC
	if text == "" {
		text = query.Get("since")
		if own, err := time.LoadLocation(s.settings.timeZone); err == nil {
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

func (s *Server) getPerson(w http.ResponseWriter, r *http.Request) {
	if s.stumbles(w, r.PathValue("person")) {
		return
	}
	s.show(w, func(a *account) []byte {
		if p := a.personByID[pathInt(r, "person")]; p != nil {
			return p.append(nil, s.settings.maskPINs)
		}
		return nil
	})
}

// show answers with the object that find finds, or 404 when it is nil.
func (s *Server) show(w http.ResponseWriter, find func(a *account) []byte) {
	var object []byte
	s.state.Serve(func(a *account) { object = find(a) })
	if object == nil {
		notFound(w)
		return
	}
	raw(w, http.StatusOK, object)
}

// list answers with a page of the rows, or 404 when there is no such list. The
// page is encoded under the lock and sent without it: a client that reads
// slowly holds nobody up.
func list[T any](s *Server, w http.ResponseWriter, r *http.Request, size, largest int,
	encode func(row T, dst []byte, mask bool) []byte, of func(a *account) (all []T, found bool),
) {
	query := r.URL.Query()
	body := pages.Get().(*[]byte)
	defer pages.Put(body)
	var p span
	var found bool
	s.state.Serve(func(a *account) {
		var all []T
		all, found = of(a)
		p = s.span(query, len(all), size, largest)
		rows := sandbox.Damage(r.Context(), all[p.from:p.to])
		*body = sandbox.AppendList((*body)[:0], rows, func(dst []byte, row T) []byte { return encode(row, dst, s.settings.maskPINs) })
	})
	if !found {
		notFound(w)
		return
	}
	s.declare(w.Header(), p)
	raw(w, http.StatusOK, *body)
}

// pages holds buffers for pages, which are large and many.
var pages = sync.Pool{New: func() any { return new([]byte) }}

// pathInt is a number in the path, or 0, which is nobody's id.
func pathInt(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
