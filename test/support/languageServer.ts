/** The language server that VS Code's YAML extension and other editors run, asked about stack files. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { CHECKOUT } from "./checkout";

const SERVER = path.join(CHECKOUT, "node_modules/yaml-language-server/bin/yaml-language-server");
/** As the extension sets them by default, but for the catalogue of schemas, which is on the internet. */
const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };

interface Message {
    id?: number;
    method?: string;
    params?: { uri?: string; version?: number; items?: unknown[]; diagnostics?: Diagnostic[] };
    result?: unknown;
    error?: { message: string };
}

interface Diagnostic {
    message: string;
    range: { start: { line: number; character: number } };
}

export interface Place {
    line: number;
    character: number;
}

export class LanguageServer {
    private readonly server: ChildProcessWithoutNullStreams;
    private readonly answers = new Map<number, (message: Message) => void>();
    private readonly found = new Map<string, (diagnostics: Diagnostic[]) => void>();
    private unread = Buffer.alloc(0);
    private asked = 0;

    constructor() {
        this.server = spawn(process.execPath, [SERVER, "--stdio"], { cwd: CHECKOUT });
        this.server.stdout.on("data", (part: Buffer) => this.read(part));
    }

    async start(): Promise<this> {
        const rootUri = pathToFileURL(CHECKOUT).href;
        await this.ask("initialize", {
            processId: process.pid,
            rootUri,
            capabilities: { workspace: { configuration: true }, textDocument: { completion: {}, hover: {} } },
        });
        this.tell("initialized", {});
        this.tell("workspace/didChangeConfiguration", { settings: { yaml: SETTINGS } });
        return this;
    }

    stop(): void {
        this.server.kill();
    }

    /** Opens a file of stacks/ that need not be there. @returns its mistakes, as `line: message` */
    async mistakes(name: string, text: string): Promise<string[]> {
        const uri = uriOf(name);
        const diagnostics = new Promise<Diagnostic[]>(resolve => this.found.set(uri, resolve));
        this.tell("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
        return (await diagnostics).map(({ range, message }) => `${range.start.line + 1}: ${message}`);
    }

    async completions(name: string, position: Place): Promise<{ label: string; documentation?: unknown }[]> {
        const { items } = (await this.ask("textDocument/completion", {
            textDocument: { uri: uriOf(name) },
            position,
        })) as { items: { label: string; documentation?: unknown }[] };
        return items;
    }

    async hover(name: string, position: Place): Promise<string> {
        const answer = (await this.ask("textDocument/hover", { textDocument: { uri: uriOf(name) }, position })) as {
            contents: { value: string };
        } | null;
        return answer?.contents.value ?? "";
    }

    private ask(method: string, params: object): Promise<unknown> {
        const id = ++this.asked;
        return new Promise((resolve, reject) => {
            this.answers.set(id, ({ error, result }) =>
                error === undefined ? resolve(result) : reject(new Error(error.message)),
            );
            this.write({ id, method, params });
        });
    }

    private tell(method: string, params: object): void {
        this.write({ method, params });
    }

    private write(message: object): void {
        const text = JSON.stringify({ jsonrpc: "2.0", ...message });
        this.server.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
    }

    private read(part: Buffer): void {
        this.unread = Buffer.concat([this.unread, part]);
        for (;;) {
            const head = this.unread.indexOf("\r\n\r\n");
            const length = Number(
                /Content-Length: (\d+)/.exec(this.unread.subarray(0, Math.max(head, 0)).toString())?.[1],
            );
            if (head < 0 || this.unread.length < head + 4 + length) {
                return;
            }
            const text = this.unread.subarray(head + 4, head + 4 + length).toString();
            this.unread = this.unread.subarray(head + 4 + length);
            this.take(JSON.parse(text) as Message);
        }
    }

    private take(message: Message): void {
        const { id, method, params = {} } = message;
        if (method === undefined) {
            this.answers.get(id as number)?.(message);
        } else if (method === "textDocument/publishDiagnostics") {
            this.found.get(params.uri as string)?.(params.diagnostics ?? []);
        } else if (id !== undefined) {
            // The server asks for settings, or wants to be told of changes.
            const items = params.items as { section: string }[] | undefined;
            this.write({ id, result: items?.map(({ section }) => (section === "yaml" ? SETTINGS : {})) ?? null });
        }
    }
}

const uriOf = (name: string) => new URL(`stacks/${name}`, `${pathToFileURL(CHECKOUT).href}/`).href;
