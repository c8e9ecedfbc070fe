package example

import (
	"errors"
	"fmt"
	"regexp"

	"keyroster/reconcile"
)

// isID reports whether a text has the form of Gatewright's ids. Ids become parts of paths,
// so nothing else may ever be sent as one.
var isID = regexp.MustCompile(`^[0-9A-Za-z_]{1,40}$`).MatchString

// site is Gatewright's site object.
type site struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Rights are those of the key: read, write.
	Rights []string `json:"rights"`
}

func (s *site) valid() error {
	if s.ID == "" {
		return errors.New("the answer has no id; is base_url the address of Gatewright's API, without /v1?")
	}
	return nil
}

// credential is Gatewright's credential object.
type credential struct {
	ID     string `json:"id"`
	Holder string `json:"holder"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

// Format implements [fmt.Formatter]: a credential prints its id, never its value.
func (c credential) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "credential %s", c.ID) }

func (c *credential) valid() error {
	if !isID(c.ID) || !isID(c.Holder) || c.Type == "" {
		return errors.New("a credential has no id, holder or type")
	}
	return nil
}

// record adds the credential to a set.
func (c *credential) record(set *reconcile.Set) reconcile.Record {
	cells := Schema.Blank(nil)
	cells[col.id], cells[col.holder] = reconcile.TextCell(c.ID), reconcile.TextCell(c.Holder)
	cells[col.kind], cells[col.value] = reconcile.TextCell(c.Type), reconcile.RecordCell(c.Value, true)
	return set.Record(set.Add(cells))
}

// page is one page of a list.
type page struct {
	Data   []credential `json:"data"`
	Number int          `json:"page"`
	Size   int          `json:"per_page"`
	Total  *int         `json:"total"`
}

// valid rejects an answer that would pass for an empty list.
func (p *page) valid() error {
	if p.Data == nil || p.Total == nil {
		return errors.New("the answer is no page of a list")
	}
	for i := range p.Data {
		if err := p.Data[i].valid(); err != nil {
			return err
		}
	}
	return nil
}
