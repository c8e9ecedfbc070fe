package doorflow_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"keyroster/providers"
	"keyroster/providers/doorflow"
	"keyroster/providers/providertest"
	"keyroster/reconcile"
)

// spoilt is a client with one mistake in it.
type spoilt struct {
	reconcile.Provider
	list  func(ctx context.Context, p reconcile.Provider) (*reconcile.Listing, error)
	read  func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Record, error)
	write func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error)
}

func (s *spoilt) List(ctx context.Context, scope reconcile.Scope, progress func(done, total int)) (*reconcile.Listing, error) {
	if s.list != nil {
		return s.list(ctx, s.Provider)
	}
	return s.Provider.List(ctx, scope, progress)
}

func (s *spoilt) Read(ctx context.Context, c reconcile.Change) (reconcile.Record, error) {
	if s.read != nil {
		return s.read(ctx, s.Provider, c)
	}
	return s.Provider.Read(ctx, c)
}

func (s *spoilt) Write(ctx context.Context, c reconcile.Change) (reconcile.Receipt, error) {
	if s.write != nil {
		return s.write(ctx, s.Provider, c)
	}
	return s.Provider.Write(ctx, c)
}

// classed returns a write that reports each failure of one class as another.
func classed(from, to reconcile.Class) func(context.Context, reconcile.Provider, reconcile.Change) (reconcile.Receipt, error) {
	return func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error) {
		receipt, err := p.Write(ctx, c)
		if f, ok := errors.AsType[*reconcile.Failure](err); ok && f.Class == from {
			f.Class = to
		}
		return receipt, err
	}
}

// TestLawsHaveTeeth: a client with a mistake in it breaks the law against it, and one without keeps
// it.
func TestLawsHaveTeeth(t *testing.T) {
	for name, c := range map[string]struct {
		law   string
		spoil spoilt
		env   func(*providers.Env)
	}{
		"a listing without its last record": {law: "lists the account", spoil: spoilt{list: func(ctx context.Context, p reconcile.Provider) (*reconcile.Listing, error) {
			listing, err := p.List(ctx, reconcile.Scope{}, nil)
			if err == nil {
				short := reconcile.NewSet(listing.Records.Schema(), 0)
				for n := range listing.Records.Len() - 1 {
					short.Add(listing.Records.Record(n).Cells(nil))
				}
				listing.Records = short
			}
			return listing, err
		}}},
		"a listing that is never refused": {law: "never takes a part for the whole", spoil: spoilt{list: func(ctx context.Context, p reconcile.Provider) (*reconcile.Listing, error) {
			listing, err := p.List(ctx, reconcile.Scope{}, nil)
			if errors.Is(err, reconcile.ErrIncomplete) {
				return &reconcile.Listing{Records: reconcile.NewSet(doorflow.Schema, 0), Evidence: reconcile.EvidenceTerminated}, nil
			}
			return listing, err
		}}},
		"a listing that reads everything twice": {law: "reads every page once", spoil: spoilt{list: func(ctx context.Context, p reconcile.Provider) (*reconcile.Listing, error) {
			_, _ = p.List(ctx, reconcile.Scope{}, nil)
			return p.List(ctx, reconcile.Scope{}, nil)
		}}},
		"a record that is gone read as an error": {law: "recognises an unknown record", spoil: spoilt{read: func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Record, error) {
			r, err := p.Read(ctx, c)
			if err == nil && !r.Valid() {
				err = &reconcile.Failure{Class: reconcile.Gone, Reason: "not found"}
			}
			return r, err
		}}},
		"gone taken for refused": {law: "recognises an unknown record", spoil: spoilt{write: classed(reconcile.Gone, reconcile.Refused)}},
		"lost taken for refused": {law: "survives a fault", spoil: spoilt{write: classed(reconcile.Lost, reconcile.Refused)}},
		"lost taken for unsent":  {law: "tells the truth under faults", spoil: spoilt{write: classed(reconcile.Lost, reconcile.Unsafe)}},
		"lost taken for done": {law: "gives up on a fault that stays", spoil: spoilt{write: func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error) {
			receipt, err := p.Write(ctx, c)
			if reconcile.ClassOf(err) == reconcile.Lost {
				err = nil
			}
			return receipt, err
		}}},
		"refused taken for lost":   {law: "sorts refusals", spoil: spoilt{write: classed(reconcile.Refused, reconcile.Lost)}},
		"denied taken for refused": {law: "sorts refusals", spoil: spoilt{write: classed(reconcile.Denied, reconcile.Refused)}},
		"the record as it was read before": {law: "leaves a record that moved", spoil: spoilt{read: func(_ context.Context, _ reconcile.Provider, c reconcile.Change) (reconcile.Record, error) {
			return c.Have, nil
		}}},
		"nothing read before a creation": {law: "applies once what is applied twice", spoil: spoilt{read: func(_ context.Context, _ reconcile.Provider, c reconcile.Change) (reconcile.Record, error) {
			return c.Have, nil
		}}},
		"a context that is not listened to": {law: "writes nothing once cancelled", spoil: spoilt{write: func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error) {
			return p.Write(context.WithoutCancel(ctx), c)
		}}},
		"a value in an error": {law: "quotes no secret", spoil: spoilt{write: func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error) {
			receipt, err := p.Write(ctx, c)
			if err != nil && c.Want.Valid() {
				err = fmt.Errorf("write %s: %w", c.Want.Text("value"), err)
			}
			return receipt, err
		}}},
		"a dry run that writes":    {law: "writes nothing when it may only read", env: func(env *providers.Env) { env.HTTP.ReadOnly = false }},
		"a gate that is not asked": {law: "asks the gate before it writes", env: func(env *providers.Env) { env.HTTP.Gate = nil }},
		"fenced taken for refused": {law: "asks the gate before it writes", spoil: spoilt{write: classed(reconcile.Fenced, reconcile.Refused)}},
		"another value than the wanted one": {law: "converges", spoil: spoilt{write: func(ctx context.Context, p reconcile.Provider, c reconcile.Change) (reconcile.Receipt, error) {
			if c.Action == reconcile.Update {
				return reconcile.Receipt{ID: c.Have.ID(), HTTPStatus: 201}, nil
			}
			return p.Write(ctx, c)
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			suite := laws()
			suite.Cases = nil
			spec := *suite.Spec
			open := spec.Open
			spec.Open = func(ctx context.Context, env providers.Env) (*providers.Client, error) {
				if c.env != nil {
					c.env(&env)
				}
				p, err := open(ctx, env)
				if err != nil {
					return nil, err
				}
				client := c.spoil
				client.Provider = p.Provider
				p.Provider = &client
				return p, nil
			}
			suite.Spec = &spec
			if !providertest.Breaks(t, suite, c.law) {
				t.Errorf("the law %q does not see it", c.law)
			}
			suite.Spec = &doorflow.Spec
			if providertest.Breaks(t, suite, c.law) {
				t.Errorf("the law %q is broken by nothing", c.law)
			}
		})
	}
}
