package reportio

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"keyroster/io/termio"
)

// HTMLOptions say how the page is written.
type HTMLOptions struct {
	// MaxLines is the number of lines that the page holds at most; 0 means
	// 150,000, which a browser on a phone still scrolls. If there are more,
	// unchanged lines are left out first and lines that need a person last, and the
	// page says how many of each are missing.
	MaxLines int
}

// htmlMaxLines times the height of a line on a phone stays under the height
// that browsers can scroll (17.8 million pixels in Firefox).
const htmlMaxLines = 150_000

// WriteHTML writes the report as one page that needs no other file and no
// network: it can be mailed, and opened from a share. Without scripts it still
// says the verdict, the totals and what needs a person first. Memory grows with the
// listed lines, by their sort keys: about 150 bytes each.
//
// Every text is escaped, by html/template in the page and by encoding/json in its data;
// besides, the page's policy allows only its own scripts and styles, by their digests.
func WriteHTML(w io.Writer, r *Report, o HTMLOptions) error {
	if err := r.Tally(); err != nil {
		return err
	}
	r = r.local()
	if o.MaxLines <= 0 {
		o.MaxLines = htmlMaxLines
	}
	out := bufio.NewWriterSize(w, 64<<10)
	page := newHTMLPage(r, o)
	shown := termio.NewWriter(out)
	if err := pageTemplate().ExecuteTemplate(shown, "top", page); err != nil {
		return fmt.Errorf("write html report: %w", err)
	}
	if err := writeHTMLData(out, r, page); err != nil {
		return err
	}
	if err := pageTemplate().ExecuteTemplate(shown, "end", page); err != nil {
		return fmt.Errorf("write html report: %w", err)
	}
	return during("write html report", out.Flush())
}

//go:embed html
var assets embed.FS

// The page's parts, read once from the program itself; its templates not before a page is written,
// since most commands write none.
var (
	pageTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.ParseFS(assets, "html/*.tmpl"))
	})
	baseStyle  = readAsset("base.css")
	pageStyle  = baseStyle + readAsset("report.css")
	pageScript = "(() => {\n'use strict';\n" +
		readAsset(
			"data.js",
		) + readAsset("search.js") + readAsset("table.js") + readAsset("print.js") + readAsset("details.js") + readAsset("page.js") +
		"})();\n"
	pagePolicy = strings.Join([]string{
		"default-src 'none'", "style-src " + digestSource(pageStyle), "script-src " + digestSource(pageScript),
		"img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
)

// Styled is a style for another page of the reports' family, which begins with what they
// share, and the content security policy that allows nothing else to load.
func Styled(own string) (style, policy string) {
	style = baseStyle + own
	return style, strings.Join([]string{
		"default-src 'none'", "style-src " + digestSource(style), "img-src data:", "base-uri 'none'", "form-action 'none'",
	}, "; ")
}

func readAsset(name string) string {
	text, err := assets.ReadFile("html/" + name)
	if err != nil {
		panic(err) // it is built into the program
	}
	return string(text)
}

// digestSource names an inline script or style in a content security policy.
func digestSource(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
