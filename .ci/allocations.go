//go:build ignore

// allocations holds benchmarks to the allocations that stand in .ci/allocations.txt: unlike
// seconds, they are the same on every machine, and what grows with the rows shows in them.
// It fails where one takes 3 % more, and says where one takes less. With -update it writes
// what it finds.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

const file = ".ci/allocations.txt"

// bench is a line of the file.
type bench struct {
	pkg, name string
	allocs    int
}

var result = regexp.MustCompile(`(?m)^(Benchmark\S+?)(?:-\d+)?\s+1\s.*?(\d+) allocs/op`)

func main() {
	update := flag.Bool("update", false, "write what is found")
	flag.Parse()
	head, kept, err := read()
	if err != nil {
		fail("read what benchmarks may allocate: %v", err)
	}
	found, err := measure(kept)
	if err != nil {
		fail("%v", err)
	}
	more := 0
	for i := range kept {
		b := &kept[i]
		now, ran := found[b.pkg+" "+b.name]
		if !ran {
			fail("%s in %s was not run: is it still there?", b.name, b.pkg)
		}
		note := ""
		switch slack := b.allocs*3/100 + 20; {
		case now > b.allocs+slack:
			note, more = fmt.Sprintf("  MORE than %d", b.allocs), more+1
		case now < b.allocs-slack:
			note = fmt.Sprintf("  less than %d: -update keeps it so", b.allocs)
		}
		fmt.Printf("%-22s %-32s %8d%s\n", b.pkg, b.name, now, note)
		b.allocs = now
	}
	if *update {
		if err := write(head, kept); err != nil {
			fail("%v", err)
		}
	} else if more > 0 {
		fail("%d benchmarks allocate more than %s says; where that is right, say why in a commit: "+
			"go run .ci/allocations.go -update", more, file)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "allocations: "+format+"\n", args...)
	os.Exit(1)
}

func read() (head string, kept []bench, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", nil, err
	}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			head += line + "\n"
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != 3 {
			return "", nil, fmt.Errorf("%s: %q is not a package, a benchmark and a number", file, line)
		}
		allocs, err := strconv.Atoi(fields[2])
		if err != nil {
			return "", nil, fmt.Errorf("%s: %q: %w", file, line, err)
		}
		kept = append(kept, bench{fields[0], fields[1], allocs})
	}
	return head, kept, nil
}

// measure runs each benchmark once, and returns its allocations by package and name.
func measure(kept []bench) (map[string]int, error) {
	found := map[string]int{}
	for _, b := range kept {
		var levels []string
		for _, level := range strings.Split(b.name, "/") {
			levels = append(levels, "^"+regexp.QuoteMeta(level)+"$")
		}
		cmd := exec.Command("go", "test", "-run", "^$",
			"-bench", strings.Join(levels, "/"), "-benchtime", "1x", "-benchmem", "./"+b.pkg)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("run %s in %s: %w\n%s", b.name, b.pkg, err, out)
		}
		for _, m := range result.FindAllSubmatch(out, -1) {
			allocs, err := strconv.Atoi(string(m[2]))
			if err != nil {
				return nil, err
			}
			found[b.pkg+" "+string(m[1])] = allocs
		}
	}
	return found, nil
}

func write(head string, kept []bench) error {
	var out strings.Builder
	out.WriteString(head)
	for _, b := range kept {
		fmt.Fprintf(&out, "%-22s %-32s %8d\n", b.pkg, b.name, b.allocs)
	}
	return os.WriteFile(file, []byte(out.String()), 0o644)
}
