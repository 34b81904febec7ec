import { declare } from "../../terminal/declare";

export default declare({
    call: "npm run package",
    about: [
        "Makes the components into an npm package for other Pulumi programs: JavaScript with types, what the images " +
            "are built from, and the plugin with which programs in YAML, Python and other languages make a hub. " +
            "Prints the file that `npm install` takes. docs/program.md.",
    ],
}).action(async () => {
    const { buildPackage } = await import("../../package/package");
    console.log(await buildPackage());
});
