package local

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gobwas/glob"
	"github.com/pulumi/pulumi-go-provider/infer/types"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// rule is one glob; files that match a later rule follow that one.
type rule struct {
	glob.Glob
	exclude bool
}

// find lists the files below dir that the globs choose, relative to it and with slashes.
func find(dir string, globs []string) ([]string, error) {
	rules := make([]rule, 0, len(globs))
	for _, text := range globs {
		pattern, exclude := strings.CutPrefix(text, "!")
		// The separator is what * does not match and ** does.
		compiled, err := glob.Compile(pattern, '/')
		if err != nil {
			return nil, err
		}
		rules = append(rules, rule{compiled, exclude})
	}
	var found []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		chosen := false
		for _, rule := range rules {
			if rule.Match(path) {
				chosen = !rule.exclude
			}
		}
		if chosen {
			found = append(found, path)
		}
		return nil
	})
	return found, err
}

func assets(dir string, globs []string) (*map[string]*types.AssetOrArchive, error) {
	paths, err := find(dir, globs)
	if err != nil {
		return nil, err
	}
	files := map[string]*types.AssetOrArchive{}
	for _, path := range paths {
		asset, err := resource.NewPathAsset(filepath.Join(dir, path))
		if err != nil {
			return nil, err
		}
		files[path] = &types.AssetOrArchive{Asset: asset}
	}
	return &files, nil
}

func archive(dir string, globs []string) (*resource.Archive, error) {
	paths, err := find(dir, globs)
	if err != nil {
		return nil, err
	}
	files := map[string]any{}
	for _, path := range paths {
		if files[path], err = resource.NewPathAsset(filepath.Join(dir, path)); err != nil {
			return nil, err
		}
	}
	return resource.NewAssetArchive(files)
}
