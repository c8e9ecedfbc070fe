//go:build libreoffice

package main

import (
	"os/exec"
	"path/filepath"
	"testing"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/exit"
	"keyroster/io/xlsxio/xlsxtest"
)

// TestLibreOfficeOpensWhatCommandsWrite: every workbook that a command writes opens in
// LibreOffice as it was written.
func TestLibreOfficeOpensWhatCommandsWrite(t *testing.T) {
	dir := t.TempDir()
	shipped, err := filepath.Abs(samples)
	if err != nil {
		t.Fatal(err)
	}
	sample := func(name string) string { return filepath.Join(shipped, name) }
	demo := []string{"--config", sample("keyroster.yaml"), "--account", "demo"}
	var paths []string
	for _, c := range []struct {
		name string
		exit int
		args []string
	}{
		{"annotated", exit.Partial, []string{
			"apply", "--yes", "--annotate", "annotated.xlsx", sample("roster-problems.xlsx"),
		}},
		{"checked", exit.Roster, []string{"check", "--annotate", "checked.xlsx", sample("roster-problems.xlsx")}},
		{"export", exit.OK, []string{"export", "--reveal", "--out", "export.xlsx"}},
		{"template", exit.OK, []string{"template", "--out", "template.xlsx"}},
	} {
		command(t, dir, c.exit, append(c.args, demo...)...)
		paths = append(paths, filepath.Join(dir, c.name+".xlsx"))
	}
	reports, err := filepath.Glob(filepath.Join(dir, "runs", "*", "report.xlsx"))
	if err != nil || len(reports) != 1 {
		t.Fatalf("reports %q, %v", reports, err)
	}
	paths = append(paths, reports...)
	for _, provider := range account.ProviderNames() {
		command(t, dir, exit.OK, "template", provider, "--out", provider+".xlsx")
		paths = append(paths, filepath.Join(dir, provider+".xlsx"))
	}
	xlsxtest.OpensInOffice(t, paths...)
}

// command runs keyroster in a folder and checks its exit code.
func command(t *testing.T, dir string, exit int, args ...string) {
	t.Helper()
	cmd := exec.Command("keyroster", args...)
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "HOME="+dir, "XDG_STATE_HOME="+filepath.Join(dir, "state"), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
	if out, _ := cmd.CombinedOutput(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != exit {
		t.Fatalf("keyroster %q: %v, want exit code %d\n%s", args, cmd.ProcessState, exit, out)
	}
}
