package starter

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
)

// Made is the files that were written, and what to do next.
type Made struct {
	Schema string   `json:"schema"`
	Files  []string `json:"files"`
	Next   []string `json:"next"`
}

// DefaultPath is where a configuration is looked for.
const DefaultPath = "keyroster.yaml"

const madeSchema = "keyroster/init/1"

// Init writes a first configuration.
func Init(o Options) (*Made, error) {
	if err := isNew(o.Path); err != nil {
		return nil, err
	}
	c, err := o.choose()
	if err != nil {
		return nil, err
	}
	if err := write(o.Path, func(w io.Writer) error { _, err := io.WriteString(w, c.text()); return err }); err != nil {
		return nil, err
	}
	return &Made{madeSchema, []string{o.Path}, c.next()}, nil
}

// isNew refuses a path that already exists.
func isNew(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return failure.New(failure.Usage, "validate it with keyroster config check, or write another with --config FILE",
			"%s exists already", path)
	}
	return nil
}

func write(path string, text func(io.Writer) error) error {
	if err := atomicio.WriteFile(path, 0o600, text); err != nil {
		return failure.Wrap(failure.Stopped, err)
	}
	return nil
}

// WriteText writes the result for a person.
func (m *Made) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "written to %s\nnext    %s\n",
		strings.Join(m.Files, ", "), strings.Join(m.Next, "\n        "))
	return err
}
