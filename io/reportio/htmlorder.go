package reportio

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"keyroster/reconcile"
)

// htmlOrder is the lines sorted by one of the table's columns. Sorting 100,000
// texts would keep a phone busy for seconds, so the page comes with the orders.
type htmlOrder struct {
	name string
	// key is what a line is sorted by; lines with an empty key come last, in their original order.
	key  func(*Line) string
	keys []string
	at   []int32
}

// sortKeyMax is how many bytes of a text count for sorting: nobody sorts by documents of 4 KiB.
const sortKeyMax = 160

func newHTMLOrders() []*htmlOrder {
	return []*htmlOrder{
		{name: "outcome", key: outcomeKey},
		{name: "who", key: func(l *Line) string { return SortKey(l.Who()) }},
		{name: "what", key: func(l *Line) string {
			return SortKey(JoinFilled(" ", cmp.Or(l.TypeName, l.Type), cmp.Or(l.NewCredentialID, l.CredentialID)))
		}},
		{name: "why", key: func(l *Line) string {
			return SortKey(JoinFilled(" ", l.Reason, ChangesText(l.Fields), strings.Join(l.Warnings, " ")))
		}},
	}
}

// outcomeKey puts lines that need a person first, and among those the ones that were
// applied and found different when read back. Lines that are as they should be come last.
func outcomeKey(l *Line) string {
	needs := l.NeedsPerson()
	if l.Outcome == reconcile.Unchanged && !needs {
		return ""
	}
	rank := outcomeRank(l.Outcome)
	switch {
	case !needs:
		rank += 100
	case l.Outcome == reconcile.Applied || l.Outcome == reconcile.Unchanged:
		rank = 1 + urgency(l)
	}
	return string(rune(rank))
}

func (o *htmlOrder) add(at int, l *Line) {
	if key := o.key(l); key != "" {
		o.keys, o.at = append(o.keys, key), append(o.at, int32(at))
	}
}

// sorted are the positions of the lines that have a key, by key; equal keys keep their order.
func (o *htmlOrder) sorted() []int32 {
	order := make([]int32, len(o.at))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(strings.Compare(o.keys[a], o.keys[b]), cmp.Compare(a, b))
	})
	for i, n := range order {
		order[i] = o.at[n]
	}
	return order
}

// SortKey is a text as people look for it in a list: without case and accents, and with numbers
// by their value, since each is led by how many digits it has.
func SortKey(text string) string { return string(AppendSortKey(nil, text)) }

// AppendSortKey appends the [SortKey] of a text to dst.
func AppendSortKey(dst []byte, text string) []byte {
	if len(text) > sortKeyMax {
		text = text[:sortKeyMax]
	}
	if plain, ok := unmark(text); ok {
		text = plain
	}
	text = strings.ToLower(text)
	dst = slices.Grow(dst, len(text)+4)
	for i := 0; i < len(text); {
		end := i
		for end < len(text) && '0' <= text[end] && text[end] <= '9' {
			end++
		}
		if end == i {
			dst = append(dst, text[i])
			i++
			continue
		}
		digits := strings.TrimLeft(text[i:end], "0")
		dst = append(append(dst, '0'+byte(min(len(digits), 40))), digits...)
		i = end
	}
	return dst
}

// unmark is a text without accents and with plain letters. It reports whether the
// text changed; the page's script folds what a user types in the same way.
func unmark(text string) (string, bool) {
	ascii := true
	for i := range len(text) {
		ascii = ascii && text[i] < utf8.RuneSelf
	}
	if ascii {
		return text, false
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text))
	return plain, plain != text
}
