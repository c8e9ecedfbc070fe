package pingone

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"keyroster/providers/failure"
	"keyroster/providers/httpapi"
	"keyroster/providers/lookup"
	"keyroster/reconcile"
)

// issued is what is known about the cards of one type.
type issued struct {
	// known: cards is valid. PingOne counts cards by issuance rule; those of a MANAGED type
	// without one are not counted anywhere.
	known bool
	cards int
	// why says why it is not known.
	why string
}

// readIssued reads the counts of the types that change, several at a time.
func (c *Client) readIssued(ctx context.Context, rows []resolved) error {
	tally := lookup.Of(c)
	return lookup.Each(ctx, c.concurrency, len(rows), func(ctx context.Context, n int) (err error) {
		if !rows[n].sends {
			return nil
		}
		rows[n].issued, err = c.issuedOf(ctx, rows[n].record)
		failed, fatal := tally.Record(ctx, err)
		if failed != nil {
			rows[n].issued = issued{why: failed.Reason}
		}
		return fatal
	})
}

// IssuedCards counts the cards that were issued of each type, by its id, several types at a
// time. Types whose cards PingOne does not count are left out.
func (c *Client) IssuedCards(ctx context.Context, records *reconcile.Set) (map[string]int, error) {
	counts := make([]issued, records.Len())
	tally := lookup.Of(c)
	if err := lookup.Each(ctx, c.concurrency, len(counts), func(ctx context.Context, n int) (err error) {
		counts[n], err = c.issuedOf(ctx, records.Record(n))
		_, fatal := tally.Record(ctx, err)
		return fatal
	}); err != nil {
		return nil, err
	}
	out := map[string]int{}
	for n, one := range counts {
		if one.known {
			out[records.Record(n).ID()] = one.cards
		}
	}
	return out, nil
}

// issuedOf adds up the counts of a type's issuance rules. If PingOne refuses to give them,
// nothing is known; every other failure is an error.
func (c *Client) issuedOf(ctx context.Context, record reconcile.Record) (issued, error) {
	id := record.ID()
	out := issued{known: true}
	type rule struct {
		ID string `json:"id"`
	}
	list, err := readRules(ctx, c, id, func(raw json.RawMessage) (one rule, err error) {
		if json.Unmarshal(raw, &one) != nil || !isID(one.ID) {
			err = errors.New("an issuance rule has no id")
		}
		return one, err
	}, func(one *rule) string { return one.ID })
	for i := 0; err == nil && i < len(list); i++ {
		name := "read usage counts of " + id
		var answer *httpapi.Response
		if answer, err = c.get(ctx, httpapi.Request{Name: name, Path: c.typePath(id, "issuanceRules", list[i].ID, "usageCounts"), CredentialID: id}); err != nil {
			break
		}
		var counts struct {
			Issued int `json:"issued"`
		}
		if err = httpapi.DecodeJSON(answer, &counts); err == nil {
			out.cards += max(counts.Issued, 0)
		}
	}
	switch class := reconcile.ClassOf(err); {
	case err == nil && len(list) == 0 && record.Cell(col.mode).Text() == modeManaged:
		return issued{why: "PingOne counts cards by issuance rule, but this type has none"}, nil
	case err == nil:
		return out, nil
	case class == reconcile.Gone, class == reconcile.Refused, failure.In(err).HTTPStatus == http.StatusForbidden:
		return issued{why: "PingOne does not allow counting them"}, nil
	}
	return issued{}, err
}

// describe says what the change of a row does to cards that are in use.
func (r *resolver) describe(n int, row *resolved) {
	if !row.sends {
		return
	}
	notes := &r.wanted.Notes
	say := func(format string, args ...any) { (*notes)[n] = append((*notes)[n], fmt.Sprintf(format, args...)) }
	if row.issued.known {
		row.cells[col.issued] = reconcile.TextCell(strconv.Itoa(row.issued.cards))
	}
	if row.absent() || row.endsIssuance() {
		r.wanted.Issued[n] = -1
		if row.issued.known {
			r.wanted.Issued[n] = row.issued.cards
		}
	}
	if row.absent() {
		fate := "issued cards stay valid"
		if row.record.Cell(col.revoke).Text() == "true" {
			fate = "issued cards are revoked"
		}
		say("%s; when the type is deleted, %s", row.issued, fate)
		return
	}
	if !row.issued.known || row.issued.cards > 0 {
		say("%s: a change to the type can affect them", row.issued)
	}
	if slices.Contains(row.changes, col.mode) {
		if row.endsIssuance() {
			say("switching to MANAGED disables the type's issuance rule; switching back does not enable it again")
		} else {
			say("an AUTOMATED type issues cards only while it has an active issuance rule; a disabled rule stays disabled")
		}
	}
	if slices.Contains(row.changes, col.fields) {
		for _, effect := range effects(fieldsOf(row.cells[col.fields].Text()), fieldsOf(row.record.Cell(col.fields).Text())) {
			say("%s", effect)
		}
	}
}

// String returns the number of cards in words.
func (i issued) String() string {
	switch {
	case !i.known:
		return "issued cards: the number is not known (" + i.why + ")"
	case i.cards == 1:
		return "1 issued card"
	case i.cards == 0:
		return "no issued card"
	}
	return strconv.Itoa(i.cards) + " issued cards"
}
