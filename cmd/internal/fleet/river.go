package fleet

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/rs/zerolog"

	"keyroster/cmd/internal/failure"
	"keyroster/io/store"
)

const (
	// queueName is the queue that all workers serve.
	queueName = "nights"
	// queueSchema is the database schema of the queue's tables, which the store's share.
	queueSchema = "keyroster"
	// queueTries is how often a task is delivered while the board does not answer.
	queueTries = 10
)

// migrator creates and updates the tables of the queue.
func migrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	return rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{
		Logger: slog.New(slog.DiscardHandler), Schema: queueSchema,
	})
}

// MigrateQueue creates or updates the tables of the queue, and returns the versions that it
// applied; none if they were up to date. The store's tables must exist.
func MigrateQueue(ctx context.Context, pool *pgxpool.Pool) ([]int, error) {
	migrator, err := migrator(pool)
	var made []int
	if err == nil {
		var done *rivermigrate.MigrateResult
		if done, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err == nil {
			for _, v := range done.Versions {
				made = append(made, v.Version)
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("migrate the queue: %w", err)
	}
	return made, nil
}

// check compares the queue's tables with the version that this program needs.
func (r *River) check(ctx context.Context) error {
	migrator, err := migrator(r.pool)
	if err != nil {
		return err
	}
	found, err := migrator.Validate(ctx, nil)
	if err == nil && !found.OK {
		err = failure.New(failure.Stopped, "update them with: keyroster fleet migrate",
			"open the queue: its tables are of an earlier version")
	}
	return err
}

// River is the queue in a database, with tables made by [MigrateQueue]. One process uses it;
// who names that process, and log gets the queue's own messages.
type River struct {
	pool *pgxpool.Pool
	who  string
	log  zerolog.Logger
	put  *river.Client[pgx.Tx]
}

// NewRiver opens the queue for a process.
func NewRiver(pool *pgxpool.Pool, who string, log zerolog.Logger) (*River, error) {
	r := &River{pool: pool, who: who, log: log}
	client, err := r.client(&river.Config{})
	if err != nil {
		return nil, err
	}
	r.put = client
	return r, nil
}

// client makes a client with the common settings.
func (r *River) client(c *river.Config) (*river.Client[pgx.Tx], error) {
	c.ID, c.Schema, c.MaxAttempts, c.JobTimeout = r.who, queueSchema, queueTries, -1
	// Without its database the queue would log something each second.
	c.Logger = slog.New(zerolog.NewSlogHandler(r.log.Level(zerolog.WarnLevel).
		Sample(&zerolog.BurstSampler{Burst: 5, Period: time.Minute})))
	client, err := river.NewClient(riverpgxv5.New(r.pool), c)
	if err != nil {
		return nil, fmt.Errorf("open the queue: %w", err)
	}
	return client, nil
}

// job is a task in the form that the queue stores.
type job struct {
	Account    string `json:"account"`
	Night      string `json:"night"`
	Generation int64  `json:"generation"`
	Again      int    `json:"again"`
}

// Kind implements [river.JobArgs].
func (job) Kind() string { return "night" }

// Put implements [Queue].
func (r *River) Put(ctx context.Context, tasks []Task) error {
	var many []river.InsertManyParams
	for _, t := range tasks {
		many = append(many, river.InsertManyParams{
			Args: job{Account: t.Account, Night: t.Date, Generation: t.Generation, Again: t.Again},
			InsertOpts: &river.InsertOpts{
				Queue: queueName, Priority: int(t.Urgency) + 1, UniqueOpts: river.UniqueOpts{ByArgs: true},
			},
		})
	}
	if len(many) == 0 {
		return nil
	}
	if _, err := r.put.InsertMany(ctx, many); err != nil {
		return fmt.Errorf("queue nights: %w", err)
	}
	return nil
}

// handler runs the tasks that the queue delivers.
type handler struct {
	river.WorkerDefaults[job]
	do func(Task) error
}

// Work implements [river.Worker].
func (h *handler) Work(_ context.Context, j *river.Job[job]) error {
	return h.do(Task{
		NightKey:   store.NightKey{Account: j.Args.Account, Date: j.Args.Night},
		Generation: j.Args.Generation, Again: j.Args.Again, Urgency: Urgency(j.Priority - 1),
	})
}

// Serve implements [Queue].
func (r *River) Serve(ctx context.Context, slots int, do func(Task) error) error {
	if err := r.check(ctx); err != nil {
		return err
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &handler{do: do})
	client, err := r.client(&river.Config{
		Queues:  map[string]river.QueueConfig{queueName: {MaxWorkers: slots}},
		Workers: workers, FetchPollInterval: time.Second,
		// The board, not the job's age, decides when to repeat the task of a dead worker.
		RescueStuckJobsAfter: 24 * time.Hour,
	})
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("serve the queue: %w", err)
	}
	<-ctx.Done()
	if err := client.Stop(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("end the queue: %w", err)
	}
	return nil
}
