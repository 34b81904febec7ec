import { declare, valued } from "../../terminal/declare";

const PARTS = `
Parts, all unless some are named:

  again       \`npm run up\` with nothing to do, for each number of --people
  plan        a plan without changes, for each number of --people (10,50,200,500)
  add         adding one person
  deploy      the first deploy, with images built already
  memory      peak memory of the parts above (of a plan, if none of them is named)
  start       starting a server: from request to answer
  many        starting --at-once servers (20,50) together: p50, p95, errors
  demand      servers on demand (spawning: dynamic): start, and --at-once together
  list        a long list of people who get servers on demand: plan, adding one person and first
              deploy of the largest of --people beside three people
  login       from the log-in form to the first cell's output, with the server running and stopped
  idle        memory and CPU time of hub, proxy and gate while nobody does anything
  throughput  one kernel message, and 100 MB up and down, through the proxy and direct to the container
  replace     replacing the hub: seconds without a log-in page, and without an answer of a running
              kernel
  images      sizes, and build times: without cache, with it, and after a changed configuration
  machine     \`npm run up\` in a fresh clone, with the engine and images built already

bench/README.md says how long each takes and what it is compared with. bench/reasons.json has the
reason for each measure that misses its aim.`;

const NUMBERS = "numbers of people with commas between, such as 10,50.";
const read = (text: string) => text;

export default declare({
    call: "npm run bench --",
    about: [
        "Measures this project and its alternatives in turn. bench/results.json keeps the median, lowest " +
            "and highest of each measure. A run replaces only what it measured, so a whole report can " +
            "take several quiet half hours. bench/RESULTS.md has all tables and plots.",
        "Needs Linux with Docker, Python 3.9 and Go (to build Docker Compose once). It deploys stacks of " +
            "its own and removes them, also after Ctrl-C. Other work on the machine makes the figures " +
            "worthless; the report has the load average.",
    ],
})
    .argument("[PART...]", "what to measure")
    .addOption(valued("--runs <N>", "how often to measure each (5)", { needs: "a number, such as 5.", read }))
    .addOption(valued("--people <N,…>", "numbers of people (10,50,200,500)", { needs: NUMBERS, read }))
    .addOption(valued("--at-once <N,…>", "numbers of servers to start together (20,50)", { needs: NUMBERS, read }))
    .option("--fresh", "forget the results of earlier runs")
    .option("--quick", "a short form in five minutes: few people, each measured once; nothing is kept")
    .addHelpText("after", PARTS)
    .action(async (parts, options) => {
        const [{ bench, PARTS: known }, { readOptions }, { interruptible }] = await Promise.all([
            import("../../../bench/bench"),
            import("../../../bench/options"),
            import("../../terminal/interrupt"),
        ]);
        const chosen = readOptions(parts, options, known);
        await interruptible("Interrupted; what it had made is removed.", signal => bench(chosen, signal));
    });
