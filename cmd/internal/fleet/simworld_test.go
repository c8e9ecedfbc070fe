package fleet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/run"
	"keyroster/io/configio"
	"keyroster/io/configio/night"
	"keyroster/io/reportio"
	"keyroster/io/store"
	"keyroster/io/store/memory"
	"keyroster/providers/all"
	"keyroster/providers/sandbox"
	"keyroster/reconcile"
)

// simulation is the world of one seed: tenants at their providers, a store, a board and a queue,
// and workers that come and go.
type simulation struct {
	testing.TB
	seed  uint64
	rng   *rand.Rand
	lease time.Duration
	// blind says that the gate is switched off.
	blind  bool
	kept   *memory.Store
	tasks  *tasks
	sites  []*site
	fleet  []fleet.Site
	config *configio.Config
	opener account.Opener
	tally  *simTally
	// lag is how slow the providers are.
	lag atomic.Int64

	mu        sync.Mutex
	processes []*process
	broken    []string
	log       bytes.Buffer
	writes    int
	strikes   []strike
	ends      map[store.NightKey]int
	living    []*process
	over      bool
	// move is nil in worlds without a migration.
	move *migration
}

// strike is what happens to the process that sends a certain write.
type strike struct {
	at   int
	what func(*process)
}

// simTally counts what happened in all worlds.
type simTally struct {
	mu                                    sync.Mutex
	worlds, nights, missed, asked, writes int
	deaths, pauses, cuts, ended, jumps    int
	fenced, lost, retried                 int
	moves, resumed, barred, waited, moved int
}

func (c *simTally) String() string {
	return fmt.Sprintf("%d worlds, %d nights, %d of them missed, %d asked for again; %d writes; "+
		"%d deaths, %d pauses, %d cuts, %d ends of workers, %d jumps of clocks; %d attempts fenced, %d lost, %d retried; "+
		"%d migrations begun, %d ended by resume, %d barred; %d attempts barred by another run; %d people moved",
		c.worlds, c.nights, c.missed, c.asked, c.writes, c.deaths, c.pauses, c.cuts, c.ended, c.jumps,
		c.fenced, c.lost, c.retried, c.moves, c.resumed, c.barred, c.waited, c.moved)
}

func (w *simulation) count(add func(*simTally)) {
	w.tally.mu.Lock()
	defer w.tally.mu.Unlock()
	add(w.tally)
}

// violated notes a broken promise.
func (w *simulation) violated(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.broken) < 20 {
		at := time.Now().UTC().Format(time.DateTime + ".000 ")
		w.broken = append(w.broken, at+fmt.Sprintf(format, args...))
	}
}

// whole reports whether no promise was broken.
func (w *simulation) whole() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.broken) == 0
}

// Write keeps a line of the log.
func (w *simulation) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`"fenced":true`)) {
		w.count(func(c *simTally) { c.fenced++ })
		if !bytes.Contains(line, []byte(`"exit_code":1`)) {
			w.violated("fenced with another exit code: %s", line)
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	fmt.Fprintf(&w.log, "%s %s", time.Now().UTC().Format(time.DateTime+".000"), line)
	return len(line), nil
}

// must ends a world that cannot be made.
func (w *simulation) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// found makes the tenants and the accounts of a world.
func (w *simulation) found(dir string) {
	w.lease = []time.Duration{15 * time.Second, 30 * time.Second}[w.rng.IntN(2)]
	w.kept = memory.NewLeased(w.lease)
	w.tasks = newTasks()
	w.tasks.fate = w.fate
	w.ends = map[store.NightKey]int{}
	faults, err := sandbox.ParseFaults([]string{
		"", "500=0.01,429=0.01",
		"500=0.01,500-after=0.03,429=0.02,reset=0.01,reset-after=0.03,truncate=0.01,html=0.005",
	}[w.rng.IntN(3)])
	w.must(err)
	accounts, secrets := object{}, map[string]string{}
	for n := range 1 + w.rng.IntN(3) {
		k := kinds[w.rng.IntN(len(kinds))]
		t := w.tenant(k, w.seed*8+uint64(n), faults)
		shares := 1 + w.rng.IntN(5)/4
		t.share(shares)
		for share := range shares {
			name := fmt.Sprintf("%s-%d-%d", k.provider, n, share)
			w.sites = append(w.sites, &site{tenant: t, account: name, part: share, shares: shares})
			prefix := strings.ToUpper(fmt.Sprintf("%s_%d", k.provider, n))
			rate := []string{"none", "none", "none", "20/m"}[w.rng.IntN(4)]
			accounts[name] = section(t, secrets, prefix, rate, []string{"0", "0", "36h"}[w.rng.IntN(3)])
		}
	}
	w.migrates(dir, faults)
	if w.move != nil {
		accounts[w.move.from.account] = section(w.move.from.tenant, secrets, "OLD", "none", "0")
	}
	w.configure(dir, accounts, secrets)
}

// tenant makes a tenant of a provider.
func (w *simulation) tenant(k *kind, seed uint64, faults sandbox.Faults) *tenant {
	t := &tenant{
		world: w, kind: k, spec: all.Lookup(k.provider), seed: seed,
		asked: map[uint64]uint64{}, known: map[string]bool{}, written: map[string][]string{},
	}
	t.open(k.state, faults)
	return t
}

// open makes the tenant's sandbox from a state or, if it is nil, from one that is drawn.
func (t *tenant) open(state []byte, faults sandbox.Faults) {
	options := sandbox.Options{State: state, Seed: t.seed + 1, Set: maps.Clone(t.kind.set)}
	if state == nil {
		options.Generate = 11
	}
	if options.Set != nil {
		options.Set["account"] = fmt.Sprint("tenant-", t.seed)
	}
	var err error
	t.api, err = all.Fake(t.kind.provider, options)
	t.world.must(err)
	t.server = sandbox.New(&witness{API: t.api, of: t}, sandbox.Config{
		Provider: t.kind.provider, Faults: faults, Seed: t.seed,
	})
}

// configure makes and loads a configuration of these accounts.
func (w *simulation) configure(dir string, accounts object, secrets map[string]string) {
	text, err := json.Marshal(object{"accounts": accounts})
	w.must(err)
	path := filepath.Join(dir, "keyroster.yaml")
	w.must(os.WriteFile(path, text, 0o600))
	w.config, err = account.LoadConfig(path, func(name string) string { return secrets[name] })
	w.must(err)
	w.config.Fleet = &configio.Fleet{Lease: w.lease}
	zone, err := time.LoadLocation("Europe/London")
	w.must(err)
	every, err := night.Parse("30 1 * * *", zone)
	w.must(err)
	for _, s := range w.sites {
		s.config, _, err = account.Pick(w.config, s.account)
		w.must(err)
		for _, l := range []string{reconcile.LimitUpdate, reconcile.LimitCreate, reconcile.LimitDelete} {
			s.config.Limits[l] = reconcile.Limit{Count: 999}
		}
		w.fleet = append(w.fleet, fleet.Site{
			Account: s.account, Provider: s.kind.provider, Schedule: every, StartWithin: 4 * time.Hour,
		})
	}
	w.opener = account.Opener{Getenv: func(name string) string { return secrets[name] }, Version: "test"}
}

// base is where the sandboxes appear to be.
const base = "http://127.0.0.1:9"

// section returns the configuration of an account, and adds its secrets to secrets.
func section(t *tenant, secrets map[string]string, prefix, rate, undo string) object {
	welcome := t.api.Welcome(base)
	auth := object{}
	for name, secret := range account.WelcomeAuth(t.spec, welcome) {
		if name == "environment_id" || name == "workspace_id" {
			auth[name] = secret.Reveal()
			continue
		}
		variable := prefix + "_" + strings.ToUpper(name)
		secrets[variable] = secret.Reveal()
		auth[name] = "env:" + variable
	}
	out := object{
		"provider": t.kind.provider, "base_url": base, "rate": rate, "park": true, "concurrency": 4,
		"auth": auth, "keep_runs": "48h", "limits": object{"issued": "1000"}, "undo_for": undo,
	}
	for _, name := range []string{"auth_url", "environment_id"} {
		if text := account.WelcomeText(welcome, name); text != "" {
			out[name] = text
		}
	}
	return out
}

// work does what workers do: apply, as the command does it.
func (p *process) work(ctx context.Context, at *fleet.Attempt) fleet.Result {
	w, name := p.world, at.Account()
	var s *site
	for _, one := range w.sites {
		if one.account == name {
			s = one
		}
	}
	opener := w.opener
	way := line{p, s.tenant}
	opener.RoundTripper = func(*configio.Account) http.RoundTripper { return way }
	acc, err := opener.Open(ctx, s.config, s.spec, account.Options{})
	if err != nil {
		return fleet.Result{Err: err}
	}
	defer acc.Close()
	reading := draft.Reading{Files: []string{"-"}, Stdin: strings.NewReader(s.roster)}
	roster, err := draft.Read(ctx, reading, s.spec, s.config)
	if err != nil {
		return fleet.Result{Err: err}
	}
	out, err := run.Apply(ctx, acc, spied{p.kept, way}, roster, p.now(), run.Options{
		Command: "apply", ExitCode: exit.Code, InFlight: fleet.InFlight(w.config),
		Draft: draft.Options{ShrunkenRoster: "rosters are drawn"},
	})
	r := fleet.Result{Err: err}
	if out.Run != nil {
		r.RunID = out.Run.ID()
	}
	if out.Report != nil {
		r.Verdict = reportio.Verdict(out.Report)
	}
	return r
}

// process makes a process.
func (w *simulation) process() *process {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := &process{
		world: w, name: fmt.Sprintf("worker-%d", len(w.processes)), kept: w.kept.Process(),
		dead: make(chan struct{}), ended: make(chan struct{}),
	}
	w.processes = append(w.processes, p)
	return p
}

// start starts a worker in a process of its own.
func (w *simulation) start() *process {
	p := w.process()
	w.mu.Lock()
	// When a worker starts depends on what happened before; so it draws from a source of its own.
	rng := rand.New(rand.NewPCG(w.seed, uint64(len(w.processes))))
	if rng.IntN(3) == 0 {
		p.ahead.Store(wrongBy(rng))
	}
	worker := &fleet.Worker{
		Self:  store.Worker{Name: p.name, PID: len(w.processes), Slots: 1 + rng.IntN(3)},
		Board: watched{p.kept.Board(), w}, Queue: queue{w.tasks, p}, Sites: w.fleet, Lease: w.lease, Work: p.work,
		ExitCode: exit.Code, Log: zerolog.New(w).With().Str("worker", p.name).Logger(),
		Finish: fleet.Finish, Grace: fleet.Grace,
		Now: p.now,
	}
	w.mu.Unlock()
	ctx, cancel := context.WithCancel(context.Background())
	p.end = cancel
	go func() {
		defer close(p.ended)
		p.err = worker.Run(ctx)
		if ctx.Err() == nil {
			w.violated("%s ends by itself: %v", p.name, p.err)
		}
	}()
	return p
}

// watched is the board; it counts the ends of nights.
type watched struct {
	store.Board
	of *simulation
}

// End implements [store.Board].
func (b watched) End(n *store.Night, e store.Ending) error {
	err := b.Board.End(n, e)
	if err != nil {
		return err
	}
	if e.Again {
		b.of.count(func(c *simTally) {
			c.retried++
			if e.ExitCode == exit.Code(failure.Locked) {
				c.waited++
			}
		})
		return nil
	}
	b.of.mu.Lock()
	b.of.ends[n.NightKey]++
	b.of.mu.Unlock()
	b.of.named(n, e)
	return nil
}

// named checks that a night that leaves people on temporary values says so.
func (w *simulation) named(n *store.Night, e store.Ending) {
	for _, s := range w.sites {
		if s.account != n.Account || s.shares > 1 {
			continue
		}
		if parked := s.parked(); len(parked) > 0 && !strings.Contains(e.Reason, "temporary value") {
			w.violated("the night %s of %s ends with %d and leaves %v on temporary values unnamed: %s",
				n.Date, n.Account, e.ExitCode, parked, e.Reason)
		}
	}
}
