package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/plainfile"
	"keyroster/io/reportio"
	"keyroster/io/rosterio"
	"keyroster/io/store"
)

// stdinName is what reports call standard input.
const stdinName = "standard input"

// checkInputs hashes those inputs that are still where the run read them.
func (r *runFiles) checkInputs() (string, error) {
	var f findings
	inputs, gone, changed, same := r.inputs(&f), []string(nil), []string(nil), 0
	for _, in := range inputs {
		if in.File == rosterio.Stdin || in.File == stdinName {
			gone = append(gone, stdinName)
			continue
		}
		switch digest, err := r.digest(in.File); {
		case errors.Is(err, fs.ErrNotExist):
			gone = append(gone, in.File)
		case err != nil:
			f.add("%v", err)
		case digest != in.SHA256:
			// Rosters are replaced nightly; this is no fault of the run.
			changed = append(changed, in.File)
		default:
			same++
		}
	}
	detail := fmt.Sprintf("%d of %s unchanged since the run read them", same, failure.Plural(len(inputs), "file"))
	if len(gone) > 0 {
		detail += "; missing now: " + strings.Join(gone, ", ")
	}
	if len(changed) > 0 {
		detail += "; changed or replaced since: " + strings.Join(changed, ", ")
	}
	return detail, f.err()
}

// inputs returns the files that the run read. Manifest, report and plan must agree on them.
func (r *runFiles) inputs(f *findings) []reportio.Input {
	var inputs []reportio.Input
	if m := r.manifest(); m != nil {
		for _, in := range m.Inputs {
			inputs = append(inputs, reportio.Input{File: in.File, SHA256: in.SHA256})
		}
	}
	if r.report != nil {
		if r.manifest() != nil && !slices.Equal(inputs, r.report.Inputs) {
			f.add("the manifest and %s name different inputs", store.ReportJSONFile)
		}
		inputs = r.report.Inputs
	}
	if r.plan != nil && r.report == nil && r.manifest() == nil {
		for _, in := range r.plan.Roster {
			inputs = append(inputs, reportio.Input{File: in.File, SHA256: in.SHA256})
		}
		return inputs
	}
	if r.plan != nil {
		for _, in := range r.plan.Roster {
			if !slices.Contains(inputs, reportio.Input{File: in.File, SHA256: in.SHA256}) {
				f.add("%s was made from a different version of %s", store.PlanFile, in.File)
			}
		}
	}
	return inputs
}

// digest hashes an input where the run read it: a file, or for an undo, what the earlier run kept.
func (r *runFiles) digest(input string) (string, error) {
	if r.report != nil && input == r.report.Undoes+"/"+store.UndoFile {
		undone, err := r.store.Run(r.report.Undoes)
		if undone == nil {
			return "", err
		}
		f, err := undone.Open(store.UndoFile)
		if err != nil {
			return "", err
		}
		return digestOf(f)
	}
	f, err := plainfile.Open(input, plainfile.Unlimited)
	if err != nil {
		return "", err
	}
	return digestOf(f)
}

// digestOf hashes a file and closes it.
func digestOf(f io.ReadCloser) (string, error) {
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
