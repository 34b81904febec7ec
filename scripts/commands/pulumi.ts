import { declare, examples } from "../terminal/declare";

export default declare({
    call: "npm run pulumi --",
    about: [
        "The pinned Pulumi with this checkout's state, passphrase and plugins.",
        'To use plain `pulumi` in your own shell: eval "$(npm run --silent env)"',
    ],
    verbatim: true,
})
    .argument("[ARGUMENTS...]", "Pulumi's own")
    .addHelpText(
        "after",
        examples(
            ["npm run pulumi -- preview --stack dev"],
            ["npm run pulumi -- stack output passwords --show-secrets --stack dev"],
            ["npm run pulumi -- help"],
        ),
    )
    .action(async args => {
        const { pulumiEnv } = await import("../pulumi/environment");
        const { inherit } = await import("../terminal/process");
        process.exitCode = await inherit("pulumi", args, await pulumiEnv());
    });
