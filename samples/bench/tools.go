package main

import (
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// tool compares a pair of files.
type tool struct {
	name string
	args func(pair) []string
	// codes are the exit codes of a successful comparison.
	codes []int
}

//go:embed diff.py
var pythonDict []byte

//go:embed duckdb.mjs
var duckDB []byte

// install makes the tools that are available, keyroster first, and names those that are
// not.
func install(dir string) (tools []tool, missing []string, err error) {
	build := func(name, pkg string) string {
		to := filepath.Join(dir, name)
		cmd := exec.Command("go", "build", "-ldflags", "-s -w", "-o", to, pkg)
		if said, buildErr := cmd.CombinedOutput(); buildErr != nil && err == nil {
			err = fmt.Errorf("build %s: %w: %s", name, buildErr, said)
		}
		return to
	}
	write := func(name string, text []byte) string {
		to := filepath.Join(dir, name)
		if writeErr := os.WriteFile(to, text, 0o600); writeErr != nil && err == nil {
			err = writeErr
		}
		return to
	}
	keyroster, naive := build("keyroster", "keyroster/cmd/keyroster"), build("naive", "keyroster/samples/bench/naive")
	state := filepath.Join(dir, "state")
	tools = []tool{
		{"keyroster", func(p pair) []string {
			return []string{keyroster, "plan", "--against", p.have, p.want, "--quiet", "--state", state}
		}, []int{0}},
		{"Go, maps", func(p pair) []string { return []string{naive, p.have, p.want} }, []int{0}},
	}
	offer := func(name string, needs []string, args func(pair) []string, codes ...int) {
		for _, program := range needs {
			if _, lookErr := exec.LookPath(program); lookErr != nil {
				missing = append(missing, name+", which needs "+program)
				return
			}
		}
		tools = append(tools, tool{name, args, append(codes, 0)})
	}
	script := write("diff.py", pythonDict)
	offer("Python, dicts", []string{"python3"}, func(p pair) []string {
		return []string{"python3", script, p.have, p.want}
	})
	offer("sort and comm", []string{"sh", "sort", "comm", "cut"}, func(p pair) []string {
		return []string{"sh", "-c", sortAndComm, "sh", p.have, p.want, filepath.Join(dir, "sorted")}
	})
	offer("csvdiff", []string{"csvdiff"}, func(p pair) []string {
		return []string{"csvdiff", p.have, p.want, "--primary-key", "0", "--columns", "1,5,8", "--format", "json"}
	})
	node := filepath.Join(dir, "duckdb.mjs")
	write("duckdb.mjs", duckDB)
	if _, statErr := os.Stat(filepath.Join(dir, "node_modules", "@duckdb", "node-api")); statErr != nil {
		missing = append(missing, fmt.Sprintf("DuckDB: (cd %s && npm install @duckdb/node-api)", dir))
	} else {
		offer("DuckDB", []string{"node"}, func(p pair) []string { return []string{"node", node, p.have, p.want} })
	}
	return tools, missing, err
}

// sortAndComm compares lines and not fields: its result names no fields.
const sortAndComm = `set -e; export LC_ALL=C
tail -n +2 "$1" | cut -d, -f1,2,6,9 | sort >"$3.have"
tail -n +2 "$2" | sort >"$3.want"
comm -3 "$3.have" "$3.want" | wc -l`
