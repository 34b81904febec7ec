/** Which folders a RUN of a Dockerfile surely makes or removes. Pure; where it cannot tell, none. */
import * as path from "node:path";

/** What commands that stand at the start of a line or after `&&`, `||`, `;` do to folders, in their order. */
export interface FolderChange {
    makes: boolean;
    folder: string;
}

/** Options that take the next word with them. */
const VALUED: Readonly<Record<string, RegExp>> = { install: /^-[a-zA-Z]*[gmotS]$/, mkdir: /^-[a-zA-Z]*m$/ };

/** @param commands as the shell gets them, or the words of a RUN in JSON form */
export function runFolders(commands: string | string[], workdir: string): FolderChange[] {
    const changes: FolderChange[] = [];
    let here = workdir;
    for (const [command, ...words] of typeof commands === "string" ? shellCommands(commands) : [commands]) {
        if (command === "cd") {
            here = path.posix.resolve(here, words[0] ?? "/root");
        }
        const installs = command === "install" && words.some(word => /^(-[a-zA-Z]*d|--directory)/.test(word));
        const makes = command === "mkdir" || installs;
        if (makes || command === "rm" || command === "rmdir") {
            changes.push(...operands(command, words).map(word => ({ makes, folder: path.posix.resolve(here, word) })));
        }
    }
    return changes;
}

/** Words of each command. `if`, `for` and `(` stay in front of theirs, so that what may not happen does not count. */
function shellCommands(text: string): string[][] {
    return text.split(/&&|\|\||[;|\n]/).map(command =>
        command
            .trim()
            .split(/\s+/)
            .map(word => word.replace(/["']/g, "")),
    );
}

/** What a command is to work on, without options and without what only the shell could say. */
function operands(command: string, words: string[]): string[] {
    const plain = (word: string) => word !== "" && !word.startsWith("-") && !/[$*?{}`<>()[\]]/.test(word);
    return words.filter((word, at) => plain(word) && !(at > 0 && VALUED[command]?.test(words[at - 1])));
}
