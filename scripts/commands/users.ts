import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { declare, examples, valued } from "../terminal/declare";

const ACTIONS = ["import", "add", "remove", "list", "export"] as const;
type Action = (typeof ACTIONS)[number];

const COLUMN = { needs: "a column: its header, or its number", read: (text: string) => text };

const command = declare({
    call: "npm run users --",
    about: [
        "The people of a stack file. Comments, order and all else in the file stay as they are; what is done takes " +
            "effect with the next `npm run up`. A removed person's home stays.",
        "import reads a registrar's export (CSV with a header, separated by commas, semicolons or tabs, in any usual " +
            "encoding). It knows headers in English, German and French. Whoever has no column with a log-in name is " +
            "called as their e-mail begins. It shows who is added, changed and gone, and asks. docs/users.md.",
        "add and remove take names, list shows everybody, export prints CSV as import reads it.",
    ],
    needs: "a stack and what to do: npm run users -- STACK import FILE.csv, or add, remove, list, export",
})
    .argument("<STACK>", "which stack")
    .argument("<ACTION>", ACTIONS.join(", "))
    .argument("[WHAT...]", "import: the file; add and remove: names")
    .addOption(valued("--name <COLUMN>", "import: the column with people's names", COLUMN))
    .addOption(valued("--login <COLUMN>", "import: the column with names at the identity provider", COLUMN))
    .addOption(valued("--groups <COLUMN>", "import: the column with groups; several are separated by ; or |", COLUMN))
    .addOption(
        valued("--group <GROUP>", "import, add: a group that everybody is in", {
            needs: "a group's name: --group GROUP",
            read: text => text,
        }),
    )
    .option(
        "--sync",
        "import: people of --group who are not in the file leave it, and the list if they are in no other",
    )
    .option("--no-notes", "import: write no names and e-mails beside people")
    .option("-y, --yes", "import: do not ask")
    .option("--dry-run", "import, add, remove: show what would change, write nothing")
    .option("--json", "list, export: as JSON")
    .option("--passwords", "export: name, e-mail, URL and password of each, of a stack that is deployed")
    .addHelpText(
        "after",
        examples(
            ["npm run users -- course import class.csv --group algebra"],
            ["npm run users -- course import class.csv --group algebra --sync", "also takes out who has left"],
            ["npm run users -- course add ada grace --group staff"],
            ["npm run --silent users -- course export --passwords > passwords.csv"],
        ),
    );

export default command.action(async (stack, action, what, options) => {
    if (!isAction(action)) {
        throw new UserError(`users does not know ${action}; it knows ${ACTIONS.join(", ")}.`);
    }
    refuseStray(action, what, command.getOptionValueSource.bind(command));
    const edit = await import("../users/edit");
    const words = await import("../users/words");
    const { group, sync = false, notes, yes = false, dryRun = false, json = false } = options;
    const groups = group === undefined ? [] : [group];
    if (action === "list" || action === "export") {
        await show(stack, { csv: action === "export", json, passwords: options.passwords ?? false });
        return;
    }
    if (action === "import") {
        const { name, login, groups: column } = options;
        const found = edit.prepareImport(stack, what[0], { name, login, groups: column, group: groups, sync, notes });
        progress(words.columnsText(found));
        await carryOut(stack, found, { ask: !yes, dryRun });
        return;
    }
    const prepared = action === "add" ? edit.prepareAdd(stack, what, groups) : edit.prepareRemove(stack, what);
    await carryOut(stack, prepared, { ask: false, dryRun });
});

function isAction(text: string): text is Action {
    return (ACTIONS as readonly string[]).includes(text);
}

/** Options that each action knows. */
const KNOWN: Record<Action, readonly string[]> = {
    import: ["name", "login", "groups", "group", "sync", "notes", "yes", "dryRun"],
    add: ["group", "dryRun"],
    remove: ["dryRun"],
    list: ["json"],
    export: ["json", "passwords"],
};

const NEEDS: Record<Action, string | undefined> = {
    import: "one file: npm run users -- STACK import FILE.csv",
    add: "names: npm run users -- STACK add NAME…",
    remove: "names: npm run users -- STACK remove NAME…",
    list: undefined,
    export: undefined,
};

/** @throws UserError for options of another action, and where the file or names are missing or too many */
function refuseStray(action: Action, what: readonly string[], sourceOf: (option: string) => unknown): void {
    const stray = Object.values(KNOWN)
        .flat()
        .find(option => sourceOf(option) === "cli" && !KNOWN[action].includes(option));
    if (stray !== undefined) {
        const flag = stray === "notes" ? "--no-notes" : `--${stray.replace("R", "-r")}`;
        throw new UserError(`users … ${action} does not know ${flag}; see: npm run users -- --help`);
    }
    const needs = NEEDS[action];
    if (needs !== undefined && (what.length === 0 || (action === "import" && what.length > 1))) {
        throw new UserError(`users … ${action} needs ${needs}`);
    }
    if (needs === undefined && what.length > 0) {
        throw new UserError(`users … ${action} does not know ${what.join(" ")}; see: npm run users -- --help`);
    }
}

/** Shows an edit, asks where it has to, and writes it. */
async function carryOut(
    stack: string,
    prepared: import("../users/edit").Prepared,
    options: { ask: boolean; dryRun: boolean },
): Promise<void> {
    const { planText } = await import("../users/words");
    const { ask } = await import("../terminal/ask");
    progress(planText(prepared.plan));
    if (prepared.plan.edits.length === 0) {
        progress("Nothing to change.");
        return;
    }
    if (options.dryRun) {
        progress("Nothing was written: --dry-run.");
        return;
    }
    const unattended = "Nothing was changed. Without a terminal it is written only with --yes.";
    if (options.ask && !/^y(es)?$/i.test(await ask(`Write stacks/Pulumi.${stack}.yaml? [y/N] `, unattended))) {
        throw new UserError("Nothing was changed.");
    }
    prepared.write();
    progress(`Written to stacks/Pulumi.${stack}.yaml. It takes effect with: npm run up -- ${stack}`);
}

async function show(stack: string, { csv, json, passwords }: { csv: boolean; json: boolean; passwords: boolean }) {
    const words = await import("../users/words");
    const inJson = (value: unknown) => JSON.stringify(value, undefined, 2);
    if (passwords) {
        const { handoutsOf } = await import("../users/handouts");
        const { handouts, without } = await handoutsOf(stack);
        console.log(json ? inJson(handouts) : words.handoutCsv(handouts));
        if (without.length > 0) {
            progress(`Without a password here (chosen by themselves, or not deployed yet): ${without.join(", ")}`);
        }
        return;
    }
    const { peopleOfStack } = await import("../users/edit");
    const people = peopleOfStack(stack);
    const bare = people.map(({ index: _, ...person }) => person);
    console.log(json ? inJson(bare) : csv ? words.listCsv(people) : words.listTable(people));
}
