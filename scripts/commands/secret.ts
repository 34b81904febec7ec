import { progress } from "../terminal/command";
import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run secret --",
    about: [
        "Asks for a secret, encrypts it and writes it to a stack file. Typing is hidden. The secret can " +
            "also come from standard input; one with several lines (tlsCertificate, tlsKey) must.",
        "registryPasswords holds a password for each registry: WHOSE is its address. secretEnv and secretFiles hold " +
            "secrets for people's servers: WHOSE is a group or person, NAME a variable or file. Without WHOSE and " +
            "NAME, standard input (YAML or JSON) replaces the whole key.",
    ],
    needs: "a stack and a key: npm run secret -- STACK KEY",
})
    .argument("[STACK]", "which stack")
    .argument("[KEY]", "the key in the stack file: githubClientSecret, for example")
    .argument("[WHOSE]", "for registryPasswords, secretEnv and secretFiles: registry, group or person")
    .argument("[NAME]", "for secretEnv and secretFiles: variable or file")
    .addHelpText(
        "after",
        examples(
            ["npm run secret -- github githubClientSecret < file-with-the-secret"],
            ["npm run secret -- dev registryPasswords registry.example:5000"],
            ["npm run secret -- dev secretEnv staff OPENAI_API_KEY"],
            ["npm run secret -- dev secretFiles ada gcp.json < key.json"],
        ),
    )
    .action(async (stack = "", key = "", ...which) => {
        const { encrypt } = await import("../stack/secret");
        const given = which.slice(0, 2).filter(one => typeof one === "string");
        await encrypt(stack, key, ...given);
        progress(`Encrypted in stacks/Pulumi.${stack}.yaml; it is used after: npm run up -- ${stack}`);
    });
