/** Docker images of a stack as resources: each reference once, and none before the one that it is built on. */
import type * as pulumi from "@pulumi/pulumi";
import { Image } from "./image";
import type { ImagePlan } from "./imagePlan";

/**
 * @param prefix what the resources' names begin with
 * @param options for an image that depends on others
 * @returns makes the image of a plan, or gives the one that is made already
 */
export function imageMaker(
    prefix: string,
    caBundle: string | undefined,
    options: (...dependsOn: pulumi.Resource[]) => pulumi.ComponentResourceOptions,
): (key: string, plan: ImagePlan) => Image {
    const made = new Map<string, Image>();
    const make = (key: string, plan: ImagePlan): Image => {
        const before = made.get(plan.reference);
        if (before !== undefined) {
            return before;
        }
        const on = plan.build?.on === undefined ? [] : [make(`${key}-base`, plan.build.on)];
        const image = new Image(`${prefix}-image-${key}`, { plan, caBundle }, options(...on));
        made.set(plan.reference, image);
        return image;
    };
    return make;
}
