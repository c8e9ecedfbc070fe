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

// Progress shows how far phases are: each by a bar with count, rate and time left on a
// terminal that can move its cursor, elsewhere by a line in the log now and then.
type Progress struct {
	// Stream is where bars are drawn.
	Stream io.Writer
	// Log gets a line where there is no bar, and the end of each phase as a detail. A
	// log that drops them makes a phase without a bar silent.
	Log zerolog.Logger
	// Getenv reads the environment, and is not asked where the stream is no terminal.
	Getenv func(string) string
	// NoBars: no bar, also on a terminal.
	NoBars bool
}

// logEvery is the time between two progress lines in a log.
const logEvery = 10 * time.Second

// Begin begins a phase; total is -1 while it is not known. What it returns may be used
// by several goroutines. Two bars at a time draw over each other.
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

// phase is one that is under way. bars and bar are nil where the log tells of it.
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
	// shown is the count and the total as the bar has them. The bar's own
	// goroutine reads it, which Set may wait for under the lock.
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
		// A total equal to the count would end the bar before Done is called.
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

// show tells the bar the count; a total that is not known is left out.
func (p *phase) show() {
	text := fmt.Sprint(p.count)
	if p.total >= 0 {
		text = fmt.Sprintf("%d / %d", p.count, max(p.total, p.count))
	}
	p.shown.Store(&text)
}

// Done implements [sink.Bar], and takes the bar away.
func (p *phase) Done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	p.log.Debug().Int("done", p.count).Dur("took", time.Since(p.start)).Msg(p.name)
}
