import { declare } from "../../terminal/declare";

export default declare({
    call: "npm run schema",
    about: [
        "Writes what is made from the contract of the stack config in components/config/: stacks/schema.json for " +
            "editors, and docs/reference.md. A unit test says when they are out of date.",
    ],
}).action(async () => {
    const { writeReference } = await import("../../reference/files");
    writeReference().forEach(file => console.log(file));
});
