package reconcile

import (
	"fmt"
	"strconv"
	"time"
)

// badge is a row struct like that of a provider that allows a person one credential of a type and
// keeps values unique in the account.
type badge struct {
	CredentialID string `csv:"credential_id" roster:"key"`
	HolderID     string `csv:"holder_id,person_id" roster:"match,pairs,holder"`
	HolderEmail  string `csv:"holder_email" roster:"match,email,holder-email"`
	Type         string `csv:"type" roster:"match,pairs,type"`
	Value        Secret `csv:"value" roster:"managed,secret,create,update"`
	EndsAt       string `csv:"ends_at" roster:"managed,time,create,update,clear,end"`
	State        string `csv:"state" roster:"state"`
	HolderName   string `csv:"holder_name" roster:"info,holder-name"`
}

// pass is a row struct that lets a person hold several codes within a system.
type pass struct {
	CredentialID string `csv:"credential_id" roster:"key"`
	System       string `csv:"acs_system_id" roster:"match,pairs,system"`
	HolderID     string `csv:"holder_id" roster:"match,pairs,move,holder"`
	Type         string `csv:"type" roster:"match,pairs,type"`
	Value        Secret `csv:"value" roster:"managed,secret,create,update"`
	State        string `csv:"state" roster:"state"`
}

func badgeSchema() *Schema {
	s := NewSchema("badges", badge{})
	s.OneEach = true
	s.Holder = "person"
	s.Unique = []Unique{{Column: "value"}}
	return s
}

func passSchema() *Schema { return NewSchema("passes", pass{}) }

// rec is a row or record by column name; texts are read as a roster's cells.
type rec map[string]string

func setOf(schema *Schema, records ...rec) *Set {
	set := NewSet(schema, len(records))
	for _, r := range records {
		cells := make([]Cell, len(schema.Columns))
		for name, text := range r {
			col := schema.Index(name)
			if col < 0 {
				panic("no column " + name)
			}
			cells[col] = RosterCell(text, schema.Columns[col].Secret())
		}
		set.Add(cells)
	}
	return set
}

type world struct {
	schema *Schema
	want   []rec
	have   []rec
	policy Policy
	// edit changes roster, wanted rows and listing before the diff.
	edit func(*Roster, *Wanted, *Listing)
}

func (w world) plan() *Plan {
	roster := NewRoster(w.schema)
	roster.Files = []File{{Name: "roster.csv", Sheets: []string{""}, Rows: len(w.want)}}
	rows := setOf(w.schema, w.want...)
	for n := range rows.Len() {
		roster.Add(0, 0, n+2, rows.Record(n).Cells(nil))
	}
	wanted := &Wanted{Rows: rows, Verdicts: map[int]Verdict{}}
	listing := &Listing{Records: setOf(w.schema, w.have...), Total: len(w.have), Evidence: EvidenceDeclared, At: time.Unix(0, 0)}
	if w.edit != nil {
		w.edit(roster, wanted, listing)
	}
	return Diff(roster, wanted, listing, w.policy)
}

// lines shows a plan as one short text per line, without any value.
func lines(p *Plan) []string {
	var out []string
	for i := range p.Lines {
		l := &p.Lines[i]
		who := "record " + p.HaveRecord(i).ID()
		if l.Row >= 0 {
			who = "row " + strconv.Itoa(int(l.Row))
		}
		text := fmt.Sprintf("%s %s %s %s", who, l.Situation, l.Action, l.Outcome)
		for col := range p.Want.schema.Columns {
			if l.Fields.Has(col) {
				text += " " + p.Want.schema.Columns[col].Name
			}
		}
		if l.Reason != 0 {
			text += ": " + p.TextOf(l.Reason)
		}
		out = append(out, text)
	}
	return out
}

// card is a row struct whose title finds the record if the row has no id, and is a value beside an
// id.
type card struct {
	ID      string `csv:"card_id" roster:"key"`
	Title   string `csv:"title" roster:"managed,create,update,pairs,title"`
	Mode    string `csv:"mode" roster:"managed,create,update"`
	State   string `csv:"state" roster:"state"`
	Version string `csv:"version" roster:"info,version"`
}

func cardSchema() *Schema {
	s := NewSchema("cards", card{})
	s.Noun, s.KeepUnlisted = "card type", "a card type is deleted by state=absent alone"
	return s
}
