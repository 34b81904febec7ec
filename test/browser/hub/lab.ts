/** What the steps at one hub share. */
import type { Visitor } from "../../support/browser/person";
import type { Outputs } from "../../support/deploy/workspace";

export interface Lab {
    /** A step of somebody's; @param act returns the errors that it awaits */
    page(title: string, who: () => Visitor, act: (person: Visitor) => Promise<string[] | void>): void;
    ada(): Visitor;
    grace(): Visitor;
    outputs(): Outputs;
}
