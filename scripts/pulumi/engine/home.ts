/**
 * PULUMI_HOME of this checkout, with the plugins of its engine. It is never the caller's own: plugins that were built
 * here stand under the official versions and lack things that other programs may use, so no other project may find
 * them. Pulumi reads real folders alone, and follows links in them.
 *
 *     <home>/plugins/resource-docker-v5.2.0/pulumi-resource-docker    a link to the engine's
 */
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Lays the engine's plugins into the home. One that somebody installed there (`pulumi plugin install`) stays in use.
 */
export function layPlugins(home: string, plugins: string): void {
    const target = path.join(home, "plugins");
    if (isLink(target)) {
        // Of an earlier version of these commands; another run may have been faster.
        fs.rmSync(target, { force: true });
    }
    fs.mkdirSync(target, { recursive: true, mode: 0o700 });
    const wanted = fs
        .readdirSync(plugins, { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => entry.name);
    for (const name of fs
        .readdirSync(target)
        .filter(entry => !wanted.includes(entry) && isOfLinks(path.join(target, entry)))) {
        // Of another version: Pulumi might prefer it.
        fs.rmSync(path.join(target, name), { recursive: true, force: true });
    }
    for (const name of wanted) {
        const folder = path.join(target, name);
        if (isLink(folder)) {
            fs.rmSync(folder, { force: true });
        }
        fs.mkdirSync(folder, { recursive: true });
        for (const program of fs.readdirSync(path.join(plugins, name))) {
            link(fs.realpathSync(path.join(plugins, name, program)), path.join(folder, program));
        }
    }
}

/** Takes away what earlier versions of these commands linked into a PULUMI_HOME of the caller's own. */
export function withdrawPlugins(home: string, cache: string): void {
    const ours = (file: string): boolean =>
        isLink(file) && path.resolve(path.dirname(file), fs.readlinkSync(file)).startsWith(cache + path.sep);
    const target = path.join(home, "plugins");
    if (ours(target)) {
        fs.rmSync(target, { force: true });
    } else if (fs.existsSync(target)) {
        fs.readdirSync(target)
            .map(name => path.join(target, name))
            .filter(ours)
            .forEach(file => fs.rmSync(file, { force: true }));
    }
}

function isLink(file: string): boolean {
    return fs.lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/**
 * Whether we laid it: all programs in it are links. What Pulumi writes beside them (`.lock`, `.partial`) is no program.
 */
function isOfLinks(folder: string): boolean {
    const programs = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()
        ? fs.readdirSync(folder).filter(name => /^pulumi-/.test(name))
        : [];
    return programs.length > 0 && programs.every(name => isLink(path.join(folder, name)));
}

/** Makes the link, or leads one that is there to the right place; a program that is no link is somebody's own. */
function link(to: string, file: string): void {
    const present = fs.lstatSync(file, { throwIfNoEntry: false });
    if (present !== undefined && (!present.isSymbolicLink() || fs.readlinkSync(file) === to)) {
        return;
    }
    const fresh = `${file}.${process.pid}`;
    fs.symlinkSync(to, fresh);
    fs.renameSync(fresh, file);
}
