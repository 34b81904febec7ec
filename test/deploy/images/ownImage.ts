import { DEFAULT_BASE } from "../../../components/config/settings";
import { planImage } from "../../../components/image/plan";

/** What a folder of images/ is built as where a stack file says nothing. */
export const ownImage = (build: string) =>
    planImage({ build, base: DEFAULT_BASE, packages: [], pip: [], locales: [], args: {} }, "images").reference;
