/** Folders that a RUN of a Dockerfile certainly creates or removes. In doubt none. */
import * as path from "node:path";

/** What commands at the start of a line or after `&&`, `||`, `;` do to folders, in order. */
export interface FolderChange {
    makes: boolean;
    folder: string;
}

/** Options with a value in the next word. */
const VALUED: Readonly<Record<string, RegExp>> = { install: /^-[a-zA-Z]*[gmotS]$/, mkdir: /^-[a-zA-Z]*m$/ };

/** @param commands the shell's text, or the words of a RUN in JSON form */
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

/**
 * Words of each command. `if`, `for` and `(` stay in front of their command, so that something conditional does not
 * count.
 */
function shellCommands(text: string): string[][] {
    return text.split(/&&|\|\||[;|\n]/).map(command =>
        command
            .trim()
            .split(/\s+/)
            .map(word => word.replace(/["']/g, "")),
    );
}

/** Operands of a command, without options and without what only the shell could expand. */
function operands(command: string, words: string[]): string[] {
    const plain = (word: string) => word !== "" && !word.startsWith("-") && !/[$*?{}`<>()[\]]/.test(word);
    return words.filter((word, at) => plain(word) && !(at > 0 && VALUED[command]?.test(words[at - 1])));
}
