/** The keys of the config as somebody writes them, in a stack file or in a program. Types alone. */
import type { z } from "zod";
import type { config } from "./schema";
import type { userFields } from "./users/schema";

type Written = z.input<typeof config>;

/** One person: a name, or `{name: "grace", admin: true}` with whatever else a person may have. */
export type UserConfig = string | z.input<z.ZodObject<typeof userFields>>;

/** Secrets that are a map. */
type MapKey = "registryPasswords" | "secretEnv" | "secretFiles";

/** What stands below `jupyterhub:` in a stack file, with the same keys, values and defaults. */
export type HubConfig = Omit<Written, "users" | MapKey> & {
    /** The people; the one list that is edited. */
    users: UserConfig[];
    /** Address → password, for `network.registries`. */
    registryPasswords?: Record<string, string>;
    /** Group or person → variable → value: environment variables of their servers. */
    secretEnv?: Record<string, Record<string, string>>;
    /** Group or person → name → content: files in /run/secrets of their servers. */
    secretFiles?: Record<string, Record<string, string>>;
};
