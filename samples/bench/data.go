package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"keyroster/providers/doorflow"
	"keyroster/reconcile"
)

const provider = "doorflow"

// pair are an export and a roster that differs from it: one row in a hundred has another
// value, one in two hundred is missing, and the order is another.
type pair struct{ have, want string }

// data makes the files of a size, unless they exist.
func data(dir string, size int) (pair, error) {
	files := pair{
		have: filepath.Join(dir, fmt.Sprintf("have-%d.csv", size)),
		want: filepath.Join(dir, fmt.Sprintf("want-%d.csv", size)),
	}
	if _, err := os.Stat(files.want); !errors.Is(err, fs.ErrNotExist) {
		return files, err
	}
	if err := export(dir, size, files.have); err != nil {
		return files, err
	}
	return files, change(files)
}

// export makes keyroster itself export an account of the sandbox.
func export(dir string, size int, to string) error {
	for _, old := range []string{to, to + ".meta.json"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	keyroster := filepath.Join(dir, "keyroster")
	sandbox := exec.CommandContext(ctx, keyroster, "sandbox", "--provider", provider, "--generate", fmt.Sprint(size))
	out, err := sandbox.StdoutPipe()
	if err != nil {
		return err
	}
	if err := sandbox.Start(); err != nil {
		return err
	}
	defer func() { stop(); _ = sandbox.Wait() }()
	var welcome struct {
		URL  string `json:"url"`
		Auth struct {
			Token string `json:"access_token"`
		} `json:"auth"`
	}
	if err := json.NewDecoder(out).Decode(&welcome); err != nil {
		return fmt.Errorf("start sandbox: %w", err)
	}
	config := filepath.Join(dir, "keyroster.yaml")
	text := fmt.Sprintf("accounts:\n  bench:\n    provider: %s\n    base_url: %s\n"+
		"    auth: {access_token: env:BENCH_TOKEN}\n    rate: none\n", provider, welcome.URL)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return err
	}
	cmd := exec.Command(
		keyroster, "export", "--config", config, "--account", "bench", "--reveal", "--out", to,
		"--state", filepath.Join(dir, "state"),
	)
	cmd.Env = append(os.Environ(), "BENCH_TOKEN="+welcome.Auth.Token)
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("export: %w: %s", err, said)
	}
	return nil
}

// rosterColumns returns the columns of the roster, the value last.
func rosterColumns() []string {
	schema := doorflow.Spec.Schema
	var names []string
	for _, col := range []int{
		schema.Key(), schema.At(reconcile.HolderID), schema.At(reconcile.TypeID), schema.Value(),
	} {
		names = append(names, schema.Columns[col].Name)
	}
	return names
}

func change(files pair) error {
	in, err := os.Open(files.have)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	read := csv.NewReader(bufio.NewReaderSize(in, 1<<20))
	head, err := read.Read()
	if err != nil {
		return err
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	columns := rosterColumns()
	at := make([]int, len(columns))
	for i, name := range columns {
		at[i] = -1
		for col := range head {
			if head[col] == name {
				at[i] = col
			}
		}
		if at[i] < 0 {
			return fmt.Errorf("the export has no column %s", name)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var rows [][]string
	for n := 0; ; n++ {
		record, err := read.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n%200 == 7 {
			continue
		}
		var row []string
		for _, col := range at {
			row = append(row, strings.Clone(record[col]))
		}
		if n%100 == 3 {
			value := &row[len(row)-1]
			*value = digits(rng, len(*value))
		}
		rows = append(rows, row)
	}
	rng.Shuffle(len(rows), func(a, b int) { rows[a], rows[b] = rows[b], rows[a] })
	return writeCSV(files.want, append([][]string{columns}, rows...))
}

func digits(rng *rand.Rand, n int) string {
	var text strings.Builder
	for range n {
		text.WriteByte('1' + byte(rng.IntN(9)))
	}
	return text.String()
}

// writeCSV leaves no partial file, which would be taken for the data the next time.
func writeCSV(path string, rows [][]string) error {
	out, err := os.Create(path + ".new")
	if err != nil {
		return err
	}
	w := csv.NewWriter(out)
	if err := errors.Join(w.WriteAll(rows), out.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
