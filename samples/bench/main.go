// Command bench makes rosters and exports of several sizes and compares them with keyroster
// and with what people use instead, in turn, several times. It prints medians of processor
// time, time and memory, and plots how they grow. README.md in this folder says how to run
// it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	o := options{}
	sizes := flag.String("sizes", "10000,100000,1000000", "`LIST` of how many credentials to compare")
	flag.IntVar(&o.rounds, "rounds", 5, "`N` runs of each tool, in turn")
	flag.StringVar(&o.dir, "dir", filepath.Join(os.TempDir(), "keyroster-bench"), "`DIR` for the data, which are kept")
	flag.StringVar(&o.plot, "plot", "", "draw the growth into this SVG `FILE`")
	flag.Parse()
	for _, text := range strings.Split(*sizes, ",") {
		size, err := strconv.Atoi(text)
		if err != nil || size < 1 {
			fail(fmt.Errorf("read --sizes: %q is no number of credentials", text))
		}
		o.sizes = append(o.sizes, size)
	}
	if err := o.run(); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "bench:", err)
	os.Exit(1)
}

type options struct {
	sizes     []int
	rounds    int
	dir, plot string
}

func (o *options) run() error {
	if o.rounds < 1 {
		return errors.New("--rounds must be at least 1")
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	tools, missing, err := install(o.dir)
	if err != nil {
		return err
	}
	var all []row
	for _, size := range o.sizes {
		files, err := data(o.dir, size)
		if err != nil {
			return fmt.Errorf("make %d credentials: %w", size, err)
		}
		rows, err := compare(tools, files, size, o.rounds)
		if err != nil {
			return err
		}
		printTable(os.Stdout, size, rows)
		all = append(all, rows...)
	}
	for _, name := range missing {
		fmt.Printf("not at hand: %s\n", name)
	}
	if o.plot == "" {
		return nil
	}
	return os.WriteFile(o.plot, draw(all), 0o644)
}
