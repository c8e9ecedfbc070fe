package starter

import (
	"errors"
	"fmt"
	"io"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/storage"
	"keyroster/io/configio"
	"keyroster/io/store"
)

// Standing is where a user stands who names no command, and the one command to go on
// with.
type Standing struct{ Says, Next string }

// Stand looks for a configuration and for a run that is open. Of a fleet's database it
// opens nothing.
func Stand(kept *storage.Storage) Standing {
	config, err := kept.Configuration()
	none, wrong := errors.AsType[*configio.Error](err)
	switch {
	case wrong && none.Path == "":
		return Standing{"nothing is configured yet: " + none.Problems[0].Message, "keyroster init"}
	case err != nil:
		return Standing{"the configuration cannot be used: " + err.Error(), "keyroster config check"}
	case config.Fleet != nil:
		return Standing{config.Path + " is that of a fleet", "keyroster fleet status"}
	}
	if run := lastOpen(kept.Folders()); run != nil {
		return Standing{"run " + run.ID() + " is open: it is at work, or was interrupted", "keyroster resume " + run.Place()}
	}
	next, names := "keyroster doctor", config.Names()
	if len(names) > 1 {
		next += " --all"
	}
	return Standing{
		fmt.Sprintf("%s has %s: %s", config.Path, failure.Plural(len(names), "account"), failure.List(names)),
		next,
	}
}

// lastOpen is the last run that can be taken up again, nil for none.
func lastOpen(kept store.Store) *store.Run {
	ids, err := kept.Find(store.RunQuery{Lacks: []string{store.ManifestFile, store.AbandonedFile}})
	if err != nil {
		return nil // there are none
	}
	var last *store.Run
	for _, id := range ids {
		run, err := kept.Run(id)
		if err == nil && (last == nil || run.ID() > last.ID()) && run.Judge().Standing == store.StandsOpen {
			last = run
		}
	}
	return last
}

// WriteText tells a person.
func (s Standing) WriteText(w io.Writer) error {
	_, err := fmt.Fprintf(w, "%s\nnext    %s\n        keyroster --help lists all commands\n", s.Says, s.Next)
	return err
}
