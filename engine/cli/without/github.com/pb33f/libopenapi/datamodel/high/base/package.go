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

func (*SchemaProxy) GetReference() string { return "" }

type Dynamic struct {
	N int
	A *SchemaProxy
	B bool
}

func (d *Dynamic) IsA() bool { return d != nil && d.N == 0 }

type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

type low struct{}

func (*low) Hash() uint64 { return 0 }

type Schema struct {
	Type                 []string
	Format, Pattern      string
	Title, Description   string
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
