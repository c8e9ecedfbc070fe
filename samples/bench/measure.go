package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"text/tabwriter"
	"time"
)

// row is the result of one tool for one size: medians.
type row struct {
	size     int
	tool     string
	cpu      time.Duration
	wall     time.Duration
	peak     int64 // bytes of the largest process, 0 if the system does not report it
	baseline float64
}

// run is one run of a tool.
type run struct {
	cpu, wall time.Duration
	peak      int64
}

// compare runs the tools in turn, so that a machine that becomes slow does so for all.
func compare(tools []tool, files pair, size, rounds int) ([]row, error) {
	runs := make([][]run, len(tools))
	for range rounds {
		for i, t := range tools {
			r, err := t.measure(files)
			if err != nil {
				return nil, fmt.Errorf("run %s on %d credentials: %w", t.name, size, err)
			}
			runs[i] = append(runs[i], r)
		}
	}
	var rows []row
	for i, t := range tools {
		rows = append(rows, row{
			size: size, tool: t.name,
			cpu:      median(runs[i], func(r run) time.Duration { return r.cpu }),
			wall:     median(runs[i], func(r run) time.Duration { return r.wall }),
			peak:     median(runs[i], func(r run) int64 { return r.peak }),
			baseline: ratio(runs[i], runs[0]),
		})
	}
	return rows, nil
}

// measure runs the tool once. Its output is read and discarded.
func (t *tool) measure(files pair) (run, error) {
	args := t.args(files)
	cmd := exec.Command(args[0], args[1:]...)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	began := time.Now()
	err := cmd.Run()
	r := run{wall: time.Since(began)}
	var exit *exec.ExitError
	if errors.As(err, &exit) && slices.Contains(t.codes, exit.ExitCode()) {
		err = nil
	}
	if err != nil {
		return r, fmt.Errorf("%w: %.300s", err, said.String())
	}
	r.cpu, r.peak = cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime(), peakOf(cmd.ProcessState)
	return r, nil
}

// ratio returns the median of the processor time of runs, relative to those of the same round.
func ratio(of, against []run) float64 {
	var all []float64
	for i := range of {
		all = append(all, float64(of[i].cpu)/float64(max(against[i].cpu, time.Millisecond)))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func median[T cmp.Ordered](runs []run, of func(run) T) T {
	var all []T
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func printTable(w io.Writer, size int, rows []row) {
	fmt.Fprintf(w, "%d credentials\n", size)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "tool\tCPU s\ttime s\tpeak MiB\tCPU, keyroster = 1\t")
	for _, r := range rows {
		fmt.Fprintf(table, "%s\t%.2f\t%.2f\t%d\t%.2f\t\n", r.tool, r.cpu.Seconds(), r.wall.Seconds(), r.peak>>20, r.baseline)
	}
	_ = table.Flush()
	fmt.Fprintln(w)
}
