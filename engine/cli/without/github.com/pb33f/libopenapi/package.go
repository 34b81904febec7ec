// Package libopenapi reads no document. `pulumi api` alone needs one: the description of Pulumi Cloud's API.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

type Document struct{}

type Model struct{ Model v3.Document }

func NewDocument([]byte) (Document, error) {
	return Document{}, errors.New("this pulumi was built without it; use an official one")
}

func (Document) BuildV3Model() (*Model, error) {
	return nil, errors.New("not read")
}
