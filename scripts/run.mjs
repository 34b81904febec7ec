#!/usr/bin/env node
// Entry of every `npm run` command, in plain JavaScript because on a fresh clone nothing is installed yet: installs the
// locked npm packages when they are missing or outdated, then runs scripts/commands/NAME.ts.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [, , name, ...args] = process.argv;

const [major] = process.versions.node.split(".").map(Number);
if (major < 20) {
    console.error(`This needs Node 20 or newer; node here is ${process.version}.`);
    process.exit(1);
}

const stamp = join(root, "node_modules", ".installed-from");
const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    console.error("Installing npm packages …");
    // Install scripts are not run: they would download what engine/ provides.
    const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", 2, 2],
    });
    if (status !== 0) {
        console.error("npm could not install the packages of package-lock.json; its message is above.");
        process.exit(1);
    }
    writeFileSync(stamp, lock);
}

process.chdir(root);
const require = createRequire(join(root, "package.json"));
require(join(root, "scripts", "node", "typeScript.cjs")).register();
require(join(root, "scripts", "node", "packages.cjs")).loadWhenUsed(root);
const { start } = require(join(root, "scripts", "terminal", "declare.ts"));
start(require(join(root, "scripts", "commands", `${name}.ts`)).default, args);
