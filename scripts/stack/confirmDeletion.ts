import { UserError } from "../../components/errors";
import { ask } from "../terminal/ask";

const UNATTENDED = "purge asks before it deletes, and there is no terminal to ask on; --yes deletes without asking.";

/** Asks for a name to be typed. @throws UserError when something else is */
export async function confirmDeletion(name: string): Promise<void> {
    if ((await ask(`Type ${name} to delete them: `, UNATTENDED)) !== name) {
        throw new UserError("Nothing was deleted.");
    }
}
