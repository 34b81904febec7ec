/** docs/attacks.md: each attack, what is to be seen here, and what was seen in the usual set-up. Pure. */
import { ATTACKERS, type Attacker } from "./attack";
import { attacksOf } from "./all";

const HEAD = ["tried", "here", "usual set-up"];

/** @param usual what was seen in the usual set-up, by the attack's name */
export function page(usual: Readonly<Record<Attacker, Readonly<Record<string, string>>>>): string {
    return [
        "# Attacks, one by one",
        "",
        "`npm run test:security` tries each of these on real containers, here and in the usual set-up, and writes",
        "this page. *Here* is what must be seen, or the tests fail; `npm test` tries it too. *Usual set-up* is what",
        "was seen in a hub with DockerSpawner, the Docker socket, a proxy, and memory and CPU limits, as a Compose",
        "file has them, with the same images. `–` means that the usual set-up has no such thing. What follows from",
        "it: [security.md](security.md).",
        ...(Object.keys(ATTACKERS) as Attacker[]).flatMap(attacker => [
            "",
            `## ${ATTACKERS[attacker]}`,
            "",
            row(HEAD),
            row(HEAD.map(() => "---")),
            ...attacksOf(attacker).map(({ name, expected }) => row([name, expected, usual[attacker][name]])),
        ]),
        "",
    ].join("\n");
}

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;

/** What was seen in the usual set-up, as such a page has it. */
export function tablesOf(text: string): Record<Attacker, Record<string, string>> {
    const sections = text.split(/^## .*$/m).slice(1);
    const seen = sections.map(section =>
        Object.fromEntries(
            section
                .split("\n")
                .filter(line => line.startsWith("| "))
                .slice(2)
                .map(line => line.split("|").map(cell => cell.trim()))
                .map(([, tried, , usual]) => [tried, usual]),
        ),
    );
    return Object.fromEntries(Object.keys(ATTACKERS).map((attacker, i) => [attacker, seen[i] ?? {}])) as Record<
        Attacker,
        Record<string, string>
    >;
}
