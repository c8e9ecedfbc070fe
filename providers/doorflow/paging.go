package doorflow

import (
	"net/http"
	"strconv"
)

// paging is what an answer says about the list it is a page of. Both families
// of headers are in use: Total and Per-Page by the current reference,
// X-Total-Results, X-Per-Page and X-Page by an older one. -1 is not said.
type paging struct {
	total, perPage, page int
}

func readPaging(h http.Header) paging {
	return paging{
		total:   firstNumber(h, "Total", "X-Total-Results"),
		perPage: firstNumber(h, "Per-Page", "X-Per-Page"),
		page:    firstNumber(h, "Page", "X-Page"),
	}
}

func firstNumber(h http.Header, names ...string) int {
	for _, name := range names {
		if n, err := strconv.Atoi(h.Get(name)); err == nil && n >= 0 {
			return n
		}
	}
	return -1
}

// size is the effective size of a page: what the server says it is, else what
// was asked for.
func (p paging) size(asked int) int {
	if p.perPage > 0 {
		return p.perPage
	}
	return asked
}
