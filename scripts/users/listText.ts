/**
 * The people of a stack file as text: edited with comments, order and blank lines kept. All of the file but the list
 * stays as it is, byte for byte. Pure.
 */
import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { NAMESPACE, normaliseName } from "../../components/config";
import { UserError } from "../../components/errors";
import { parseAsPulumi } from "../files/pulumiYaml";
import { EMAIL } from "./entries";

/** One person of the list. */
export interface ListedPerson {
    index: number;
    /** Normalised. */
    name: string;
    login?: string;
    /** Own groups; those of the defaults are not among them. */
    groups: string[];
    admin: boolean;
    /** The comment beside the name. */
    note?: string;
    /** From the comment, or a log-in name that is one. */
    email?: string;
}

export type Edit =
    | { do: "add"; name: string; login?: string; groups: readonly string[]; note?: string }
    | { do: "change"; index: number; login?: string; groups?: readonly string[]; note?: string }
    | { do: "remove"; index: number };

const KEY = `${NAMESPACE}:users`;

/** The list of a file that `readStackFile` and the schema accept. */
export function listedPeople(text: string): ListedPerson[] {
    return listOf(parseAsPulumi(text)).seq.items.map((item, index) => {
        const { name = item, login, groups, admin } = fieldsOf(item);
        const note = (isScalar(name) ? name.comment : undefined)?.trim() || undefined;
        const loginName = isScalar(login) ? String(login.value) : undefined;
        const email = EMAIL.exec(note ?? "")?.[0] ?? EMAIL.exec(loginName ?? "")?.[0];
        return {
            index,
            name: normaliseName(isScalar(name) ? String(name.value) : ""),
            ...(loginName === undefined ? {} : { login: loginName }),
            groups: isSeq(groups) ? groups.items.map(group => String(isScalar(group) ? group.value : group)) : [],
            admin: isScalar(admin) && admin.value === true,
            ...(note === undefined ? {} : { note }),
            ...(email === undefined ? {} : { email }),
        };
    });
}

/** The text with the edits. Indices are those of the text as it was. @throws UserError where it cannot be edited */
export function edited(text: string, edits: readonly Edit[]): string {
    if (edits.length === 0) {
        return text;
    }
    const list = listOf(parseAsPulumi(text));
    const isBlock = list.seq.flow !== true && list.seq.items.length > 0;
    const result = isBlock ? editedLines(text, list, edits) : editedFlow(text, edits);
    const after = text.includes("\r\n") ? result.replace(/\r?\n/g, "\r\n") : result;
    const parsed = parseAsPulumi(after);
    if (parsed.errors.length > 0 || !isDeepStrictEqual(parsed.toJS(), expected(text, edits))) {
        throw cannotEdit();
    }
    return after;
}

/** The whole file's content with the edits. */
function expected(text: string, edits: readonly Edit[]): unknown {
    const document = parseAsPulumi(text);
    apply(document, listOf(document).seq, edits);
    return document.toJS();
}

function cannotEdit(): UserError {
    return new UserError(
        `${KEY} cannot be edited as it is written in this file. Write it below \`config:\` as lines of its own, ` +
            '"- NAME" or "- name: NAME", and run this again. Nothing was changed.',
    );
}

interface List {
    /** Where the key begins in the text. */
    key: number;
    seq: YAMLSeq;
}

function listOf(document: ReturnType<typeof parseAsPulumi>): List {
    const config = document.get("config");
    const pair = isMap(config)
        ? (config.items as Pair<unknown, unknown>[]).find(({ key }) => isScalar(key) && key.value === KEY)
        : undefined;
    if (pair === undefined) {
        throw new UserError(`The file has no ${KEY}. Put this below \`config:\` and run it again:\n  ${KEY}: []`);
    }
    if (!isSeq(pair.value)) {
        throw cannotEdit();
    }
    return { key: (pair.key as Scalar).range?.[0] ?? 0, seq: pair.value as YAMLSeq };
}

function apply(document: Document, seq: YAMLSeq, edits: readonly Edit[]): void {
    const removed = new Set(edits.map(edit => (edit.do === "remove" ? edit.index : -1)));
    const items = (seq.items as Node[]).map((item, index) => {
        const edit = edits.find(one => one.do === "change" && one.index === index) as
            (Edit & { do: "change" }) | undefined;
        return edit === undefined ? item : change(document, item, edit);
    });
    const additions = edits.flatMap(edit => (edit.do === "add" ? [addition(document, edit)] : []));
    seq.items = [...items.filter((_, index) => !removed.has(index)), ...additions];
}

/** A list of lines: those of people who stay as they are stay as they are written. */
function editedLines(text: string, { key, seq }: List, edits: readonly Edit[]): string {
    const [from] = seq.range as [number, number, number];
    const indent = columnOf(text, from);
    const start = lineStart(text, from);
    let at = start;
    const lines: string[] = [];
    let left = 0;
    for (const [index, item] of (seq.items as Node[]).entries()) {
        const end = lineEnd(text, item);
        const own = lineStart(text, item.range?.[0] ?? 0);
        const edit = edits.find(one => one.do !== "add" && one.index === index);
        if (edit !== undefined && !/^ *- +$/.test(text.slice(own, item.range?.[0]))) {
            throw cannotEdit(); // A dash on a line of its own, or an anchor.
        }
        const [before, whole] = [text.slice(at, own), text.slice(own, end)];
        if (edit === undefined) {
            lines.push(before + whole);
        } else if (edit.do === "change") {
            lines.push(
                before +
                    indented(
                        asLines(whole, document => apply(document, itemsOf(document), [{ ...edit, index: 0 }])),
                        indent,
                    ),
            );
        } else {
            lines.push(before.replace(/^\s*\n/gm, "")); // Comments may be about those who follow.
        }
        left += edit?.do === "remove" ? 0 : 1;
        at = end;
    }
    const additions = edits.filter(edit => edit.do === "add");
    if (additions.length > 0) {
        lines.push(
            indented(
                asLines("[]", document => apply(document, itemsOf(document), additions)),
                indent,
            ),
        );
    }
    const block = lines.map(line => (line === "" || line.endsWith("\n") ? line : `${line}\n`)).join("");
    const colon = text.indexOf(":", key + KEY.length) + 1;
    const empty = left + additions.length === 0;
    return `${text.slice(0, colon)}${empty ? " []" : ""}${text.slice(colon, start)}${block}${text.slice(at)}`;
}

/** A list in brackets becomes lines; what comes after it on its last line comes before them. */
function editedFlow(text: string, edits: readonly Edit[]): string {
    const document = parseAsPulumi(text);
    const { key, seq } = listOf(document);
    const [from, to] = seq.range as [number, number, number];
    const column = columnOf(text, key);
    [seq.flow, seq.commentBefore, seq.comment, seq.spaceBefore] = [false, undefined, undefined, false];
    apply(document, seq, edits);
    const rest = /^[^\n]*/.exec(text.slice(to))?.[0] ?? "";
    const head = `${text.slice(0, from).trimEnd()}${seq.items.length === 0 ? " []" : ""}${rest.trimEnd()}`;
    const block = seq.items.length === 0 ? "" : indented(rendered(seq), 2 * column);
    return `${head}\n${block}${text.slice(to + rest.length + 1)}`;
}

/** A few lines of a list, edited as a document of their own. */
function asLines(text: string, edit: (document: ReturnType<typeof parseAsPulumi>) => void): string {
    const document = parseAsPulumi(text);
    if (document.errors.length > 0) {
        throw cannotEdit();
    }
    edit(document);
    const seq = itemsOf(document);
    seq.flow = false;
    return rendered(seq);
}

function itemsOf({ contents }: Document): YAMLSeq {
    if (!isSeq(contents)) {
        throw cannotEdit();
    }
    return contents as YAMLSeq;
}

function indented(lines: string, indent: number): string {
    return lines.replace(/^(?=.)/gm, " ".repeat(indent));
}

function addition(document: Document, { name, login, groups, note }: Edit & { do: "add" }): Node {
    const scalar = document.createNode(name);
    scalar.comment = note === undefined ? undefined : ` ${note}`;
    return withFields(document, scalar, { login, groups: groups.length > 0 ? groups : undefined });
}

function change(document: Document, item: Node, { login, groups, note }: Edit & { do: "change" }): Node {
    const name = (fieldsOf(item).name ?? item) as Scalar;
    if (!isScalar(name)) {
        throw cannotEdit();
    }
    if (note !== undefined) {
        name.comment = ` ${note}`;
    }
    return withFields(document, item, { login, groups });
}

type Fields = { login?: string; groups?: readonly string[] };

/** `ada` becomes `name: ada` where more is said. A list of groups that is empty goes. */
function withFields(document: Document, item: Node, fields: Fields): Node {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined) as [keyof Fields, unknown][];
    if (given.length === 0) {
        return item;
    }
    let map = item as YAMLMap;
    if (!isMap(item)) {
        map = document.createNode({}) as YAMLMap;
        [map.commentBefore, map.spaceBefore] = [item.commentBefore, item.spaceBefore];
        [item.commentBefore, item.spaceBefore] = [undefined, undefined];
        map.set(document.createNode("name"), item);
    }
    for (const [field, value] of given) {
        if (Array.isArray(value) && value.length === 0) {
            map.delete(field);
            continue;
        }
        const node = document.createNode(value, { flow: true });
        const before = map.get(field, true) as Node | undefined;
        node.comment = before?.comment;
        map.set(field, node);
    }
    return map;
}

/** Nodes of a person's keys; none for one who is only a name. */
function fieldsOf(item: unknown): Record<string, unknown> {
    return isMap(item)
        ? Object.fromEntries(item.items.map(({ key, value }) => [String(isScalar(key) ? key.value : key), value]))
        : {};
}

function rendered(seq: YAMLSeq): string {
    const alone = parseAsPulumi("[]");
    alone.contents = seq as typeof alone.contents;
    try {
        // Lists in brackets are written as the project's own stack files have them.
        return alone.toString({ lineWidth: 0 }).replace(/^( *(?:- )?groups: )\[ (.*) \](?=$| #)/gm, "$1[$2]");
    } catch {
        throw cannotEdit(); // An alias of what stands elsewhere in the file.
    }
}

function lineStart(text: string, at: number): number {
    return text.lastIndexOf("\n", at - 1) + 1;
}

/** Behind the line on which a person ends. */
function lineEnd(text: string, { range }: Node): number {
    const end = range?.[1] ?? 0;
    const newline = text.indexOf("\n", text[end - 1] === "\n" ? end - 1 : end);
    return newline < 0 ? text.length : newline + 1;
}

function columnOf(text: string, at: number): number {
    return at - lineStart(text, at);
}
