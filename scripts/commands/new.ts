import { Option } from "@commander-js/extra-typings";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { HOMES, isDomain, LOGINS, readPeople, SPAWNING } from "../newStack/choices";
import { declare, examples, valued } from "../terminal/declare";

export default declare({
    call: "npm run new --",
    about: [
        "Writes a stack file for a new hub, with comments that explain each part. On a terminal it asks for " +
            "what the options leave open; Enter takes the first answer. It never overwrites a file, takes a port " +
            "that no other stack file has, and says what to do next. docs/new.md.",
    ],
    needs: "a name: npm run new -- NAME",
})
    .argument("<NAME>", "name of the stack: stacks/Pulumi.NAME.yaml")
    .addOption(new Option("--login <TYPE>", "how people log in").choices(LOGINS))
    .addOption(new Option("--homes <WHERE>", "where homes are").choices(HOMES))
    .addOption(new Option("--spawning <HOW>", "who has a server: listed people, or others too").choices(SPAWNING))
    .addOption(
        valued("--domain <NAME>", "open it to others at https://NAME/; this machine alone where it is left out", {
            needs: "a name such as hub.example.org",
            read: text => {
                if (!isDomain(text)) {
                    throw new UserError("--domain needs a name such as hub.example.org");
                }
                return text.toLowerCase();
            },
        }),
    )
    .addOption(
        valued("--people <NAMES>", "who is listed, with commas between; the first is admin", {
            needs: "names: --people ada,grace",
            read: readPeople,
        }),
    )
    .option("-y, --yes", "ask nothing: what the options leave open is the first of its choices")
    .addHelpText(
        "after",
        examples(
            ["npm run new -- physics --login password --people ada,grace"],
            ["npm run new -- lab --login github --homes host --domain hub.example.org"],
        ),
    )
    .action(async (stack, { yes = false, ...given }) => {
        const { makeStack, refuseName } = await import("../newStack/make");
        const { askFor, withDefaults } = await import("../newStack/questions");
        refuseName(stack);
        const asks = !yes && process.stdin.isTTY === true;
        const { file, next } = await makeStack({ stack, ...(asks ? await askFor(given) : withDefaults(given)) });
        progress(`Written: ${file}. Next:`);
        next.forEach(step => console.log(step));
    });
