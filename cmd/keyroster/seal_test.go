package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/cmd/internal/history"
	"keyroster/io/atomicio"
	"keyroster/io/sealio"
	"keyroster/io/store"
)

// cmdAge turns a run folder into one of the version that did not write into the seal and the plan
// which run they belong to.
func cmdAge(ts *testscript.TestScript, args []string) {
	folder, key := ts.MkAbs(args[0]), ts.MkAbs(args[1])
	text, err := os.ReadFile(key)
	ts.Check(err)
	identity, recipient, err := sealio.ParseKey(text, key)
	ts.Check(err)
	path := filepath.Join(folder, store.SealedFile)
	f, err := os.Open(path)
	ts.Check(err)
	snapshot, err := sealio.Unseal(f, identity)
	ts.Check(err)
	ts.Check(f.Close())
	for _, name := range []string{history.MetaRun, history.MetaDigest, history.MetaProvider} {
		delete(snapshot.Meta, name)
	}
	ts.Check(atomicio.WriteFile(path, 0o600, func(w io.Writer) error { return sealio.Seal(w, recipient, snapshot) }))
	var plan map[string]json.RawMessage
	path = filepath.Join(folder, store.PlanFile)
	data, err := os.ReadFile(path)
	ts.Check(err)
	ts.Check(json.Unmarshal(data, &plan))
	delete(plan, "run_id")
	delete(plan, "tenant")
	// The lines come last, as the reader wants them.
	lines := plan["lines"]
	delete(plan, "lines")
	head, err := json.Marshal(plan)
	ts.Check(err)
	data = append(append(append(head[:len(head)-1], `,"lines":`...), lines...), '}', '\n')
	ts.Check(os.WriteFile(path, data, 0o600))
}
