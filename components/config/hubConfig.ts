/** The keys of the config as somebody writes them, in a stack file or in a program. Types alone. */
import type { z } from "zod";
import type { config } from "./schema";
import type { userFields } from "./users/schema";

type Written = z.input<typeof config>;

/** One person: a name, or `{name: "grace", admin: true}` with whatever else a person may have. */
export type UserConfig = string | z.input<z.ZodObject<typeof userFields>>;

/**
 * What stands below `jupyterhub:` in a stack file, with the same keys, values and defaults. Keys that this version only
 * refuses (`database`, `spawning`, `swarm`) are left out.
 */
export type HubConfig = Omit<Written, "users" | "registryPasswords" | "database" | "spawning" | "swarm"> & {
    /** The people; the one list that is edited. */
    users: UserConfig[];
    /** Address → password, for `network.registries`. */
    registryPasswords?: Record<string, string>;
};
