/**
 * What Node loads first in the processes that pulumi starts for our commands (scripts/pulumi/environment.ts): this
 * checkout's program is loaded by typeScript.cjs, not by the ts-node that Pulumi would use. Plain `pulumi up` does
 * without; it only takes longer.
 */
const fs = require("node:fs");
const path = require("node:path");

const RUNNER = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/]index(\.js)?)?$/;
const ROOT = path.join(__dirname, "..", "..");

/** Whether this is Pulumi's runner, and the program that it is to run is this checkout's. */
function runsOurProgram([, script = "", ...args]) {
    const at = args.indexOf("--pwd");
    const folder = at < 0 ? process.cwd() : path.resolve(args[at + 1]);
    return RUNNER.test(script) && fs.realpathSync(folder) === fs.realpathSync(ROOT);
}

if (runsOurProgram(process.argv)) {
    require("./typeScript.cjs").register();
    require("./packages.cjs").loadWhenUsed(ROOT);
    process.env.PULUMI_NODEJS_TYPESCRIPT = "false";
}
