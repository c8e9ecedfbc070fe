package describe

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// VersionSchema names the document of a [Version].
const VersionSchema = "keyroster/version/1"

// Version says which build of the program is running.
type Version struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	// Commit is the one that was built and Date its time (RFC 3339); both are empty where
	// neither the linker nor the go command knew them.
	Commit string `json:"commit,omitempty"`
	Date   string `json:"date,omitempty"`
	// Modified reports whether the build had changes that no commit has.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// NewVersion is the build that the linker named. Where it named no commit, commit and date
// are those that the go command recorded, if it recorded any.
func NewVersion(version, commit, date string) *Version {
	v := &Version{
		Schema: VersionSchema, Version: version, Commit: commit, Date: date,
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if build, ok := debug.ReadBuildInfo(); ok && commit == "" {
		v.recorded(build.Settings)
	}
	return v
}

// recorded takes over what the go command recorded of the working tree.
func (v *Version) recorded(settings []debug.BuildSetting) {
	for _, s := range settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Date = s.Value
		case "vcs.modified":
			v.Modified = s.Value == "true"
		}
	}
}

// WriteText writes one line whose second word is the version. Errors are those of w.
func (v *Version) WriteText(w io.Writer) error {
	line := "keyroster " + v.Version
	if v.Commit != "" {
		line += " (commit " + v.Commit[:min(len(v.Commit), 12)]
		if v.Modified {
			line += "+dirty"
		}
		if v.Date != "" {
			line += ", " + v.Date
		}
		line += ")"
	}
	_, err := fmt.Fprintln(w, line)
	return err
}
