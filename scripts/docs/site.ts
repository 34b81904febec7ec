/** Builds the documentation site with VitePress, and follows its links. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { ROOT } from "../files/paths";
import { progress } from "../terminal/command";
import { capture, inherit } from "../terminal/process";
import { brokenLinks } from "./check";
import { forSite } from "./links";
import { sidebarOf, sitePages, sourceOf, type Page } from "./pages";

/** The tools, with a lock file of their own: whoever only deploys does not install them. */
const TOOLS = path.join(ROOT, "site");
const BUILD = path.join(TOOLS, "build");
/** What a web server serves; the site is below its base. */
export const PAGES = path.join(BUILD, "pages");

/** @param base where the site is on its server: `/`, or `/NAME/` @returns the folder with its files */
export async function buildSite(base: string): Promise<string> {
    await ensureTools();
    const source = path.join(BUILD, "source");
    fs.rmSync(BUILD, { recursive: true, force: true });
    const pages = sitePages(ROOT);
    writeSource(source, pages, base);
    progress(`Building ${pages.length} pages …`);
    const out = path.join(PAGES, base);
    await tool("vitepress/bin/vitepress.js", ["build", source, "--outDir", out]);
    const broken = brokenLinks(PAGES);
    if (broken.length > 0) {
        throw new UserError(`Links of the site lead nowhere:\n  ${broken.join("\n  ")}`);
    }
    return out;
}

/** Shows the site on this machine until Ctrl-C. @returns the exit code */
export function serveSite(base: string, port: number): Promise<number> {
    const args = ["preview", BUILD, "--outDir", "pages", "--host", "127.0.0.1", "--strictPort", "--port", String(port)];
    progress(`http://127.0.0.1:${port}${base}`);
    return inherit(process.execPath, [path.join(TOOLS, "node_modules/vite/bin/vite.js"), ...args], process.env);
}

async function ensureTools(): Promise<void> {
    const stamp = path.join(TOOLS, "node_modules", ".installed-from");
    const lock = createHash("sha256")
        .update(fs.readFileSync(path.join(TOOLS, "package-lock.json")))
        .digest("hex");
    if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === lock) {
        return;
    }
    progress("Installing what builds the site …");
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { code, stderr } = await capture("npm", ["ci", ...quiet], { cwd: TOOLS });
    if (code !== 0) {
        throw new UserError(`npm could not install the packages of site/package-lock.json:\n${stderr.trim()}`);
    }
    fs.writeFileSync(stamp, lock);
}

/** A copy of the pages and pictures, laid out as in the repository, and VitePress's config. */
function writeSource(source: string, pages: readonly Page[], base: string): void {
    const files = new Set(pages.map(({ file }) => file));
    const pictures = new Set<string>();
    const onSite = (file: string) => {
        if (files.has(file)) {
            return sourceOf(file);
        }
        if (/\.(png|svg|jpe?g|gif)$/.test(file)) {
            pictures.add(file);
            return file;
        }
        return undefined;
    };
    for (const { file, text } of pages) {
        write(path.join(source, sourceOf(file)), forSite(file, text, onSite));
    }
    for (const picture of pictures) {
        write(path.join(source, picture), fs.readFileSync(path.join(ROOT, picture)));
    }
    write(path.join(source, ".vitepress", "config.mjs"), fs.readFileSync(path.join(TOOLS, "config.mjs")));
    const navigation = {
        title: "JupyterHub on Docker",
        description: (JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as { description: string })
            .description,
        base,
        sidebar: sidebarOf(pages),
    };
    write(path.join(source, ".vitepress", "navigation.json"), JSON.stringify(navigation));
}

function write(file: string, content: string | Buffer): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
}

/** @throws UserError with what the tool has said */
async function tool(script: string, args: readonly string[]): Promise<void> {
    const words = [path.join(TOOLS, "node_modules", script), ...args];
    const { code, stdout, stderr } = await capture(process.execPath, words, { cwd: TOOLS });
    if (code !== 0) {
        throw new UserError(`${script.split("/")[0]} failed:\n${stdout}${stderr}`);
    }
}
