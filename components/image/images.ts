/** Image resources of a stack: each reference once, each after the image that it is built on. */
import type * as pulumi from "@pulumi/pulumi";
import { Image, type ImageArgs } from "./image";
import type { ImagePlan } from "./plan";

export interface ImageMakerArgs {
    /** Images that have to be pulled before others are built on them (`pulledBases`). */
    bases: readonly string[];
    /** References of images that Docker has. */
    present?: ReadonlySet<string>;
    /** Arguments of all builds. */
    build: Omit<ImageArgs, "plan" | "present">;
    /** Options of a resource that depends on others. */
    options: (...dependsOn: pulumi.Resource[]) => pulumi.ComponentResourceOptions;
}

/**
 * @param prefix prefix of the resources' names
 * @returns a function that makes the image of a plan, or returns it if it was made before
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
