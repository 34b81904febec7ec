/** Who is measured beside whom. */
import type { Definitions, Identity } from "./definitions";
import type { Program } from "../measure";

/** A way to have a stack's containers in Docker. */
export interface Contender {
    /** In the words of the table. */
    readonly name: string;
    /** Finds out what is to be done, and does nothing. */
    readonly plan: Program;
    /** Does it. */
    readonly deploy: Program;
    /** What people type to have it done, also where there may be nothing to do. */
    readonly up: Program;
    /** Takes it all away again, but for volumes. */
    readonly destroy: Program;
    /** Removes all that is left of it. */
    remove(): void;
}

/** One that makes what this project has made. */
export interface Follower extends Contender {
    /** Is to have the same as is deployed under another identity. */
    follow(definitions: Definitions, of: Identity): void;
}
