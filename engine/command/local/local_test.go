package local

import (
	"context"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"
)

func ref[T any](value T) *T { return &value }

func run(t *testing.T, command string, p Process) Result {
	t.Helper()
	var result Result
	if err := result.replaceBy(context.Background(), command, p); err != nil {
		t.Fatal(err)
	}
	return result
}

func TestProcess(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("FROM_OUTSIDE", "outside")
	for name, test := range map[string]struct {
		command string
		process Process
		stdout  string
	}{
		"shell by default":         {"echo $((1 + 2))", Process{}, "3"},
		"another interpreter":      {"hello", Process{Interpreter: &[]string{"/bin/echo", "-n", "a"}}, "a hello"},
		"empty interpreter":        {"echo x", Process{Interpreter: &[]string{}}, "x"},
		"directory":                {"pwd -P", Process{Dir: &dir}, must(filepath.EvalSymlinks(dir))},
		"environment":              {"echo $A$FROM_OUTSIDE", Process{Environment: &map[string]string{"A": "1"}}, "1outside"},
		"environment wins":         {"echo $FROM_OUTSIDE", Process{Environment: &map[string]string{"FROM_OUTSIDE": "in"}}, "in"},
		"stdin":                    {"tr a-z A-Z", Process{Stdin: ref("abc")}, "ABC"},
		"no stdin":                 {"cat", Process{}, ""},
		"only the last line's end": {`printf 'a\n\n'`, Process{}, "a\n"},
		"silent":                   {"echo x", Process{Logging: ref(Logging("none"))}, "x"},
		"a very long line":         {"head -c 200000 /dev/zero | tr '\\0' x", Process{}, strings.Repeat("x", 200000)},
	} {
		if got := run(t, test.command, test.process).Stdout; got != test.stdout {
			t.Errorf("%s: %.100q, not %.100q", name, got, test.stdout)
		}
	}
}

func must(text string, err error) string {
	if err != nil {
		panic(err)
	}
	return text
}

func TestFailure(t *testing.T) {
	result := Result{Stdout: "before"}
	err := result.replaceBy(context.Background(), "echo out; echo why >&2; exit 3", Process{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"exit status 3", "out\n", "why\n", `running "echo out;`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
	if result.Stdout != "before" {
		t.Errorf("the failed command left %q", result.Stdout)
	}
	if err := result.replaceBy(context.Background(), "true", Process{Dir: ref("/no/such/folder")}); err == nil {
		t.Error("a missing folder is no error")
	}
}

func TestLogging(t *testing.T) {
	for logging, shown := range map[string][2]bool{
		"": {true, true}, "stdoutAndStderr": {true, true}, "stdout": {true, false}, "stderr": {false, true}, "none": {},
	} {
		var set *Logging
		if logging != "" {
			set = ref(Logging(logging))
		}
		if got := [2]bool{set.shows("stdout"), set.shows("stderr")}; got != shown {
			t.Errorf("%q shows %v", logging, got)
		}
	}

	var lines []string
	writer := lineWriter{show: func(line string) { lines = append(lines, line) }}
	for _, data := range []string{"o", "ne\ntwo\r\n", "\nlast"} {
		if n, err := writer.Write([]byte(data)); n != len(data) || err != nil {
			t.Fatal(n, err)
		}
	}
	writer.flush()
	if want := []string{"one", "two", "", "last"}; !reflect.DeepEqual(lines, want) {
		t.Errorf("%q", lines)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{"top.txt", "assets/logo.svg", "assets/deep/er.txt", "src/index.js", "src/secret.js"} {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct{ globs, want []string }{
		{[]string{"*.txt"}, []string{"top.txt"}},
		{[]string{"assets/*"}, []string{"assets/logo.svg"}},
		{[]string{"assets/**", "src/**.js", "!**secret.*"}, []string{"assets/deep/er.txt", "assets/logo.svg", "src/index.js"}},
		{[]string{"!**secret.*", "src/**"}, []string{"src/index.js", "src/secret.js"}},
		{[]string{"nothing"}, nil},
	} {
		found, err := find(dir, test.globs)
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(found)
		if !reflect.DeepEqual(found, test.want) {
			t.Errorf("%q finds %q", test.globs, found)
		}
	}
	if _, err := find(dir, []string{"[a"}); err == nil {
		t.Error("a broken glob is no error")
	}

	result := run(t, "true", Process{Dir: &dir, AssetPaths: &[]string{"*.txt"}, ArchivePaths: &[]string{"src/**"}})
	asset := (*result.Assets)["top.txt"]
	if asset == nil || asset.Asset.Path != filepath.Join(dir, "top.txt") {
		t.Errorf("assets: %v", result.Assets)
	}
	if files, ok := result.Archive.GetAssets(); !ok || len(files) != 2 {
		t.Errorf("archive: %v", result.Archive)
	}
}
