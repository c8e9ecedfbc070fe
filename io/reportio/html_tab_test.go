//go:build browser

package reportio

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a page in a real browser, and what went wrong in it.
type tab struct {
	ctx context.Context
	url string

	mu    sync.Mutex
	wrong []string
}

// browse opens a page from a file, as a person opens an attachment.
func browse(t *testing.T, page string) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("no Chromium is installed")
	}
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1440, 900),
		chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// Only a page that hangs takes this long, however busy the machine is.
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	b := &tab{ctx: ctx, url: "file://" + file}
	if err := chromedp.Listen(ctx, b.note); err != nil {
		t.Fatal(err)
	}
	call(t, b, network.Enable, network.EnableParams{})
	call(t, b, cdplog.Enable, cdp.Empty{})
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, text := range b.wrong {
			t.Error(text)
		}
	})
	return b
}

// note records what a page that stands alone never does: write to the console, fail, or request
// another file.
func (b *tab) note(event any) {
	text := ""
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		text = fmt.Sprintf("console: %s", e.Type)
	case *runtime.EventExceptionThrown:
		text = "exception: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *cdplog.EventEntryAdded:
		text = "console: " + e.Entry.Text
	case *network.EventRequestWillBeSent:
		if at, _, _ := strings.Cut(e.Request.URL, "#"); at != b.url && !strings.HasPrefix(at, "data:,") {
			text = "request to " + e.Request.URL
		}
	}
	if text != "" {
		b.mu.Lock()
		b.wrong = append(b.wrong, text)
		b.mu.Unlock()
	}
}

func call[P, R any](t *testing.T, b *tab, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(b.ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (b *tab) do(t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// open loads the page and waits until its lines are read.
func (b *tab) open(t *testing.T) {
	t.Helper()
	b.do(t, chromedp.Navigate(b.url), chromedp.WaitVisible(chromedp.CSS("html[data-ready]")))
}

// ask evaluates JavaScript.
func ask[T any](t *testing.T, b *tab, script string) T {
	t.Helper()
	result, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return result
}

// expect waits until the JavaScript evaluates to want.
func (b *tab) expect(t *testing.T, script, want string) {
	t.Helper()
	for range 50 {
		if got := ask[string](t, b, "String("+script+")"); got == want {
			return
		}
		ask[bool](t, b, "new Promise((done) => requestAnimationFrame(() => done(true)))")
	}
	t.Errorf("%s is %q, want %q", script, ask[string](t, b, "String("+script+")"), want)
}

func (b *tab) click(t *testing.T, selector string) {
	t.Helper()
	ask[bool](t, b, "(document.querySelector("+fmt.Sprintf("%q", selector)+").click(), true)")
}

func (b *tab) press(t *testing.T, key string) {
	t.Helper()
	b.do(t, chromedp.KeyEvent(key))
}
