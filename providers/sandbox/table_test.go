package sandbox_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"keyroster/providers/sandbox"
)

// door is a record of the tests; its object is {"no", "name"}.
type door struct {
	no   int64
	text []byte
}

// house is a state of one table and one object of its own.
type house struct {
	doors sandbox.Table[int64, door]
	name  string
}

func newHouse() *house {
	h := &house{}
	h.doors = sandbox.Table[int64, door]{
		Name: "doors", ID: "no",
		Key: func(d *door) int64 { return d.no },
		Read: func(o sandbox.Object) (*door, error) {
			d := &door{}
			if err := o.Take("no", &d.no); err != nil {
				return nil, err
			}
			if d.no == 0 {
				return nil, errors.New("no must be given")
			}
			o.Fallback(map[string]any{"name": "Door"})
			d.text = o.Encode("no")
			return d, nil
		},
		Text: func(d *door) []byte { return d.text },
		Remove: func(d *door) error {
			if len(h.doors.All) == 1 {
				return errors.New("the last one stays")
			}
			h.doors.Leave(d)
			return nil
		},
	}
	return h
}

func (h *house) Parts() []sandbox.Part {
	return []sandbox.Part{&h.doors, &sandbox.One{
		Name: "house",
		Text: func() []byte { return sandbox.Marshal(map[string]string{"name": h.name}) },
		Put:  func(o sandbox.Object) error { return o.Take("name", &h.name) },
		Set:  func(_ json.RawMessage, patch sandbox.Object) error { return patch.Take("name", &h.name) },
	}}
}

func load(file string) (*sandbox.Fake[*house], error) {
	return sandbox.NewFake(sandbox.Options{State: []byte(file)}, nil, "X-Id", newHouse, func(*house) {})
}

func stateOf(f *sandbox.Fake[*house]) string { return string(sandbox.Marshal(f.State())) }

func TestLoad(t *testing.T) {
	for file, want := range map[string]string{
		"":             `{"house":{"name":""},"doors":[]}`,
		`{"doors":[]}`: `{"house":{"name":""},"doors":[]}`,
		`{"doors":[{"name" : "Hall", "no":1},{"more":{"b":1,  "a":2.0},"no":2}],"house":{"name":"Lab"}}`: `{"house":{"name":"Lab"},"doors":[{"no":1,"name":"Hall"},{"no":2,"more":{"b":1,"a":2.0},"name":"Door"}]}`,
	} {
		h, err := load(file)
		if err != nil || stateOf(h) != want {
			t.Errorf("%s: %s, %v", file, stateOf(h), err)
		}
	}
	for file, want := range map[string]string{
		`{"doors":[`:                       "read sandbox state: unexpected EOF",
		`{"windows":[]}`:                   `read sandbox state: json: unknown field "windows"`,
		`{"doors":[{"no":1},7]}`:           "read sandbox state: doors[1]: is not a JSON object",
		`{"house":7}`:                      "read sandbox state: house: is not a JSON object",
		`{"house":{"name":[]}}`:            "read sandbox state: house: name is of the wrong kind",
		`{"doors":[null]}`:                 "read sandbox state: doors[0]: is not a JSON object",
		`{"doors":[{"no":"4711"}]}`:        "read sandbox state: doors[0]: no is of the wrong kind",
		`{"doors":[{}]}`:                   "read sandbox state: doors[0]: no must be given",
		`{"doors":[{"no":1},{"no":1}]}`:    "read sandbox state: doors[1]: no 1 is there already",
		`{"doors":[{"no":1},{"no":1,"a"}]`: "read sandbox state: invalid character '}' after object key",
	} {
		if _, err := load(file); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}

func TestEdit(t *testing.T) {
	h, err := load(`{"doors":[{"no":1,"name":"Hall"},{"no":2,"name":"Yard"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(text string) error {
		var e sandbox.Edit
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			t.Fatal(err)
		}
		return h.Edit(e)
	}
	before := stateOf(h)
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
	if stateOf(h) != before {
		t.Errorf("refused edits changed the state: %s", stateOf(h))
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
	if want := `{"house":{"name":"Lab"},"doors":[{"no":1,"floor":2,"name":null},{"no":3,"name":"Door"}]}`; stateOf(h) != want {
		t.Errorf("%s, want %s", stateOf(h), want)
	}
	if err := edit(`{"collection":"doors","id":3,"delete":true}`); err != nil {
		t.Error(err)
	}
	if err := edit(`{"collection":"doors","id":1,"delete":true}`); err == nil || !strings.Contains(err.Error(), "the last one stays") {
		t.Error(err)
	}
}
