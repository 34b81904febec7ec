import { keepSecretsOutOfDebugLog } from "../../../../components/errors/debugLog";

it("the debug log of Pulumi's SDK has no secrets, and all else", () => {
    const said: string[] = [];
    const sdk = { debug: (message: string) => (said.push(message), Promise.resolve()) };
    keepSecretsOutOfDebugLog(sdk);
    const once = sdk.debug;
    keepSecretsOutOfDebugLog(sdk);
    expect(sdk.debug).toBe(once);
    void sdk.debug("RegisterResource RPC prepared: t=x");
    void sdk.debug(
        "RegisterResource RPC finished: resource:ada; err: null, " +
            "resp: urn,,envs,4dabf18193072939515e22adb298388d,,value,hunter2",
    );
    expect(said).toEqual([
        "RegisterResource RPC prepared: t=x",
        "RegisterResource RPC finished: resource:ada; left out: it has secrets",
    ]);
});

it("is that which the SDK itself calls", () => {
    const { log } = jest.requireActual<typeof import("@pulumi/pulumi")>("@pulumi/pulumi");
    expect(jest.requireActual("@pulumi/pulumi/log")).toBe(log);
});
