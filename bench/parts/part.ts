/** What the parts of the benchmark are. */
import type { Options } from "../options";
import type { Measure } from "../report/figures";

/** A part that deploys for itself what it looks at. */
export interface BenchPart {
    run(options: Options, signal: AbortSignal): Promise<Measure[]>;
}
