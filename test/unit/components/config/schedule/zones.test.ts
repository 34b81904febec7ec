/** Which time zones there are; test/hub/clock/test_schedule.py asks the hub's own database about the same. */
import * as fs from "node:fs";
import * as path from "node:path";
import { zoneProblem } from "../../../../../components/config/schedule/zones";

const FIXTURE = path.join(__dirname, "../../../fixtures/zones.json");
const { good, bad } = JSON.parse(fs.readFileSync(FIXTURE, "utf8")) as Record<"good" | "bad", string[]>;

it.each(good)("%s is one", zone => expect(zoneProblem(zone)).toBeUndefined());

it.each(bad)("%j is none", zone => expect(zoneProblem(zone)).toMatch(/^there is no time zone "/));
