package notify_test

import (
	"bytes"
	"io/fs"

	"keyroster/io/store"
)

// files are those of a run that is asked only where it is and for its page.
type files struct {
	store.Files
	place string
	page  []byte
}

func (f files) Place() string { return f.place }

func (f files) Path(string) string { return f.place }

func (f files) Open(name string) (store.File, error) {
	if f.page == nil || name != store.ReportHTMLFile {
		return nil, fs.ErrNotExist
	}
	return file{bytes.NewReader(f.page)}, nil
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }
