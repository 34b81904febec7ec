/**
 * Folders that COPY and ADD of a Dockerfile would create with the mode of the copied files. From Docker 28.1 on
 * `--chmod=644` applies to them too (moby#49851): then only root can enter them.
 */
import * as path from "node:path";
import { DockerfileParser, From, type Instruction, JSONInstruction } from "dockerfile-ast";
import { runFolders } from "./runFolders";

/** Folders that exist when a stage begins. */
export interface Start {
    folders: Iterable<string>;
    workdir: string;
}

/** A COPY or ADD to correct. */
export interface CopyProblem {
    /** Line number, from 1. */
    line: number;
    folder: string;
    problem: "made" | "copied";
}

/** Folders of a Debian image that a Dockerfile might copy into. */
export const DEBIAN: Start = {
    workdir: "/",
    folders: (
        "/ /etc /etc/default /etc/profile.d /etc/skel /etc/ssl /etc/ssl/certs /home /media /mnt /opt /root " +
        "/run /srv /tmp " +
        "/usr/bin /usr/lib /usr/local/bin /usr/local/etc /usr/local/lib /usr/local/sbin /usr/local/share /usr/sbin " +
        "/usr/share /var/cache /var/lib /var/log /var/spool /var/tmp"
    ).split(" "),
};

interface Stage {
    folders: Set<string>;
    workdir: string;
}

export interface Look {
    /** Folders of the build context, relative to it. */
    contextFolders?: readonly string[];
    /** Folders of an image that is not a stage of this Dockerfile. */
    image?: (reference: string) => Start;
}

/**
 * @returns problems by line, and the folders at the end of the last stage: the start for an image that is built on it
 */
export function copiedFolders(dockerfile: string, look: Look = {}): { problems: CopyProblem[]; end: Start } {
    const file = DockerfileParser.parse(dockerfile);
    const problems: CopyProblem[] = [];
    const stages = new Map<string, Stage>();
    let stage: Stage = copyOf(DEBIAN);
    for (const instruction of file.getInstructions()) {
        const line = instruction.getRange().start.line;
        const variable = /\$(?:\{(\w+)\}|(\w+))/g;
        const text = (words: string) =>
            words.replace(variable, (whole, braced, plain) => file.resolveVariable(braced ?? plain, line) ?? whole);
        switch (instruction.getKeyword()) {
            case "FROM": {
                const from = instruction as From;
                const image = text(from.getImage() ?? "");
                stage = copyOf(stages.get(image) ?? (look.image ?? (() => DEBIAN))(image));
                stages.set(from.getBuildStage() ?? "", stage);
                break;
            }
            case "WORKDIR":
                stage.workdir = path.posix.resolve(stage.workdir, text(instruction.getArgumentsContent() ?? "."));
                addFolder(stage, stage.workdir);
                break;
            case "RUN":
                runFolders(words(instruction) ?? text(shell(instruction)), stage.workdir).forEach(change =>
                    (change.makes ? addFolder : removeFolder)(stage, change.folder),
                );
                break;
            case "COPY":
            case "ADD":
                judge(instruction as JSONInstruction, text, stage, look.contextFolders ?? []).forEach(found =>
                    problems.push({ line: line + 1, ...found }),
                );
        }
    }
    return { problems, end: { folders: [...stage.folders], workdir: stage.workdir } };
}

/** Problems of one COPY or ADD. Its folders exist afterwards, so each is reported once. */
function judge(
    instruction: JSONInstruction,
    text: (words: string) => string,
    stage: Stage,
    contextFolders: readonly string[],
): Omit<CopyProblem, "line">[] {
    const flags = new Map(instruction.getFlags().map(flag => [flag.getName(), text(flag.getValue() ?? "")]));
    const parts = (words(instruction) ?? firstLine(instruction).split(/\s+/)).map(text);
    const target = parts[parts.length - 1] ?? "/";
    const sources = parts.slice(0, -1);
    const ofContext = sources.filter(() => !flags.has("from"));
    const copied = contextFolders.filter(folder => ofContext.some(source => fits(source, folder)));
    // A single source without a slash behind the target is a file. A pattern may match several, and then the target is
    // a folder.
    const isFolder =
        [target, ...ofContext].some(named => /(^|\/)\.{0,2}$/.test(named)) ||
        sources.length > 1 ||
        copied.length > 0 ||
        sources.some(source => /[*?[]/.test(source));
    const resolved = path.posix.resolve(stage.workdir, target);
    const made = missing(stage, isFolder ? resolved : path.posix.dirname(resolved));
    made.forEach(folder => stage.folders.add(folder));
    if (flags.has("from")) {
        stage.folders.add(resolved); // A path in another image may be a folder.
    }
    if (!flags.has("chmod") || letsIn(flags.get("chmod") ?? "")) {
        return [];
    }
    return [
        ...made.map(folder => ({ folder, problem: "made" as const })),
        ...copied.map(folder => ({ folder, problem: "copied" as const })),
    ];
}

/** Whether everybody can enter a folder of this mode. An unreadable mode counts as one that lets nobody in. */
function letsIn(chmod: string): boolean {
    const mode = /^[0-7]+$/.test(chmod) ? parseInt(chmod, 8) : chmod.split(",").reduce(symbolic, 0o755);
    return (mode & 0o111) === 0o111;
}

/** The mode of a folder after `u=rwX,go=rX` and the like. */
function symbolic(mode: number, clause: string): number {
    const read = /^([ugoa]*)([-+=])([rwxX]*)$/.exec(clause);
    if (read === null) {
        return 0;
    }
    const [, who, operator, what] = read;
    const values: Record<string, number> = { r: 4, w: 2, x: 1, X: 1 };
    const bits = [...what].reduce((sum, letter) => sum | values[letter], 0);
    const all = who === "" || who.includes("a");
    const shifts = [
        ["u", 6],
        ["g", 3],
        ["o", 0],
    ] as const;
    return shifts
        .filter(([letter]) => all || who.includes(letter))
        .reduce((sum, [, shift]) => {
            const kept = operator === "=" ? sum & ~(7 << shift) : sum;
            return operator === "-" ? kept & ~(bits << shift) : kept | (bits << shift);
        }, mode);
}

/** Words of the JSON form; undefined for the other one. */
function words(instruction: Instruction): string[] | undefined {
    const json = instruction.getArgumentsContent()?.trim() ?? "";
    if (!json.startsWith("[")) {
        return undefined;
    }
    try {
        return JSON.parse(json) as string[];
    } catch {
        return undefined;
    }
}

/** The shell command without RUN's own flags. */
function shell(instruction: Instruction): string {
    return (instruction.getArgumentsContent() ?? "").replace(/^(\s*--\S+)+/, "");
}

/** Sources and target. The content of a here-document is in the lines below. */
function firstLine(instruction: Instruction): string {
    const content = (instruction.getArgumentsContent() ?? "").trim();
    return content.includes("<<") ? content.split("\n")[0] : content.replace(/\n/g, " ");
}

/** Whether COPY of `source` copies this folder of the context, or a folder inside it. */
function fits(source: string, folder: string): boolean {
    const pattern = path.posix.normalize(source).replace(/^\/|\/$/g, "");
    if (pattern === "." || pattern === "") {
        return true;
    }
    const regexp = pattern
        .replace(/[.+^${}()|\\]/g, "\\$&")
        .replace(/\*/g, "[^/]*")
        .replace(/\?/g, "[^/]");
    return new RegExp(`^${regexp}(/|$)`).test(folder);
}

function copyOf({ folders, workdir }: Start): Stage {
    const stage: Stage = { folders: new Set(), workdir };
    for (const folder of folders) {
        addFolder(stage, folder);
    }
    return stage;
}

/** A folder and its parents, the root first. */
function upTo(folder: string): string[] {
    return folder === "/" ? ["/"] : [...upTo(path.posix.dirname(folder)), folder];
}

function missing(stage: Stage, folder: string): string[] {
    return upTo(folder).filter(each => !stage.folders.has(each));
}

function addFolder(stage: Stage, folder: string): void {
    upTo(folder).forEach(each => stage.folders.add(each));
}

function removeFolder(stage: Stage, folder: string): void {
    const gone = [...stage.folders].filter(each => each === folder || each.startsWith(`${folder}/`));
    gone.forEach(each => stage.folders.delete(each));
}
