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

// TextOptions are the layout of the text.
type TextOptions struct {
	// Width is the number of columns to fold lines at, 0 for none.
	Width int
	// Failed: show only what needs a person, with every account.
	Failed bool
}

// listMax is how many running accounts, or workers, are listed one by one.
const listMax = 10

// WriteText writes the overview: the counts, what needs a person, what is running, and the workers.
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

// text is the overview while it is being written.
type text struct {
	TextOptions
	status *Status
	out    strings.Builder
}

// sentence writes a paragraph.
func (t *text) sentence(words string) {
	t.out.WriteString(reportio.Sentence(words, t.Width) + "\n")
}

// table writes a title and rows with aligned cells; of many rows the first, and how many more
// there are. If they are too wide, it writes fewer, as paragraphs.
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
	_ = table.Flush() // a builder never fails
	if more := len(rows) - len(shown); more > 0 {
		fmt.Fprintf(&t.out, "  and %s\n", reportio.Count(more, "more "+noun))
	}
}

// widthOf is the number of columns that a table takes.
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

// indented writes a paragraph below a title.
func (t *text) indented(words string) {
	width := t.Width
	if width > 0 {
		width -= 2
	}
	for line := range strings.SplitSeq(reportio.Sentence(words, width), "\n") {
		fmt.Fprintf(&t.out, "  %s\n", line)
	}
}

// headline is the state of the fleet in one sentence.
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

// counts writes the number of accounts by outcome.
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

// paused is how many accounts with an outcome would need a person if they were not disabled.
func (s *Status) paused(o Outcome) int {
	n := 0
	for i := range s.Accounts {
		if a := &s.Accounts[i]; a.Outcome == o && o.needsPerson() && !a.NeedsPerson {
			n++
		}
	}
	return n
}

// unattended warns if no worker is alive.
func (t *text) unattended() {
	if !t.status.Unattended {
		return
	}
	t.out.WriteByte('\n')
	t.sentence(unattendedText)
	t.out.WriteString("  " + reportio.JoinFilled(" ", "keyroster worker", t.status.flags) + "\n")
}

const unattendedText = "No worker is running: waiting and future nights will not start. " +
	"Start one on each machine of the fleet:"

// running writes what is running: each account, or if there are many, the number for each worker.
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

// manyRunning is the title of the table with the number of accounts for each worker.
func (t *text) manyRunning(n int) string {
	nights := ""
	if others := len(t.status.OtherNights); others > 0 {
		nights = fmt.Sprintf(", %s of them on other nights", reportio.Thousands(others))
	}
	return fmt.Sprintf("Running (%s%s, by worker)", reportio.Count(n, "account"), nights)
}

// running returns the running accounts, those on another night last.
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

// nameOf is a running account's name, with its night if that is not the one asked about.
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

// leaseText is when the lease of a running account was last renewed. It lasts a sixth longer
// than the tenant's lock, so that the lock expires first.
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

// ago is a time in the past, in words; less than a second, which clocks may differ by, is "just now".
func ago(d time.Duration) string {
	if d < time.Second {
		return "just now"
	}
	return failure.DurationText(d) + " ago"
}

// workers writes the table of workers.
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

// omitted is a group of accounts not shown elsewhere.
type omitted struct {
	words string
	names []string
}

// rest returns the accounts that need no person but deserve a mention.
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
		{"Fenced: lost the lease, and the worker is still running", fenced},
		{"Taken over from workers that died", gone},
		{"No night yet", s.WithoutNight},
		{"Disabled in the configuration", s.Disabled},
	}
	if s.Night != "" {
		all[2].words = "No night on this date"
	}
	return slices.DeleteFunc(all, func(o omitted) bool { return len(o.names) == 0 })
}

// rest writes those accounts.
func (t *text) rest() {
	for _, part := range t.status.rest() {
		t.out.WriteByte('\n')
		t.sentence(part.words + ": " + failure.List(part.names))
	}
}
