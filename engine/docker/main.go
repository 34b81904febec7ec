// The docker plugin: Pulumi's bridge over the Terraform provider for Docker.
//
// This one source makes two programs. With the tag `plugin` it is the plugin that Pulumi starts, with schema.json in it.
// Without, it is that file's generator. The generator brings along those for all languages, which take as long to
// compile as the plugin, so the file is kept, and made anew when a version is raised (../README.md).
package main

import "strings"

// version is set by the linker to the version of @pulumi/docker that the plugin stands in for.
var version = "0.0.0-dev"

func main() {
	run("docker", strings.TrimPrefix(version, "v"), provider())
}
