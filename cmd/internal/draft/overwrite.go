package draft

import (
	"os"
	"slices"
	"strings"

	"keyroster/cmd/internal/failure"
	"keyroster/io/atomicio"
	"keyroster/io/configio"
)

// RefuseOverwrite refuses to write to a file that is read: a roster of the command or the
// configuration, or the configuration itself with its included files. flag names the option
// that gave the path out, which may be empty; config may be nil.
func RefuseOverwrite(flag, out string, rosters []string, config *configio.Config) error {
	if out != "" {
		if err := atomicio.CheckName(out); err != nil {
			return failure.Wrap(failure.Usage, err)
		}
	}
	target, err := os.Stat(out)
	if err != nil {
		return nil // nothing exists there to overwrite
	}
	is := func(path string) bool {
		found, err := os.Stat(path)
		return err == nil && os.SameFile(target, found)
	}
	kept := slices.Clone(rosters)
	if config != nil {
		if slices.ContainsFunc(config.Files, is) {
			return failure.New(failure.Usage, "name another file", "%s %s would overwrite the configuration", flag, out)
		}
		for _, one := range config.Accounts {
			kept = append(kept, one.Roster...)
		}
	}
	if slices.ContainsFunc(kept, func(path string) bool {
		file, _, _ := strings.Cut(path, "#")
		return is(path) || is(file)
	}) {
		return failure.New(failure.Usage, "name another file", "%s %s would overwrite a roster", flag, out)
	}
	return nil
}
