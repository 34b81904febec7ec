import { randomBytes } from "node:crypto";
import { UserError } from "../../components/errors";
import { declare, examples } from "../terminal/declare";

const SHORTEST = 12;

export default declare({
    call: "npm run --silent hash",
    about: [
        "Asks for a password and prints its hash, for a person's `passwordHash:` in a stack file. " +
            "Typing is hidden. The password can also come from standard input.",
    ],
})
    .addHelpText("after", examples(["npm run --silent hash < file-with-the-password"]))
    // The password is never an argument: other users of the machine can read those.
    .action(async () => {
        const { chosenPasswordHash } = await import("../../components/docker");
        const { readHidden } = await import("../terminal/hidden");
        const password = await readHidden("Password", true);
        if ([...password].length < SHORTEST || /[\n\0]/.test(password)) {
            throw new UserError(`A password is one line of at least ${SHORTEST} characters.`);
        }
        console.log(chosenPasswordHash(password, randomBytes(16)));
    });
