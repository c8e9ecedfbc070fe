package manual_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"keyroster/cmd/internal/manual"
	"keyroster/io/termio"
)

const page = "# Look at `a` page\n" + `
<!-- commands: look, see -->
Prose of one **strong word**, *some stress*, a [topic](limits.md#all), [limits](limits.md), a
[place](#below), ` + "[`samples/cron`](../../../samples/cron) and `code of several words`" + `.

- first, which is so long that it does not fit
  on one line
- second

1. numbered

| key | meaning |
|---|--:|
| ` + "`a-key`" + ` | what it means, in words that take some room |
| b \| c | |

` + "```sh\ncode is never folded | whatever its length may be   \n\n  indented\n```\n"

func TestRender(t *testing.T) {
	topic := manual.Topic{Text: page}
	want := "Look at a page\n" + `
  Prose of one strong word, some stress,
  a topic (keyroster help limits),
  ` + "`keyroster help limits`" + `, a place,
  ` + "`samples/cron`" + ` and ` + "`code of several" + `
  words` + "`" + `.

  - first, which is so long that it does
    not fit on one line
  - second
  1. numbered

  key      meaning
  ───────  ─────────────────────────────
  ` + "`a-key`" + `  what it means, in words that
           take some room
  b | c

    code is never folded | whatever its length may be

      indented
`
	if diff := cmp.Diff(want, topic.Render(manual.Style{Width: 40})); diff != "" {
		t.Error(diff)
	}
	painted := topic.Render(manual.Style{Width: 40, Colors: true})
	for _, part := range []string{
		"\x1b[1mLook at a page\x1b[0m\n", "\x1b[1mstrong\x1b[0m \x1b[1mword\x1b[0m,", "\x1b[36msamples/cron\x1b[0m and",
		"  \x1b[36ma-key\x1b[0m  what it means",
	} {
		if !strings.Contains(painted, part) {
			t.Errorf("%q is not in %q", part, painted)
		}
	}
}

// TestWideTableIsLists: a table that no folding makes narrow enough becomes a list for each row.
func TestWideTableIsLists(t *testing.T) {
	topic := manual.Topic{Text: "| where | who | why |\n|---|---|---|\n" +
		"| row 1 | somebody@example.com | a reason of many words that is folded |\n| row 2 | | none |\n"}
	want := `  row 1
    who  somebody@example.com
    why  a reason of many words
         that is folded

  row 2
    why  none
`
	if diff := cmp.Diff(want, topic.Render(manual.Style{Width: 34})); diff != "" {
		t.Error(diff)
	}
}

// TestPagesFitTheirWidth: everything but code fits each width, except words longer than a line.
func TestPagesFitTheirWidth(t *testing.T) {
	for _, topic := range shipped(t) {
		for _, width := range []int{60, 80, 100} {
			text := topic.Render(manual.Style{Width: width})
			for line := range strings.Lines(text) {
				wide := termio.Width(strings.TrimSuffix(line, "\n"))
				isCode := strings.HasPrefix(line, "    ")
				if wide > width && !isCode && strings.Contains(strings.TrimSpace(line), " ") && !strings.Contains(line, "──") {
					t.Errorf("%s at %d: %d columns: %s", topic.Name, width, wide, line)
				}
			}
			if prose := codeSpan.ReplaceAllString(text, ""); strings.Contains(prose, "**") || strings.Contains(prose, "](") {
				t.Errorf("%s: a mark of Markdown is left in\n%s", topic.Name, text)
			}
		}
	}
}

// FuzzRender: a page renders to something at any width, whatever it contains.
func FuzzRender(f *testing.F) {
	f.Add(page, 40)
	f.Add("|\n|a|b|\n```", 0)
	f.Add("[`](x)[a](b)**c* `", 3)
	f.Fuzz(func(_ *testing.T, text string, width int) {
		for _, colors := range []bool{false, true} {
			topic := manual.Topic{Text: text}
			topic.Render(manual.Style{Width: width % 200, Colors: colors})
		}
	})
}

func TestOpen(t *testing.T) {
	book := manual.Open(fstest.MapFS{"manual/limits.md": {Data: []byte(page)}, "manual/other.txt": {}})
	if len(book) != 1 || book[0].Name != "limits" || book[0].Title != "Look at `a` page" || book[0].Text != page {
		t.Errorf("%+v", book)
	}
}

// shipped returns the program's manual.
func shipped(t *testing.T) manual.Book {
	t.Helper()
	book := manual.Open(os.DirFS("../../keyroster"))
	if len(book) < 2 {
		t.Fatal(book)
	}
	return slices.Clip(book)
}
