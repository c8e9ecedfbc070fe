package main

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/testscript"
)

func cmdYAML(ts *testscript.TestScript, args []string) {
	documents := []any{}
	decoder := yaml.NewDecoder(strings.NewReader(ts.ReadFile(args[0])), yaml.Strict())
	for {
		var document any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		documents = append(documents, document)
	}
	writeJSON(ts, args[1], map[string]any{"documents": documents})
}

// cmdUnit reads a unit according to systemd.syntax(7), except for continued lines.
func cmdUnit(ts *testscript.TestScript, args []string) {
	unit, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		line = strings.TrimSpace(line)
		key, value, isSetting := strings.Cut(line, "=")
		switch {
		case line == "", strings.HasPrefix(line, "#"), strings.HasPrefix(line, ";"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = strings.Trim(line, "[]")
			unit[section] = map[string][]string{}
		case isSetting && section != "" && !strings.HasSuffix(line, "\\"):
			unit[section][key] = append(unit[section][key], value)
		default:
			ts.Fatalf("%s: do not understand %q", args[0], line)
		}
	}
	writeJSON(ts, args[1], unit)
}

// cmdTask reads a task of the Windows Task Scheduler.
func cmdTask(ts *testscript.TestScript, args []string) {
	var task struct {
		XMLName          xml.Name `xml:"http://schemas.microsoft.com/windows/2004/02/mit/task Task" json:"-"`
		Start            string   `xml:"Triggers>CalendarTrigger>StartBoundary"`
		Missed           bool     `xml:"Settings>StartWhenAvailable"`
		Second           string   `xml:"Settings>MultipleInstancesPolicy"`
		Command          string   `xml:"Actions>Exec>Command"`
		Arguments        string   `xml:"Actions>Exec>Arguments"`
		WorkingDirectory string   `xml:"Actions>Exec>WorkingDirectory"`
	}
	ts.Check(xml.Unmarshal([]byte(ts.ReadFile(args[0])), &task))
	writeJSON(ts, args[1], task)
}

func writeJSON(ts *testscript.TestScript, name string, document any) {
	text, err := json.Marshal(document)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(name), text, 0o600))
}

var (
	cronSetting = regexp.MustCompile(`^([A-Z_]+)=(.*)$`)
	cronLine    = regexp.MustCompile(`^([0-9*,/-]+\s+){5}(.+)$`)
)

// cmdCrontab turns a crontab with one job into what cron makes of it: settings become the
// environment, an unescaped % would end the command, and nothing of a login shell is there.
func cmdCrontab(ts *testscript.TestScript, args []string) {
	script, jobs := "", 0
	lines := bufio.NewScanner(strings.NewReader(ts.ReadFile(args[0])))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		setting, job := cronSetting.FindStringSubmatch(line), cronLine.FindStringSubmatch(line)
		switch {
		case line == "", strings.HasPrefix(line, "#"):
		case setting != nil:
			script += fmt.Sprintf("export %s='%s'\n", setting[1], setting[2])
		case job != nil:
			if strings.Contains(strings.ReplaceAll(job[2], `\%`, ""), "%") {
				ts.Fatalf("%s: cron ends the command at a %%", args[0])
			}
			script += strings.ReplaceAll(job[2], `\%`, "%") + "\n"
			jobs++
		default:
			ts.Fatalf("%s: do not understand %q", args[0], line)
		}
	}
	if jobs != 1 {
		ts.Fatalf("%s has %d jobs, want one", args[0], jobs)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(script), 0o600))
}
