//go:build !plugin

package main

import "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfgen"

var run = tfgen.Main
