package audit

import (
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/history"
	"keyroster/io/store"
)

// Verify recomputes what a run claims, from its files alone. ref is a run as [store.Store.Run]
// takes it. A run that fails a check is no error: the document says where. An error
// is that of [history.NotOpenedError].
func Verify(st store.Store, ref string, log zerolog.Logger) (*Document, error) {
	run, err := st.Run(ref)
	if run == nil {
		return nil, history.NotOpenedError(err)
	}
	_, stands, err := history.RunOf(st, ref, log)
	if err != nil {
		// The manifest is unreadable and the folder was renamed.
		stands = history.StatusOf(run, store.Assessment{
			Status: store.RunDamaged, Flaw: store.FlawManifest, Err: err,
		})
	}
	files := readFiles(st, run, stands)
	defer files.close()
	doc := &Document{
		Schema: Schema, RunID: run.ID(), OK: true, Checks: files.checks(), Status: stands.Status,
	}
	if stands.Status != store.RunClosed {
		doc.Next = stands.NextStep()
	}
	for _, c := range doc.Checks {
		doc.OK = doc.OK && c.OK
	}
	return doc, nil
}
