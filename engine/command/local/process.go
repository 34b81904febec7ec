package local

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
)

// replaceBy runs the command and puts what it leaves behind in the place of the earlier result,
// which the command finds in its environment. A command that fails changes nothing.
func (r *Result) replaceBy(ctx context.Context, command string, p Process) error {
	argv := []string{"/bin/sh", "-c"}
	if p.Interpreter != nil && len(*p.Interpreter) > 0 {
		argv = append([]string{}, *p.Interpreter...)
	}
	argv = append(argv, command)

	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = p.environ(*r)
	if p.Stdin != nil {
		cmd.Stdin = strings.NewReader(*p.Stdin)
	}
	var err error
	if p.Dir != nil {
		cmd.Dir = *p.Dir
	} else if cmd.Dir, err = os.Getwd(); err != nil {
		return err
	}

	var stdout, stderr bytes.Buffer
	var both lockedBuffer // in the order of arrival, for the message of a failure
	log := provider.GetLogger(ctx)
	outLines := lineWriter{show: log.InfoStatus, silent: !p.Logging.shows("stdout")}
	errLines := lineWriter{show: log.InfoStatus, silent: !p.Logging.shows("stderr")}
	cmd.Stdout = io.MultiWriter(&stdout, &both, &outLines)
	cmd.Stderr = io.MultiWriter(&stderr, &both, &errLines)

	err = cmd.Run()
	outLines.flush()
	errLines.flush()
	if err != nil {
		return fmt.Errorf("%w: running %q:\n%s", err, command, both.String())
	}

	next := Result{
		Stdout:  strings.TrimSuffix(stdout.String(), "\n"),
		Stderr:  strings.TrimSuffix(stderr.String(), "\n"),
		Assets:  r.Assets,
		Archive: r.Archive,
	}
	if p.AssetPaths != nil {
		if next.Assets, err = assets(cmd.Dir, *p.AssetPaths); err != nil {
			return err
		}
	}
	if p.ArchivePaths != nil {
		if next.Archive, err = archive(cmd.Dir, *p.ArchivePaths); err != nil {
			return err
		}
	}
	*r = next
	return nil
}

// environ is the process's environment. Of two entries for one name the last counts.
func (p Process) environ(previous Result) []string {
	env := os.Environ()
	if p.Environment != nil {
		for name, value := range *p.Environment {
			env = append(env, name+"="+value)
		}
	}
	if p.AddPreviousOutputInEnv != nil && !*p.AddPreviousOutputInEnv {
		return env
	}
	if previous.Stdout != "" {
		env = append(env, "PULUMI_COMMAND_STDOUT="+previous.Stdout)
	}
	if previous.Stderr != "" {
		env = append(env, "PULUMI_COMMAND_STDERR="+previous.Stderr)
	}
	return env
}

// lockedBuffer takes what two goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(data)
}

// lineWriter shows what is written to it line by line.
type lineWriter struct {
	show   func(line string)
	silent bool
	rest   []byte
}

func (w *lineWriter) Write(data []byte) (int, error) {
	if w.silent {
		return len(data), nil
	}
	w.rest = append(w.rest, data...)
	for {
		line, rest, found := bytes.Cut(w.rest, []byte("\n"))
		if !found {
			return len(data), nil
		}
		w.show(strings.TrimSuffix(string(line), "\r"))
		w.rest = rest
	}
}

// flush shows a last line that did not end.
func (w *lineWriter) flush() {
	if len(w.rest) > 0 {
		w.show(string(w.rest))
		w.rest = nil
	}
}
