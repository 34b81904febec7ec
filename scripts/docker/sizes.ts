import { volumeSizes } from "../../components/host";
import type { Docker } from "./docker";

/** A line for each volume: its name, and how much is in it. */
export async function sizesOf(docker: Docker, volumes: readonly string[]): Promise<string> {
    const sizes = await volumeSizes(docker);
    return volumes.map(volume => `  ${volume}  ${sizes.get(volume) ?? "?"}`).join("\n");
}
