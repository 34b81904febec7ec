/** The pages of the documentation site, and where each stands in its sidebar. */
import * as fs from "node:fs";
import * as path from "node:path";

/** README is the front page; the others are grouped by who looks for them. */
const GROUPS: readonly (readonly [title: string, pages: readonly string[]])[] = [
    ["First steps", ["README.md", "docs/new.md", "docs/coming.md", "docs/dockerspawner.md"]],
    [
        "People",
        [
            "docs/people.md",
            "docs/users.md",
            "docs/courses.md",
            "docs/authentication.md",
            "docs/systemusers.md",
            "docs/spawning.md",
            "docs/choices.md",
            "docs/images.md",
            "docs/secrets.md",
        ],
    ],
    [
        "Operation",
        [
            "docs/https.md",
            "docs/network.md",
            "docs/hub.md",
            "docs/look.md",
            "docs/changes.md",
            "docs/schedule.md",
            "docs/backup.md",
            "docs/database.md",
            "docs/monitoring.md",
            "docs/faults.md",
            "docs/admins.md",
            "docs/gitops.md",
            "docs/docker-hosts.md",
            "docs/swarm.md",
            "docs/scale.md",
            "docs/data.md",
        ],
    ],
    ["Security", ["docs/security.md", "docs/attacks.md", "docs/policy.md", "docs/supply-chain.md"]],
    ["Reference", ["docs/reference.md", "docs/program.md", "docs/engines.md", "CHANGELOG.md"]],
    ["Inside", ["CONTRIBUTING.md", "bench/README.md", "bench/RESULTS.md"]],
];

/** A page of the site. */
export interface Page {
    /** In the repository. */
    file: string;
    /** Its first heading. */
    title: string;
    text: string;
    group: string;
}

/** All in the sidebar's order; walks, if there are any, after the first steps. */
export function sitePages(root: string): Page[] {
    const folder = path.join(root, "docs", "walks");
    const walks = fs.existsSync(folder) ? fs.readdirSync(folder).filter(file => file.endsWith(".md")) : [];
    const [first, ...rest] = GROUPS;
    const groups = [first, ["Walks", walks.sort().map(file => `docs/walks/${file}`)] as const, ...rest];
    return groups.flatMap(([group, files]) =>
        files.map(file => {
            const text = fs.readFileSync(path.join(root, file), "utf8");
            return { file, title: titleOf(text) ?? file, text, group };
        }),
    );
}

function titleOf(text: string): string | undefined {
    return /^# (.+)$/m.exec(text)?.[1].replace(/[`*]/g, "");
}

/** Where a page is in the site's source: a folder's README is what is shown for the folder. */
export function sourceOf(file: string): string {
    return file.replace(/(^|\/)README\.md$/, "$1index.md");
}

/** The sidebar in VitePress's form. */
export function sidebarOf(pages: readonly Page[]): { text: string; items: { text: string; link: string }[] }[] {
    return [...new Set(pages.map(({ group }) => group))].map(group => ({
        text: group,
        items: pages
            .filter(page => page.group === group)
            .map(({ file, title }) => ({ text: title, link: `/${sourceOf(file).replace(/(index)?\.md$/, "")}` })),
    }));
}
