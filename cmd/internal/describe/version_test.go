package describe

import (
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersionIsOneLineWhoseSecondWordIsTheVersion(t *testing.T) {
	const commit, date = "70d1850502abf18d2c2c1a1f6f1f6a0a3cf9f0aa", "2026-01-31T02:00:01Z"
	revision := []debug.BuildSetting{{Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: date}}
	for _, c := range []struct {
		name, version, commit, date string
		recorded                    []debug.BuildSetting
		want                        string
	}{
		{name: "nobody knows", version: "dev", want: "keyroster dev"},
		{
			name: "the linker's", version: "0.1.0", commit: commit, date: date,
			want: "keyroster 0.1.0 (commit 70d1850502ab, 2026-01-31T02:00:01Z)",
		},
		{name: "no date", version: "0.1.0", commit: "70d18", want: "keyroster 0.1.0 (commit 70d18)"},
		{
			name: "the go command's", version: "dev", recorded: revision,
			want: "keyroster dev (commit 70d1850502ab, 2026-01-31T02:00:01Z)",
		},
		{
			name: "changed since", version: "dev",
			recorded: append(revision, debug.BuildSetting{Key: "vcs.modified", Value: "true"}),
			want:     "keyroster dev (commit 70d1850502ab+dirty, 2026-01-31T02:00:01Z)",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := &Version{Version: c.version, Commit: c.commit, Date: c.date}
			v.recorded(c.recorded)
			var got strings.Builder
			if err := v.WriteText(&got); err != nil || got.String() != c.want+"\n" {
				t.Errorf("%q, %v, want %q", got.String(), err, c.want)
			}
		})
	}
}

func TestTheLinkersCommitComesFirst(t *testing.T) {
	if v := NewVersion("0.1.0", "abc", ""); v.Commit != "abc" || v.Date != "" || v.Modified {
		t.Errorf("%+v", v)
	}
}
