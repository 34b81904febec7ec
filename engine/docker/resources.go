package main

import (
	"context"
	"os"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	tfshim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-providers/terraform-provider-docker/shim"
)

// renamed holds the official names that are not simply the Terraform ones in Pulumi's spelling.
var renamed = map[string]string{
	"docker_config": "ServiceConfig", // Config would clash with the package's own configuration
	"docker_image":  "RemoteImage",   // Image is another resource, which this plugin lacks
}

// provider maps the Terraform provider to the tokens and property names of @pulumi/docker. A name
// that differs here would make a program mean something else with the official plugin; the test
// test/deploy/engine.test.ts holds all of them against the installed package.
func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:           sdkv2.NewProvider(shim.NewProvider(version)),
		Name:        "docker",
		Description: "Docker resources, bridged from the Terraform provider.",
		Repository:  "https://github.com/kreuzwerker/terraform-provider-docker",
		Config: map[string]*tfbridge.SchemaInfo{
			"host": {Default: &tfbridge.DefaultInfo{
				EnvVars: []string{"DOCKER_HOST"},
				ComputeDefault: func(context.Context, tfbridge.ComputeDefaultOptions) (any, error) {
					return "unix:///var/run/docker.sock", nil
				},
			}},
			// A list, though it is singular.
			"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
		},
		Resources:   map[string]*tfbridge.ResourceInfo{},
		DataSources: map[string]*tfbridge.DataSourceInfo{},
	}

	info.P.ResourcesMap().Range(func(name string, _ tfshim.Resource) bool {
		info.Resources[name] = &tfbridge.ResourceInfo{Tok: tokens.Type(token(officialName(name)))}
		return true
	})
	info.P.DataSourcesMap().Range(func(name string, _ tfshim.Resource) bool {
		info.DataSources[name] = &tfbridge.DataSourceInfo{
			Tok: tokens.ModuleMember(token("get" + officialName(name))),
		}
		return true
	})

	// A container's name and published ports can be held by one container at a time.
	container := info.Resources["docker_container"]
	container.DeleteBeforeReplace = true
	// Lists whose official names are not plural.
	container.Fields = map[string]*tfbridge.SchemaInfo{
		"command":           {Name: "command"},
		"networks_advanced": {Name: "networksAdvanced"},
	}
	// An image's name is what is pulled or built: never an invented one.
	info.Resources["docker_image"].Fields = map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}}

	// Everything else that has a name and is not given one is called after its Pulumi resource.
	info.SetAutonaming(255, "-")
	// The bench compares with the official plugin, which has no names written down.
	if os.Getenv("DOCKER_PLUGIN_DERIVES_NAMES") == "" {
		for name, resource := range info.Resources {
			resource.Fields = named(info.P.ResourcesMap().Get(name).Schema(), resource.Fields)
		}
	}
	return info
}

// named writes down the official name of each property. The bridge finds a property by trying the
// names of all, and derives each anew that is not written down: half of a plan's time.
func named(schema tfshim.SchemaMap, fields map[string]*tfbridge.SchemaInfo) map[string]*tfbridge.SchemaInfo {
	// All before the first is written: one name may depend on another.
	names := map[string]string{}
	schema.Range(func(key string, _ tfshim.Schema) bool {
		names[key] = tfbridge.TerraformToPulumiNameV2(key, schema, fields)
		return true
	})
	all := map[string]*tfbridge.SchemaInfo{}
	for key, name := range names {
		field := tfbridge.SchemaInfo{}
		if given := fields[key]; given != nil {
			field = *given
		}
		field.Name = name
		if block, ok := schema.Get(key).Elem().(tfshim.Resource); ok {
			field.Elem = &tfbridge.SchemaInfo{Fields: named(block.Schema(), nil)}
		}
		all[key] = &field
	}
	return all
}

// officialName turns docker_registry_image into RegistryImage, but for the renamed ones.
func officialName(terraform string) string {
	if name, ok := renamed[terraform]; ok {
		return name
	}
	var name strings.Builder
	for _, word := range strings.Split(strings.TrimPrefix(terraform, "docker_"), "_") {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return name.String()
}

// token makes docker:index/remoteImage:RemoteImage of RemoteImage.
func token(name string) string {
	file := []rune(name)
	file[0] = unicode.ToLower(file[0])
	return "docker:index/" + string(file) + ":" + name
}
