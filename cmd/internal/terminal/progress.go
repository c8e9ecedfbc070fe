package terminal

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"keyroster/cmd/internal/sink"
	"keyroster/io/termio"
)

// Progress shows the progress of phases: on a terminal that can move its cursor by a bar with
// count, rate and time left; elsewhere by an occasional log line.
type Progress struct {
	// Stream is where bars are drawn.
	Stream io.Writer
	// Log gets a line if there is no bar, and the end of each phase as a detail. With a log
	// that drops them, a phase without a bar is silent.
	Log zerolog.Logger
	// Getenv reads the environment; it is only called if the stream is a terminal.
	Getenv func(string) string
	// NoBars: show no bar, even on a terminal.
	NoBars bool
}

// logEvery is the interval between progress lines in a log.
const logEvery = 10 * time.Second

// Begin begins a phase; total is -1 while unknown. The result is safe for concurrent use. Two
// bars at a time would overwrite each other.
func (p Progress) Begin(name string, total int) sink.Bar {
	now := time.Now()
	ph := &phase{log: p.Log, name: name, start: now, logged: now, total: total}
	ph.show()
	if p.NoBars || !Is(p.Stream) || p.Getenv("TERM") == "dumb" {
		return ph
	}
	ph.bars = mpb.New(mpb.WithOutput(termio.Raw(p.Stream)), mpb.WithWidth(60), mpb.WithAutoRefresh())
	count := func(decor.Statistics) string { return *ph.shown.Load() }
	ph.bar = ph.bars.New(
		int64(max(total, 0)),
		mpb.BarStyle().Rbound("|").Lbound("|").Filler("=").Tip(">").Padding(" "),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(
			decor.Name(name+" ", decor.WC{W: 12}),
			decor.Any(count, decor.WCSyncSpace),
		),
		mpb.AppendDecorators(
			decor.AverageSpeed(0, "%.0f/s", decor.WCSyncSpace), decor.Name(" "),
			decor.AverageETA(decor.ET_STYLE_GO, decor.WCSyncSpace),
		),
	)
	return ph
}

// phase is a phase in progress. bars and bar are nil if it is shown in the log.
type phase struct {
	log    zerolog.Logger
	name   string
	bars   *mpb.Progress
	bar    *mpb.Bar
	start  time.Time
	mu     sync.Mutex
	logged time.Time
	count  int
	total  int
	// shown is the count and total that the bar displays. The bar's goroutine reads it without
	// the lock, since Set may wait for that goroutine while holding it.
	shown atomic.Pointer[string]
}

// Set implements [sink.Bar].
func (p *phase) Set(done, total int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.count = max(p.count, done)
	if total >= 0 {
		p.total = total
	}
	p.show()
	if p.bar != nil {
		// A total equal to the count would complete the bar before Done.
		p.bar.SetTotal(int64(max(p.total, p.count+1)), false)
		p.bar.SetCurrent(int64(p.count))
		return
	}
	if time.Since(p.logged) >= logEvery {
		p.logged = time.Now()
		p.log.Info().Int("done", p.count).Int("total", p.total).
			Dur("took", time.Since(p.start)).Msg(p.name)
	}
}

// show updates the count that the bar displays, and the total if known.
func (p *phase) show() {
	text := fmt.Sprint(p.count)
	if p.total >= 0 {
		text = fmt.Sprintf("%d / %d", p.count, max(p.total, p.count))
	}
	p.shown.Store(&text)
}

// Done implements [sink.Bar]; it removes the bar.
func (p *phase) Done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	p.log.Debug().Int("done", p.count).Dur("took", time.Since(p.start)).Msg(p.name)
}
