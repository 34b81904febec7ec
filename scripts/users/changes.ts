/** What an import makes of the people of a stack file. Pure. */
import { EMAIL, type Entry } from "./entries";
import type { Edit, ListedPerson } from "./listText";

export interface Change {
    name: string;
    /** In words: `+ group algebra`. */
    what: string[];
}

export interface Plan {
    added: Entry[];
    changed: Change[];
    /** Names. */
    gone: string[];
    unchanged: number;
    /** In the list, and not in the file. */
    others: number;
    edits: Edit[];
}

export interface Rules {
    /** The group whose members the file has all of. Undefined: nobody goes. */
    sync?: string;
    /** Whether names and e-mails are written beside people. */
    notes: boolean;
}

export function planImport(listed: readonly ListedPerson[], entries: readonly Entry[], rules: Rules): Plan {
    const byName = new Map(entries.map(entry => [entry.name, entry]));
    const there = new Set(listed.map(({ name }) => name));
    // Whoever has moved from one of these groups to another has left the first, and whoever is gone has left all.
    const managed = new Set(rules.sync === undefined ? [] : entries.flatMap(({ groups }) => groups));
    const plan: Plan = { added: [], changed: [], gone: [], unchanged: 0, others: 0, edits: [] };
    for (const person of listed) {
        const entry = byName.get(person.name);
        if (entry === undefined) {
            leave(plan, person, { sync: rules.sync, managed });
        } else {
            meet(plan, person, entry, { managed, notes: rules.notes });
        }
    }
    plan.added = entries.filter(({ name }) => !there.has(name));
    plan.edits.push(...plan.added.map(entry => additionOf(entry, rules.notes)));
    return plan;
}

/** A new person's line. */
function additionOf({ name, login, groups, fullName, email }: Entry, notes: boolean): Edit {
    const note = notes ? noteOf(undefined, { fullName, email }) : undefined;
    return { do: "add", name, login: login === name ? undefined : login, groups, note };
}

/** Somebody who is not in the file. */
function leave(
    plan: Plan,
    person: ListedPerson,
    { sync, managed }: Pick<Rules, "sync"> & { managed: ReadonlySet<string> },
): void {
    const { index, name, groups } = person;
    if (sync === undefined || !groups.includes(sync)) {
        plan.others++;
        return;
    }
    const left = groups.filter(group => group !== sync && !managed.has(group));
    if (left.length > 0) {
        // Somebody else has put them there, so they stay.
        const lost = groups.filter(group => !left.includes(group)).map(group => `- group ${group}`);
        lost.push(`${lost.pop()} (stays for ${left.join(", ")})`);
        plan.changed.push({ name, what: lost });
        plan.edits.push({ do: "change", index, groups: left });
        return;
    }
    plan.gone.push(name);
    plan.edits.push({ do: "remove", index });
}

function meet(
    plan: Plan,
    person: ListedPerson,
    entry: Entry,
    { managed, notes }: { managed: ReadonlySet<string>; notes: boolean },
): void {
    const kept = person.groups.filter(group => entry.groups.includes(group) || !managed.has(group));
    const fresh = entry.groups.filter(group => !person.groups.includes(group));
    const lost = person.groups.filter(group => !kept.includes(group));
    const login = entry.login === entry.name && person.login === undefined ? undefined : entry.login;
    const note = notes ? noteOf(person.note, entry) : person.note;
    const what = [
        ...fresh.map(group => `+ group ${group}`),
        ...lost.map(group => `- group ${group}`),
        ...(login === undefined || login === person.login ? [] : [`log-in ${person.login ?? "-"} → ${login}`]),
        ...(note === person.note ? [] : [`noted: ${note}`]),
    ];
    if (what.length === 0) {
        plan.unchanged++;
        return;
    }
    plan.changed.push({ name: person.name, what });
    plan.edits.push({
        do: "change",
        index: person.index,
        ...(fresh.length + lost.length > 0 ? { groups: [...kept, ...fresh] } : {}),
        ...(login === undefined || login === person.login ? {} : { login }),
        ...(note === person.note ? {} : { note }),
    });
}

/** The comment beside a person, with the e-mail of the file. What people have written there stays. */
function noteOf(before: string | undefined, { fullName, email }: Pick<Entry, "fullName" | "email">) {
    if (before === undefined) {
        return [fullName, email].filter(part => part !== undefined).join(", ") || undefined;
    }
    if (email === undefined || before.toLowerCase().includes(email.toLowerCase())) {
        return before;
    }
    return EMAIL.test(before) ? before.replace(EMAIL, () => email) : `${before}, ${email}`;
}
