/** What of a section is right where something in it is wrong. Pure. */
import type { z } from "zod";

/** A section as far as it can be read: one wrong key hides nothing of what is wrong with the others. */
export interface Read<Section> {
    /** A key that is wrong is left out, as one that nobody wrote. */
    right: Partial<Section>;
    /** Keys that are written and wrong. */
    wrong: ReadonlySet<PropertyKey>;
}

/** @returns what reads the section key by key; a value that is no section has no key */
export function rightKeys<S extends z.ZodRawShape>(section: z.ZodObject<S>) {
    const lenient = section.partial().strip();
    return (raw: unknown) => {
        const { data, error } = lenient.safeParse(raw);
        const wrong = new Set<PropertyKey>(error?.issues.flatMap(({ path }) => path.slice(0, 1)));
        if (data !== undefined) {
            return { right: data, wrong };
        }
        const kept = Object.entries(raw ?? {}).filter(([key]) => !wrong.has(key));
        const right = lenient.safeParse(Object.fromEntries(kept)).data;
        // Nor do they have their defaults.
        wrong.forEach(key => right !== undefined && Reflect.deleteProperty(right, key));
        return { right, wrong };
    };
}
