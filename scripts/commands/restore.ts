import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { declare, valued } from "../terminal/declare";

const STACK = "a stack's name, of letters, digits, . _ and -: npm run restore -- FILE --as NAME";

export default declare({
    call: "npm run restore --",
    about: [
        "Restores the data of a backup, on this machine or a fresh one; `npm run up` then deploys it. " +
            "The whole file is checked first. Nothing is ever overwritten: restore refuses if a volume " +
            "exists already, if the stack is deployed, or if there is another stack file or passphrase. " +
            "If it fails or is interrupted, it removes what it has written. docs/backup.md",
    ],
    needs: "the file of a backup: npm run restore -- FILE",
})
    .argument("<FILE>", "a file from `npm run backup`")
    .addOption(
        valued("--as <NAME>", "restore as another stack, beside the original", {
            needs: STACK,
            read: text => {
                if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(text)) {
                    throw new UserError(`--as needs ${STACK}`);
                }
                return text;
            },
        }),
    )
    .option("--system-homes", "also restore homes of system people, into directories that are missing or empty")
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
