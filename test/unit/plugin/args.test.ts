/** What may come from another resource through the plugin. */
import * as pulumi from "@pulumi/pulumi";
import { argsOf } from "../../../plugin/args";

const never = () => {
    const unknown = pulumi.output(1);
    (unknown as unknown as { isKnown: Promise<boolean> }).isKnown = Promise.resolve(false);
    return unknown;
};

it("plain values and known ones of other resources are taken as they are", async () => {
    const args = await argsOf({ users: ["ada"], listen: pulumi.output("127.0.0.1:80"), stack: "x" });
    expect(args).toEqual({ users: ["ada"], listen: "127.0.0.1:80", stack: "x" });
});

it("secrets stay inputs, known or not", async () => {
    const [rootSecret, tlsCertificate] = [pulumi.secret("s"), never()];
    const args = await argsOf({ users: [], rootSecret, tlsCertificate });
    expect(args.rootSecret).toBe(rootSecret);
    expect(args.tlsCertificate).toBe(tlsCertificate);
});

it("one message names all others that are secret or not known yet", async () => {
    await expect(argsOf({ users: never(), listen: pulumi.secret("x"), rootSecret: "s" })).rejects.toThrow(
        "users: is not known before another resource is made, and the hub is planned before that\n" +
            "listen: is secret, and would be readable in Docker and in Pulumi's state",
    );
});
