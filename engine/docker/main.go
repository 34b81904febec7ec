// The docker plugin: Pulumi's bridge over the Terraform provider for Docker.
//
// This one source makes two programs. Built as it is, it is the schema's generator; built once
// more with the tag `plugin` and the generated schema beside it, it is the plugin that Pulumi
// starts. The schema follows from the provider's version, so it is made at build time, not kept.
package main

import "strings"

// version is set by the linker to the version of @pulumi/docker that the plugin stands in for.
var version = "0.0.0-dev"

func main() {
	run("docker", strings.TrimPrefix(version, "v"), provider())
}
