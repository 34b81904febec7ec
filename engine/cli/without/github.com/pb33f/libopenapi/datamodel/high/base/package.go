// Package base has what `pulumi api` reads of a schema.
package base

import (
	"errors"

	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

type Info struct{ Version string }

type SchemaProxy struct{}

func (*SchemaProxy) Schema() *Schema { return nil }

type Dynamic struct{ A *SchemaProxy }

func (*Dynamic) IsA() bool { return false }

type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

type low struct{}

func (*low) Hash() uint64 { return 0 }

type Schema struct {
	Type                 []string
	Format, Pattern      string
	Description          string
	AllOf, OneOf, AnyOf  []*SchemaProxy
	Discriminator        *Discriminator
	Properties           *orderedmap.Map[string, *SchemaProxy]
	Required             []string
	Items                *Dynamic
	AdditionalProperties *Dynamic
	Enum                 []*yaml.Node
	Default              *yaml.Node
	Extensions           *orderedmap.Map[string, *yaml.Node]
	Nullable, ReadOnly   *bool
	Minimum, Maximum     *float64
	MultipleOf           *float64
	MinLength, MaxLength *int64
}

func (*Schema) GoLow() *low { return nil }

func (*Schema) MarshalJSONInline() ([]byte, error) { return nil, errors.New("not read") }
