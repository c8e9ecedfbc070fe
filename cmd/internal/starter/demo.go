package starter

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"keyroster/cmd/internal/failure"
	"keyroster/io/bookio"
	"keyroster/providers/all"
	"keyroster/providers/doorflow"
	"keyroster/providers/sandbox"
)

// DemoFolder is the folder of the made-up account.
const DemoFolder = "keyroster-demo"

// demoSize is the number of credentials in the made-up account.
const demoSize = 40

const demoConfig = `# A made-up DoorFlow account, served inside the program: nothing leaves this machine, and
# each command finds it as doorflow.json says.
accounts:
  demo:
    provider: doorflow
    base_url: sandbox                # the provider's API, served inside the process
    sandbox: {state: doorflow.json}  # the account's people, types and credentials
    rate: none
    limits: {update: 20%, create: 5, delete: 2}
    roster: [roster.xlsx]            # read where a command names none
`

// Demo makes a folder with a made-up account and a roster that asks for a few changes.
func Demo(folder string) (*Made, error) {
	switch err := os.Mkdir(folder, 0o700); {
	case errors.Is(err, fs.ErrExist):
		return nil, failure.New(failure.Usage, "remove it, or use it: cd "+folder, "%s exists already", folder)
	case err != nil:
		return nil, failure.Wrap(failure.Stopped, err)
	}
	state, err := demoState()
	if err != nil {
		return nil, failure.Wrap(failure.Stopped, err)
	}
	made := &Made{Schema: madeSchema, Next: []string{"cd " + folder, "keyroster apply"}}
	for _, file := range []struct {
		name string
		text func(io.Writer) error
	}{
		{"doorflow.json", func(w io.Writer) error { _, err := w.Write(state); return err }},
		{"roster.xlsx", func(w io.Writer) error { return writeDemoRoster(w, state) }},
		{"keyroster.yaml", func(w io.Writer) error { _, err := io.WriteString(w, demoConfig); return err }},
	} {
		path := filepath.Join(folder, file.name)
		if err := write(path, file.text); err != nil {
			return nil, err
		}
		made.Files = append(made.Files, path)
	}
	return made, nil
}

// demoState is the state of the made-up account.
func demoState() ([]byte, error) {
	api, err := all.Fake(doorflow.Spec.Name, sandbox.Options{Generate: demoSize, Seed: 1})
	if err != nil {
		return nil, fmt.Errorf("make an account: %w", err)
	}
	return json.MarshalIndent(api.State(), "", " ")
}

// demoAccount is the part of the state that the roster needs.
type demoAccount struct {
	People []struct {
		ID    int
		Email string
		First string `json:"first_name"`
		Last  string `json:"last_name"`
	}
	Types []struct {
		ID   int
		Slug string
	} `json:"credential_types"`
	Credentials []struct {
		ID     string
		Type   int `json:"credential_type_id"`
		Person int `json:"person_id"`
		Value  string
	}
}

// writeDemoRoster writes the roster: what the account holds, except for two changed values and
// one credential to delete.
func writeDemoRoster(w io.Writer, state []byte) error {
	var held demoAccount
	if err := json.Unmarshal(state, &held); err != nil {
		return fmt.Errorf("read the made-up account: %w", err)
	}
	slugs, mails, names := map[int]string{}, map[int]string{}, map[int]string{}
	for _, t := range held.Types {
		slugs[t.ID] = t.Slug
	}
	for _, p := range held.People {
		mails[p.ID], names[p.ID] = p.Email, p.First+" "+p.Last
	}
	book := bookio.New(bookio.Options{Title: "Roster", TempDir: bookio.InMemory})
	look := bookio.Text
	list := book.List(bookio.Layout{
		Name: "Badges", Header: true, Grid: true, Cursor: "E2", Widths: []float64{14, 24, 40, 14, 16, 12},
		Columns: []bookio.Look{look, look, look, look, look, look},
	}, "credential_id", "holder_name", "holder_email", "type", "value", "state")
	for i, c := range held.Credentials {
		value, wish := c.Value, ""
		switch i {
		case 2, 5:
			value = next(value)
		case 8:
			value, wish = "", "absent"
		}
		list.AddTexts(c.ID, names[c.Person], mails[c.Person], slugs[c.Type], value, wish)
	}
	list.End()
	return book.Write(w)
}

// next returns another value of the same length.
func next(value string) string {
	last := len(value) - 1
	return value[:last] + string('0'+(value[last]-'0'+1)%10)
}
