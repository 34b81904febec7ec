/** The debug log of Pulumi's SDK (`--debug`, `-v`), without secrets. */
import { log } from "@pulumi/pulumi";

/** Marks a secret where the SDK writes one; it writes what the engine answers as it is. */
const SECRET = "4dabf18193072939515e22adb298388d";

type Debug = typeof log.debug;

/** The engine leaves out secrets of the config as it is now, not what is derived of them, and not earlier ones. */
export function keepSecretsOutOfDebugLog(sdk: { debug: Debug } = log): void {
    const { debug } = sdk;
    if (debug.name === withoutSecrets.name) {
        return;
    }
    sdk.debug = withoutSecrets(debug);
}

function withoutSecrets(debug: Debug): Debug {
    const filtered: Debug = (message, ...rest) =>
        debug(message.includes(SECRET) ? `${message.split(/[;,]/)[0]}; left out: it has secrets` : message, ...rest);
    return Object.defineProperty(filtered, "name", { value: withoutSecrets.name });
}
