/** Links of pages: as a reader of the repository follows them, and as the site has them. Pure. */
import * as path from "node:path";

/** A link or a picture of a page that is none to elsewhere. */
export interface Link {
    /** File in the repository; the page itself for a mere anchor. */
    target: string;
    anchor?: string;
}

const LINK = /\]\(([^)\s]+)\)/g;
const ELSEWHERE = /^[a-z][a-z+.-]*:/i;

/** @param page the file in the repository */
export function linksOf(page: string, text: string): Link[] {
    return [...withoutCode(text).matchAll(LINK)]
        .filter(([, link]) => !ELSEWHERE.test(link))
        .map(([, link]) => resolved(page, link));
}

function resolved(page: string, link: string): Link {
    const [file, anchor] = link.split("#");
    const target = file === "" ? page : path.posix.normalize(path.posix.join(path.posix.dirname(page), file));
    return { target, ...(anchor === undefined ? {} : { anchor }) };
}

/** Headings as links name them on GitHub. The second of a name has a number. */
export function anchorsOf(text: string): Set<string> {
    const anchors = new Set<string>();
    for (const [, title] of withoutBlocks(text).matchAll(/^#+ (.+)$/gm)) {
        const plain = title
            .toLowerCase()
            .replace(/[^\p{L}\p{N} _-]/gu, "")
            .replace(/ /g, "-");
        let anchor = plain;
        for (let again = 1; anchors.has(anchor); again++) {
            anchor = `${plain}-${again}`;
        }
        anchors.add(anchor);
    }
    return anchors;
}

/**
 * A page's text for the site. A link to a file of the repository that is on no page and in no picture leads nowhere
 * there: its words stay.
 * @param onSite the source of a file on the site; undefined for one that is not there
 */
export function forSite(page: string, text: string, onSite: (file: string) => string | undefined): string {
    const from = path.posix.dirname(onSite(page) ?? page);
    return outsideCode(text, prose =>
        prose.replace(
            /(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
            (whole, picture: string, words: string, link: string) => {
                if (ELSEWHERE.test(link) || link.startsWith("#")) {
                    return whole;
                }
                const { target, anchor } = resolved(page, link);
                const source = onSite(target);
                return source === undefined
                    ? words
                    : `${picture}[${words}](${path.posix.relative(from, source)}${anchor === undefined ? "" : `#${anchor}`})`;
            },
        ),
    );
}

const BLOCK = /^(```|~~~)[^]*?^\1.*$/gm;
/** Blocks, and words in a line: they may show how a link is written. */
const CODE = /^(```|~~~)[^]*?^\1.*$|(`+)(?!`)[^\n]*?[^`\n]\2(?!`)/gm;
/** In place of a piece of code; no page has these characters. */
const PLACE = /\uE000(\d+)\uE001/g;

const withoutBlocks = (text: string) => text.replace(BLOCK, "");
const withoutCode = (text: string) => text.replace(CODE, "");

function outsideCode(text: string, change: (prose: string) => string): string {
    const code: string[] = [];
    const prose = text.replace(CODE, piece => `\uE000${code.push(piece) - 1}\uE001`);
    return change(prose).replace(PLACE, (_, number: string) => code[Number(number)]);
}
