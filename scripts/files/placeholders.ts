/** Values of examples in a stack file: nothing that is deployed with them works as it is meant. */
import { ownKeys, placeholders, printable } from "../../components/config";
import { progress } from "../terminal/command";
import { readableConfig, type StackFile } from "./stackFile";

/** Each with its path in the config. */
export function placeholdersIn(file: StackFile): string[] {
    return placeholders(ownKeys(readableConfig(file)).raw).map(({ path, message }) => printable(`${path}: ${message}`));
}

/** Says so, for commands that go on nevertheless. */
export function tellPlaceholders(stack: string, file: StackFile): void {
    placeholdersIn(file).forEach(line => progress(`stacks/Pulumi.${stack}.yaml: ${line}`));
}
