/** What README and docs/ show besides stack files: commands, and what they print. */
import * as fs from "node:fs";
import * as path from "node:path";
import { CHECKOUT } from "./checkout";

/** A block of a page that is no stack file. */
export interface Shown {
    page: string;
    text: string;
    /** Its first line. */
    begins: string;
}

/** How a block is tried: a text of the test that does, or why none can. */
export type Tried = { in: string; by: string } | { because: string };

const folder = path.join(CHECKOUT, "docs");
const files = ["README.md", "CONTRIBUTING.md", ...fs.readdirSync(folder).map(file => `docs/${file}`)].filter(file =>
    file.endsWith(".md"),
);

export const shown: Shown[] = files.flatMap(page =>
    [...fs.readFileSync(path.join(CHECKOUT, page), "utf8").matchAll(/^```(\w*)\n([^]*?)^```$/gm)]
        .filter(([, language]) => language !== "yaml")
        .map(([, , text]) => ({ page, text, begins: text.split("\n")[0] })),
);

const ELSEWHERE = "changes the machine outside of what a test may";

/** By page and first line. Blocks of `npm run` alone are not here: the commands themselves read their arguments. */
export const TRIED: Record<string, Record<string, Tried>> = {
    "README.md": {
        'The configuration of stack "dev"': {
            in: "test/unit/project/readme.test.ts",
            by: "the error message is the one that people see",
        },
        'eval "$(npm run --silent env)"': {
            in: "test/deploy/surroundings/surroundings/passphrase.ts",
            by: '"env"',
        },
    },
    "docs/admins.md": { "sudo groupadd hubadmins": { because: ELSEWHERE } },
    "docs/backup.md": {
        "0 3 * * *": { because: "is a line for cron, with the command of the block above" },
        "tar -xf course.backup.tar": { in: "test/deploy/operations/backup.test.ts", by: "manifest.sha256" },
    },
    "docs/changes.md": {
        "+ 1 added: mary": { in: "test/unit/scripts/plan/summary.test.ts", by: "as docs/changes.md shows it" },
        "docker run --rm --volume STACK-ID-hub-data": {
            in: "test/deploy/operations/dayTwo/upgrades.ts",
            by: "declared.store.database",
        },
    },
    "docs/choices.md": { "curl -X POST": { in: "test/deploy/dynamic/chosen.ts", by: "profile" } },
    "docs/coming.md": { "getent passwd | awk": { in: "test/unit/project/docs.test.ts", by: "accounts of TLJH" } },
    "docs/courses.md": {
        "https://hub.example.org/hub/user-redirect": {
            in: "test/browser/course.test.ts",
            by: "hub/user-redirect/git-pull",
        },
    },
    "docs/data.md": {
        "npm run purge -- dev": { because: "removes images that other tests have" },
        "rm -r ~/.local/share": { because: ELSEWHERE },
    },
    "docs/docker-hosts.md": {
        "Host lab.example.org": { because: "is for ~/.ssh/config, which ssh reads and nothing else" },
        "ssh -N -L": { in: "test/unit/components/docker/dockerHost.test.ts", by: "ssh -N" },
    },
    "docs/dockerspawner.md": {
        "docker volume ls -q | node -e": { in: "test/unit/project/docs.test.ts", by: "names are read from volumes" },
        "npm run --silent pulumi -- stack output users": {
            in: "test/unit/project/docs.test.ts",
            by: "each volume is named with the home that it goes to",
        },
        "under=.": { in: "test/unit/project/homesMoved.test.ts", by: "not while the old server runs" },
    },
    "docs/engines.md": {
        "ENGINE           DOCKER": {
            because: "is what `npm run test:engines` printed; its engines take an hour to build",
        },
    },
    "docs/gitops.md": {
        "git clone git@github.com:LAB/hub.git": {
            because: "names a repository that is its reader's; test/deploy/gitops.test.ts has one of its own",
        },
        "npm run sync -- lab --dry-run": { in: "test/deploy/gitops.test.ts", by: "as the timer says" },
        "systemctl list-timers": { because: "needs a machine that systemd has started" },
        "git config merge.verifySignatures": {
            in: "test/unit/scripts/gitops/checkout.test.ts",
            by: "merge.verifySignatures",
        },
        "What changes in lab": { in: "test/deploy/gitops.test.ts", by: "says in a comment" },
        "git fetch": { in: "test/unit/scripts/gitops/checkout.test.ts", by: "has to be fetched" },
    },
    "docs/https.md": {
        "client_max_body_size 0;": { because: "is for an nginx that is there already" },
    },
    "docs/images.md": {
        "ARG BASE=images/singleuser": { in: "test/deploy/foundation/people.ts", by: "ARG BASE=images/singleuser" },
        "RUN install -d /opt/video/presets": {
            in: "test/unit/components/preflight/ownDockerfiles.test.ts",
            by: "presets",
        },
        "users[0].env.NB_UID": { in: "test/support/brokenStacks/values.ts", by: "never as root, so nothing could act" },
    },
    "docs/monitoring.md": {
        "course at 14:03:22": { in: "test/unit/scripts/watch/watch.test.ts", by: "servers of" },
        "npm run --silent pulumi -- stack output services": {
            in: "test/deploy/see.test.ts",
            by: "Prometheus is answered by hub and proxy",
        },
    },
    "docs/network.md": {
        "network: its addresses": { in: "test/unit/components/network/change.test.ts", by: "mtu or isolation changed" },
        "The network course-": { in: "test/unit/components/network/removal.test.ts", by: "would lose it" },
    },
    "docs/new.md": {
        "ok       Docker": { in: "test/unit/scripts/doctor/findings.test.ts", by: "is held by" },
    },
    "docs/policy.md": {
        "Policies:": { in: "test/deploy/surroundings/policy.test.ts", by: "host-mounts" },
        "{": { in: "test/deploy/surroundings/policy.test.ts", by: "host-mounts" },
    },
    "docs/program.md": {
        "import * as pulumi": { in: "test/deploy/program.test.ts", by: "program.md" },
        '{ "extends"': { in: "test/deploy/program.test.ts", by: "program.md" },
        "ln -s ../jupyterhub/node_modules": { in: "test/deploy/program.test.ts", by: "program.md" },
        "preflight: async": { in: "test/deploy/program.test.ts", by: "program.md" },
        "npm init --yes": { in: "test/support/languages/program.ts", by: "npm" },
        "import { JupyterHub } from": { in: "test/deploy/package.test.ts", by: '"jupyterhub-docker-pulumi"' },
        "import pulumi": { in: "test/languages/languages.test.ts", by: 'it("Python"' },
    },
    "docs/spawning.md": { "browser → proxy": { because: "is a drawing" } },
    "docs/swarm.md": { "docker swarm init --advertise-addr": { because: ELSEWHERE } },
    "docs/supply-chain.md": {
        "image=$(docker inspect": { in: "test/support/deploy/billOfMaterials.ts", by: "jupyterhub.sbom" },
    },
    "docs/users.md": {
        "40 rows: names from": { in: "test/unit/scripts/users/edit.test.ts", by: "as docs/users.md shows it" },
        "class.csv has 2 problems": { in: "test/unit/scripts/users/edit.test.ts", by: "it names nobody" },
    },
};

/** A command line of `npm run`, or of `npm test`. */
export interface Command {
    name: string;
    args: string[];
}

/** The `npm …` of this project in a line of a shell, with what it is given. Undefined for other lines. */
export function npmCommand(line: string): Command | undefined {
    const [, words] =
        /(?:^|[|(] *)npm (?:run (?:--silent )?)?((?!--prefix|init |install )[a-z].*)$/.exec(line.trim()) ?? [];
    if (words === undefined) {
        return undefined;
    }
    const [name, ...args] = wordsOf(words.replace(/\)".*$/, ""));
    return { name, args: args[0] === "--" ? args.slice(1) : args };
}

/** As a shell splits them, up to a comment, a pipe or a redirection. */
function wordsOf(text: string): string[] {
    const words: string[] = [];
    for (const [word] of text.matchAll(/"[^"]*"|'[^']*'|[^\s"']+/g)) {
        if (/^[#|<>&]/.test(word) || word === ")") {
            break;
        }
        words.push(word.replace(/^(["'])([^]*)\1$/, "$2"));
    }
    return words;
}
