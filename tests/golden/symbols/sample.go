// Package store keeps things.
package store

import (
	"context"
	"fmt"
	_ "embed"
	log "github.com/example/log"
	. "math"
)

// ErrFull says that there is no room.
var ErrFull = fmt.Errorf("full")

const (
	limit    = 10
	Low Kind = iota
	High
)

var (
	cache map[string]*Item
	a, b  int
)

// Kind of an item.
type Kind int

type Handler func(ctx context.Context, item *Item) error

type Alias = map[string][]Item

// Store keeps items in memory.
// It is safe for concurrent use.
type Store[T any] struct {
	*Base
	sync.Mutex
	items []*Item `json:"items"`
	name, path string
	hook  func(T) error
}

type Reader interface {
	io.Closer
	Read(id string) (*Item, error)
}

// Get finds an item.
func (s *Store[T]) Get(ctx context.Context, id string) (*Item, error) {
	item, err := s.find(id)
	if err != nil {
		return nil, fmt.Errorf("get %s: %w", id, err)
	}
	run := func() { var inner int; _ = inner }
	run()
	return item, nil
}

func New(path string) *Store[int] {
	const size = 4
	log.Print(Pi)
	return &Store[int]{path: path}
}

func main() {}
