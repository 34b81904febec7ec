import fc from "fast-check";
import { createHmac } from "node:crypto";
import {
    hubSecrets,
    instanceId,
    password,
    generatedPasswordHash,
    serverToken,
} from "../../../../components/docker/credentials";

const SECRET = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

describe("credentials", () => {
    it("never change: the same passwords after down and up, and the same names", () => {
        expect(instanceId(SECRET, "dev")).toBe("srueqo5v");
        expect(password(SECRET, "dev", "ada")).toBe("qi3g-plvg-3vdw-clsg");
        expect(generatedPasswordHash(SECRET, "dev", "ada")).toBe(
            "sha256$9cc84a733a9f5eba37e4a11a18357f62$95cdf056a5937c2282bb159c8966b2d36427abe7ad4af68cd7ecf3d8fd3fc060",
        );
        expect(serverToken(SECRET, "dev", "ada", "00ff")).toBe("e96c1302da6ee61169d3278e45ac411c151dcef1c319d0f7");
        expect(hubSecrets(SECRET, "dev").proxyToken).toBe(
            "527241ae21d96d480b90030785e9a138d6d19fb8ff8875f8d31e5f6c553239a2",
        );
    });

    it("have a shape of their own", () => {
        expect(instanceId(SECRET, "x")).toMatch(/^[a-z2-7]{8}$/);
        expect(password(SECRET, "x", "y")).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
        for (const value of Object.values(hubSecrets(SECRET, "x"))) {
            expect(value).toMatch(/^[0-9a-f]{64}$/);
        }
        expect(new Set(Object.values(hubSecrets(SECRET, "x"))).size).toBe(4);
    });

    it("hash to what the hub checks", () => {
        const [scheme, salt, mac] = generatedPasswordHash(SECRET, "dev", "grace").split("$");
        expect(scheme).toBe("sha256");
        expect(mac).toBe(
            createHmac("sha256", Buffer.from(salt, "hex"))
                .update(password(SECRET, "dev", "grace"))
                .digest("hex"),
        );
    });

    it("differ with every part they are made of", () => {
        const text = fc.string({ minLength: 1, maxLength: 20 });
        const parts = fc.tuple(text, text, text, text);
        fc.assert(
            fc.property(parts, parts, (a, b) => {
                fc.pre(JSON.stringify(a) !== JSON.stringify(b));
                expect(serverToken(...a)).not.toBe(serverToken(...b));
            }),
            { numRuns: 500 },
        );
        expect(instanceId(SECRET, "dev")).not.toBe(instanceId(SECRET, "prod"));
        expect(password(SECRET, "dev", "ada")).not.toBe(password(SECRET, "prod", "ada"));
    });
});
