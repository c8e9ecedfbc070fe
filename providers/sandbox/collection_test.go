package sandbox_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

// door is a record of the tests, whose object is {"no", "name"}.
type door struct {
	no   int64
	text []byte
}

// house is a state of one collection and one object of its own.
type house struct {
	doors []*door
	name  string
}

func (h *house) records() sandbox.Collection {
	find := func(no int64) *door {
		for _, d := range h.doors {
			if d.no == no {
				return d
			}
		}
		return nil
	}
	return sandbox.Records[int64, door]{
		ID: "no", Find: find,
		Read: func(o sandbox.Object) (*door, error) {
			d := &door{}
			if err := o.Take("no", &d.no); err != nil {
				return nil, err
			}
			if d.no == 0 {
				return nil, errors.New("no must be given")
			}
			o.Fallback("name", "Door")
			d.text = o.Encode("no")
			return d, nil
		},
		Enter:   func(d *door) { h.doors = append(h.doors, d) },
		Text:    func(d *door) []byte { return d.text },
		Replace: func(old, changed *door) { *old = *changed },
		Remove: func(d *door) error {
			if len(h.doors) == 1 {
				return errors.New("the last one stays")
			}
			for i, other := range h.doors {
				if other == d {
					h.doors = append(h.doors[:i], h.doors[i+1:]...)
					break
				}
			}
			return nil
		},
	}.Named("doors")
}

func (h *house) own() sandbox.Collection {
	return sandbox.Collection{Name: "house", Set: func(_ json.RawMessage, patch sandbox.Object) error { return patch.Take("name", &h.name) }}
}

func (h *house) state() string {
	return string(sandbox.Marshal(sandbox.Objects(h.doors, func(d *door) []byte { return d.text })))
}

func load(h *house, file string) error {
	var state struct {
		Doors []json.RawMessage `json:"doors"`
	}
	if err := sandbox.ReadStateFile([]byte(file), &state); err != nil {
		return err
	}
	return sandbox.Load(sandbox.Loading{Collection: h.records(), Objects: state.Doors})
}

func TestLoad(t *testing.T) {
	for file, want := range map[string]string{
		"":             "[]",
		`{"doors":[]}`: "[]",
		`{"doors":[{"name" : "Hall", "no":1},{"more":{"b":1,  "a":2.0},"no":2}]}`: `[{"no":1,"name":"Hall"},{"no":2,"more":{"b":1,"a":2.0},"name":"Door"}]`,
	} {
		h := &house{}
		if err := load(h, file); err != nil || h.state() != want {
			t.Errorf("%s: %s, %v", file, h.state(), err)
		}
	}
	for file, want := range map[string]string{
		`{"doors":[`:                       "read sandbox state: unexpected EOF",
		`{"windows":[]}`:                   `read sandbox state: json: unknown field "windows"`,
		`{"doors":[{"no":1},7]}`:           "read sandbox state: doors[1]: is not a JSON object",
		`{"doors":[null]}`:                 "read sandbox state: doors[0]: is not a JSON object",
		`{"doors":[{"no":"4711"}]}`:        "read sandbox state: doors[0]: no is of the wrong kind",
		`{"doors":[{}]}`:                   "read sandbox state: doors[0]: no must be given",
		`{"doors":[{"no":1},{"no":1}]}`:    "read sandbox state: doors[1]: no 1 is there already",
		`{"doors":[{"no":1},{"no":1,"a"}]`: "read sandbox state: invalid character '}' after object key",
	} {
		if err := load(&house{}, file); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

func TestEdit(t *testing.T) {
	h := &house{}
	if err := load(h, `{"doors":[{"no":1,"name":"Hall"},{"no":2,"name":"Yard"}]}`); err != nil {
		t.Fatal(err)
	}
	edit := func(text string) error {
		var e sandbox.Edit
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		return e.Apply(h.records(), h.own())
	}
	before := h.state()
	for text, want := range map[string]string{
		`{"collection":"windows","id":1,"delete":true}`:         "edit windows: there are doors and house",
		`{"collection":"doors","id":3,"delete":true}`:           "edit doors: there is no id 3",
		`{"collection":"doors","id":"1","delete":true}`:         "edit doors: id must be of the kind int64",
		`{"collection":"doors","id":1,"set":[]}`:                "edit doors: set is not a JSON object",
		`{"collection":"doors","id":1,"set":{"no":4}}`:          "edit doors: an id cannot be changed",
		`{"collection":"doors","id":4,"set":{"name":"x"}}`:      "edit doors: there is no id 4",
		`{"collection":"doors","insert":{"no":1}}`:              "edit doors: no 1 is there already",
		`{"collection":"doors","insert":{}}`:                    "edit doors: no must be given",
		`{"collection":"doors","insert":7}`:                     "edit doors: is not a JSON object",
		`{"collection":"house","id":1,"delete":true}`:           "edit house: there is one, which can only be set",
		`{"collection":"house","insert":{"name":"x"}}`:          "edit house: there is one, which can only be set",
		`{"collection":"house","id":1,"set":{"name":["4711"]}}`: "edit house: name is of the wrong kind",
	} {
		if err := edit(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if h.state() != before {
		t.Errorf("refused edits changed the state: %s", h.state())
	}
	for _, text := range []string{
		`{"collection":"doors","insert":{"no":3}}`,
		`{"collection":"doors","id":1,"set":{"name":null,"floor":2}}`,
		`{"collection":"doors","id":2,"delete":true}`,
		`{"collection":"house","id":1,"set":{"name":"Lab"}}`,
	} {
		if err := edit(text); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
	if want := `[{"no":1,"floor":2,"name":null},{"no":3,"name":"Door"}]`; h.state() != want || h.name != "Lab" {
		t.Errorf("%s %s, want %s", h.name, h.state(), want)
	}
	if err := edit(`{"collection":"doors","id":3,"delete":true}`); err != nil {
		t.Error(err)
	}
	if err := edit(`{"collection":"doors","id":1,"delete":true}`); err == nil || !strings.Contains(err.Error(), "the last one stays") {
		t.Error(err)
	}
}
