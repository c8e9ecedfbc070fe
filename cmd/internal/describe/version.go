package describe

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// VersionSchema is the schema name of a [Version].
const VersionSchema = "keyroster/version/1"

// Version is the build of the program that is running.
type Version struct {
	Schema  string `json:"schema"`
	Version string `json:"version"`
	// Commit is the commit that was built and Date its time (RFC 3339); both are empty if
	// neither the linker nor the go command recorded them.
	Commit string `json:"commit,omitempty"`
	Date   string `json:"date,omitempty"`
	// Modified reports whether the build had uncommitted changes.
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// NewVersion is the build as set by the linker. If the linker set no commit, commit and date
// are those recorded by the go command, if any.
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

// recorded takes the working-tree data recorded by the go command.
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
