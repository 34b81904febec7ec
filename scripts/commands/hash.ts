import { randomBytes } from "node:crypto";
import { chosenPasswordHash } from "../../components/docker/credentials";
import { UserError } from "../../components/errors/userError";
import { noMore, type Command } from "../terminal/command";
import { readHidden } from "../terminal/hidden";

const SHORTEST = 12;

export const command: Command = {
    async run(args) {
        noMore("hash", args); // Never an argument: other users of the machine can read those.
        const password = await readHidden("Password", true);
        if ([...password].length < SHORTEST || /[\n\0]/.test(password)) {
            throw new UserError(`A password is one line of at least ${SHORTEST} characters.`);
        }
        console.log(chosenPasswordHash(password, randomBytes(16)));
    },
};
