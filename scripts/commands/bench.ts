import { declare, valued } from "../terminal/declare";

const PARTS = `
Parts, all unless some are named:

  plan        a plan with nothing to do, for each of --people (10,50,200,500)
  add         one person more
  deploy      the first deploy, images there
  memory      the most memory that these need (of a plan, where none of them is named)
  start       a server's start: request to answer
  many        as many servers as --at-once says (20,50) are started at once: p50, p95, errors
  login       from the log-in form to the first cell's output, with the server running and stopped
  idle        memory and CPU time of hub, proxy and gate while nobody does anything
  throughput  one kernel message, and 100 MB up and down, through the proxy and direct to the container
  replace     the hub is replaced: seconds without a log-in page, and without an answer of a running
              kernel
  images      their sizes; building them without cache, again, and after a changed configuration
  machine     a fresh clone's \`npm run up\`, engine and images there

How long each takes: bench/README.md, which also has what is measured beside what. A measure that
misses its aim has its reason in bench/reasons.json.`;

const NUMBERS = "numbers of people with commas between, such as 10,50.";
const read = (text: string) => text;

export default declare({
    call: "npm run bench --",
    about: [
        "Measures this project beside what else one could use, in turn. Medians with lowest and " +
            "highest are kept in bench/results.json beside what earlier runs found of other parts and " +
            "other numbers of people, so that a whole report can come from several quiet half hours. " +
            "bench/RESULTS.md is the table of all, with plots.",
        "Linux with Docker; Python 3.9 for measuring, Go for Docker Compose, which is built once. It " +
            "makes stacks of its own and removes all of them, also after Ctrl-C. Other work on the " +
            "machine makes every figure worthless: the load average stands in the report.",
    ],
})
    .argument("[PART...]", "what to measure")
    .addOption(valued("--runs <N>", "how often each is measured (5)", { needs: "a number, such as 5.", read }))
    .addOption(valued("--people <N,…>", "how many people the stacks have (10,50,200,500)", { needs: NUMBERS, read }))
    .addOption(valued("--at-once <N,…>", "how many servers are started at once (20,50)", { needs: NUMBERS, read }))
    .option("--fresh", "forget what earlier runs found")
    .addHelpText("after", PARTS)
    .action(async (parts, options) => {
        const [{ bench, PARTS: known }, { readOptions }, { interruptible }] = await Promise.all([
            import("../../bench/bench"),
            import("../../bench/options"),
            import("../terminal/interrupt"),
        ]);
        const chosen = readOptions(parts, options, known);
        await interruptible("Interrupted; what it had made is removed.", signal => bench(chosen, signal));
    });
