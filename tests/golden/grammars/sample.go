package queue

import (
	"context"
	"fmt"
)

// Queue hands out jobs in order.
type Queue[T any] struct {
	jobs chan T
	done func(T) error
}

type Worker interface {
	Run(ctx context.Context) error
}

const limit = 1 << 10

func (q *Queue[T]) Run(ctx context.Context) error {
	defer close(q.jobs)
	for {
		select {
		case job, ok := <-q.jobs:
			if !ok {
				return nil
			}
			if err := q.done(job); err != nil {
				return fmt.Errorf("job %v: %w", job, err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func kind(v any) string {
	switch x := v.(type) {
	case string:
		return x
	default:
		return `raw`
	}
}
