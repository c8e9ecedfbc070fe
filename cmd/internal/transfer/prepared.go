package transfer

import (
	"fmt"
	"path/filepath"
	"time"

	"keyroster/cmd/internal/draft"
	"keyroster/cmd/internal/failure"
	"keyroster/io/configio"
	"keyroster/io/exportio"
	"keyroster/io/migrationio"
	"keyroster/providers"
	"keyroster/reconcile/migration"
)

// Options say what to move, and how to write its files.
type Options struct {
	// From and To are the names of the accounts.
	From, To string
	// Crosswalk is a CSV file that maps people, Only one that lists the people to move, Out the
	// folder for the files; each may be empty.
	Crosswalk, Only, Out string
	// VerifyOnly only compares the accounts; files are written if Out names a folder.
	VerifyOnly bool
	// Reveal writes the target roster with its values, EncryptTo encrypts it, with its values,
	// to these public keys.
	Reveal    bool
	EncryptTo []string
	// Draft has the limits of the plan; Additive must be set.
	Draft draft.Options
}

// Check refuses contradictory options before anything is read, and returns the keys to encrypt
// the roster to.
func (o *Options) Check() (exportio.Recipients, error) {
	to, err := exportio.ParseRecipients(o.EncryptTo)
	switch {
	case err != nil:
		err = failure.Wrap(failure.Usage, err)
	case o.From == "" || o.To == "":
		err = failure.New(
			failure.Usage, "for example --from old --to new",
			"migrate needs --from and --to, two accounts of the configuration",
		)
	case o.From == o.To:
		err = failure.New(failure.Usage, "", "--from and --to name the same account")
	default:
		err = o.Draft.Check()
	}
	return to, err
}

// Prepared is a move whose options and files have been read.
type Prepared struct {
	options  Options
	seal     exportio.Recipients
	from, to migration.Side
	pairs    map[string]string
	people   []migrationio.Person
	began    time.Time
	// folder is where the files go; out is nil if none are requested.
	folder string
	out    *migrationio.Folder
}

// Prepare reads the files named by the options and finds a place for those of the move. began
// is the start time of the move.
func Prepare(
	o Options, from, to *configio.Account, fromSpec, toSpec *providers.Spec, began time.Time,
) (*Prepared, error) {
	seal, err := o.Check()
	if err != nil {
		return nil, err
	}
	p := &Prepared{options: o, seal: seal, from: sideOf(from, fromSpec), to: sideOf(to, toSpec), began: began}
	if why := migration.Refusal(p.from, p.to); why != "" {
		return nil, failure.New(failure.Usage, "", "%s", why)
	}
	if err := p.readFiles(); err != nil {
		return nil, err
	}
	return p, p.name()
}

func sideOf(config *configio.Account, spec *providers.Spec) migration.Side {
	return migration.Side{Account: config.Name, Title: spec.Title, Schema: spec.Schema}
}

// readFiles reads the files named by the options.
func (p *Prepared) readFiles() error {
	var err error
	if p.options.Crosswalk != "" {
		p.pairs, err = migrationio.ReadPairs(p.options.Crosswalk)
	}
	if err == nil && p.options.Only != "" {
		p.people, err = migrationio.ReadPeople(p.options.Only)
	}
	if err != nil {
		return failure.Wrap(failure.Roster, err)
	}
	return nil
}

// name chooses where the files go, and checks that nothing else is there.
func (p *Prepared) name() error {
	p.folder = p.options.Out
	if p.folder == "" && p.options.VerifyOnly {
		return nil
	}
	if p.folder == "" {
		p.folder = filepath.Join("migrations", fmt.Sprintf(
			"%s-%s-%s", p.began.UTC().Format("20060102T150405Z"), p.options.From, p.options.To,
		))
	}
	var err error
	if p.out, err = migrationio.Open(p.folder, migrationio.Identity{From: p.options.From, To: p.options.To}); err != nil {
		return &failure.Error{
			Kind: failure.Usage, Err: err, Hint: "name another folder with --out, or move them away",
		}
	}
	return nil
}
