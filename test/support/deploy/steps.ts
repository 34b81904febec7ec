/**
 * Steps that build on one another. Once one has failed the others say so in a line, instead of failing for reasons
 * that nobody needs to read.
 */
export function steps(): (title: string, step: () => Promise<void>) => void {
    let failed: string | undefined;
    return (title, step) =>
        it(title, async () => {
            if (failed !== undefined) {
                throw Object.assign(new Error(`not tried: "${failed}" failed`), { stack: undefined });
            }
            try {
                await step();
            } catch (error) {
                failed = title;
                throw error;
            }
        });
}
