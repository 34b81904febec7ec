/** Which folder may import which: docs and reasons in CONTRIBUTING.md. Run by `npm run lint`. */

/** A floor stands on those below it, never on those above. */
const FLOORS = [["errors"], ["docker"], ["config"], ["host"], ["network"], ["image", "hub", "user"], ["preflight"]];
const folder = names => `^components/(${names.join("|")})/`;

const upwards = FLOORS.slice(0, -1).map((floor, at) => ({
    name: `${floor.join("-")}-imports-what-stands-above`,
    comment: "The data's way: errors < docker < config < host < network < image, hub, user < preflight < jupyterHub.",
    severity: "error",
    from: { path: folder(floor) },
    to: { path: [folder(FLOORS.slice(at + 1).flat()), "^components/[^/]+\\.ts$"] },
}));

const beside = ["image", "hub", "user"].map(name => ({
    name: `${name}-imports-its-neighbour`,
    comment: "Images, the hub's parts and people's servers meet in jupyterHub.ts alone.",
    severity: "error",
    from: { path: folder([name]) },
    to: { path: folder(["image", "hub", "user"].filter(other => other !== name)) },
}));

module.exports = {
    forbidden: [
        ...upwards,
        ...beside,
        {
            name: "preflight-imports-the-composition",
            severity: "error",
            from: { path: folder(["preflight"]) },
            to: { path: "^components/[^/]+\\.ts$" },
        },
        {
            name: "config-is-pure",
            comment: "It reads no file, starts no process and makes no resource.",
            severity: "error",
            from: { path: folder(["config"]) },
            to: { path: "^(node:)?(fs|fs/promises|child_process)$|@pulumi/" },
        },
        {
            name: "only-the-client-starts-processes",
            severity: "error",
            from: { path: "^components/", pathNot: "^components/host/client\\.ts$" },
            to: { path: "^(node:)?child_process$" },
        },
        {
            name: "only-one-module-of-scripts-starts-processes",
            comment: "run.mjs installs what that module needs, and so has its own.",
            severity: "error",
            from: { path: "^scripts/", pathNot: "^scripts/(terminal/process\\.ts|run\\.mjs)$" },
            to: { path: "^(node:)?child_process$" },
        },
        {
            name: "resources-import-types-of-the-host-only",
            comment: "What is on the Docker host is looked at before, and handed over.",
            severity: "error",
            from: { path: folder(["network", "image", "hub", "user"]) },
            to: { path: folder(["host"]), dependencyTypesNot: ["type-only"] },
        },
        {
            name: "the-program-comes-in-by-the-door",
            comment: "What it needs, other Pulumi programs need too.",
            severity: "error",
            from: { path: "^index\\.ts$" },
            to: { path: "^components/", pathNot: "^components/index\\.ts$" },
        },
        {
            name: "rooms-are-entered-by-their-doors",
            comment: "index.ts of a folder says what commands, bench and policy may rely on. Tests look at each file.",
            severity: "error",
            from: { path: "^(scripts|bench|policy)/" },
            to: { path: "^components/", pathNot: "^components/[^/]+/index\\.ts$" },
        },
        {
            name: "tests-and-bench-are-leaves",
            severity: "error",
            from: {
                path: "^(index\\.ts$|components/|scripts/|policy/)",
                pathNot: "^scripts/commands/development/bench\\.ts$",
            },
            to: { path: "^(test|bench)/" },
        },
        { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    ],
    options: {
        doNotFollow: { path: "node_modules" },
        tsConfig: { fileName: "tsconfig.json" },
        tsPreCompilationDeps: true,
    },
};
