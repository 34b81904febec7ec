// Package gcsblob refuses Google's buckets.
package gcsblob

import (
	"context"
	"errors"
	"net/url"

	"gocloud.dev/blob"
)

const Scheme = "gs"

type refusing struct{}

// Otherwise Pulumi would take the address for one of Pulumi Cloud's, and ask for a token.
func init() {
	blob.DefaultURLMux().RegisterBucket(Scheme, refusing{})
}

func (refusing) OpenBucketURL(context.Context, *url.URL) (*blob.Bucket, error) {
	return nil, errors.New("this pulumi was built without Google's and Azure's clouds; use an official one")
}
