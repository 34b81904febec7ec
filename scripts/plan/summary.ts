/** A run's changes as text for a terminal, and as Markdown for a pull request. Pure. */
import { isNothing, type Changes, type PartChange } from "./changes";

/** How a line is marked, and coloured on a terminal. */
type Mark = "+" | "-" | "~" | "…" | "!" | " ";

interface Line {
    mark: Mark;
    /** What it is about. */
    title: string;
    /** Whom, or what. */
    of: string[];
}

const COLOURS: Partial<Record<Mark, string>> = { "+": "32", "-": "31", "~": "33", "…": "36", "!": "1;31" };

/** So many names are read; of more, `--json` has all. */
const MOST = 20;

/** Of what is made anew with each change of people. */
const RECORDS = "Only the record of people and their servers is made anew; servers that run go on as they are.";

export const NOTHING = "Nothing to do: all is as the stack file says.";

/** @param colours whether it is for a terminal */
export function summaryText(changes: Changes, colours: boolean): string {
    const lines = linesOf(changes).map(line => shown(line, colours));
    const notes = changes.notes.flatMap(note => note.split("\n").map(line => `  ${line}`));
    return [...opening(changes), ...lines, ...notes].join("\n");
}

function shown({ mark, title, of }: Line, colours: boolean): string {
    const text = `${mark} ${title}${of.length === 0 ? "" : `: ${shortened(of)}`}`;
    const colour = COLOURS[mark];
    return colours && colour !== undefined ? `\u001b[${colour}m${text}\u001b[0m` : text;
}

/** @param stack whose it is */
export function summaryMarkdown(changes: Changes, stack: string): string {
    const lines = linesOf(changes).map(
        ({ title, of }) => `- **${title}**${of.length === 0 ? "" : `: ${shortened(of.map(code))}`}`,
    );
    const notes = changes.notes.flatMap(note => ["", "```", note.replaceAll("```", "` ` `"), "```"]);
    const body = [...opening(changes), ...lines, ...notes];
    return [`### What changes in ${code(stack)}`, "", ...body].join("\n");
}

function opening(changes: Changes): string[] {
    if (isNothing(changes)) {
        return [NOTHING];
    }
    return linesOf(changes).length === 0 ? [RECORDS] : [];
}

/** Text that Markdown shows as it is. */
function code(text: string): string {
    const fence = text.includes("`") ? "``" : "`";
    return fence === "`" ? `\`${text}\`` : `\`\` ${text} \`\``;
}

function shortened(names: readonly string[]): string {
    const more = names.length - MOST;
    return more > 0 ? `${names.slice(0, MOST).join(", ")} and ${more} more` : names.join(", ");
}

function linesOf(changes: Changes): Line[] {
    const { added, gone, waiting, interrupted, parts } = changes;
    return [
        ...peopleLine("+", added, "added"),
        ...peopleLine("-", gone, gone.length === 1 ? "gone, home kept" : "gone, homes kept"),
        ...changedLines(changes),
        ...peopleLine(
            "…",
            waiting,
            waiting.length === 1 ? "waits until the server stops" : "wait until their servers stop",
        ),
        ...peopleLine("!", interrupted, interrupted.length === 1 ? "is interrupted" : "are interrupted"),
        ...partLines(parts),
    ];
}

/** What is left when a stack was taken down. @param colours whether it is for a terminal */
export function removalText(changes: Changes, colours: boolean): string {
    const { gone, interrupted, parts } = changes;
    const left = parts.filter(({ how, part }) => how === "removed" && imageOf(part) === undefined);
    return [
        ...peopleLine("-", gone, gone.length === 1 ? "person's server removed" : "people's servers removed"),
        ...peopleLine("!", interrupted, interrupted.length === 1 ? "was running" : "were running"),
        ...partsLine("-", "removed", called(left)),
    ]
        .map(line => shown(line, colours))
        .join("\n");
}

function peopleLine(mark: Mark, names: string[], title: string): Line[] {
    return names.length === 0 ? [] : [{ mark, title: `${names.length} ${title}`, of: names }];
}

/** Those of whom the same changes are named together. */
function changedLines({ changed }: Changes): Line[] {
    const byWhat = new Map<string, string[]>();
    changed.forEach(({ name, what }) => byWhat.set(what.join(", "), [...(byWhat.get(what.join(", ")) ?? []), name]));
    return [...byWhat].map(([what, names]) => ({
        mark: "~",
        title: `${names.length} ${names.length === 1 ? "changes" : "change"} (${what})`,
        of: names,
    }));
}

/** What it means where a part is replaced. */
const MEANS: Record<string, string> = {
    Hub: "pages and log-in are away for about 5 s; running servers go on",
    Proxy: "connections break once, and open pages connect again",
    Https: "connections break once, and open pages connect again",
    Gate: "servers cannot be started or stopped for some seconds; running ones go on",
    Launcher: "servers cannot be started or stopped for some seconds; running ones go on",
    Guard: "running servers go on",
};

/** What it means where a part is changed and not replaced. */
const CHANGED: Record<string, string> = {
    Homes: "missing homes on the host are made, those that are there stay as they are",
    Authorities: "running servers, too, trust the certificate authorities that this place has now",
};

/** Parts whose names are not what people call them. */
const CALLED: Record<string, string> = {
    Https: "HTTPS",
    Homes: "homes on the host",
    Authorities: "this place's certificate authorities",
    "Network people": "people's network",
    "Network gate": "the gate's network",
    "Network front": "the proxy's network",
};

/** Made anew with each change of people, or with whatever they belong to. */
const SILENT = ["Roster", "PidsLimits", "LauncherVolume"];

/** The image's name, of a part that is an image. */
const imageOf = (part: string) => /^Image (.*)/.exec(part)?.[1].replace(/^notebook-/, "notebook ");

function partLines(parts: readonly PartChange[]): Line[] {
    const images = parts.flatMap(({ part, how }) => {
        const image = imageOf(part);
        return image === undefined ? [] : [{ part: image, how }];
    });
    const others = parts.filter(({ part }) => imageOf(part) === undefined && !SILENT.includes(part));
    return [
        ...partsLine("+", "new", called(others)),
        ...partsLine("+", "new images", images, "new"),
        ...others.flatMap(replacedLine),
        ...partsLine("~", "images made anew", images, "replaced"),
        ...others.flatMap(({ part, how }): Line[] =>
            how === "changed" && part in CHANGED ? [{ mark: "~", title: CHANGED[part], of: [] }] : [],
        ),
        ...partsLine("~", "changed", called(others.filter(({ part }) => !(part in CHANGED)))),
        ...partsLine("-", "removed", called(others)),
        ...partsLine("-", "images no longer wanted", images, "removed"),
    ];
}

function called(parts: readonly PartChange[]): PartChange[] {
    return parts
        .filter(({ part }) => !SILENT.includes(part))
        .map(({ part, how }) => ({ part: CALLED[part] ?? part, how }))
        .sort((a, b) => (a.part < b.part ? -1 : 1)); // What has a name of its own comes first.
}

function replacedLine({ part, how }: PartChange): Line[] {
    if (how !== "replaced") {
        return [];
    }
    const [name, means] = [CALLED[part] ?? part, MEANS[part]];
    return [{ mark: "~", title: `${name} is replaced${means === undefined ? "" : `: ${means}`}`, of: [] }];
}

function partsLine(mark: Mark, title: string, parts: readonly PartChange[], how = title as PartChange["how"]): Line[] {
    const of = parts.filter(part => part.how === how).map(({ part }) => part);
    return of.length === 0 ? [] : [{ mark, title, of }];
}
