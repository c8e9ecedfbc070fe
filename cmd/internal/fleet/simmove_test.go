package fleet_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"keyroster/cmd/internal/account"
	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/exit"
	"keyroster/cmd/internal/failure"
	"keyroster/cmd/internal/fleet"
	"keyroster/cmd/internal/history"
	"keyroster/cmd/internal/run"
	"keyroster/cmd/internal/sink"
	"keyroster/cmd/internal/transfer"
	"keyroster/io/configio"
	"keyroster/io/migrationio"
	"keyroster/io/reportio"
	"keyroster/providers/sandbox"
)

// migration is made by hand, between two accounts that have nights too. Each night a few more
// people may be moved.
type migration struct {
	*simulation
	dir      string
	from, to *site
	rng      *rand.Rand
	moving   sync.WaitGroup

	mu sync.Mutex
	// moved is how many people this night moves, first the number of the first of them; began is
	// how often moving them was begun.
	first, moved, began int
}

// movers is how many people all nights of a world can move at most.
const movers = 3 * simDays

// A mover has the same reference and address on both sides, and one value.
func moverID(n int) int      { return 9000 + n }
func moverRef(n int) string  { return fmt.Sprintf("M-%d", n) }
func moverMail(n int) string { return fmt.Sprintf("mover-%d@example.com", n) }

// value returns a mover's value, one of the kind that the target's rosters have.
func (m *migration) value(n int) string { return m.to.kind.fresh(900 + n) }

// isMover reports whether a person of a sandbox's state is a mover.
func isMover(person object) bool {
	for _, name := range []string{"email", "email_address"} {
		if mail, _ := person[name].(string); strings.HasPrefix(mail, "mover-") {
			return true
		}
	}
	return false
}

// migrates gives a migration to a fifth of the worlds that can have one, into an account that has
// its tenant to itself, from an account of the migration's own. With two accounts in one tenant,
// the second would refuse its nights until an operator resumes what the migration left open in the
// first.
func (w *simulation) migrates(dir string, faults sandbox.Faults) {
	m := &migration{simulation: w, dir: dir, rng: rand.New(rand.NewPCG(w.seed, 17))}
	for _, s := range w.sites {
		if s.part == 0 && s.shares == 1 && s.kind.welcome != nil {
			m.to = s
		}
	}
	if m.to == nil || m.rng.IntN(5) > 0 {
		return
	}
	w.move = m
	m.to.open(m.to.welcomed(), faults)
	kind := *kinds[0]
	what := 32
	if m.to.kind.provider == "seam" {
		what = 31
	}
	var state object
	m.must(json.Unmarshal(cards(4, 5), &state))
	state["credential_types"] = append(state["credential_types"].([]any),
		object{"id": 31, "code": 10, "label": "Keypad PIN", "slug": "pin"})
	kind.welcome(state)
	for n := range movers {
		state["credentials"] = append(state["credentials"].([]any), object{
			"id": fmt.Sprint("M", n), "credential_type_id": what, "person_id": moverID(n), "value": m.value(n),
		})
		m.to.known[m.value(n)] = true
	}
	var err error
	kind.state, err = json.Marshal(state)
	m.must(err)
	m.from = &site{tenant: w.tenant(&kind, w.seed*8+7, faults), account: "old", shares: 1}
	m.from.share(1)
	for n := range movers {
		m.from.shared[fmt.Sprint("M", n)] = -1 // no night is about them
		m.from.known[m.value(n)] = true
	}
	m.sites = append(m.sites, m.from)
}

// begin may have people moved this night, some time around its start.
func (m *migration) begin(begin time.Time) {
	m.first, m.moved, m.began = m.first+m.moved, 0, 0
	if m.rng.IntN(3) == 0 {
		return
	}
	m.moved = 1 + m.rng.IntN(3)
	for person := range 1 + m.rng.IntN(5)/4 {
		rng := rand.New(rand.NewPCG(m.rng.Uint64(), 0))
		at := time.Until(begin) + time.Duration(rng.Int64N(int64(time.Minute))) - 20*time.Second
		m.moving.Add(1)
		time.AfterFunc(at, func() {
			defer m.moving.Done()
			m.carryOut(rng, filepath.Join(m.dir, fmt.Sprint("moved-", person)))
		})
	}
}

// carryOut does what a person who moves people does: begin again, or resume, until all are there.
func (m *migration) carryOut(rng *rand.Rand, folder string) {
	var who strings.Builder
	for n := range m.moved {
		fmt.Fprintln(&who, moverRef(m.first+n))
	}
	only := folder + ".txt"
	m.must(os.WriteFile(only, []byte(who.String()), 0o600))
	open, err := "", error(nil)
	for range 40 {
		if !m.whole() {
			return
		}
		p := m.process()
		ctx, cancel := context.WithCancel(context.Background())
		p.end = cancel
		p.struck = sync.OnceFunc([]func(){
			func() { p.die() }, func() { p.pause(m.lease * 3 / 2) }, func() { p.end() }, func() { p.end() }, func() {},
			func() {},
		}[rng.IntN(6)])
		m.mu.Lock()
		m.began++
		m.count(func(c *simTally) { c.moves++ })
		m.mu.Unlock()
		m.simulation.mu.Lock()
		m.living = append(m.living, p)
		m.simulation.mu.Unlock()
		var out run.Outcome
		if open != "" && rng.IntN(4) > 0 {
			if out, err = m.resume(ctx, p, open); err == nil {
				m.count(func(c *simTally) { c.resumed++ })
			}
		} else {
			out, err = m.move(ctx, p, only, folder)
		}
		cancel()
		close(p.ended)
		if err == nil && !out.Settled {
			m.told(folder)
			return
		}
		pause := 10
		if out.Run != nil {
			open = out.Run.ID()
		}
		switch {
		case err == nil: // it only had to be closed
			open = ""
		case failure.Of(err).Kind == failure.Usage: // a night has settled it
			open = ""
		case failure.Of(err).Kind == failure.Locked:
			m.count(func(c *simTally) { c.barred++ })
			pause = 60
		}
		time.Sleep(time.Duration(1+rng.IntN(pause)) * time.Second)
	}
	m.violated("the migration from %s does not end: %v", m.from.account, err)
}

// ways returns an opener that leads a process to the tenants of both accounts.
func (m *migration) ways(p *process) account.Opener {
	opener := m.opener
	opener.RoundTripper = func(c *configio.Account) http.RoundTripper {
		if c.Name == m.from.account {
			return line{p, m.from.tenant}
		}
		return line{p, m.to.tenant}
	}
	return opener
}

// options returns the options for a run of a command.
func (m *migration) options(command string) run.Options {
	return run.Options{Command: command, ExitCode: exit.Code, InFlight: fleet.InFlight(m.config)}
}

// move is the command migrate.
func (m *migration) move(ctx context.Context, p *process, only, folder string) (run.Outcome, error) {
	from, to := m.from, m.to
	options := m.options("migrate")
	options.Draft.Additive = true
	prepared, err := transfer.Prepare(
		transfer.Options{From: from.account, To: to.account, Only: only, Out: folder, Draft: options.Draft},
		from.config, to.config, from.spec, to.spec, p.now())
	if err != nil {
		return run.Outcome{}, err
	}
	opener, fromCalls, toCalls := m.ways(p), account.NewCallLog(from.spec), account.NewCallLog(to.spec)
	source, err := opener.Open(ctx, from.config, from.spec, account.Options{ReadOnly: true, Observe: fromCalls.Observe})
	if err != nil {
		return run.Outcome{}, err
	}
	defer source.Close()
	target, err := opener.Open(ctx, to.config, to.spec, account.Options{Observe: toCalls.Observe})
	if err != nil {
		return run.Outcome{}, err
	}
	defer target.Close()
	move, err := prepared.Between(source, target, fromCalls, toCalls, sink.Sinks{})
	if err != nil {
		return run.Outcome{}, err
	}
	report := func(d *draft.Draft) *reportio.Report { return d.Report(draft.ReportOptions{Command: "migrate"}) }
	options.Transfer = move.Transfer(report, func(transfer.View) {})
	return run.Apply(ctx, target, spied{p.kept, line{p, to.tenant}}, nil, p.now(), options)
}

// resume is the command resume.
func (m *migration) resume(ctx context.Context, p *process, id string) (run.Outcome, error) {
	opener, kept := m.ways(p), spied{p.kept, line{p, m.to.tenant}}
	one, _, err := history.RunOf(kept, id, opener.Sinks.Log)
	if err != nil {
		return run.Outcome{}, err
	}
	target, err := opener.Open(ctx, m.to.config, m.to.spec, account.Options{})
	if err != nil {
		return run.Outcome{}, err
	}
	defer target.Close()
	return run.Resume(ctx, target, kept, one, m.options("resume"))
}

// told checks that the files of a migration that ended well say where each record is.
func (m *migration) told(folder string) {
	f, err := os.Open(filepath.Join(folder, migrationio.CrosswalkFile))
	m.must(err)
	lines, err := csv.NewReader(f).ReadAll()
	m.must(errors.Join(err, f.Close()))
	said := map[string]string{}
	from, to := -1, -1
	for i, line := range lines {
		for at, name := range line {
			switch {
			case i == 0 && strings.HasSuffix(name, "source_credential_id"):
				from = at
			case i == 0 && strings.HasSuffix(name, "target_credential_id"):
				to = at
			}
		}
		said[line[from]] = line[to]
	}
	m.to.mu.Lock()
	defer m.to.mu.Unlock()
	for n := m.first; n < m.first+m.moved; n++ {
		if id := said[fmt.Sprint("M", n)]; m.to.held[id] != m.value(n) {
			m.violated("the crosswalk has %s for mover %d, which holds %q", id, n, m.to.held[id])
		}
	}
}

// judge checks that each of those moved is at the target once, and that none is gone or changed at
// the source.
func (m *migration) judge(date string) {
	made := map[string]int{}
	m.to.mu.Lock()
	for _, values := range m.to.written {
		for _, value := range values {
			made[value]++
		}
	}
	for n := m.first; n < m.first+m.moved; n++ {
		if got := made[m.value(n)]; got != 1 {
			m.violated("%s: mover %d was given to the target %d times", date, n, got)
		}
	}
	m.to.mu.Unlock()
	m.count(func(c *simTally) { c.moved += m.moved })
	state, _ := m.from.api.State().(json.RawMessage)
	held := map[any]any{}
	for _, c := range m.from.objects(state)["credentials"] {
		held[c["id"]] = c["value"]
	}
	for n := range movers {
		if got := held[fmt.Sprint("M", n)]; got != m.value(n) {
			m.violated("%s: mover %d holds %v at the source", date, n, got)
		}
	}
}
