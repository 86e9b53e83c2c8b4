import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
var __webpack_exports__ = {};

;// CONCATENATED MODULE: external "node:fs"
const external_node_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");
;// CONCATENATED MODULE: external "node:path"
const external_node_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");
;// CONCATENATED MODULE: ./src/archive/reading/directory-toc.ts
/** The names of files in a directory archive that pg_restore is told to open; none of them leads elsewhere. */
const plainName = /^[A-Za-z0-9_]+\.(?:dat|toc)$/;
/** Versions of the format from PostgreSQL 9.0 to 18 (pg_backup_archiver.h: K_VERS_1_12 to K_VERS_1_16). */
const [oldest, newest] = [12, 16];
/**
 * PURE. Checks the table of contents of a directory archive, which may come from anyone: it names the file of each
 * table, and pg_restore would follow a path to any file of the machine (pg_backup_archiver.c: ReadHead, ReadToc).
 * @param toc the content of `toc.dat`
 * @throws Error when a name is not that of a file within the archive, or the contents cannot be read
 */
function checkToc(toc) {
    const reader = new TocReader(toc);
    const version = reader.readHead();
    const count = reader.readInteger();
    for (let entry = 0; entry < count; entry += 1) {
        const name = reader.readEntry(version);
        if (name !== undefined && name !== '' && !plainName.test(name))
            throw refusePath(name);
    }
}
/**
 * PURE. Checks one line of a `blobs….toc`, which names a large object's file.
 * @throws Error when it is not that of a file within the archive
 */
function checkLargeObjectLine(line) {
    if (!/^\d+ blob_\d+\.dat\n?$/.test(line))
        throw refusePath(line.trim().replace(/^\d+ /, ''));
}
function refusePath(name) {
    return new Error(`the archive refers to ${JSON.stringify(name.slice(0, 80))}, which is no file of it`);
}
class TocReader {
    bytes;
    at = 0;
    integerSize = 0;
    constructor(bytes) {
        this.bytes = bytes;
    }
    /** @returns the minor version of the format */
    readHead() {
        if (this.take(5).toString('latin1') !== 'PGDMP')
            throw new Error('toc.dat is no table of contents');
        const [major = 0, minor = 0, , integerSize = 0] = this.take(6);
        if (major !== 1 || minor < oldest || minor > newest || integerSize < 1 || integerSize > 8) {
            throw new Error(`the archive has the format ${major}.${minor}, which is not known here`);
        }
        this.integerSize = integerSize;
        if (minor >= 15)
            this.take(1);
        else
            this.readInteger();
        for (let field = 0; field < 7; field += 1)
            this.readInteger();
        for (let field = 0; field < 3; field += 1)
            this.readText();
        return minor;
    }
    /** @returns the name of its file */
    readEntry(version) {
        this.readInteger();
        this.readInteger();
        for (let field = 0; field < 4; field += 1)
            this.readText();
        this.readInteger();
        const texts = version >= 14 ? 6 : 5;
        for (let field = 0; field < texts; field += 1)
            this.readText();
        if (version >= 16)
            this.readInteger();
        for (let field = 0; field < 2; field += 1)
            this.readText();
        while (this.readText() !== undefined)
            ;
        return this.readText();
    }
    /** A byte for the sign, and the bytes of the value, the least first. */
    readInteger() {
        const isNegative = this.take(1)[0] !== 0;
        const value = this.take(this.integerSize).reduceRight((sum, byte) => sum * 256 + byte, 0);
        return isNegative ? -value : value;
    }
    /** Undefined for NULL, which has the length -1. */
    readText() {
        const length = this.readInteger();
        return length < 0 ? undefined : this.take(length).toString('latin1');
    }
    take(length) {
        if (this.at + length > this.bytes.length)
            throw new Error('toc.dat ends too early');
        this.at += length;
        return this.bytes.subarray(this.at - length, this.at);
    }
}

;// CONCATENATED MODULE: ./src/archive/reading/tar-header.ts
/** Bytes of a header, and of what content is filled up to. */
const tarBlockSize = 512;
/** What pg_dump writes into a directory (pg_backup_directory.c, versions 9.1 to 18); tar may put a `./` before it. */
const fileName = /^(?:\.\/)?(toc\.dat|\d{1,10}\.dat(?:\.gz|\.lz4|\.zst)?|blobs(?:_\d{1,10})?\.toc|blob_\d{1,10}\.dat(?:\.gz|\.lz4|\.zst)?)$/;
/**
 * PURE. Reads one header of a tar archive that may come from anyone.
 * @param header {@link tarBlockSize} bytes
 * @returns undefined for the archive's end, and for the directory itself
 * @throws Error for all but the plain files that pg_dump writes, with modes as of files
 */
function readTarHeader(header) {
    if (header.every((byte) => byte === 0))
        return undefined;
    checkSum(header);
    const name = `${readPrefix(header)}${readText(header, 0, 100)}`;
    const type = header.toString('latin1', 156, 157);
    if (type === '5' && /^\.\/?$/.test(name))
        return undefined;
    if (type === 'x')
        return { kind: 'pax', name, size: readNumber(header, 124, 12) };
    if (type !== '0' && type !== '\0')
        throw refuse(name, describeType(type));
    const [, known] = fileName.exec(name) ?? [];
    if (known === undefined)
        throw refuse(name, 'a name that pg_dump does not write');
    const mode = readNumber(header, 100, 8);
    if ((mode & ~0o777) !== 0)
        throw refuse(name, `the mode ${mode.toString(8)}`);
    return { kind: 'file', name: known, size: readNumber(header, 124, 12) };
}
/** What a tar other than GNU's may add about a file, and changes nothing of its content and name. */
const harmless = /^(?:[acm]time|[ug]id|[ug]name|(?:SCHILY|LIBARCHIVE)\.[\w.-]+)$/;
/**
 * PURE. Reads the records of a header of POSIX.1-2001, as in `20 size=8589934592\n`.
 * @returns the size of the file that follows; undefined where it says nothing of it
 * @throws Error for what would change more of the file than its size
 */
function readPaxSize(content) {
    let size;
    for (let at = 0; at < content.length;) {
        const [record, length = ''] = /^(\d{1,6}) /.exec(content.toString('latin1', at, at + 7)) ?? [];
        const text = content.toString('latin1', at, at + Number(length));
        if (record === undefined || !text.endsWith('\n') || text.length !== Number(length)) {
            throw new Error('the archive has a header that cannot be read');
        }
        const [, key = '', value = ''] = /^\d+ ([^=]*)=([^]*)\n$/.exec(text) ?? [];
        if (key === 'size' && /^\d{1,15}$/.test(value))
            size = Number(value);
        else if (!harmless.test(key))
            throw new Error('the archive has a header that changes more than a size');
        at += text.length;
    }
    return size;
}
function describeType(type) {
    const types = {
        '1': 'the type of a hard link',
        '2': 'the type of a symbolic link',
        '3': 'the type of a device',
        '4': 'the type of a device',
        '5': 'the type of a directory',
        '6': 'the type of a pipe',
    };
    return types[type] ?? 'another type than that of a plain file';
}
/** POSIX lets a long name begin in a field of its own; GNU keeps times there, and says so by its magic. */
function readPrefix(header) {
    if (header.toString('latin1', 257, 263) !== 'ustar\0')
        return '';
    const prefix = readText(header, 345, 155);
    return prefix === '' ? '' : `${prefix}/`;
}
function readText(header, start, length) {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString('latin1', 0, end < 0 ? length : end);
}
/** Octal digits; GNU writes what takes more of them as a binary number behind the byte 0x80. */
function readNumber(header, start, length) {
    if (header[start] === 0x80) {
        const value = header.subarray(start + 1, start + length).reduce((sum, byte) => sum * 256 + byte, 0);
        if (Number.isSafeInteger(value))
            return value;
    }
    const digits = readText(header, start, length).trim();
    if (!/^[0-7]{1,12}$/.test(digits))
        throw new Error('the archive has a header that cannot be read');
    return parseInt(digits, 8);
}
/** The sum of all bytes, its own field taken as blanks. */
function checkSum(header) {
    const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
    if (sum !== readNumber(header, 148, 8))
        throw new Error('the archive has a header that is damaged');
}
function refuse(name, why) {
    return new Error(`the archive holds ${JSON.stringify(name.slice(0, 80))}, which has ${why}`);
}

;// CONCATENATED MODULE: ./src/programs/unpack-directory.ts
/**
 * Program: unpacks the tar file of a directory archive from stdin. Its arguments are the directory, which must be
 * empty, and the most bytes that it may take. It prints the number of bytes that it read.
 */




const stdin = 0;
const chunkSize = 256 * 1024;
const [directory = '', limitText = '0'] = process.argv.slice(2);
const limit = Number(limitText);
const buffer = Buffer.allocUnsafeSlow(chunkSize);
let total = 0;
try {
    unpack();
    checkNames();
    process.stdout.write(`${total}\n`);
}
catch (error) {
    const message = error instanceof Error ? error.message : 'unknown';
    process.stderr.write(`unpack-directory: error: ${message.replace(/\s+/g, ' ')}\n`);
    process.exitCode = 1;
}
function unpack() {
    let paxSize;
    while (fill(tarBlockSize) > 0) {
        const entry = readTarHeader(buffer.subarray(0, tarBlockSize));
        if (entry === undefined)
            continue;
        const size = entry.kind === 'file' ? (paxSize ?? entry.size) : entry.size;
        paxSize = entry.kind === 'file' ? undefined : readPax(size);
        if (entry.kind === 'file')
            writeFile(entry.name, size);
        fill((tarBlockSize - (size % tarBlockSize)) % tarBlockSize);
    }
}
function readPax(size) {
    if (size > chunkSize)
        throw new Error('the archive has a header that is too large');
    return readPaxSize(buffer.subarray(0, fill(size)));
}
/** A name that comes twice is refused, as the file is there. */
function writeFile(name, size) {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = external_node_fs_namespaceObject.constants;
    const file = (0,external_node_fs_namespaceObject.openSync)((0,external_node_path_namespaceObject.join)(directory, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
        for (let left = size; left > 0;) {
            const length = fill(Math.min(left, chunkSize));
            for (let done = 0; done < length;)
                done += (0,external_node_fs_namespaceObject.writeSync)(file, buffer, done, length - done);
            if (length === 0)
                throw new Error('the archive ends too early');
            left -= length;
        }
    }
    finally {
        (0,external_node_fs_namespaceObject.closeSync)(file);
    }
}
/** Reads so many bytes into the buffer, or none at the end of the input. */
function fill(wanted) {
    let length = 0;
    while (length < wanted) {
        const read = (0,external_node_fs_namespaceObject.readSync)(stdin, buffer, length, wanted - length, null);
        if (read === 0)
            break;
        length += read;
    }
    total += length;
    if (length > 0 && length < wanted)
        throw new Error('the archive ends too early');
    if (total > limit)
        throw new Error(`the archive is larger than ${limit} bytes, which is what it should have`);
    return length;
}
function checkNames() {
    const names = (0,external_node_fs_namespaceObject.readdirSync)(directory);
    if (!names.includes('toc.dat'))
        throw new Error('the archive lacks toc.dat');
    checkToc((0,external_node_fs_namespaceObject.readFileSync)((0,external_node_path_namespaceObject.join)(directory, 'toc.dat')));
    for (const name of names.filter((entry) => entry.endsWith('.toc'))) {
        const lines = (0,external_node_fs_namespaceObject.readFileSync)((0,external_node_path_namespaceObject.join)(directory, name), 'latin1').split(/(?<=\n)/);
        lines.filter((line) => line !== '').forEach(checkLargeObjectLine);
    }
}

