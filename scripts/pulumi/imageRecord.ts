/**
 * Records which images each stack was deployed with, by Docker host. Names of images do not contain the stack's,
 * because stacks with the same content share images. So only this record tells which images a stack had, and which
 * another stack still uses.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { allPlans, type ImagePlan, planImages } from "../../components/image";
import type { Settings } from "../../components/config";
import { dataDir } from "../files/paths";
import { writeWhole } from "../files/wholeFile";

/** Images of one stack on one Docker host. */
export interface HadImages {
    /** What it was last deployed with. */
    wanted: string[];
    /** What it was deployed with before that. */
    before: string[];
}

type ImageRecord = Record<string, HadImages>;

const SUFFIX = ".images";

function recordFile(stack: string): string {
    return path.join(dataDir(), "stacks", `${stack}${SUFFIX}`);
}

/** All images that are built for a stack, including those that others are built on. */
export function builtImages(settings: Settings): string[] {
    const chain = (plan: ImagePlan): string[] =>
        plan.build === undefined ? [] : [plan.reference, ...(plan.build.on === undefined ? [] : chain(plan.build.on))];
    return [...new Set(allPlans(planImages(settings)).flatMap(chain))].sort();
}

/** Records what a stack is deployed with from now on. */
export function noteImages(stack: string, host: string, wanted: readonly string[]): void {
    const record = read(recordFile(stack));
    const had = record[host] ?? { wanted: [], before: [] };
    const before = [...new Set([...had.before, ...had.wanted])].filter(image => !wanted.includes(image)).sort();
    write(stack, { ...record, [host]: { wanted: [...wanted], before } });
}

/** @returns nothing in both lists for a stack that was never deployed on this host */
export function hadImages(stack: string, host: string): HadImages {
    return read(recordFile(stack))[host] ?? { wanted: [], before: [] };
}

/** Removes images from the record that no longer exist. */
export function forgetImages(stack: string, host: string, gone: readonly string[]): void {
    const record = read(recordFile(stack));
    const had = record[host];
    if (had !== undefined) {
        write(stack, {
            ...record,
            [host]: { wanted: had.wanted, before: had.before.filter(image => !gone.includes(image)) },
        });
    }
}

/** What all other stacks on a host were last deployed with, including those of this user's other checkouts. */
export function wantedByOthers(stack: string, host: string): string[] {
    const checkouts = path.dirname(dataDir());
    const folders = fs.existsSync(checkouts)
        ? fs.readdirSync(checkouts).map(checkout => path.join(checkouts, checkout, "stacks"))
        : [];
    return folders
        .filter(folder => fs.existsSync(folder))
        .flatMap(folder =>
            fs
                .readdirSync(folder)
                .filter(file => file.endsWith(SUFFIX) && path.join(folder, file) !== recordFile(stack))
                .flatMap(file => read(path.join(folder, file))[host]?.wanted ?? []),
        );
}

function read(file: string): ImageRecord {
    return fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, "utf8")) as ImageRecord) : {};
}

function write(stack: string, record: ImageRecord): void {
    writeWhole(recordFile(stack), `${JSON.stringify(record)}\n`);
}
