/** A package without dependencies and with a command, so that no index is asked. */
export const WHEEL = [
    "import zipfile",
    "with zipfile.ZipFile('greet-1.0-py3-none-any.whl', 'w') as wheel:",
    "    wheel.writestr('greet.py', 'def main(): print(\"hello\")')",
    "    wheel.writestr('greet-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n')",
    "    wheel.writestr('greet-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: " +
        "py3-none-any\\n')",
    "    wheel.writestr('greet-1.0.dist-info/entry_points.txt', '[console_scripts]\\ngreet = greet:main\\n')",
    "    wheel.writestr('greet-1.0.dist-info/RECORD', '')",
].join("\n");
