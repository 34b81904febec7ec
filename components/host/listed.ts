import { LABEL } from "../docker/labels";

/** A container in Docker's list. The list costs the same for any number of containers. */
export interface ListedContainer {
    id: string;
    name: string;
    /** Docker's word, such as `running`, `exited` or `created`. */
    state: string;
    /** Reference of the image. */
    image: string;
    /** This project's labels (`LABEL`). A missing one is an empty text. */
    labels: Readonly<Record<ListedLabel, string>>;
    /** Whether it is a service of a Swarm, wherever its container is (services.ts). */
    service?: true;
}

/** Without the roster: it is long, and only the hub reads it. */
type ListedLabel = Exclude<keyof typeof LABEL, "roster">;

/** Those labels, in a fixed order. */
export const LISTED_LABELS = (Object.keys(LABEL) as (keyof typeof LABEL)[]).filter(label => label !== "roster");
