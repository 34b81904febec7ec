import { declare, examples } from "../../terminal/declare";

export default declare({
    call: "npm run release --",
    about: [
        "Makes a release: writes its version into package.json and package-lock.json, puts version and date above " +
            'what CHANGELOG.md has under "Unreleased", commits, and tags the commit. It pushes nothing.',
        'Only on the branch main, with everything committed, and with something under "Unreleased". Tests are ' +
            "not run: `npm test` and `npm run audit` come first.",
    ],
    needs: "patch, minor, major or a version: npm run release -- minor",
})
    .argument("<VERSION>", "patch, minor, major, or a version such as 1.2.3")
    .option("--dry-run", "show what would be released, and change nothing")
    .addHelpText("after", examples(["npm run release -- minor --dry-run"], ["npm run release -- 1.0.0"]))
    .action(async (wanted, { dryRun = false }) => {
        const [{ makeRelease, planRelease }, { ROOT }] = await Promise.all([
            import("../../release/release"),
            import("../../files/paths"),
        ]);
        const release = await planRelease(ROOT, wanted, new Date());
        if (dryRun) {
            const files = Object.keys(release.files).join(", ");
            console.log(`Would release ${release.version}: change ${files}, commit, and tag ${release.tag}.`);
            console.log(`\n${release.changes}`);
            return;
        }
        await makeRelease(ROOT, release);
        console.log(`Released ${release.version}. To publish it: git push origin main ${release.tag}`);
    });
