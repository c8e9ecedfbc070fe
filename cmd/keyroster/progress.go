package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"keyroster/cmd/internal/sink"
	"keyroster/io/termio"
)

// progress shows how far a phase is: a bar with count, rate and time left on a
// terminal that can move its cursor, a log line now and then elsewhere, nothing
// with --quiet.
type progress struct {
	app   *app
	what  string
	bars  *mpb.Progress
	bar   *mpb.Bar
	mu    sync.Mutex
	said  time.Time
	start time.Time
	count int
	total int
	// shown is the count and the total as the bar has them. The bar's own
	// goroutine reads it, which set may wait for under the lock.
	shown atomic.Pointer[string]
}

// sayEvery is the time between two progress lines in a log.
const sayEvery = 10 * time.Second

// progress begins a phase; total is -1 while it is not known.
func (a *app) progress(what string, total int) sink.Bar {
	p := &progress{app: a, what: what, start: time.Now(), said: time.Now(), total: total}
	p.show()
	if a.quiet || !isTerminal(a.stderr) || a.getenv("TERM") == "dumb" || a.logFormat == "json" {
		return p
	}
	p.bars = mpb.New(mpb.WithOutput(termio.Raw(a.stderr)), mpb.WithWidth(60), mpb.WithAutoRefresh())
	p.bar = p.bars.New(int64(max(total, 0)), mpb.BarStyle().Rbound("|").Lbound("|").Filler("=").Tip(">").Padding(" "),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(what+" ", decor.WC{W: 12}), decor.Any(func(decor.Statistics) string { return *p.shown.Load() }, decor.WCSyncSpace)),
		mpb.AppendDecorators(decor.AverageSpeed(0, "%.0f/s", decor.WCSyncSpace), decor.Name(" "), decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace)))
	return p
}

// Set says that done of total are done; total is -1 while it is not known. It
// may be called by many goroutines.
func (p *progress) Set(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = max(p.count, done)
	if total >= 0 {
		p.total = total
	}
	p.show()
	if p.bar != nil {
		// A total equal to the count would end the bar before done is called.
		p.bar.SetTotal(int64(max(p.total, p.count+1)), false)
		p.bar.SetCurrent(int64(p.count))
		return
	}
	if time.Since(p.said) >= sayEvery {
		p.said = time.Now()
		p.app.log.Info().Int("done", p.count).Int("total", p.total).Dur("took", time.Since(p.start)).Msg(p.what)
	}
}

// show tells the bar the count; a total that is not known is left out.
func (p *progress) show() {
	text := fmt.Sprint(p.count)
	if p.total >= 0 {
		text = fmt.Sprintf("%d / %d", p.count, max(p.total, p.count))
	}
	p.shown.Store(&text)
}

// Done ends the phase and takes the bar away.
func (p *progress) Done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	p.app.log.Debug().Int("done", p.count).Dur("took", time.Since(p.start)).Msg(p.what)
}
