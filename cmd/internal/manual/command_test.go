package manual_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/manual"
)

var small = manual.Open(fsOf("limits", page, "exit-codes", "# What a code means\n\nA heartbeat.\n"))

func program() *cobra.Command {
	root := &cobra.Command{Use: "keyroster", Short: "All", Long: "All of it"}
	see := &cobra.Command{Use: "see", Short: "See more"}
	see.AddCommand(&cobra.Command{Use: "again", Run: func(*cobra.Command, []string) {}})
	root.AddCommand(
		see,
		&cobra.Command{Use: "look THING", Short: "Look at it", Run: func(*cobra.Command, []string) {}},
		&cobra.Command{Use: "limits", Short: "A topic as well", Run: func(*cobra.Command, []string) {}},
	)
	return root
}

func TestTopic(t *testing.T) {
	for words, want := range map[string]string{
		"limits": "limits", "LIMITS": "limits", "exit-codes": "exit-codes", "exit codes": "exit-codes", "limit": "", "": "",
	} {
		got := ""
		if topic := small.Topic(strings.Fields(words)); topic != nil {
			got = topic.Name
		}
		if got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}

// TestBeside: the program lists all topics, a command only those that say they are about it.
func TestBeside(t *testing.T) {
	const limits = "\nManual:\n  keyroster help limits         Look at `a` page\n"
	for command, want := range map[string]string{
		"keyroster": "\nManual (keyroster help TOPIC):\n" +
			"  exit-codes     What a code means\n" +
			"  limits         Look at `a` page\n",
		"keyroster look":      limits,
		"keyroster see again": limits,
		"keyroster again":     "",
	} {
		if diff := cmp.Diff(want, small.Beside(command)); diff != "" {
			t.Errorf("%s: %s", command, diff)
		}
	}
}

// TestComplete: a topic with the name of a command takes that command's place, so the name appears
// once.
func TestComplete(t *testing.T) {
	root := program()
	want := []string{"look\tLook at it", "see\tSee more", "exit-codes\tWhat a code means", "limits\tLook at `a` page"}
	if diff := cmp.Diff(want, small.Complete(root, nil)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"again\t"}, small.Complete(root, []string{"see"})); diff != "" {
		t.Error(diff)
	}
}

// TestAsk covers a topic, a command, both under one name, and neither.
func TestAsk(t *testing.T) {
	for words, want := range map[string]struct{ topic, command, usage string }{
		"":           {command: "keyroster"},
		"exit codes": {topic: "exit-codes", command: "keyroster"},
		"limits":     {"limits", "limits", "Usage:\n  keyroster limits\n  keyroster limits --help shows the flags\n\n"},
		"see again":  {command: "again"},
		"see nobody": {},
		"nobody":     {},
	} {
		asked, err := small.Ask(program(), strings.Fields(words))
		var got struct{ topic, command, usage string }
		if err == nil {
			got.command, got.usage = asked.Command.Name(), asked.Usage
			if asked.Topic != nil {
				got.topic = asked.Topic.Name
			}
		}
		if got != want {
			t.Errorf("%q: %+v, %v, want %+v", words, got, err, want)
		}
	}
}

func TestUnknown(t *testing.T) {
	for word, want := range map[string]string{
		"limitz":     "did you mean keyroster help limits?",
		"lok":        "did you mean keyroster help look?",
		"exit codez": "did you mean keyroster help exit-codes?",
		"Heartbeat":  "the manual speaks of it: keyroster help exit-codes",
		"words":      "the manual speaks of it: keyroster help limits",
		"elephant":   "keyroster help lists commands and topics",
		"of":         "keyroster help lists commands and topics",
	} {
		_, err := small.Ask(program(), strings.Fields(word))
		f := failure.Of(err)
		if f.Kind != failure.Usage || f.Hint != want || !strings.Contains(f.Error(), word) {
			t.Errorf("%s: %v, hint %q, want %q", word, f, f.Hint, want)
		}
	}
}

func TestDocument(t *testing.T) {
	for _, c := range []struct {
		words, name string
		topics      int
	}{
		{"limits", "limits", 0},
		{"look", "look", 0},
		{"", "keyroster", 2},
	} {
		asked, err := small.Ask(program(), strings.Fields(c.words))
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(asked.Document())
		if err != nil {
			t.Fatal(err)
		}
		var got manual.Document
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
		if got.Schema != manual.Schema || got.Topic.Name != c.name || got.Topic.Text == "" || len(got.Topics) != c.topics {
			t.Errorf("%s", text)
		}
	}
	if small[0].Text == "" {
		t.Error("the list of topics takes their texts")
	}
}
