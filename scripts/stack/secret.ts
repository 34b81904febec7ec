import { didYouMean, NAMESPACE, OPEN_OR_SECRET, REGISTRY, SECRET_KEYS } from "../../components/config";
import { UserError } from "../../components/errors";
import { pulumiEnv } from "../pulumi/environment";
import { readHidden } from "../terminal/hidden";
import { stackFile } from "../files/paths";
import { ensureStack, pulumi } from "../pulumi/pulumi";
import { keepingLayout, readStackFile, ROOT_SECRET_KEY } from "../files/stackFile";

/** All but the root secret: everything that depends on it would be lost if it were replaced. */
const KEYS = [...SECRET_KEYS, ...OPEN_OR_SECRET].filter(key => `${NAMESPACE}:${key}` !== ROOT_SECRET_KEY);

/** Asks for a secret and puts it into a stack file, encrypted. @param address of the registry, for registryPasswords */
export async function encrypt(name: string, key: string, address?: string): Promise<void> {
    if (!KEYS.includes(key)) {
        throw new UserError(`secret takes a stack and one of ${KEYS.join(", ")}${didYouMean(key, KEYS) || "."}`);
    }
    const isRegistry = key === "registryPasswords";
    if (isRegistry && (address === undefined || !REGISTRY.test(address))) {
        throw new UserError(
            "secret takes a stack, registryPasswords and the registry's address as in " +
                "network.registries, such as registry.example:5000.",
        );
    }
    if (!isRegistry && address !== undefined) {
        // The secret itself is never an argument: other users of the machine can read those.
        throw new UserError(`secret does not know ${address}; see: npm run secret -- --help`);
    }
    readStackFile(name);
    const value = await readHidden(address === undefined ? key : `password for ${address}`, false);
    if (value.trim() === "") {
        throw new UserError("Nothing was read, nothing was changed.");
    }
    const stack = { name, env: await pulumiEnv() };
    await ensureStack(stack);
    await keepingLayout(stackFile(name), async () => {
        const place = address === undefined ? [`${NAMESPACE}:${key}`] : ["--path", `${NAMESPACE}:${key}["${address}"]`];
        await pulumi(stack, ["config", "set", "--secret", ...place, "--stack", name], value);
    });
}
