import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: ./src/process/exit-codes.ts
/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
const brokenPipeExitCode = 128 + 13;

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
function createEndKeeper(length) {
    let end = Buffer.alloc(0);
    return {
        add: (bytes) => {
            end =
                bytes.length < length
                    ? Buffer.concat([end, bytes]).subarray(-length)
                    : Buffer.from(bytes.subarray(-length));
        },
        end: () => end,
    };
}

;// CONCATENATED MODULE: ./src/programs/count-bytes.ts
/**
 * Program: passes stdin to stdout, or with a second argument just as many of the last bytes as it says. To the file that
 * the first one names it writes how many bytes there were, and their CRC-32.
 */



/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024;
function passBytes(resultPath, endLength) {
    const counter = createByteCounter();
    const keeper = endLength === undefined ? undefined : createEndKeeper(endLength);
    const buffer = Buffer.allocUnsafeSlow(chunkSize);
    for (let length = readInput(buffer); length > 0; length = readInput(buffer)) {
        const chunk = buffer.subarray(0, length);
        counter.add(chunk);
        if (keeper === undefined)
            writeWhole(chunk);
        else
            keeper.add(chunk);
    }
    counter.write(resultPath);
    if (keeper !== undefined)
        writeWhole(keeper.end());
}
function writeWhole(bytes) {
    for (let written = 0; written < bytes.length;)
        written += (0,external_node_fs_namespaceObject.writeSync)(1, bytes, written, bytes.length - written);
}
/** On Windows the end of a pipe is an error. */
function readInput(buffer) {
    try {
        return (0,external_node_fs_namespaceObject.readSync)(0, buffer, 0, chunkSize, null);
    }
    catch (error) {
        if (hasCode(error, 'EOF'))
            return 0;
        throw error;
    }
}
function hasCode(error, code) {
    return error instanceof Error && 'code' in error && error.code === code;
}
try {
    const [, , resultPath = '', endLength] = process.argv;
    passBytes(resultPath, endLength === undefined ? undefined : Number(endLength));
}
catch (error) {
    // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
    process.exitCode = hasCode(error, 'EPIPE') ? brokenPipeExitCode : 1;
    if (process.exitCode === 1)
        process.stderr.write(`count-bytes: error: ${error instanceof Error ? error.message : String(error)}\n`);
}

