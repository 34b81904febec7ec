package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/blang/semver"
	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/integration"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

const urn = resource.URN("urn:pulumi:stack::project::command:local:Command::it")

// plugin speaks to the provider as Pulumi does, but in this process.
type plugin struct {
	*testing.T
	integration.Server
}

func start(t *testing.T) plugin {
	server, err := integration.NewServer(context.Background(), "command", semver.MustParse("1.2.1"),
		integration.WithProvider(newProvider()))
	if err != nil {
		t.Fatal(err)
	}
	return plugin{t, server}
}

func inputs(values map[string]any) property.Map {
	converted := map[string]property.Value{}
	for name, value := range values {
		v, err := property.Any(value)
		if err != nil {
			panic(err)
		}
		converted[name] = v
	}
	return property.NewMap(converted)
}

func (p plugin) create(args property.Map) property.Map {
	p.Helper()
	created, err := p.Create(provider.CreateRequest{Urn: urn, Properties: args})
	if err != nil {
		p.Fatal(err)
	}
	return created.Properties
}

func (p plugin) update(state, args property.Map) property.Map {
	p.Helper()
	updated, err := p.Update(provider.UpdateRequest{ID: "id", Urn: urn, State: state, Inputs: args})
	if err != nil {
		p.Fatal(err)
	}
	return updated.Properties
}

func (p plugin) expect(state property.Map, name, want string) {
	p.Helper()
	if got := state.Get(name); !got.IsString() || got.AsString() != want {
		p.Errorf("%s is %v, not %q", name, got, want)
	}
}

func TestTokens(t *testing.T) {
	answer, err := start(t).GetSchema(provider.GetSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Name      string
		Resources map[string]any
		Functions map[string]any
	}
	if err := json.Unmarshal([]byte(answer.Schema), &schema); err != nil {
		t.Fatal(err)
	}
	if schema.Name != "command" || schema.Resources["command:local:Command"] == nil ||
		schema.Functions["command:local:run"] == nil {
		t.Errorf("not the official tokens: %s", answer.Schema)
	}
}

func TestLife(t *testing.T) {
	p := start(t)
	log := filepath.Join(t.TempDir(), "log")
	args := func(values map[string]any) property.Map {
		values["environment"] = map[string]property.Value{"LOG": property.New(log)}
		return inputs(values)
	}

	t.Log("create")
	first := args(map[string]any{"create": "echo one; echo warn >&2", "delete": `echo "$PULUMI_COMMAND_STDOUT" >> $LOG`})
	state := p.create(first)
	p.expect(state, "stdout", "one")
	p.expect(state, "stderr", "warn")

	t.Log("update, which sees the output before")
	second := args(map[string]any{
		"create": "exit 9", "update": `echo "after $PULUMI_COMMAND_STDOUT $PULUMI_COMMAND_STDERR"`,
		"delete": `echo "$PULUMI_COMMAND_STDOUT" >> $LOG`,
	})
	state = p.update(state, second)
	p.expect(state, "stdout", "after one warn")
	p.expect(state, "stderr", "")

	t.Log("delete, which sees it too")
	if err := p.Delete(provider.DeleteRequest{ID: "id", Urn: urn, Properties: state}); err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(log); string(content) != "after one warn\n" {
		t.Errorf("the delete command saw %q", content)
	}
}

func TestUpdateWithoutItsOwnCommandRunsCreate(t *testing.T) {
	p := start(t)
	state := p.create(inputs(map[string]any{"create": "echo one"}))
	state = p.update(state, inputs(map[string]any{"create": `echo "two after $PULUMI_COMMAND_STDOUT"`}))
	p.expect(state, "stdout", "two after one")
}

func TestPreviousOutputCanBeKeptAway(t *testing.T) {
	p := start(t)
	state := p.create(inputs(map[string]any{"create": "echo one"}))
	state = p.update(state, inputs(map[string]any{
		"create": `echo "[$PULUMI_COMMAND_STDOUT]"`, "addPreviousOutputInEnv": false,
	}))
	p.expect(state, "stdout", "[]")
}

func TestPreviewRunsNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "made")
	_, err := start(t).Create(provider.CreateRequest{
		Urn: urn, Properties: inputs(map[string]any{"create": "touch " + file}), DryRun: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the command ran in a preview")
	}
}

// A changed trigger is a change here; that it replaces is asked for by @pulumi/command, which the
// official plugin relies on as well (test/deploy/engine.test.ts sees it happen).
func TestWhatChanges(t *testing.T) {
	p := start(t)
	args := func(command string, triggers ...string) property.Map {
		list := []property.Value{}
		for _, trigger := range triggers {
			list = append(list, property.New(trigger))
		}
		return inputs(map[string]any{"create": command, "triggers": list})
	}
	old := args("true", "a", "b")
	state := p.create(old)
	for name, test := range map[string]struct {
		inputs  property.Map
		changes bool
	}{
		"nothing":         {old, false},
		"another command": {args("date", "a", "b"), true},
		"another trigger": {args("true", "a", "c"), true},
		"one more":        {args("true", "a", "b", "c"), true},
	} {
		diff, err := p.Diff(provider.DiffRequest{ID: "id", Urn: urn, State: state, OldInputs: old, Inputs: test.inputs})
		if err != nil {
			t.Fatal(err)
		}
		if diff.HasChanges != test.changes {
			t.Errorf("%s: changes %v (%v)", name, diff.HasChanges, diff.DetailedDiff)
		}
	}
}

func TestRun(t *testing.T) {
	answer, err := start(t).Invoke(provider.InvokeRequest{
		Token: "command:local:run", Args: inputs(map[string]any{"command": "cat; echo no >&2", "stdin": "yes"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	start(t).expect(answer.Return, "stdout", "yes")
	start(t).expect(answer.Return, "stderr", "no")
	start(t).expect(answer.Return, "command", "cat; echo no >&2")
}
