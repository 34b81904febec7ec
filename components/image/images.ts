/** Docker images of a stack as resources: each reference once, and none before the one that it is built on. */
import type * as pulumi from "@pulumi/pulumi";
import { Image, type ImageArgs } from "./image";
import type { ImagePlan } from "./plan";

export interface ImageMakerArgs {
    /** Images that have to be pulled before others are built on them (`pulledBases`). */
    bases: readonly string[];
    /** References that Docker has already. */
    present?: ReadonlySet<string>;
    /** What all builds get. */
    build: Omit<ImageArgs, "plan" | "present">;
    /** For an image that depends on others. */
    options: (...dependsOn: pulumi.Resource[]) => pulumi.ComponentResourceOptions;
}

/**
 * @param prefix what the resources' names begin with
 * @returns makes the image of a plan, or gives the one that is made already
 */
export function imageMaker(
    prefix: string,
    { bases, present, build, options }: ImageMakerArgs,
): (key: string, plan: ImagePlan) => Image {
    const pulled = new Map(
        bases.map(base => [base, new Image(`${prefix}-base-${base}`, { plan: { reference: base } }, options())]),
    );
    const made = new Map<string, Image>();
    const make = (key: string, plan: ImagePlan): Image => {
        const before = made.get(plan.reference);
        if (before !== undefined) {
            return before;
        }
        const below =
            plan.build?.on === undefined
                ? pulled.get(plan.build?.pulledBase ?? "")
                : make(`${key}-base`, plan.build.on);
        const image = new Image(
            `${prefix}-image-${key}`,
            { ...build, plan, present: present?.has(plan.reference) },
            options(...(below === undefined ? [] : [below])),
        );
        made.set(plan.reference, image);
        return image;
    };
    return make;
}
