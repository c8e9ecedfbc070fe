package reportio

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// BenchmarkReports writes what a run of 100,000 lines leaves, as files and one after the other:
// report.json, and from it report.csv, report.xlsx and report.html. Besides the time it reports the
// processor time of all threads, and the most memory that the Go runtime held from the system.
func BenchmarkReports(b *testing.B) {
	const n = 100_000
	dir := b.TempDir()
	source := bigReport(n)
	put := func(name string, write func(io.Writer) error) {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			b.Fatal(err)
		}
		out := bufio.NewWriter(f)
		if err := write(out); err != nil {
			b.Fatal(err)
		}
		if err := out.Flush(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	put("report.json", func(w io.Writer) error { return WriteJSON(w, source) })
	runtime.GC()
	peak := watchMemory(b)
	before := processorTime(b)
	b.ReportAllocs()
	for b.Loop() {
		f, err := os.Open(filepath.Join(dir, "report.json"))
		if err != nil {
			b.Fatal(err)
		}
		r, err := ReadJSON(f)
		if err != nil {
			b.Fatal(err)
		}
		put("again.json", func(w io.Writer) error { return WriteJSON(w, r) })
		put("report.csv", func(w io.Writer) error { return WriteCSV(w, r, CSVOptions{}) })
		put("report.xlsx", func(w io.Writer) error { return WriteXLSX(w, r, XLSXOptions{TempDir: dir}) })
		put("report.html", func(w io.Writer) error { return WriteHTML(w, r, HTMLOptions{}) })
		_ = f.Close()
	}
	b.ReportMetric((processorTime(b)-before).Seconds()/float64(b.N), "cpu-s/op")
	b.ReportMetric(float64(peak())/(1<<20), "peak-MiB")
}

// watchMemory samples what the runtime holds until the returned function is called, which returns
// the maximum.
func watchMemory(b *testing.B) func() uint64 {
	b.Helper()
	held := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	done, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var peak uint64
		for {
			metrics.Read(held)
			peak = max(peak, held[0].Value.Uint64()-held[1].Value.Uint64())
			select {
			case <-done:
				most <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(done); return <-most }
}
