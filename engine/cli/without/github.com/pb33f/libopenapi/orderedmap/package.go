// Package orderedmap has what `pulumi api` calls.
package orderedmap

import (
	"iter"
	"slices"
)

type Map[K comparable, V any] struct {
	keys   []K
	values map[K]V
}

func New[K comparable, V any]() *Map[K, V] {
	return &Map[K, V]{values: map[K]V{}}
}

func Len[K comparable, V any](m *Map[K, V]) int {
	if m == nil {
		return 0
	}
	return len(m.keys)
}

func (m *Map[K, V]) Set(key K, value V) (V, bool) {
	old, had := m.values[key]
	if !had {
		m.keys = append(m.keys, key)
	}
	m.values[key] = value
	return old, had
}

func (m *Map[K, V]) Get(key K) (V, bool) {
	value, has := m.values[key]
	return value, has
}

func (m *Map[K, V]) GetOrZero(key K) V {
	return m.values[key]
}

func (m *Map[K, V]) Delete(key K) (V, bool) {
	old, had := m.values[key]
	delete(m.values, key)
	m.keys = slices.DeleteFunc(m.keys, func(other K) bool { return other == key })
	return old, had
}

func (m *Map[K, V]) Len() int {
	return Len(m)
}

func (m *Map[K, V]) FromOldest() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if m == nil {
			return
		}
		for _, key := range m.keys {
			if !yield(key, m.values[key]) {
				return
			}
		}
	}
}

func (m *Map[K, V]) KeysFromOldest() iter.Seq[K] {
	return func(yield func(K) bool) {
		for key := range m.FromOldest() {
			if !yield(key) {
				return
			}
		}
	}
}
