/** What a student tries who wants another's submission, or better points: at their server, and by what they hand in. */
import { handIn, SOLUTION } from "./round";
import type { Member } from "./people";

const COURSE = "/srv/courses/algebra";

/** Each has to fail. */
const AT_THE_SERVER = {
    "lists what others handed in": `ls ${COURSE}/inbound | grep -v ben.roth`,
    "finds another's volume": "grep -q anna /proc/self/mountinfo",
    "goes up from the own one": `ls ${COURSE}/inbound/.. ${COURSE}/people ${COURSE}/grading 2>/dev/null | grep anna`,
    "changes what is released": `touch ${COURSE}/outbound/ps1/squares.ipynb`,
    "removes what is released": `rm -r ${COURSE}/outbound/ps1`,
    "writes feedback": `touch ${COURSE}/feedback/mine.html`,
    "mounts it for writing": `mount -o remount,rw ${COURSE}/feedback`,
    "changes the material": "touch material/mine.txt",
    "has the grading folder": "ls grading",
};

export async function attacksAtTheServer(ben: Member): Promise<void> {
    for (const [what, command] of Object.entries(AT_THE_SERVER)) {
        const { code } = await ben.run(command);
        expect([what, code === 0]).toEqual([what, false]);
    }
}

/** Runs while it is graded. Prints what it finds, which would come back as feedback. */
const IN_THE_NOTEBOOK = `
import os, socket
def tries(what, act):
    try:
        print(what, "did it:", act())
    except OSError as error:
        print(what, "failed:", type(error).__name__)
grading, parent = "/home/jovyan/grading", os.getppid()
tries("reading another's", lambda: open(grading + "/submitted/anna.schaefer/ps1/squares.ipynb").read())
tries("reading another's of the exchange", lambda: os.listdir("${COURSE}/inbound/anna.schaefer"))
tries("changing grades", lambda: open(grading + "/gradebook.db", "r+b"))
tries("writing another's feedback", lambda: open("${COURSE}/feedback/anna.schaefer/x.html", "w"))
tries("having the grader's token", lambda: open(f"/proc/{parent}/environ").read())
tries("going by the grader's process", lambda: os.listdir(f"/proc/{parent}/root{grading}"))
tries("linking to another's", lambda: os.symlink(grading + "/submitted/anna.schaefer", "link"))
tries("asking the grader's server", lambda: socket.create_connection(("127.0.0.1", 8888), 5))
print("token:", os.environ.get("JUPYTERHUB_API_TOKEN"))
`;
const TRIES = (IN_THE_NOTEBOOK.match(/^tries\(/gm) ?? []).length;

/** What scripts make of the title of the page, in the browser of whoever grades. */
export const TAKEN_OVER = "taken over";
const SCRIPT = `document.title = '${TAKEN_OVER}'`;
const SHOWN = `
from IPython.display import display, HTML, Javascript, Markdown
display(HTML("<img src=x onerror=\\"${SCRIPT}\\"><script>${SCRIPT}</script>"))
display(Javascript("${SCRIPT}"))
display(Markdown("<img src=x onerror=\\"${SCRIPT}\\">"))
display({"image/png": "\\"><script>${SCRIPT}</script>"}, raw=True)
`;
const TEXT = `# Squares <img src=x onerror="${SCRIPT}">`;

/** A student's submissions besides the honest one: newer ones, and folders of every wrong kind. */
export async function handInHostile(ben: Member): Promise<void> {
    await handIn(ben, "return x * x", { code: IN_THE_NOTEBOOK + SHOWN, text: TEXT });
    const others = "/home/jovyan/grading/submitted/anna.schaefer/ps1";
    await ben.succeed(
        [
            "set -e",
            `cd ${COURSE}/inbound`,
            'own="$(ls | head -n 1)"',
            // The newest: with links in it.
            'cp -r "$own" "ben.roth+ps1+2090-01-01 00:00:00 UTC+a"',
            'cd "ben.roth+ps1+2090-01-01 00:00:00 UTC+a"',
            `ln -s ${others}/squares.ipynb other.ipynb`,
            `ln -s ${others} folder`,
            "mkfifo pipe",
            "printf '2090-01-01 00:00:00 UTC' > timestamp.txt",
            "cd ..",
            // Newer ones that are none.
            `ln -s ${others} "ben.roth+ps1+2091-01-01 00:00:00 UTC+a"`,
            `ln -s ${COURSE}/inbound/anna.schaefer "ben.roth+ps1+2092-01-01 00:00:00 UTC+a"`,
            'mkdir "ben.roth+ps1+no time+a" "ben.roth+ps1+9999999999999-01-01+a" "ben.roth"',
            // In another's name.
            'cp -r "$own" "anna.schaefer+ps1+2093-01-01 00:00:00 UTC+a"',
        ].join("\n"),
    );
}

/** What became of it in the grader's folders. @param collected what `nbgrader collect` said */
export async function expectHarmless(prof: Member, collected: string): Promise<void> {
    expect(collected).toContain("'other.ipynb' is left out");
    expect(await prof.succeed("cd grading/submitted && find . -type f -o -type l -o -type p | sort")).toBe(
        ["anna.schaefer", "ben.roth"]
            .flatMap(name =>
                ["squares.ipynb", "submission_secret.txt", "timestamp.txt"].map(f => `./${name}/ps1/${f}\n`),
            )
            .join(""),
    );
    expect(await prof.succeed("cat grading/submitted/anna.schaefer/ps1/squares.ipynb")).toContain(SOLUTION);
    const graded = await prof.succeed("cat grading/autograded/ben.roth/ps1/squares.ipynb");
    expect(graded).not.toMatch(/ did it: |anna's own idea/);
    expect(graded.match(/ failed: /g)).toHaveLength(TRIES);
    expect(graded).toContain("token: None");
}
