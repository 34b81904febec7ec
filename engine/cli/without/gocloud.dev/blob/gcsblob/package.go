// Package gcsblob knows the name of Google's buckets, which are refused with it.
package gcsblob

const Scheme = "gs"
