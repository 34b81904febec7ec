/** On Docker 28.1 and newer `COPY --chmod=644` shuts the folders that it makes (moby#49851). No Dockerfile here may. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { contextFiles } from "../../../../components/image/contentHash";
import { copiedFolders, DEBIAN, type Start } from "../../../../components/image/copiedFolders";

const ROOT = path.resolve(__dirname, "../../../..");
const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" })
    .split("\0")
    .filter(file => file !== "");
const dockerfiles = tracked.filter(file => /(^|\/)([^/]+\.)?Dockerfile(\.[^/]+)?$/i.test(file));

/** What is wrong in a Dockerfile of one stage on Debian, after `FROM`, as `line folder problem`. */
function wrong(lines: string, contextFolders: string[] = []): string[] {
    return copiedFolders(`FROM debian:12\n${lines}`, { contextFolders }).problems.map(
        ({ line, folder, problem }) => `${line} ${folder} ${problem}`,
    );
}

/** What is in images/NAME when another is built on it. */
function imageFolder(reference: string): Start {
    const file = path.join(ROOT, reference, "Dockerfile");
    return reference.startsWith("images/")
        ? copiedFolders(fs.readFileSync(file, "utf8"), { image: imageFolder }).end
        : DEBIAN;
}

describe("the Dockerfiles of this repository", () => {
    it.each(dockerfiles)("%s makes folders before it copies files with a mode into them", file => {
        const context = path.dirname(path.join(ROOT, file));
        const contextFolders = [
            ...new Set(
                contextFiles(context)
                    .map(name => path.posix.dirname(name))
                    .filter(name => name !== "."),
            ),
        ];
        expect(
            copiedFolders(fs.readFileSync(path.join(ROOT, file), "utf8"), { contextFolders, image: imageFolder })
                .problems,
        ).toEqual([]);
    });

    it("are all looked at, also those that only a test or the bench writes", () => {
        expect(dockerfiles).toEqual(
            expect.arrayContaining(["guard", "hub", "proxy", "singleuser"].map(name => `images/${name}/Dockerfile`)),
        );
        const sources = tracked.filter(
            file =>
                /\.(ts|mjs|js|py|sh)$/.test(file) &&
                !file.startsWith("test/unit/") &&
                fs.existsSync(path.join(ROOT, file)),
        );
        expect(
            sources.filter(file =>
                /\b(COPY|ADD)\s+(--\S+\s+)*--chmod/.test(
                    fs.readFileSync(path.join(ROOT, file), "utf8").replace(/^ *(\/?\*|\/\/).*$/gm, ""),
                ),
            ),
        ).toEqual([]);
    });

    it.each(["guard", "hub", "proxy", "singleuser", "gate"])(
        "images/%s is found wrong without its install -d",
        name => {
            const dockerfile = fs.readFileSync(path.join(ROOT, "images", name, "Dockerfile"), "utf8");
            expect(copiedFolders(dockerfile.replace(/^RUN install -d .*$/gm, "")).problems).not.toEqual([]);
        },
    );
});

describe("a folder that COPY makes with the mode of its files is found", () => {
    it.each([
        ["named by a slash", "COPY --chmod=644 a /new/", ["2 /new made"]],
        ["of a file's own name", "COPY --chmod=644 a /etc/new/a", ["2 /etc/new made"]],
        ["nested", "COPY --chmod=644 a /srv/one/two/", ["2 /srv/one made", "2 /srv/one/two made"]],
        ["for several files", "COPY --chmod=644 a b /new", ["2 /new made"]],
        ["for a pattern", "COPY --chmod=644 *.py /new", ["2 /new made"]],
        ["for all of the context", "COPY --chmod=644 . /new", ["2 /new made"]],
        ["relative to WORKDIR", "WORKDIR /srv/app\nCOPY --chmod=644 a lib/", ["3 /srv/app/lib made"]],
        [
            "relative to a WORKDIR that is relative itself",
            "WORKDIR /srv\nWORKDIR app\nCOPY --chmod=644 a ../b/c",
            ["4 /srv/b made"],
        ],
        ["in JSON form", 'COPY --chmod=644 ["a file", "/new/"]', ["2 /new made"]],
        ["by ADD", "ADD --chmod=0640 a.tar /new/", ["2 /new made"]],
        ["over several lines", "COPY --chown=1:1 \\\n  --chmod=600 \\\n  # why\n  a \\\n  /new/", ["2 /new made"]],
        ["with a mode in letters", "COPY --chmod=u=rw,go=r a /new/", ["2 /new made"]],
        ["with a mode for its owner alone", "COPY --chmod=700 a /new/", ["2 /new made"]],
        ["with a mode by a variable", "ARG MODE=644\nCOPY --chmod=${MODE} a /new/", ["3 /new made"]],
        ["with a mode that is said elsewhere", "ARG MODE\nCOPY --chmod=$MODE a /new/", ["3 /new made"]],
        ["named by a variable", "ENV APP=/srv/app\nCOPY --chmod=644 a ${APP}/", ["3 /srv/app made"]],
        ["for what is written in place", "COPY --chmod=644 <<EOF /new/a\nx /etc/\nEOF", ["2 /new made"]],
        ["once, at the first line", "COPY --chmod=644 a /new/\nCOPY --chmod=644 b /new/", ["2 /new made"]],
        [
            "that was there and is removed",
            "RUN mkdir -p /new/deep && rm -r /new\nCOPY --chmod=644 a /new/",
            ["3 /new made"],
        ],
        [
            "that is made only perhaps",
            "RUN if [ -e /x ]; then mkdir /new; fi\nCOPY --chmod=644 a /new/",
            ["3 /new made"],
        ],
        [
            "that another command is told of",
            "RUN echo mkdir /new && ls -d /new\nCOPY --chmod=644 a /new/",
            ["3 /new made"],
        ],
        ["that is made too late", "COPY --chmod=644 a /new/\nRUN install -d /new", ["2 /new made"]],
    ])("%s", (_name, lines, expected) => {
        expect(wrong(lines)).toEqual(expected);
    });

    it("where only another stage has it", () => {
        expect(wrong("RUN mkdir /new\nFROM debian:12\nCOPY --from=0 --chmod=644 /new/a /new/")).toEqual([
            "4 /new made",
        ]);
    });

    it("where a folder itself is copied with a mode for files", () => {
        expect(wrong("COPY --chmod=644 conf /etc/default", ["conf", "conf/deep", "other"])).toEqual([
            "2 conf copied",
            "2 conf/deep copied",
        ]);
        expect(wrong("COPY --chmod=644 c* /etc/default/", ["conf", "other"])).toEqual(["2 conf copied"]);
    });
});

describe("a folder that is there already is nobody's mistake", () => {
    it.each([
        ["in the base", "COPY --chmod=644 a /usr/local/bin/"],
        ["by install -d", "RUN install -d -o 1000 -g 1000 -m 700 /new/deep\nCOPY --chmod=644 a /new/deep/"],
        ["by install with options together", "RUN install -dm755 /new\nCOPY --chmod=644 a /new/"],
        [
            "by mkdir among other commands",
            "RUN --mount=type=cache,target=/x apt-get update \\\n && mkdir -p -m 755 /new '/other'\nCOPY " +
                "--chmod=644 a /other/",
        ],
        ["by mkdir in a folder gone to", "RUN cd /srv && mkdir one\nCOPY --chmod=644 a /srv/one/"],
        ["by a RUN in JSON form", 'RUN ["mkdir", "/new"]\nCOPY --chmod=644 a /new/'],
        ["by WORKDIR", "WORKDIR /srv/app\nCOPY --chmod=644 a ./"],
        ["by a COPY without a mode", "COPY a /new/\nCOPY --chmod=644 b /new/"],
        ["by a COPY with a mode for folders", "COPY --chmod=755 a /new/\nCOPY --chmod=644 b /new/"],
    ])("%s", (_name, lines) => {
        expect(wrong(lines)).toEqual([]);
    });

    it("by a stage of a name, and by an image that is known", () => {
        const known = (): Start => ({ folders: ["/opt/app/lib"], workdir: "/opt/app" });
        const text = "FROM one AS first\nRUN mkdir /new\nFROM first\nCOPY --chmod=644 a /new/\nCOPY --chmod=644 b lib/";
        expect(copiedFolders(text, { image: known }).problems).toEqual([]);
    });

    it.each(["755", "0755", "0555", "a+r", "u=rwX,go=rX", "+x"])(
        "or made with the mode %s, by which everybody can go in",
        mode => {
            expect(wrong(`COPY --chmod=${mode} a /new/`)).toEqual([]);
        },
    );
});
