package migrationio

import (
	"cmp"
	"io"
	"path/filepath"
	"slices"

	"keyroster/io/csvio"
)

// Ended is what became of one row of the target roster.
type Ended struct {
	// ID and HolderID are the target's, empty when there is no such record.
	ID, HolderID string
	// Moved: the target has the record that the row asks for, made or changed by
	// the run, or found there.
	Moved bool
	// Unproved: the target has it, and something of it is not proved.
	Unproved bool
	// Reason says why the target lacks it, or what is not proved.
	Reason string
	// Words name the record as the source does.
	Words Words
}

// Complete fills in the results once a run is over: each record with a row has its
// id at the target in the crosswalk if the target has it now, and else is among the
// losses. It may be called again after a resumed run.
func Complete(folder string, ended func(line string) Ended) error {
	f := &Folder{path: folder, written: map[string]manifestFile{}}
	m, err := readManifest(folder)
	if err != nil {
		return err
	}
	if m != nil {
		f.of, f.written = m.Identity, m.byName()
	} else if err := f.adopt(CrosswalkFile, LossFile); err != nil {
		return err // written by a version without manifests
	}
	crosswalk, _, err := table(f.at(CrosswalkFile))
	if err != nil {
		return err
	}
	losses, _, err := table(f.at(LossFile))
	if err != nil {
		return err
	}
	losses = slices.DeleteFunc(losses, func(cells []string) bool {
		return len(cells) > atFound && (cells[atFound] == foundRun || cells[atFound] == foundPlan)
	})
	for i, cells := range crosswalk {
		if i == 0 || len(cells) != len(crosswalkHeader) || cells[atLine] == "" {
			continue
		}
		e := ended(cells[atLine])
		cells[atTargetID] = ""
		if e.Moved {
			// A holder under a row that was refused may not be the one meant.
			cells[atTargetID], cells[atTargetHolder] = e.ID, cmp.Or(e.HolderID, cells[atTargetHolder])
		}
		switch {
		case !e.Moved:
			losses = append(losses, lossLine(cells[0], cells[1], e.Words, LostWhole, "", foundRun, e.Reason))
		case e.Unproved:
			losses = append(losses, lossLine(cells[0], cells[1], e.Words, LostUnproved, "", foundRun, e.Reason))
		}
	}
	if err := f.put(CrosswalkFile, func(w io.Writer) error { return writeLines(csvio.NewWriter(w), nil, crosswalk) }); err != nil {
		return err
	}
	return f.put(LossFile, func(w io.Writer) error { return writeLines(csvio.NewFileWriter(w), nil, losses) })
}

// writeLines writes a header, unless it is nil, and lines.
func writeLines(out *csvio.Writer, header []string, lines [][]string) error {
	if header != nil {
		lines = slices.Insert(lines, 0, header)
	}
	for _, cells := range lines {
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	return out.Flush()
}

// adopt records files, as they are, as the migration's own.
func (f *Folder) adopt(names ...string) error {
	for _, name := range names {
		sum, err := digestOf(filepath.Join(f.path, name))
		if err != nil {
			return err
		}
		f.written[name] = manifestFile{Name: name, SHA256: sum}
	}
	return nil
}
