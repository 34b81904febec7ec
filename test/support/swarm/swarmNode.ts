/** One node of a Swarm of a test's own: a machine with its own Docker engine. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Engine } from "../../engines/catalogue";
import { EngineMachine, kept } from "../../engines/engineMachine";
import { unpackOwn } from "../../engines/packages";
import { MACHINES } from "../deploy/machine/machine";

const REGISTRY_PORT = 5000;
/** On each node the same folder, as a file server would give it to them. */
export const SHARED = "/mnt";

export class SwarmNode extends EngineMachine {
    private constructor(
        engine: Engine,
        private readonly manager?: SwarmNode,
    ) {
        super(engine);
    }

    /** @param manager the one with the registry and the files that all have; none: this one */
    static boot(engine: Engine, manager?: SwarmNode): Promise<SwarmNode> {
        return new SwarmNode(engine, manager).start();
    }

    /** Of images, for all nodes. */
    get registry(): string {
        return `${this.address}:${REGISTRY_PORT}`;
    }

    private get shared(): string {
        return this.file("shared");
    }

    protected override daemon(): Record<string, unknown> {
        return { ...super.daemon(), "insecure-registries": [MACHINES] };
    }

    protected override async equip(): Promise<void> {
        await super.equip();
        const services = (text: string) => fs.appendFileSync(this.file("services.sh"), `${text}\n`);
        services(`mount --bind ${(this.manager ?? this).shared} ${SHARED}`);
        if (this.manager !== undefined) {
            return;
        }
        const registry = await kept("registry", async folder =>
            unpackOwn(["docker-registry"], path.join(folder, "debs"), folder),
        );
        this.folders = [...this.folders, registry];
        fs.mkdirSync(this.shared);
        const settings = {
            version: "0.1",
            storage: { filesystem: { rootdirectory: this.file("registry") }, delete: { enabled: true } },
            http: { addr: `:${REGISTRY_PORT}` },
        };
        fs.writeFileSync(this.file("registry.json"), JSON.stringify(settings)); // JSON is YAML.
        services(`docker-registry serve ${this.file("registry.json")} > ${this.file("registry.log")} 2>&1 &`);
    }
}
