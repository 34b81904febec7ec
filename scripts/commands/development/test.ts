import { declare, examples } from "../../terminal/declare";

const PARTS = `
Parts:

  types     the compiler over everything
  lint      which folder imports which, by the rules of CONTRIBUTING.md, and the form of the code
  unit      the program with Pulumi mocks; seconds
  hub       the Python of hub, homes, guard, launcher and servers (test/hub, test/homes, test/guard,
            test/launcher, test/singleuser)
  deploy    the real Pulumi engine and a real Docker daemon
  browser   a real Chromium; pictures in test/artifacts
  long      only when named (npm run test:long): deploy and browser with every case and step; without
            it they leave out what is like another case or step
  storm     only when named (npm run test:storm): kills \`up\` at 20 random moments, or as many as the
            variable STORM says; and launcher, hub, gate and Docker during 200 starts and stops of
            servers, on the newest Docker (\`engines -- 28.5 storm\`: on another)
  engines   only when named (npm run test:engines): deploy tests on other Docker versions, one after
            another, and a table of what was seen (docs/engines.md); \`deploy\` has a short walk on
            the newest. --all: every deploy test
  swarm     only when named (npm run test:swarm): a Swarm of three machines, or as many as the variable
            SWARM_NODES says (2 or 3), on this one: people's servers on all of them, attacks from one
            to the other, machines that fail and come back
  fuzz      only when named (npm run test:fuzz): 10,000 random and mutated stack files, or as many as
            the variable FUZZ_RUNS says, from the seed that it prints or that FUZZ_SEED says; a tenth as
            many random edits, whose runs end the same with and without the people left out; and each
            stack file that is known to be wrong by \`up\` and by plain \`pulumi preview\`, of which
            \`deploy\` has some
  security  only when named (npm run test:security): every attack of docs/attacks.md here and in the
            usual set-up (a hub with DockerSpawner and Docker's socket); prints them as a table and
            writes that page; and the gate's tests with a minute of each mangling, or as many seconds
            as FUZZ_SECONDS says. \`deploy\` has those here
  languages only when named (npm run test:languages): programs in YAML and Python on the npm package;
            builds Pulumi's language hosts where the machine has none
  plugins   only by npm run test:plugins, which says what it needs: Pulumi's official plugins and
            those that are built here, side by side

Without names, deploy and browser run together, three files at a time.

Behind unit, hub, deploy and browser single files can be named, by their names without folder and
ending. A word is a file of the part before it where that has one of this name, and else a part.
`;

export default declare({
    call: "npm test --",
    about: [
        'Runs all tests, or the named parts, and ends with the line "N passed, N failed".',
        "What they need is installed first, as by `npm run up`. They run beside a deployment without " +
            "touching it, and take stack files as git has them: neither an edit nor another stack of " +
            "yours is seen before `git add`.",
    ],
})
    .argument("[PART FILE...]", "what to run")
    .addHelpText(
        "after",
        PARTS +
            examples(
                ["npm test -- deploy gate", "test/deploy/gate.test.ts"],
                ["npm test -- unit settings names hub", "two files, then all of test/hub"],
                ["npm test -- hub turns", "test/hub/servers/test_turns.py"],
                ["npm test -- browser https"],
                ["SWARM_NODES=2 npm run test:swarm -- walk", "test/swarm/walk.test.ts, on two machines"],
                ["npm run test:engines -- 26.1 29 gate", "on two Docker versions; walk: the short one"],
            ),
    )
    .allowUnknownOption() // `engines --all`; another word with a dash is refused as a part.
    .action(async (_words, _known, command) => {
        const { runTests } = await import("../../testing/tests");
        process.exitCode = await runTests(command.args);
    });
