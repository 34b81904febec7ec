/** GitHub's API, as far as one comment on a pull request needs it. */
import { UserError } from "../../components/errors";

export interface GitHub {
    /** Such as `https://api.github.com`. */
    api: string;
    /** `owner/name`. */
    repository: string;
    token: string;
    /** Number of the pull request. */
    pull: number;
}

interface Comment {
    id: number;
    body?: string;
    html_url: string;
    user: { type: string } | null;
}

/** What GitHub Actions tells its steps. @throws UserError where it is not there */
export function githubOf(pull: number, env: NodeJS.ProcessEnv): GitHub {
    const { GITHUB_API_URL: api = "https://api.github.com", GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
    const needed = { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token };
    const missing = Object.entries(needed).flatMap(([name, value]) => (value ? [] : [name]));
    if (missing.length > 0) {
        throw new UserError(
            `${missing.join(" and ")} not set. On GitHub the workflow sets them; elsewhere ` +
                "name the repository (owner/name) and a token that may write comments.",
        );
    }
    return { api, repository: repository as string, token: token as string, pull };
}

/**
 * Writes a comment, or the one anew that this has written before.
 * @param marker the first line of the text
 * @returns its address
 */
export async function putComment(github: GitHub, marker: string, body: string): Promise<string> {
    const { repository, pull } = github;
    const before = await earlier(github, marker);
    const { html_url } =
        before === undefined
            ? await ask<Comment>(github, "POST", `repos/${repository}/issues/${pull}/comments`, { body })
            : await ask<Comment>(github, "PATCH", `repos/${repository}/issues/comments/${before.id}`, { body });
    return html_url;
}

const PAGE = 100;

/** Only a program's: anybody may write the marker into a comment of their own. */
async function earlier(github: GitHub, marker: string): Promise<Comment | undefined> {
    for (let page = 1; ; page++) {
        const path = `repos/${github.repository}/issues/${github.pull}/comments?per_page=${PAGE}&page=${page}`;
        const comments = await ask<Comment[]>(github, "GET", path);
        const found = comments.find(({ body, user }) => user?.type === "Bot" && body?.split(/\r?\n/)[0] === marker);
        if (found !== undefined || comments.length < PAGE) {
            return found;
        }
    }
}

/** Milliseconds. */
const PATIENCE = 30_000;

async function ask<T>({ api, token }: GitHub, method: string, path: string, body?: object): Promise<T> {
    const headers = {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    let response: Response;
    try {
        const signal = AbortSignal.timeout(PATIENCE);
        response = await fetch(`${api}/${path}`, { method, headers, signal, body: body && JSON.stringify(body) });
    } catch (error) {
        const { cause, message } = error as Error & { cause?: Error };
        throw new UserError(`GitHub does not answer at ${api}: ${cause?.message ?? message}`, { cause: error });
    }
    const text = await response.text();
    if (!response.ok) {
        throw new UserError(`GitHub refuses ${method} ${path}: ${response.status} ${messageIn(text)}`);
    }
    return JSON.parse(text) as T;
}

function messageIn(text: string): string {
    try {
        return (JSON.parse(text) as { message?: string }).message ?? "";
    } catch {
        return text.slice(0, 200);
    }
}
