import users from "../../../../scripts/commands/users";
import { run } from "../../../../scripts/terminal/declare";

it.each([
    [
        ["course"],
        "users needs a stack and what to do: npm run users -- STACK import FILE.csv, or add, remove, list, export",
    ],
    [["course", "imprt", "f"], "users does not know imprt; it knows import, add, remove, list, export."],
    [["course", "import"], "users … import needs one file: npm run users -- STACK import FILE.csv"],
    [["course", "import", "a", "b"], "users … import needs one file: npm run users -- STACK import FILE.csv"],
    [["course", "add"], "users … add needs names: npm run users -- STACK add NAME…"],
    [["course", "remove"], "users … remove needs names: npm run users -- STACK remove NAME…"],
    [["course", "list", "ada"], "users … list does not know ada; see: npm run users -- --help"],
    [["course", "list", "--passwords"], "users … list does not know --passwords; see: npm run users -- --help"],
    [["course", "add", "ada", "--sync"], "users … add does not know --sync; see: npm run users -- --help"],
    [
        ["course", "remove", "ada", "--no-notes"],
        "users … remove does not know --no-notes; see: npm run users -- --help",
    ],
    [["course", "export", "--dry-run"], "users … export does not know --dry-run; see: npm run users -- --help"],
    [["course", "import", "f", "--name="], "--name needs a column: its header, or its number"],
])("%j is refused", async (args, message) => {
    await expect(run(users, args)).rejects.toThrow(message);
});
