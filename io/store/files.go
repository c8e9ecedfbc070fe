package store

import (
	"bytes"
	"errors"
	"io"

	"keyroster/io/journalio"
	"keyroster/io/plainfile"
)

// Names of the files of a run.
const (
	PlanFile       = "plan.json"
	JournalFile    = "journal.ndjson"
	ReportJSONFile = "report.json"
	ReportCSVFile  = "report.csv"
	ReportXLSXFile = "report.xlsx"
	ReportHTMLFile = "report.html"
	FailedFile     = "failed.csv"
	SealedFile     = "sealed.age"
	ManifestFile   = "manifest.json"
	// UndoFile has the values from before the run, sealed, for as long as they are kept:
	// [WipeUndo] removes it from a closed run.
	UndoFile = "undo.age"
	// MarkFile is the journal's mark until the journal ends.
	MarkFile = JournalFile + journalio.MarkSuffix
	// AbandonedFile is what is known of a run that was abandoned.
	AbandonedFile = "abandoned.json"
	// AnnotatedFile is the name, without its extension, of the annotated copy of the user's
	// workbook.
	AnnotatedFile = "annotated"
)

// Files are the files of one run, as a store keeps them. Names have slashes on every system;
// one that leads out of the run is an error in every method. Several goroutines may call
// methods for different names. Where a store can enforce it, every change by a process that
// lost the tenant's lock is [ErrNotLocked].
type Files interface {
	// Place says where the run is, for messages, and for [Store.Run] where a person
	// can name it.
	Place() string
	// Path is where a file of the run is, or the run itself if name is empty. It is only for
	// messages.
	Path(name string) string
	// Scratch is a folder, as private as the run, for temporary files while the run is made;
	// empty for the system's own.
	Scratch() string
	// Encloses reports whether a path of this system would be in the run, by whatever name it
	// is reached; never where runs are not folders.
	Encloses(path string) bool
	// Open opens a file for reading; fs.ErrNotExist when there is none. The error names the
	// file, but not its purpose.
	Open(name string) (File, error)
	// Has reports whether there is a file, legible or not.
	Has(name string) bool
	// List has all files, by name, including those that a write left unfinished.
	List() ([]Entry, error)
	// Write makes or replaces a file, whole or not at all. An error of write is
	// wrapped.
	Write(name string, write func(io.Writer) error) error
	// Remove removes a file; a missing one is not an error.
	Remove(name string) error
	// Discard removes the run with all of its files; a missing run is not an error.
	Discard() error
	// CreateJournal makes the run's journal, empty, and its mark; a journal that exists is
	// fs.ErrExist. OpenJournal opens them to go on; fs.ErrNotExist when there is no
	// journal. The mark can be read as the file [MarkFile], from its first Put until it is
	// removed; a mark that a lost journal left behind is not changed before the first Put.
	CreateJournal() (journalio.File, journalio.Mark, error)
	OpenJournal() (journalio.File, journalio.Mark, error)
}

// File is a file of a run, open for reading.
type File interface {
	io.Reader
	io.ReaderAt
	io.Seeker
	io.Closer
}

// Entry is a file in a list.
type Entry struct {
	Name string
	// Regular: it is a file with bytes of its own, not a link or the like.
	Regular bool
}

// read reads a file of a run, at most that many bytes.
func read(files Files, name string, most int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	data := bytes.NewBuffer(make([]byte, 0, 4<<10)) // most manifests fit, and are read at once
	_, err = data.ReadFrom(plainfile.Capped(f, files.Path(name), most))
	return data.Bytes(), errors.Join(err, f.Close())
}
