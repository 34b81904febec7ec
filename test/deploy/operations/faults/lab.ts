/** A deployment in which a kernel computes while parts of it fail. */
import { HubClient } from "../../../support/deploy/hubClient";
import { Kernel } from "../../../support/deploy/kernel";
import { waitFor } from "../../../support/deploy/waitFor";
import { steps } from "../../../support/deploy/steps";
import { docker } from "../../../support/deploy/docker";
import { Workspace, type Outputs } from "../../../support/deploy/workspace";

export const inspect = (container: string, format: string) => docker("inspect", "--format", `{{${format}}}`, container);

/** How long it took until all was well again, for docs/faults.md. */
export async function back(fault: string, well: () => Promise<boolean>): Promise<void> {
    const start = Date.now();
    await waitFor(well, 60, fault);
    process.stderr.write(`${fault}: ${((Date.now() - start) / 1000).toFixed(1)} s\n`);
}

export class Faults {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    ada!: HubClient;
    token!: string;
    kernel!: Kernel;
    readonly status = () => this.workspace.run("status", this.workspace.stack);

    /** The kernel has everything in memory, and its numbers have neither a gap nor an end. */
    async computing(): Promise<void> {
        const seen = Number(await this.kernel.run("print(n)"));
        await waitFor(async () => Number(await this.kernel.run("print(n)")) > seen, 30, "the kernel's next number");
        expect(
            await this.kernel.run(
                "lines = [int(line) for line in open('numbers.txt')]; print(lines == list(range(len(lines))), " +
                    "len(lines) >= n - 1, writer.is_alive())",
            ),
        ).toBe("True True True\n");
    }

    /** What the hub says of ada's server, and that her page is there. */
    async known(client = this.ada, by = this.token): Promise<boolean> {
        const user = (await (await client.withToken(by, `hub/api/users/${client.name}`)).json()) as { server?: string };
        return user.server === `/user/${client.name}/` && (await client.withToken(by, client.server("api/kernels"))).ok;
    }

    /** The same kernel again, after what took the connection away. */
    async reopen(): Promise<void> {
        this.kernel.close();
        const [{ id }] = (await (await this.ada.withToken(this.token, this.ada.server("api/kernels"))).json()) as {
            id: string;
        }[];
        this.kernel = await Kernel.open(
            this.ada.server(`api/kernels/${id}/channels`).replace(/^http/, "ws"),
            this.token,
        );
    }
}
