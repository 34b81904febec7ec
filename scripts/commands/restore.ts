import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { declare, valued } from "../terminal/declare";

const STACK = "a stack's name, of letters, digits, . _ and -: npm run restore -- FILE --as NAME";

export default declare({
    call: "npm run restore --",
    about: [
        "Puts the data of a backup back, on this machine or a fresh one; `npm run up` then deploys " +
            "it. Every byte of the file is looked at first. Nothing is ever overwritten: it stops where " +
            "there is a volume already, a deployed stack, another stack file or another passphrase. If " +
            "it fails or is interrupted, nothing of it is kept. docs/backup.md",
    ],
    needs: "the file of a backup: npm run restore -- FILE",
})
    .argument("<FILE>", "what `npm run backup` has written")
    .addOption(
        valued("--as <NAME>", "as a stack of another name, beside the one that is there", {
            needs: STACK,
            read: text => {
                if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(text)) {
                    throw new UserError(`--as needs ${STACK}`);
                }
                return text;
            },
        }),
    )
    .option("--system-homes", "homes of system people too, into directories that are missing or empty")
    .action(async (file, { as, systemHomes = false }) => {
        const { restoreFile } = await import("../backup/restore");
        const stack = await restoreFile(file, { as, systemHomes });
        progress(`The data of the stack "${stack}" is back. Deploy it: npm run up -- ${stack}`);
        if (as !== undefined) {
            progress(
                `Beside another stack it needs a \`listen\` port of its own in stacks/Pulumi.${stack}.yaml. ` +
                    "Passwords come from the stack's name too, so everybody has a new one, but for those that " +
                    "people chose.",
            );
        }
    });
