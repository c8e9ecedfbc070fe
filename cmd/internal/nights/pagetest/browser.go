//go:build browser

package pagetest

import (
	"context"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// faint lists the signs that have too little contrast with their background.
const faint = `(() => {
	const light = (color) => color.match(/[\d.]+/g).slice(0, 3)
		.map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	return [...document.querySelectorAll('.sign, .nights a, .nights td > span:not(.strip), ' +
		'.nights td > b, .tiles a, .strip i, .verdict')].filter((e) => e.textContent).filter((e) => {
		const style = getComputedStyle(e), [a, b] = [light(style.color), light(style.backgroundColor)];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
	}).map((e) => e.className + ' ' + e.textContent).join(', ');
})()`

// wider lists what extends beyond the page, except for what scrolls by itself.
const wider = `[...document.querySelectorAll('body *')].filter((e) => !e.closest('.frame') &&
	e.getBoundingClientRect().right > innerWidth).map((e) => e.tagName + ' ' + e.className).join(', ')`

// Look opens a page at all widths, in light and dark mode, and checks what is visible and what
// a screen reader gets: at least the given number of elements of each role.
func Look(t *testing.T, file string, least map[string]int) context.Context {
	t.Helper()
	ctx := browse(t)
	for _, width := range []int64{320, 390, 768, 1024, 1440} {
		for _, scheme := range []string{"light", "dark"} {
			call(t, ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
				Width: width, Height: 844, DeviceScaleFactor: 1, Mobile: width < 768,
			})
			call(t, ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			})
			Do(t, ctx, chromedp.Navigate("file://"+file))
			if wide := Ask[int64](t, ctx, "document.documentElement.scrollWidth"); wide > width {
				t.Errorf("at a width of %d the page is %d wide: %s", width, wide, Ask[string](t, ctx, wider))
			}
			if found := Ask[string](t, ctx, faint); found != "" {
				t.Errorf("%s, at a width of %d, these are too faint: %s", scheme, width, found)
			}
		}
		readable(t, ctx, width, least)
	}
	return ctx
}

// readable checks what a screen reader gets from the page.
func readable(t *testing.T, ctx context.Context, width int64, least map[string]int) {
	t.Helper()
	seen := map[string]int{}
	for _, node := range call(t, ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{}).Nodes {
		if node.Ignored || node.Role == nil {
			continue
		}
		role := strings.Trim(string(node.Role.Value), `"`)
		seen[role]++
		if slices.Contains([]string{"table", "link", "region", "image", "columnheader", "rowheader"}, role) &&
			(node.Name == nil || strings.Trim(string(node.Name.Value), `"`) == "") {
			t.Errorf("at a width of %d a %s has no name", width, role)
		}
	}
	for role, n := range least {
		if seen[role] < n {
			t.Errorf("at a width of %d there are %d of role %s, want %d", width, seen[role], role, n)
		}
	}
}

// browse starts a browser.
func browse(t *testing.T) context.Context {
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
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	// Only a page that hangs takes this long, even on a busy machine.
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func call[P, R any](t *testing.T, ctx context.Context, command cdp.Command[P, R], params P) R {
	t.Helper()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// Do performs a person's actions.
func Do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// Ask evaluates JavaScript.
func Ask[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	result, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", script, err)
	}
	return result
}
