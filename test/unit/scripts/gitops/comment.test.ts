/** The comment on a pull request: its text, and that there is one. */
import { commentText, MARKER } from "../../../../scripts/gitops/comment";
import { githubOf, putComment, type GitHub } from "../../../../scripts/gitops/github";
import { FakeGitHub } from "../../../support/workflow/github";

let fake: FakeGitHub;
let github: GitHub;

beforeEach(async () => {
    fake = await new FakeGitHub().start();
    github = { api: fake.api, repository: "lab/hub", token: fake.token, pull: 7 };
});
afterEach(() => fake.stop());

const put = (text: string) => putComment(github, MARKER, `${MARKER}\n${text}`);

it("is written once, and anew by each later run", async () => {
    expect(await put("one")).toBe("https://github.test/comments/1");
    expect(await put("two")).toBe("https://github.test/comments/1");
    expect(fake.comments.map(({ body }) => body)).toEqual([`${MARKER}\ntwo`]);
});

it("is found behind a hundred others, also where GitHub keeps line ends of its own", async () => {
    Array.from({ length: 130 }, () => fake.add("Fine.", "User"));
    fake.add(`${MARKER}\r\nold`, "Bot");
    expect(await put("new")).toBe("https://github.test/comments/131");
    expect(fake.comments).toHaveLength(131);
});

it("is not what somebody has written with its mark, nor another program's", async () => {
    fake.add(`${MARKER}\nmine`, "User");
    fake.add(`Look: ${MARKER}`, "Bot");
    expect(await put("ours")).toBe("https://github.test/comments/3");
    expect(fake.comments[0].body).toBe(`${MARKER}\nmine`);
});

it.each<[string, () => void, RegExp]>([
    [
        "a token that is over",
        () => (github.token = "old"),
        /^GitHub refuses GET repos\/lab\/hub\/issues\/7\/comments\S*: 401 Bad credentials$/,
    ],
    ["a pull request that is none", () => (github.pull = 8), /: 404 Not Found$/],
    ["no answer", () => (github.api = "http://127.0.0.1:1"), /^GitHub does not answer at http:\/\/127\.0\.0\.1:1: /],
])("says in one line what GitHub refuses: %s", async (_, change, message) => {
    change();
    await expect(put("x")).rejects.toThrow(message);
});

it("takes from the workflow what it needs, and says what is missing", () => {
    const env = { GITHUB_REPOSITORY: "lab/hub", GITHUB_TOKEN: "t" };
    expect(githubOf(7, env)).toEqual({ api: "https://api.github.com", repository: "lab/hub", token: "t", pull: 7 });
    expect(githubOf(7, { ...env, GITHUB_API_URL: "https://git.lab/api/v3" }).api).toBe("https://git.lab/api/v3");
    expect(() => githubOf(7, {})).toThrow(/^GITHUB_REPOSITORY and GITHUB_TOKEN not set\./);
    expect(() => githubOf(7, { ...env, GITHUB_TOKEN: "" })).toThrow(/^GITHUB_TOKEN not set\./);
});

describe("its text", () => {
    const sections = [{ markdown: "### What changes in `lab`\n\n- **1 added**: `ada`" }, { markdown: "### `course`" }];

    it("has each stack, and the commit", () => {
        expect(commentText(sections, "1a2b3c4 Add Ada", ["stacks/Pulumi.lab.yaml", "docs/a.md", "README.md"])).toBe(
            `${MARKER}\n${sections[0].markdown}\n\n${sections[1].markdown}\n\n` +
                "<sub>Of `1a2b3c4 Add Ada`, against what is deployed now.</sub>",
        );
    });

    it("says when more than the stack files changes: the preview does not run that", () => {
        const text = commentText(sections, "1a2b3c4 x", ["index.ts", "images/hub/Dockerfile", "docs/a.md"]);
        expect(text).toContain("> It also changes 2 other files, such as `index.ts`. What these change is not in this");
        expect(commentText(sections, "1 x", ["images/a`b"])).toContain("changes 1 other file, such as `images/ab`.");
    });

    it("keeps what somebody calls a commit in its frame", () => {
        expect(commentText(sections, "1 `](x) @all `", [])).toContain("<sub>Of `1 '](x) @all '`, against");
    });

    it("is no longer than GitHub takes", async () => {
        const text = commentText([{ markdown: "x".repeat(70_000) }], "1 x", []);
        expect(text).toContain("The rest is left out here.");
        expect(await putComment(github, MARKER, text)).toBe("https://github.test/comments/1");
    });
});
