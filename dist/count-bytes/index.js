import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./src/node-error.ts
/** PURE. The code of an error of Node or the system, as in `ENOENT`; undefined where it has none. */
function readNodeCode(error) {
    const { code } = (error ?? {});
    return typeof code === 'string' ? code : undefined;
}

;// CONCATENATED MODULE: external "node:os"
const external_node_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");
;// CONCATENATED MODULE: ./src/process/exit-codes.ts

/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
const brokenPipeExitCode = 128 + 13;
/** PURE. The signal that ended a process, by its exit code as a shell tells it; undefined where it ended by itself. */
function nameSignal(exitCode) {
    return Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
}

;// CONCATENATED MODULE: external "node:zlib"
const external_node_zlib_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");
;// CONCATENATED MODULE: ./src/programs/byte-counter.ts


function createByteCounter() {
    let checksum = 0;
    let size = 0;
    return {
        add: (bytes) => {
            checksum = (0,external_node_zlib_namespaceObject.crc32)(bytes, checksum);
            size += bytes.length;
        },
        write: (path) => {
            (0,external_node_fs_namespaceObject.writeFileSync)(path, `${checksum} ${size}\n`, { flag: 'wx', mode: 0o600 });
        },
    };
}

;// CONCATENATED MODULE: ./src/programs/read-input.ts


/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024;
/** Hands on what comes by standard input, to its end; each piece is written over by the next one. */
function readInput(take) {
    const buffer = Buffer.allocUnsafeSlow(chunkSize);
    for (let length = read(buffer); length > 0; length = read(buffer))
        take(buffer.subarray(0, length));
}
/** On Windows the end of a pipe is an error. */
function read(buffer) {
    try {
        return (0,external_node_fs_namespaceObject.readSync)(0, buffer, 0, chunkSize, null);
    }
    catch (error) {
        if (readNodeCode(error) === 'EOF')
            return 0;
        throw error;
    }
}

;// CONCATENATED MODULE: ./src/programs/count-bytes.ts
/** Program: passes stdin to stdout. To the file that its argument names it writes how many bytes there were, and their CRC-32. */





function passBytes(resultPath) {
    const counter = createByteCounter();
    readInput((bytes) => {
        counter.add(bytes);
        writeWhole(bytes);
    });
    counter.write(resultPath);
}
function writeWhole(bytes) {
    for (let written = 0; written < bytes.length;)
        written += (0,external_node_fs_namespaceObject.writeSync)(1, bytes, written, bytes.length - written);
}
try {
    passBytes(process.argv[2] ?? '');
}
catch (error) {
    // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
    process.exitCode = readNodeCode(error) === 'EPIPE' ? brokenPipeExitCode : 1;
    if (process.exitCode === 1)
        process.stderr.write(`count-bytes: error: ${error instanceof Error ? error.message : String(error)}\n`);
}

