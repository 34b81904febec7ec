/** The contract of `profiles`, `namedServers` and `gpus`: what people choose from, and what they share. Pure. */
import { z } from "zod";
import { flag, list, map, section, SLUG, text, whole, writtenAs } from "../fields";
import { gpuId, personName, groupName, serverFields } from "../users/schema";

/** As long as a part of a path and of a label may be in the launcher's requests. */
const slug = text("a profile's name").regex(SLUG, {
    error: "a profile's name has 1 to 40 small letters and digits, and single dashes between them",
});

const { memory, cpus, shm, openLimit, pids, env, mounts, image, placement, reservations } = serverFields;

const imageKey = text("the name of an image of images.notebooks");

export const profileSection = section({
    displayName: text("a name for people", 200)
        .regex(/\S/, { error: "is empty" })
        .optional()
        .describe("what people read; its key where it is left out"),
    description: text("a description", 2000).optional().describe("a few words below it"),
    default: flag.default(false).describe("whether it is preselected for everybody who may take it; one alone is"),
    groups: list(groupName)
        .optional()
        .describe("members of these groups may take it. Neither groups nor users: everybody may"),
    users: list(personName).optional().describe("these people may take it, besides groups"),
    image: image.describe("which image of images.notebooks; the person's where it is left out"),
    images: list(imageKey)
        .min(1, { error: "has no image; leave it out" })
        .optional()
        .describe("instead of image: people choose one of these; the first is preselected"),
    gpus: whole("a number of GPUs", 1)
        .max(64, { error: "a number of GPUs is at most 64" })
        .optional()
        .describe("how many GPUs of the pool (gpus) a server takes, from its start until it has stopped"),
    memory: memory.describe("hard limit, as 512M or 2G"),
    cpus: cpus.describe("hard limit in CPUs, as 0.5 or 2"),
    shm: shm.describe("size of /dev/shm"),
    openLimit: openLimit.describe("largest file that the server opens"),
    pids: pids.describe("most processes and threads at once"),
    env: env.describe("environment variables, besides the person's"),
    mounts: mounts.describe("directories of the host and shared volumes, besides the person's"),
    placement,
    reservations,
});

/** One profile. */
export type ProfileFields = z.infer<typeof profileSection>;

export const profiles = map("profiles by their name", slug, profileSection);

/** So that a person's servers cannot fill the machine. */
const MOST_NAMED = 20;

const servers = whole("a number of servers", 0).max(MOST_NAMED, {
    error: `a number of servers is at most ${MOST_NAMED}`,
});

/** Pulumi hands on a number as text where it is no part of a list or map. */
export const namedServers = writtenAs(
    z.preprocess(
        (given: unknown) => (typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given),
        servers,
    ),
    servers,
);

export const pool = list(gpuId).min(1, { error: "has no GPU; leave it out" });
