//go:build postgres

package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"keyroster/io/store/pgstore/pgtest"
)

// TestFleetScripts runs scripts as [TestScripts] does, each with an empty database, whose
// URL is in $KEYROSTER_DATABASE, and a key in $KEYROSTER_FLEET_KEY.
func TestFleetScripts(t *testing.T) {
	err := pgtest.WithDatabase(func(server string) {
		t.Run("scripts", func(t *testing.T) {
			runScripts(t, "fleet", func(env *testscript.Env) {
				env.Setenv("KEYROSTER_DATABASE", pgtest.Database(env.T().(testing.TB), server))
				env.Setenv("KEYROSTER_FLEET_KEY", "a key for tests, and for nothing else")
			})
		})
	})
	if err != nil {
		t.Error(err)
	}
}
