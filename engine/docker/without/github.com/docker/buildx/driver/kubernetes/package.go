// Package kubernetes builds no images in a cluster.
package kubernetes
