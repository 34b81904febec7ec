import { progress } from "../terminal/command";
import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run secret --",
    about: [
        "Asks for a secret, encrypts it and puts it into a stack file. Not shown while it is typed; " +
            "also read from standard input, as what has more than one line (tlsCertificate, tlsKey) has " +
            "to be.",
        "registryPasswords has a password for each registry, so ADDRESS says for which.",
    ],
    needs: "a stack and a key: npm run secret -- STACK KEY",
})
    .argument("[STACK]", "which stack", "")
    .argument("[KEY]", "the key in the stack file: githubClientSecret, for example", "")
    .argument("[ADDRESS]", "of the registry, for registryPasswords")
    .addHelpText(
        "after",
        examples(
            ["npm run secret -- github githubClientSecret < file-with-the-secret"],
            ["npm run secret -- dev registryPasswords registry.example:5000"],
        ),
    )
    .action(async (stack, key, address) => {
        const { encrypt } = await import("../stack/secret");
        await encrypt(stack, key, address);
        progress(`Encrypted in stacks/Pulumi.${stack}.yaml; it is used after: npm run up -- ${stack}`);
    });
