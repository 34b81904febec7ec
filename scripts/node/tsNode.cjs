/** A transpiler for ts-node, by which plain `pulumi up` loads the program (tsconfig.json). */
const { withoutTypes } = require("./typeScript.cjs");

const MAP = /\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)\s*$/;

/** ts-node wants the source map apart, and writes the path of the file into it. */
function transpile(source, { fileName }) {
    const output = withoutTypes(source, fileName);
    const [, map] = MAP.exec(output);
    return { outputText: output.replace(MAP, ""), sourceMapText: Buffer.from(map, "base64").toString() };
}

module.exports = { create: () => ({ transpile }) };
