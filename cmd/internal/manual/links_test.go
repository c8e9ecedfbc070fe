package manual_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

// root is the folder of the module.
const root = "../../.."

func fsOf(pairs ...string) fstest.MapFS {
	files := fstest.MapFS{}
	for n := 0; n < len(pairs); n += 2 {
		files["manual/"+pairs[n]+".md"] = &fstest.MapFile{Data: []byte(pairs[n+1])}
	}
	return files
}

// pagesOf returns the project's pages, which are read on the web and in part in the program.
func pagesOf(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{
		"*.md", ".github/*.md", "cmd/keyroster/manual/*.md", "samples/*.md", "samples/*/*.md",
	} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) < 6 {
		t.Fatalf("pages: %q", all)
	}
	return all
}

var (
	fence     = regexp.MustCompile("(?ms)^```.*?^```$")
	codeSpan  = regexp.MustCompile("`[^`\n]*`")
	link      = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	headLine  = regexp.MustCompile(`(?m)^#+ (.+)$`)
	noLetters = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors returns the anchors of a page's headings, as GitHub makes them.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, m := range headLine.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		all[strings.ReplaceAll(noLetters.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
	}
	return all
}

// TestLinksLeadSomewhere: each relative link leads to an existing file, and to a heading in it.
func TestLinksLeadSomewhere(t *testing.T) {
	seen := 0
	for _, page := range pagesOf(t) {
		prose := fence.ReplaceAllString(read(t, page), "")
		// A link's text may be code, and code may look like a link.
		prose = codeSpan.ReplaceAllString(prose, "x")
		for _, m := range link.FindAllStringSubmatch(prose, -1) {
			target, anchor, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			seen++
			path := page
			if target != "" {
				path = filepath.Join(filepath.Dir(page), target)
			}
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %s: %v", page, m[1], err)
			} else if anchor != "" && !anchors(read(t, path))[anchor] {
				t.Errorf("%s: %s: no such heading", page, m[1])
			}
		}
	}
	if seen == 0 {
		t.Error("no link was looked at")
	}
}

// TestReadmeLeadsToEachTopic: README links to every topic.
func TestReadmeLeadsToEachTopic(t *testing.T) {
	readme := read(t, filepath.Join(root, "README.md"))
	for _, topic := range shipped(t) {
		if !strings.Contains(readme, "(cmd/keyroster/manual/"+topic.Name+".md)") {
			t.Errorf("README has no link to the topic %s", topic.Name)
		}
	}
}

// TestTopicsKeepToTheirMarkdown: a topic has everything that the terminal and the web need, and no
// Markdown that the terminal does not know.
func TestTopicsKeepToTheirMarkdown(t *testing.T) {
	unknown := regexp.MustCompile(`(?m)^(>|\t| +[-*] |\* |\+ |---|===|!\[|<[^!]| {4})|!\[|<br|&[a-z]+;`)
	for _, topic := range shipped(t) {
		if topic.Title == "" || !strings.HasPrefix(topic.Text, "# "+topic.Title+"\n\n") || len(topic.Title) > 60 {
			t.Errorf("%s: the title %q", topic.Name, topic.Title)
		}
		prose := codeSpan.ReplaceAllString(fence.ReplaceAllString(topic.Text, ""), "x")
		if m := unknown.FindString(prose); m != "" {
			t.Errorf("%s: %q is Markdown that help does not know", topic.Name, m)
		}
		if strings.Count(topic.Text, "\n```")%2 != 0 {
			t.Errorf("%s: code without an end", topic.Name)
		}
	}
}

// TestTopicsBeginWithACommand: a topic begins with a command, after a sentence at most.
func TestTopicsBeginWithACommand(t *testing.T) {
	for _, topic := range shipped(t) {
		before, _, _ := strings.Cut(topic.Text, "```")
		if !strings.Contains(topic.Text, "```") || strings.Count(before, "\n") > 10 || strings.Contains(before, "\n## ") {
			t.Errorf("%s begins with %d lines and no command", topic.Name, strings.Count(before, "\n"))
		}
	}
}
