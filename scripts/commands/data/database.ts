import { Option } from "@commander-js/extra-typings";
import { UserError } from "../../../components/errors";
import { declare, examples, valued } from "../../terminal/declare";

export default declare({
    call: "npm run database --",
    about: [
        "Moves the hub's database from SQLite into PostgreSQL or back, and deploys the stack. The hub is away " +
            "for the time that this takes; people's servers go on. What was there before is kept.",
        "For postgresql it asks for the URL (postgresql://user:password@host:5432/name?sslmode=verify-full; typing " +
            "is hidden, or standard input), checks it from where the hub is, and writes it into the stack file, " +
            "encrypted. Nothing is changed if the database cannot be used (docs/database.md).",
        "Killed in the middle it leaves a hub that works on one of the two. Run it again.",
    ],
    needs: "where to: npm run database -- STACK --to postgresql, or --to sqlite",
})
    .argument("[STACK]", "which stack", "dev")
    .addOption(new Option("--to <WHERE>", "where the data are to be").choices(["postgresql", "sqlite"] as const))
    .addOption(
        valued("--put-back <COPY>", "put back a copy from before an upgrade, which the hub's log names", {
            needs: "the name of a copy: npm run database -- STACK --put-back COPY",
            read: text => text,
        }).conflicts("to"),
    )
    .addHelpText(
        "after",
        examples(
            ["npm run database -- course --to postgresql < file-with-the-url"],
            ["npm run database -- course --to sqlite"],
        ),
    )
    .action(async (stack, { to, putBack: copy }) => {
        const { putBack, toPostgresql, toSqlite } = await import("../../database/move");
        if (copy !== undefined) {
            process.exitCode = await putBack(stack, copy);
        } else if (to === undefined) {
            throw new UserError("database needs where to: npm run database -- STACK --to postgresql, or --to sqlite");
        } else {
            process.exitCode = await (to === "sqlite" ? toSqlite(stack) : toPostgresql(stack));
        }
    });
