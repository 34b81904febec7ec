import { progress } from "../terminal/command";
import { declare, valued } from "../terminal/declare";

export default declare({
    call: "npm run backup --",
    about: [
        "Writes all data of a stack to one file while people keep working: a snapshot of the hub's " +
            "database, all homes and shared volumes, certificates, the stack file, Pulumi's state, and " +
            "the passphrase for the stack file's secrets. If you use a passphrase of your own or another " +
            "secrets provider, it is not in the file, and backup says so.",
        "Whoever can read the file can read all secrets of the stack. Only you can (mode 600). " + "docs/backup.md",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .addOption(
        valued(
            "--out <FILE>",
            "where to; without it, a new file beside Pulumi's state, whose path is what is printed. " +
                "No file is written over",
            {
                needs: "a file: npm run backup -- STACK --out FILE",
                read: text => text,
            },
        ),
    )
    .option("--system-homes", "homes of system people too, which are directories of the Docker host")
    .option("--json", "for programs: file, size in bytes, and what is in it")
    .action(async (stack, { out, systemHomes = false, json = false }) => {
        const { backup } = await import("../backup/backup");
        const { bytes } = await import("../backup/backupFile");
        const { file, size, data } = await backup(stack, { out, systemHomes });
        progress(
            `Written: ${bytes(size)}. It holds all secrets of the stack, so only you can read it. To restore: ` +
                `npm run restore -- ${file}`,
        );
        console.log(json ? JSON.stringify({ stack, file, size, data }, undefined, 2) : file);
    });
