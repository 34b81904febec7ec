/**
 * A pull request's preview as a comment on it. Only its stack files are read, and they are data: the program that reads
 * them is this checkout's. The workflow calls it (.github/workflows/hub.yml).
 */
import { UserError } from "../../components/errors";
import { summaryMarkdown } from "../plan/summary";
import { preview } from "../stack/preview";
import { alone } from "./alone";
import { changedFiles, commitWords, fileAt } from "./checkout";
import { putComment, type GitHub } from "./github";

/** The first line of the comment, by which a later run finds it. Nobody sees it. */
export const MARKER = "<!-- jupyterhub-preview -->";

/** GitHub takes 65,536 characters. */
const MOST = 60_000;

/** What a pull request would change of one stack. */
interface Section {
    markdown: string;
    failed: boolean;
}

/** @param commit the pull request's newest @returns the exit code, 1 where a preview failed */
export async function commentOn(github: GitHub, stacks: readonly string[], commit: string): Promise<number> {
    const { body, failed } = await alone(() => previewOf(stacks, commit));
    console.log(await putComment(github, MARKER, body));
    return failed ? 1 : 0;
}

async function previewOf(stacks: readonly string[], commit: string): Promise<{ body: string; failed: boolean }> {
    const sections: Section[] = [];
    for (const stack of stacks) {
        sections.push(await sectionOf(stack, commit));
    }
    const body = commentText(sections, await commitWords(commit), await changedFiles(commit));
    return { body, failed: sections.some(({ failed }) => failed) };
}

async function sectionOf(stack: string, commit: string): Promise<Section> {
    try {
        const text = await fileAt(commit, `stacks/Pulumi.${stack}.yaml`);
        if (text === undefined) {
            return refused(stack, [`There is no stacks/Pulumi.${stack}.yaml in it.`]);
        }
        const { code, changes } = await preview(stack, [], { text });
        return code === 0
            ? { markdown: summaryMarkdown(changes, stack), failed: false }
            : refused(stack, changes.notes);
    } catch (error) {
        if (!(error instanceof UserError)) {
            throw error;
        }
        return refused(stack, [error.message]);
    }
}

function refused(stack: string, why: readonly string[]): Section {
    const text = why.join("\n").replaceAll("```", "` ` `");
    return { markdown: `### \`${stack}\` cannot be deployed so\n\n\`\`\`\n${text}\n\`\`\``, failed: true };
}

/** What a change of it changes of the program, or of files that a stack file names. */
const OF_PROGRAM = /^(?!(stacks|docs|test|bench|\.github)\/|[^/]+\.md$)/;

/** @param changed files that the pull request changes. Pure. */
export function commentText(
    sections: readonly Pick<Section, "markdown">[],
    commit: string,
    changed: readonly string[],
): string {
    const others = changed.filter(file => OF_PROGRAM.test(file));
    const whole = sections.map(({ markdown }) => markdown).join("\n\n");
    const short = whole.length <= MOST ? whole : `${whole.slice(0, MOST)}\n\`\`\`\n\nThe rest is left out here.`;
    const note =
        others.length === 0
            ? []
            : [
                  `> It also changes ${others.length} other ${others.length === 1 ? "file" : "files"}, such as ` +
                      `\`${others[0].replaceAll("`", "")}\`. What these change is not in this preview: it runs the ` +
                      "program that is deployed.",
                  "",
              ];
    const code = commit.replaceAll("`", "'");
    return [MARKER, short, "", ...note, `<sub>Of \`${code}\`, against what is deployed now.</sub>`].join("\n");
}
