/** Debian's packages, unpacked into folders instead of installed: for machines of tests. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

const run = (program: string, args: readonly string[], cwd?: string) =>
    execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** This machine's own release's, with what they need and is not here. */
export function unpackOwn(packages: readonly string[], debs: string, into: string): void {
    fs.mkdirSync(path.join(debs, "partial"), { recursive: true });
    const options = ["-qq", "-y", "-o", "APT::Sandbox::User=root", "-o", `Dir::Cache::archives=${debs}`];
    const get = () =>
        run("apt-get", [
            ...options,
            "install",
            "--download-only",
            "--no-install-recommends",
            "--reinstall",
            ...packages,
        ]);
    try {
        get();
    } catch {
        run("apt-get", ["-qq", "update"]);
        get();
    }
    unpack(debs, into);
}

/** Those of another of Debian's releases, from the mirror that this machine has its own packages from. */
export function unpackOf(suite: string, packages: readonly string[], debs: string, into: string): void {
    const [state, cache, list] = ["state", "cache", "sources.list"].map(name =>
        path.join(debs, "..", `apt-${suite}`, name),
    );
    for (const folder of [path.join(state, "lists", "partial"), path.join(cache, "archives", "partial"), debs]) {
        fs.mkdirSync(folder, { recursive: true });
    }
    const targets = run("apt-get", ["indextargets", "--format", TARGET, "Created-By: Packages"]);
    fs.writeFileSync(list, sourceOf(targets, suite));
    const settings = {
        "Dir::State": state,
        "Dir::Cache": cache,
        "Dir::Etc::sourcelist": list,
        "Dir::Etc::sourceparts": "/nonexistent",
        "Dir::Etc::preferencesparts": "/nonexistent",
        "APT::Sandbox::User": "root",
    };
    const options = ["-qq", ...Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`])];
    run("apt-get", [...options, "update"]);
    run("apt-get", [...options, "download", ...packages.map(name => `${name}/${suite}`)], debs);
    unpack(debs, into);
}

/** What apt is asked about each of its sources. */
export const TARGET = "$(ORIGIN) $(COMPONENT) $(CODENAME) $(SITE)";

/**
 * A line of sources.list for another release.
 * @param targets lines of TARGET
 * @throws Error where this machine has no packages of Debian's
 */
export function sourceOf(targets: string, suite: string): string {
    const found = targets
        .split("\n")
        .map(line => line.split(" "))
        .find(
            ([origin, component, codename]) => origin === "Debian" && component === "main" && !codename.includes("-"),
        );
    if (found === undefined) {
        throw new Error(
            `Other Docker engines come from Debian's packages (${suite}), and apt here knows no mirror of Debian: ` +
                "this test needs a Debian machine",
        );
    }
    return `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${found[3]} ${suite} main\n`;
}

function unpack(debs: string, into: string): void {
    fs.mkdirSync(into, { recursive: true });
    fs.readdirSync(debs)
        .filter(name => name.endsWith(".deb"))
        .forEach(name => run("dpkg", ["-x", path.join(debs, name), into]));
}
