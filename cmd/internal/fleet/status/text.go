package status

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"keyroster/cmd/internal/failure"
	"keyroster/io/reportio"
	"keyroster/io/termio"
)

// TextOptions are how the text is laid out.
type TextOptions struct {
	// Width is the number of columns at which lines are folded, 0 for none.
	Width int
	// Failed: only what needs a person, each account of it.
	Failed bool
}

// listMax is how many accounts at work, or workers, are listed one by one.
const listMax = 10

// WriteText writes the glance: the counts, what needs a person, what is at work, and the
// workers.
func (s *Status) WriteText(w io.Writer, o TextOptions) error {
	t := &text{status: s, TextOptions: o}
	t.sentence(s.headline())
	if !o.Failed {
		t.counts()
	}
	t.unattended()
	t.needing()
	if !o.Failed {
		t.running()
		t.workers()
		t.rest()
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// text is the glance as it is written.
type text struct {
	TextOptions
	status *Status
	out    strings.Builder
}

// sentence writes running text.
func (t *text) sentence(words string) {
	t.out.WriteString(reportio.Sentence(words, t.Width) + "\n")
}

// table writes rows whose cells stand below each other, below a title; of many the first,
// and how many more there are. Rows that are too wide are running text, and fewer.
func (t *text) table(title string, rows [][]string, noun string) {
	if len(rows) == 0 {
		return
	}
	fmt.Fprintf(&t.out, "\n%s\n", title)
	most, wide := listMax, t.Width > 0 && widthOf(rows) > t.Width
	if wide {
		most = listMax / 2
	}
	shown := rows[:min(len(rows), most)]
	table := tabwriter.NewWriter(&t.out, 0, 0, 2, ' ', 0)
	for _, cells := range shown {
		if wide {
			t.indented(reportio.JoinFilled(", ", cells...))
			continue
		}
		fmt.Fprintf(table, "  %s\n", strings.Join(cells, "\t"))
	}
	_ = table.Flush() // a builder takes all
	if more := len(rows) - len(shown); more > 0 {
		fmt.Fprintf(&t.out, "  and %s\n", reportio.Count(more, "more "+noun))
	}
}

// widthOf is how many columns a table takes.
func widthOf(rows [][]string) int {
	var widths []int
	for _, cells := range rows {
		for i, cell := range cells {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], termio.Width(cell))
		}
	}
	all := 0
	for _, width := range widths {
		all += 2 + width
	}
	return all
}

// indented writes running text below a title.
func (t *text) indented(words string) {
	width := t.Width
	if width > 0 {
		width -= 2
	}
	for line := range strings.SplitSeq(reportio.Sentence(words, width), "\n") {
		fmt.Fprintf(&t.out, "  %s\n", line)
	}
}

// headline says in a sentence how the fleet stands.
func (s *Status) headline() string {
	of := "Latest night of "
	if s.Night != "" {
		of = "Night of " + s.Night + ", "
	}
	of += reportio.Count(s.Counts.Accounts, "account")
	switch n := s.Counts.NeedsPerson; {
	case s.Counts.Accounts == 0 && s.Night == "":
		return "No night yet."
	case s.Counts.Accounts == 0:
		return "No night of " + s.Night + " is known."
	case n == 1:
		return of + ": 1 needs a person."
	case n > 1:
		return of + ": " + reportio.Thousands(n) + " need a person."
	}
	return of + ": none needs a person."
}

// counts writes how many accounts stand how.
func (t *text) counts() {
	if t.status.Counts.Accounts > 0 {
		t.out.WriteByte('\n')
	}
	for _, o := range outcomes {
		n := t.status.Counts.Outcomes[o]
		if n == 0 {
			continue
		}
		words := o.word()
		if paused := t.status.paused(o); paused > 0 {
			words += fmt.Sprintf(", %s of them disabled", reportio.Thousands(paused))
		}
		if wait := t.status.OldestWaiting; o == Waiting && wait >= 1 {
			words += ", the longest for " + failure.DurationText(time.Duration(wait*float64(time.Second)))
		}
		fmt.Fprintf(&t.out, "  %7s  %s\n", reportio.Thousands(n), words)
	}
}

// paused is how many accounts of an outcome would need a person if they were not disabled.
func (s *Status) paused(o Outcome) int {
	n := 0
	for i := range s.Accounts {
		if a := &s.Accounts[i]; a.Outcome == o && o.needsPerson() && !a.NeedsPerson {
			n++
		}
	}
	return n
}

// unattended says that no worker is alive.
func (t *text) unattended() {
	if !t.status.Unattended {
		return
	}
	t.out.WriteByte('\n')
	t.sentence(unattendedText)
	t.out.WriteString("  keyroster worker\n")
}

const unattendedText = "No worker is running: waiting and future nights will not start. " +
	"Start one on each machine of the fleet:"

// running writes what is at work: each account, or of many how many each worker has.
func (t *text) running() {
	var rows [][]string
	byWorker, order := map[string][]*Account{}, []string{}
	for _, a := range t.status.running() {
		if byWorker[a.Worker] == nil {
			order = append(order, a.Worker)
		}
		byWorker[a.Worker] = append(byWorker[a.Worker], a)
		rows = append(rows, []string{t.status.nameOf(a), a.Worker, a.progress(), t.status.leaseText(a)})
	}
	title, noun := "Running", "account"
	if len(rows) > listMax {
		title, noun, rows = t.manyRunning(len(rows)), "worker", nil
		for _, name := range order {
			all := Account{}
			for _, a := range byWorker[name] {
				all.Done, all.Total = all.Done+a.Done, all.Total+a.Total
			}
			rows = append(rows, []string{name, reportio.Count(len(byWorker[name]), "account"), all.progress()})
		}
	}
	t.table(title, rows, noun)
}

// manyRunning is the title of how many accounts each worker has.
func (t *text) manyRunning(n int) string {
	nights := ""
	if others := len(t.status.OtherNights); others > 0 {
		nights = fmt.Sprintf(", %s of them on other nights", reportio.Thousands(others))
	}
	return fmt.Sprintf("Running (%s%s, by worker)", reportio.Count(n, "account"), nights)
}

// running are the accounts at work, those on another night last.
func (s *Status) running() []*Account {
	var all []*Account
	for i := range s.Accounts {
		if a := &s.Accounts[i]; a.Outcome == Running {
			all = append(all, a)
		}
	}
	for i := range s.OtherNights {
		all = append(all, &s.OtherNights[i])
	}
	return all
}

// nameOf is an account at work, with its night where that is not the one asked about.
func (s *Status) nameOf(a *Account) string {
	if slices.ContainsFunc(s.OtherNights, func(o Account) bool { return o.Account == a.Account && o.Night == a.Night }) {
		return a.Account + " of " + a.Night
	}
	return a.Account
}

// progress is how many lines of an account were sent.
func (a *Account) progress() string {
	if a.Total == 0 {
		return "reading"
	}
	return fmt.Sprintf("%s of %s", reportio.Thousands(a.Done), reportio.Count(a.Total, "line"))
}

// leaseText is how old the lease of an account at work is. It is taken for a sixth longer
// than the lease of its tenant, so that this ends first.
func (s *Status) leaseText(a *Account) string {
	if a.LeaseEnds == nil {
		return ""
	}
	left := a.LeaseEnds.Sub(s.At)
	if left <= 0 {
		return "lost by its worker; another takes it over"
	}
	return "lease renewed " + ago(s.lease+s.lease/6-left)
}

// ago is how long something is ago, for people; clocks differ by less than a second, or
// it is just now.
func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return failure.DurationText(d) + " ago"
}

// workers writes the workers.
func (t *text) workers() {
	var rows [][]string
	for i := range t.status.Workers {
		w := &t.status.Workers[i]
		row := []string{w.Name, w.Host, w.slotsText(), w.seenText(t.status.At)}
		if w.Name == w.Host {
			row[1] = "" // as in a container
		}
		rows = append(rows, row)
	}
	t.table("Workers", rows, "worker")
}

func (w *Worker) slotsText() string {
	if w.Gone {
		return "gone"
	}
	return fmt.Sprintf("%d of %s busy", w.Busy, reportio.Count(w.Slots, "slot"))
}

func (w *Worker) seenText(now time.Time) string { return "seen " + ago(now.Sub(w.Seen)) }

// omitted are accounts that nothing else tells of.
type omitted struct {
	words string
	names []string
}

// rest are the accounts of which there is something to say that needs no person.
func (s *Status) rest() []omitted {
	var fenced, gone []string
	add := func(to *[]string, account string, workers []string) {
		if len(workers) > 0 {
			*to = append(*to, fmt.Sprintf("%s (%s)", account, strings.Join(workers, ", ")))
		}
	}
	for i := range s.Accounts {
		if a := &s.Accounts[i]; !a.NeedsPerson {
			add(&fenced, a.Account, a.alive())
			add(&gone, a.Account, a.GoneWorkers)
		}
	}
	all := []omitted{
		{"Fenced: taken over from workers that are still running", fenced},
		{"Taken over from workers that died", gone},
		{"No night yet", s.WithoutNight},
		{"Disabled in the configuration", s.Disabled},
	}
	if s.Night != "" {
		all[2].words = "No night on this date"
	}
	return slices.DeleteFunc(all, func(o omitted) bool { return len(o.names) == 0 })
}

// rest writes what there is to say that needs no person.
func (t *text) rest() {
	for _, part := range t.status.rest() {
		t.out.WriteByte('\n')
		t.sentence(part.words + ": " + failure.List(part.names))
	}
}
