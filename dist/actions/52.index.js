export const id = 52;
export const ids = [52];
export const modules = {

/***/ 32206:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   R7: () => (/* binding */ formatKeyFile)
/* harmony export */ });
/* unused harmony exports readEncryptionKeys, readDecryptionKeys */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _json_reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(72684);


/*
 * The age programs get their keys in a file that only its owner can read, since every user of the
 * machine can see a command line, and every child inherits the environment.
 */
const key = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readString */ .E3)(/^[^\0]+$/, 'a key');
const readPassphrase = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ kind: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readOneOf */ .Qk)('passphrase'), passphrase: key });
const readRecipients = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ kind: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readOneOf */ .Qk)('recipients'), recipients: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(key) });
const readIdentities = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readObject */ .Ag)({ kind: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readOneOf */ .Qk)('identities'), identities: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readArray */ .oU)(key) });
/** The text of a key file; to be written with mode 0600 in a folder of mode 0700. */
function formatKeyFile(keys) {
    return JSON.stringify(keys);
}
/**
 * Reads the key file of age-encrypt.
 * @throws Error, without any key, when the file is unfit or others can read it
 */
function readEncryptionKeys(path) {
    const keys = readKeyFile(path);
    if (isPassphrase(keys))
        return readPassphrase(keys, 'key file');
    const encryption = readRecipients(keys, 'key file');
    // The library would encrypt to nobody without an error.
    if (encryption.recipients.length === 0)
        throw new Error('the key file holds no recipient');
    return encryption;
}
/**
 * Reads the key file of age-decrypt.
 * @throws Error, without any key, when the file is unfit or others can read it
 */
function readDecryptionKeys(path) {
    const keys = readKeyFile(path);
    return isPassphrase(keys) ? readPassphrase(keys, 'key file') : readIdentities(keys, 'key file');
}
function isPassphrase(keys) {
    return typeof keys === 'object' && keys !== null && 'kind' in keys && keys.kind === 'passphrase';
}
function readKeyFile(path) {
    // Windows has no such bits; there the folder's access list protects the file.
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
        throw new Error('others can read the key file; its mode must be 0600');
    }
    const text = readFileSync(path, 'utf8');
    try {
        return JSON.parse(text);
    }
    catch {
        throw new Error('the key file is not JSON');
    }
}


/***/ }),

/***/ 36662:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AS: () => (/* binding */ fingerprintRecipient),
/* harmony export */   Ky: () => (/* binding */ refuseEncryption),
/* harmony export */   Xp: () => (/* binding */ createRunKey),
/* harmony export */   go: () => (/* binding */ parseIdentities),
/* harmony export */   q: () => (/* binding */ parseRecipients)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);

/**
 * Reads public keys, one per line; blank lines and lines that begin with `#` do not count.
 * @throws BackupError PGB_ENCRYPT naming the line, when it is no key that age encrypts to, or when none is left
 */
async function parseRecipients(text) {
    const { Encrypter } = await __webpack_require__.e(/* import() */ 855).then(__webpack_require__.bind(__webpack_require__, 20855));
    const what = 'The input age-recipients cannot be used';
    const keys = listKeys(text);
    for (const { line, key } of keys) {
        const problem = findProblem(key) ??
            findError(() => {
                new Encrypter().addRecipient(key);
            });
        if (problem !== undefined)
            throw refuseEncryption(what, `line ${line} ${problem.why}`, problem.whatToDo);
    }
    if (keys.length === 0)
        throw refuseEncryption(what, 'no key is left after comments are removed', makeKeyPair);
    return [...new Set(keys.map(({ key }) => key))];
}
/**
 * Reads secret keys, as `age-keygen` writes them to a file with comments.
 * @throws BackupError PGB_ENCRYPT naming the line, never the key
 */
async function parseIdentities(text) {
    const { Decrypter } = await __webpack_require__.e(/* import() */ 855).then(__webpack_require__.bind(__webpack_require__, 20855));
    const what = 'The input age-identity cannot be used';
    const whatToDo = 'Give the file that age-keygen wrote, from a secret';
    const keys = listKeys(text);
    for (const { line, key } of keys) {
        const problem = findError(() => {
            new Decrypter().addIdentity(key);
        });
        if (problem !== undefined)
            throw refuseEncryption(what, `line ${line} is not an age secret key`, whatToDo);
    }
    if (keys.length === 0)
        throw refuseEncryption(what, 'no key is left after comments are removed', whatToDo);
    return [...new Set(keys.map(({ key }) => key))];
}
/**
 * A key for this run alone: one more recipient, so that the run can read its own files back.
 *
 * It is post-quantum when all the others are, since a file is only as strong as its weakest recipient.
 */
async function createRunKey(recipients) {
    const age = await __webpack_require__.e(/* import() */ 855).then(__webpack_require__.bind(__webpack_require__, 20855));
    const isPostQuantum = recipients.length > 0 && recipients.every((recipient) => recipient.startsWith('age1pq1'));
    const identity = await (isPostQuantum ? age.generateHybridIdentity() : age.generateX25519Identity());
    return { identity, recipient: await age.identityToRecipient(identity) };
}
/** A recipient as logs show it: its beginning and end, which are enough to compare. */
function fingerprintRecipient(recipient) {
    return `${recipient.slice(0, 12)}…${recipient.slice(-6)}`;
}
const makeKeyPair = 'Make a key pair with "age-keygen -o key.txt", and give the public key, which begins with age1';
function listKeys(text) {
    return text
        .split(/\r\n|\r|\n/)
        .map((key, index) => ({ line: index + 1, key: key.trim() }))
        .filter(({ key }) => key !== '' && !key.startsWith('#'));
}
/** Kinds of key that can be told by their beginning; the library answers for the rest. */
function findProblem(key) {
    if (/AGE-SECRET-KEY-/i.test(key)) {
        const whatToDo = 'Give its public half, which "age-keygen -y key.txt" prints, and treat the secret key as leaked if it stood in a workflow file';
        return { why: 'is a secret key, where a public key belongs', whatToDo };
    }
    const ssh = /^(?:ssh-(?:ed25519|rsa|dss)|ecdsa-sha2-[a-z0-9]+|sk-(?:ssh|ecdsa)-[a-z0-9-]+)/.exec(key)?.[0];
    if (ssh !== undefined) {
        return { why: `is an SSH key (${ssh}), and SSH keys are not supported`, whatToDo: makeKeyPair };
    }
    if (/^age1(?!pq1)[a-z0-9]+1/.test(key)) {
        return { why: 'is the key of an age plugin, and plugins are not supported', whatToDo: makeKeyPair };
    }
    if (key.startsWith('age1'))
        return undefined;
    return { why: 'is not an age public key', whatToDo: makeKeyPair };
}
/** The library's message may hold the key, so it is not passed on. */
function findError(check) {
    try {
        check();
        return undefined;
    }
    catch {
        const why = 'begins like an age public key, but is not one: it is mistyped or cut off';
        return { why, whatToDo: 'Copy the whole key again, as "age-keygen -y key.txt" prints it' };
    }
}
/** The error of an input that cannot be used for encryption. */
function refuseEncryption(what, why, whatToDo) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_ENCRYPT', { what, why, whatToDo });
}


/***/ }),

/***/ 28312:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   S: () => (/* binding */ ageProgram)
/* harmony export */ });
/* harmony import */ var _process_own_program_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97344);

/**
 * The program that encrypts or decrypts a stream, in a process of its own.
 * @param keyFile private file with the keys
 */
function ageProgram(name, keyFile) {
    return (0,_process_own_program_js__WEBPACK_IMPORTED_MODULE_0__/* .ownProgram */ .D)(name, keyFile);
}


/***/ }),

/***/ 22953:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ validateEncryption),
/* harmony export */   i: () => (/* binding */ validateDecryption)
/* harmony export */ });
/* harmony import */ var _age_keys_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(36662);

/** Ten random characters withstand a search of age's scrypt; the library's own advice is 8 to 10. */
const shortestPassphrase = 10;
/**
 * Checks the inputs `age-recipients` and `age-passphrase`, before anything is connected to.
 * @returns undefined when neither is given
 * @throws BackupError PGB_ENCRYPT; no key and no passphrase is ever part of the message
 */
async function validateEncryption(inputs) {
    const { recipients, passphrase } = inputs;
    if (recipients !== undefined && passphrase !== undefined) {
        const why = 'age-recipients and age-passphrase are both given, and a file can have only one of them';
        throw (0,_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseEncryption */ .Ky)('The backup cannot be encrypted', why, 'Remove one of the two inputs');
    }
    if (recipients !== undefined)
        return { kind: 'recipients', recipients: await (0,_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .parseRecipients */ .q)(recipients) };
    if (passphrase !== undefined)
        return { kind: 'passphrase', passphrase: checkPassphrase(passphrase) };
    return undefined;
}
/**
 * Checks the inputs `age-identity` and `age-passphrase` of a restore.
 * @returns undefined when neither is given
 * @throws BackupError PGB_ENCRYPT; no key and no passphrase is ever part of the message
 */
async function validateDecryption(inputs) {
    const { identity, passphrase } = inputs;
    if (identity !== undefined && passphrase !== undefined) {
        const why = 'age-identity and age-passphrase are both given, and a file needs only one of them';
        throw (0,_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseEncryption */ .Ky)('The backup cannot be decrypted', why, 'Remove one of the two inputs');
    }
    if (identity !== undefined)
        return { kind: 'identities', identities: await (0,_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .parseIdentities */ .go)(identity) };
    if (passphrase !== undefined)
        return { kind: 'passphrase', passphrase: requireOneLine(passphrase) };
    return undefined;
}
function checkPassphrase(passphrase) {
    const whatToDo = `Take ${shortestPassphrase} random characters or more, or five random words, on one line`;
    if (passphrase.trim().length < shortestPassphrase) {
        throw refusePassphrase(`it has fewer than ${shortestPassphrase} characters`, whatToDo);
    }
    requireOneLine(passphrase);
    if (passphrase.trim() !== passphrase)
        throw refusePassphrase('it begins or ends with a blank', 'Store the secret again without it');
    return passphrase;
}
/** Whoever decrypts by hand types it at a prompt, which takes one line. */
function requireOneLine(passphrase) {
    if (!/\p{Cc}/u.test(passphrase))
        return passphrase;
    throw refusePassphrase('it holds a line break or control character', 'Remove it; a line break often slips in at the end when a secret is pasted');
}
function refusePassphrase(why, whatToDo) {
    return (0,_age_keys_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseEncryption */ .Ky)('The input age-passphrase cannot be used', why, whatToDo);
}


/***/ }),

/***/ 9100:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ countBytes),
/* harmony export */   w: () => (/* binding */ readByteCount)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _process_own_program_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(97344);


/** The shell's own tools start faster than Node, and tee, which copies 8 KiB at a time, costs more with each byte. */
const passThroughTee = `
mkfifo -m 600 "$0.pipe" || exit
cksum <"$0.pipe" >"$0" &
tee "$0.pipe"
code=$?
wait "$!" || exit
rm "$0.pipe" && exit "$code"`;
/**
 * A stage that passes its input on unchanged, counts the bytes, and takes their checksum.
 *
 * Measured on 471 MB: through tee and cksum 0.8 s of processor time, through a program of ours 0.3 s; to start, 0.006
 * and 0.03 s.
 * @param resultPath gets the count, for {@link readByteCount}; must not exist yet
 * @param isLarge whether the program is worth its start; the checksums of the two ways are not comparable
 */
function countBytes(resultPath, isLarge) {
    // Windows has no named pipes.
    if (isLarge || process.platform === 'win32')
        return (0,_process_own_program_js__WEBPACK_IMPORTED_MODULE_1__/* .ownProgram */ .D)('count-bytes', resultPath);
    return { path: 'sh', args: ['-c', passThroughTee, resultPath] };
}
/**
 * Reads what a counting stage wrote, and removes it.
 * @returns undefined where the stage did not come to its end
 */
async function readByteCount(resultPath) {
    const text = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(resultPath, 'utf8').catch(() => '');
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(resultPath, { force: true });
    const [, checksum, size] = /^(\d{1,10}) (\d{1,16})\n$/.exec(text) ?? [];
    return checksum === undefined ? undefined : { checksum: Number(checksum), size: Number(size) };
}


/***/ }),

/***/ 11595:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DC: () => (/* binding */ hashFile),
/* harmony export */   LC: () => (/* binding */ startHash),
/* harmony export */   ss: () => (/* binding */ formatChecksums)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(77598);
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_crypto__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_1__);


/** A megabyte: larger chunks hash no faster. */
const chunkSize = 1024 * 1024;
/**
 * Reads a file to its end, in constant memory.
 * @throws Node's error when the file cannot be read; the signal's reason when it is aborted
 */
async function hashFile(path, signal) {
    const file = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path);
    try {
        const hashing = startHash(file);
        while ((await hashing.readChunk()) > 0)
            signal?.throwIfAborted();
        return hashing.finish();
    }
    finally {
        await file.close();
    }
}
/** Hashes a file piece by piece, as far as it has been written. */
function startHash(file) {
    const hash = (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256');
    const chunk = Buffer.allocUnsafe(chunkSize);
    let size = 0;
    return {
        readChunk: async () => {
            const { bytesRead } = await file.read(chunk, 0, chunkSize);
            hash.update(chunk.subarray(0, bytesRead));
            size += bytesRead;
            return bytesRead;
        },
        finish: () => ({ sha256: hash.digest('hex'), size }),
    };
}
/** The text of a `SHA256SUMS` file, as `sha256sum --check` reads it. */
function formatChecksums(files) {
    return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
}


/***/ }),

/***/ 59142:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ compressionFacts),
/* harmony export */   j: () => (/* binding */ compressionMethods)
/* harmony export */ });
/*
 * Every command below says nothing when all is well, and was seen to exit non-zero on truncated and on corrupted input, on
 * a full disk and on a closed pipe. One exception: `lz4 -d` calls an empty input complete, so an empty file must be refused
 * by its size.
 *
 * Default levels by measurement, as multiples of the time of a bare pg_dump on two cores.
 * gzip 1: with pigz 1.5 at 9% over the size of level 6, which takes 3.1. Intel's igzip at its level 1 is twice as fast as
 * pigz on two cores, and smaller than gzip's level 6; its other levels are not gzip's.
 * zstd 1: 1.2 and still smaller than gzip 6; level 3 takes 1.3 for 4% less.
 * lz4 1: keeps pace with pg_dump, which is what it is chosen for.
 * bzip2 9 and xz 6: chosen for size, so the level that their own tools take.
 */
const compressionFacts = {
    none: {
        suffix: '',
        levels: undefined,
        defaultLevel: undefined,
        compressors: () => [],
        decompressors: () => [],
        packages: { debian: '', others: '' },
        byHand: undefined,
        ratio: 1,
    },
    gzip: {
        suffix: '.gz',
        levels: { min: 1, max: 9 },
        defaultLevel: 1,
        compressors: (level, threads) => [
            ...(level === 1 ? [command('igzip', '-1', '-c')] : []),
            command('pigz', '-p', `${threads}`, `-${level}`, '-c'),
            command('gzip', `-${level}`, '-c'),
        ],
        decompressors: (threads) => [
            command('igzip', '-d', '-c'),
            { ...command('pigz', '-p', `${threads}`, '-d', '-c'), isSlowerThanNode: true },
            { ...command('gzip', '-d', '-c'), isSlowerThanNode: true },
        ],
        packages: { debian: 'gzip', others: 'gzip' },
        byHand: 'gzip -dc',
        ratio: 0.35,
    },
    bzip2: {
        suffix: '.bz2',
        levels: { min: 1, max: 9 },
        defaultLevel: 9,
        compressors: (level, threads) => [
            command('lbzip2', '-n', `${threads}`, `-${level}`, '-c'),
            command('pbzip2', `-p${threads}`, `-${level}`, '-c'),
            command('bzip2', `-${level}`, '-c'),
        ],
        decompressors: (threads) => [
            command('lbzip2', '-n', `${threads}`, '-d', '-c'),
            command('pbzip2', `-p${threads}`, '-d', '-c'),
            command('bzip2', '-d', '-c'),
        ],
        packages: { debian: 'bzip2', others: 'bzip2' },
        byHand: 'bzip2 -dc',
        ratio: 0.26,
    },
    zstd: {
        suffix: '.zst',
        levels: { min: 1, max: 19 },
        defaultLevel: 1,
        compressors: (level, threads) => [command('zstd', '-q', `-T${threads}`, `-${level}`, '-c')],
        decompressors: () => [command('zstd', '-q', '-d', '-c')],
        packages: { debian: 'zstd', others: 'zstd' },
        byHand: 'zstd -dc',
        ratio: 0.32,
    },
    lz4: {
        suffix: '.lz4',
        levels: { min: 1, max: 12 },
        defaultLevel: 1,
        compressors: (level) => [command('lz4', '-q', `-${level}`, '-c')],
        decompressors: () => [command('lz4', '-q', '-d', '-c')],
        packages: { debian: 'lz4', others: 'lz4' },
        byHand: 'lz4 -dc',
        ratio: 0.55,
    },
    xz: {
        suffix: '.xz',
        levels: { min: 0, max: 9 },
        defaultLevel: 6,
        compressors: (level, threads) => [command('xz', `-T${threads}`, `-${level}`, '-c')],
        decompressors: (threads) => [command('xz', `-T${threads}`, '-d', '-c')],
        packages: { debian: 'xz-utils', others: 'xz' },
        byHand: 'xz -dc',
        ratio: 0.29,
    },
};
/** Every compression method, in the order in which the documentation lists them. */
const compressionMethods = Object.keys(compressionFacts);
function command(path, ...args) {
    return { path, args };
}


/***/ }),

/***/ 78777:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gd: () => (/* binding */ parseCompression),
/* harmony export */   bj: () => (/* binding */ compressionLevel),
/* harmony export */   uy: () => (/* binding */ compressionSuffix)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _compression_methods_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59142);


/**
 * Reads the `compression` input: a method, with an optional level behind a colon, as in `zstd:9`.
 * @throws BackupError PGB_INPUT, naming the methods or the range of levels
 */
function parseCompression(text) {
    const parts = /^([^:]*)(?::(.*))?$/s.exec(text.trim());
    const method = _compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionMethods */ .j.find((name) => name === parts?.[1]);
    if (method === undefined) {
        throw refuse(text, 'this compression is not known', `Use one of ${_compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionMethods */ .j.join(', ')}`);
    }
    const levelText = parts?.[2];
    return { method, level: levelText === undefined ? undefined : parseLevel(text, method, levelText) };
}
function parseLevel(text, method, levelText) {
    const { levels } = _compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionFacts */ .O[method];
    if (levels === undefined) {
        throw refuse(text, `${method} takes no level`, `Write ${method} alone`);
    }
    const level = Number(levelText);
    if (!/^\d{1,2}$/.test(levelText) || level < levels.min || level > levels.max) {
        const range = `${levels.min} to ${levels.max}`;
        throw refuse(text, `the levels of ${method} are ${range}`, `Use a whole number from ${range}`);
    }
    return level;
}
function refuse(text, why, whatToDo) {
    const what = `The input compression ${JSON.stringify(text.slice(0, 40))} cannot be used`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_INPUT', { what, why, whatToDo });
}
/** The ending that a file compressed by this method has, as in `.gz`; empty for `none`. */
function compressionSuffix(method) {
    return _compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionFacts */ .O[method].suffix;
}
/** The level that is used: the one asked for, else the default; undefined for `none`, which has none. */
function compressionLevel(compression) {
    return compression.level ?? _compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionFacts */ .O[compression.method].defaultLevel;
}


/***/ }),

/***/ 50537:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   lM: () => (/* binding */ requireCompressor),
/* harmony export */   uh: () => (/* binding */ requireDecompressor)
/* harmony export */ });
/* unused harmony exports listCompressors, listDecompressors, findCommand */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(83916);
/* harmony import */ var _compression_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(78777);
/* harmony import */ var _compression_methods_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(59142);





/** @returns nothing for `none` */
function listCompressors(compression, threads) {
    return _compression_methods_js__WEBPACK_IMPORTED_MODULE_4__/* .compressionFacts */ .O[compression.method].compressors((0,_compression_js__WEBPACK_IMPORTED_MODULE_3__/* .compressionLevel */ .bj)(compression) ?? 1, threads);
}
/** @returns nothing for `none` */
function listDecompressors(method, threads) {
    return _compression_methods_js__WEBPACK_IMPORTED_MODULE_4__/* .compressionFacts */ .O[method].decompressors(threads);
}
/** The first of the candidates that is installed, with its absolute path. */
function findCommand(candidates, find) {
    for (const candidate of candidates) {
        const path = find(candidate.path);
        if (path !== undefined)
            return { ...candidate, path };
    }
    return undefined;
}
/**
 * The best installed compressor; undefined for `none`, which needs none.
 * @throws BackupError PGB_INPUT when none is installed, naming the package that brings one
 */
function requireCompressor(compression, threads, find) {
    const canCompress = (name) => {
        const path = find(name);
        return path !== undefined && name === 'xz' && isBusyBox(path) ? undefined : path;
    };
    return requireCommand(compression.method, listCompressors(compression, threads), canCompress);
}
/**
 * The best installed decompressor; undefined for `none`, which needs none.
 * @throws BackupError PGB_INPUT when none is installed, naming the package that brings one
 */
function requireDecompressor(method, threads, find) {
    const found = requireCommand(method, listDecompressors(method, threads), find);
    if (found === undefined || !isBusyBox(found.path))
        return found;
    // It knows nothing of threads.
    return { ...found, args: found.args.filter((argument) => !argument.startsWith('-T')) };
}
/** BusyBox's xz only decompresses; Alpine has its programs as links to the one that is all of them. */
function isBusyBox(path) {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path) && (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(path)) === 'busybox';
}
function requireCommand(method, candidates, find) {
    if (method === 'none')
        return undefined;
    const found = findCommand(candidates, find);
    if (found !== undefined)
        return found;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .BackupError */ .h('PGB_INPUT', {
        what: `The compression ${method} cannot be used`,
        why: `none of its tools is installed (${candidates.map(({ path }) => path).join(', ')})`,
        whatToDo: `Install one in an earlier step, as in "${describeInstallation(method, find)}", or choose another compression`,
    });
}
/** The command for the package manager that is there; by sudo only where there is one, as in containers there is none. */
function describeInstallation(method, find) {
    const { debian, others } = _compression_methods_js__WEBPACK_IMPORTED_MODULE_4__/* .compressionFacts */ .O[method].packages;
    const sudo = find('sudo') === undefined ? '' : 'sudo ';
    if (find('apk') !== undefined)
        return `${sudo}apk add ${others}`;
    if (find('dnf') !== undefined)
        return `${sudo}dnf install -y ${others}`;
    if (find('apt-get') === undefined && find('brew') !== undefined)
        return `brew install ${others}`;
    return `${sudo}apt-get install -y ${debian}`;
}


/***/ }),

/***/ 72684:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ag: () => (/* binding */ readObject),
/* harmony export */   E3: () => (/* binding */ readString),
/* harmony export */   JI: () => (/* binding */ readInteger),
/* harmony export */   MQ: () => (/* binding */ readName),
/* harmony export */   N3: () => (/* binding */ JsonError),
/* harmony export */   No: () => (/* binding */ readAmount),
/* harmony export */   Qk: () => (/* binding */ readOneOf),
/* harmony export */   Qx: () => (/* binding */ readNullable),
/* harmony export */   T9: () => (/* binding */ readOptional),
/* harmony export */   Vf: () => (/* binding */ readBoolean),
/* harmony export */   Vh: () => (/* binding */ readJson),
/* harmony export */   _0: () => (/* binding */ readCount),
/* harmony export */   oU: () => (/* binding */ readArray),
/* harmony export */   qU: () => (/* binding */ readFields),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/** Says where untrusted JSON is not what it should be, as in `files[0].size is not a whole number`. */
class JsonError extends Error {
    name = 'JsonError';
}
/** An object with exactly these fields, each of them present. */
function readObject(fields) {
    return (value, place) => {
        const entries = readEntries(value, place);
        const unknown = [...entries.keys()].find((key) => !Object.hasOwn(fields, key));
        if (unknown !== undefined)
            throw new JsonError(`${place} has the unknown field ${quote(unknown)}`);
        const read = Object.entries(fields).map(([key, reader]) => {
            if (!entries.has(key))
                throw new JsonError(`${place} lacks the field ${key}`);
            return [key, reader(entries.get(key), `${place}.${key}`)];
        });
        return Object.fromEntries(read);
    };
}
/** An object with these fields and any others, as somebody else's API gives it; a missing field is read as undefined. */
function readFields(fields) {
    return (value, place) => {
        const entries = readEntries(value, place);
        const read = Object.entries(fields).map(([key, reader]) => [
            key,
            reader(entries.get(key), `${place}.${key}`),
        ]);
        return Object.fromEntries(read);
    };
}
function readArray(reader) {
    return (value, place) => {
        if (!Array.isArray(value))
            throw new JsonError(`${place} is not a list`);
        return value.map((item, index) => reader(item, `${place}[${index}]`));
    };
}
function readNullable(reader) {
    return (value, place) => (value === null ? null : reader(value, place));
}
/** A value that may be missing or null, which is the same here. */
function readOptional(reader) {
    return (value, place) => (value === undefined || value === null ? undefined : reader(value, place));
}
/** A string that matches the pattern, which should be anchored. */
function readString(pattern, description) {
    return (value, place) => {
        if (typeof value === 'string' && pattern.test(value))
            return value;
        throw new JsonError(`${place} is not ${description}`);
    };
}
/**
 * Bytes of the longest name of a database, role or the like that is taken: servers can be built for longer ones than the
 * usual 63 (PostgreSQL: NAMEDATALEN - 1), and 255 still fit a command line and a file name with what is made of them.
 */
const longestName = 255;
/** A name of PostgreSQL's. */
const readName = (value, place) => {
    const name = readString(/^[^\0]+$/, 'a name')(value, place);
    if (Buffer.byteLength(name) <= longestName)
        return name;
    throw new JsonError(`${place} is longer than a name can be`);
};
function readOneOf(...choices) {
    return (value, place) => {
        const choice = choices.find((candidate) => candidate === value);
        if (choice !== undefined)
            return choice;
        throw new JsonError(`${place} is not one of ${choices.join(', ')}`);
    };
}
const readBoolean = (value, place) => {
    if (typeof value === 'boolean')
        return value;
    throw new JsonError(`${place} is not true or false`);
};
/** A whole number from 0 to the greatest that is exact in JavaScript. */
const readCount = (value, place) => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
        return value;
    throw new JsonError(`${place} is not a whole number`);
};
/** A whole number that is exact in JavaScript. */
const readInteger = (value, place) => {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return value;
    throw new JsonError(`${place} is not a whole number`);
};
/** A number from 0. */
const readAmount = (value, place) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
        return value;
    throw new JsonError(`${place} is not a number`);
};
function readEntries(value, place) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return new Map(Object.entries(value));
    }
    throw new JsonError(`${place} is not an object`);
}
function quote(text) {
    return JSON.stringify(text.slice(0, 40));
}
/** Characters of a text that describes something, such as a function with all its arguments. */
const longestText = 64 * 1024;
const readText = (value, place) => {
    const text = readString(/^[^\0]*$/, 'a text')(value, place);
    if (text.length <= longestText)
        return text;
    throw new JsonError(`${place} is longer than it can be`);
};
/**
 * PURE. Reads a text of JSON.
 * @throws JsonError
 */
function readJson(text, reader) {
    return reader(parse(text), 'answer');
}
function parse(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        throw new JsonError('answer is not JSON');
    }
}


/***/ }),

/***/ 20549:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ parseManifest)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _compression_compression_methods_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(59142);
/* harmony import */ var _json_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72684);
/* harmony import */ var _manifest_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(49365);




const version = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[\x20-\x7e]{1,200}$/, 'a version');
// With a thirteenth month nobody could say which backup is the newest.
const time = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,9})?Z$/, 'a time in UTC');
// What a user asked for may be longer than any name can be.
const askedName = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[^\0]+$/, 'the name of a database');
const text = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[^\0]*$/, 'a text');
// Just the names that makeFileName makes, so that no path leads out of the backup's folder.
const fileName = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/, 'a plain file name');
const seriesText = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[^\0]{1,500}$/, 'a text of at most 500 characters');
const sha256 = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[0-9a-f]{64}$/, 'a SHA-256');
const errorCode = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^PGB_[A-Z_]{1,40}$/, 'an error code');
const format = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)('plain', 'custom', 'directory', 'tar');
const method = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)(..._compression_compression_methods_js__WEBPACK_IMPORTED_MODULE_1__/* .compressionMethods */ .j);
const encryption = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)('none', 'age-recipients', 'age-passphrase');
function makeFileFields(kinds) {
    return {
        name: fileName,
        database: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ),
        kind: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)(...kinds),
        format,
        compression: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ method, level: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0), inside: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readBoolean */ .Vf }),
        encryption,
        size: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
        uncompressedSize: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0),
        sha256,
        durationSeconds: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readAmount */ .No,
        verification: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
            method: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)('none', 'decode', 'restore'),
            compared: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
            notCompared: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
            rowCounts: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ table: text, rows: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0 }))),
        }),
        restoreCommands: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
    };
}
/** A file whose database fits its kind. */
function readFile(file) {
    return (value, place) => {
        const read = file(value, place);
        const { kind, database } = read;
        if (kind === 'database' && database !== null)
            return { ...read, kind, database };
        if (kind !== 'database' && database === null)
            return { ...read, kind, database };
        throw new _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .JsonError */ .N3(`${place}.database does not fit its kind`);
    };
}
/** Before schema 3 a file had the rows of its tables alone. */
function readEarlyFile(kinds) {
    const early = readFile((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)(makeFileFields(kinds)));
    return (value, place) => {
        const file = early(value, place);
        return { ...file, rows: (0,_manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .sumRows */ .Pn)(file.verification.rowCounts), partitions: [] };
    };
}
/** What all schemas have in common. */
function makeFields(statuses, file) {
    return {
        schema: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
        action: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ name: version, version }),
        startedAt: time,
        finishedAt: time,
        status: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readOneOf */ .Qk)(...statuses),
        server: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ version }),
        client: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ version }),
        plan: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
            databases: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ),
            all: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readBoolean */ .Vf,
            globals: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readBoolean */ .Vf,
            format,
            compression: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ method, level: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0) }),
            encryption,
            options: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
            jobs: _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
        }),
        files: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(file),
        failures: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ database: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(askedName), code: errorCode, reason: text })),
    };
}
const statuses = ['complete', 'partial', 'failed'];
const firstKinds = ['database', 'cluster', 'globals'];
const secondKinds = [...firstKinds, 'properties'];
const kinds = [...secondKinds, 'contents'];
const thirdFileFields = { ...makeFileFields(kinds), rows: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0) };
const partitions = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ table: text, root: text }));
const fileFields = { ...thirdFileFields, partitions };
const thirdFile = readFile((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)(thirdFileFields));
/** Before schema 4 nobody said which tables are partitions. */
const readThirdFile = (value, place) => ({ ...thirdFile(value, place), partitions: [] });
const firstManifest = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)(makeFields([...statuses, 'planned'], readEarlyFile(firstKinds)));
const secondManifest = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
    ...makeFields(statuses, readEarlyFile(secondKinds)),
    warnings: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
});
/** What came with schema 3. */
const lateFields = {
    warnings: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(text),
    series: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readNullable */ .Qx)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
        repository: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[A-Za-z0-9._-]{1,100}\/[A-Za-z0-9._-]{1,100}$/, 'owner/name'),
        workflow: seriesText,
        job: seriesText,
        server: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^[0-9a-f]{32}$/, 'the id of a server'),
    })),
    alarm: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readArray */ .oU)(_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readName */ .MQ),
};
const thirdManifest = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({ ...makeFields(statuses, readThirdFile), ...lateFields });
const fourthManifest = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
    ...makeFields(statuses, readFile((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)(fileFields))),
    ...lateFields,
});
/** A reader for the schema of each number that was ever released; all give the manifest of today. */
const manifests = {
    1: (value, place) => {
        const first = firstManifest(value, place);
        // A plan alone was never more than a plan.
        const status = first.status === 'planned' ? 'failed' : first.status;
        return { ...first, schema: _manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestSchema */ .rc, status, warnings: [], series: null, alarm: [] };
    },
    2: (value, place) => {
        const second = secondManifest(value, place);
        return { ...second, schema: _manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestSchema */ .rc, series: null, alarm: [] };
    },
    3: (value, place) => ({ ...thirdManifest(value, place), schema: _manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestSchema */ .rc }),
    4: (value, place) => ({ ...fourthManifest(value, place), schema: _manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestSchema */ .rc }),
};
/**
 * Reads a manifest that may come from anyone, the reverse of serializeManifest.
 * @throws BackupError PGB_RESTORE naming the first field that is wrong, or saying that the manifest is newer
 */
function parseManifest(json) {
    const value = parseJson(json);
    const manifest = chooseReader(value);
    try {
        const read = manifest(value, 'manifest');
        refuseSharedNames(read.files);
        return read;
    }
    catch (error) {
        if (error instanceof _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .JsonError */ .N3)
            throw refuse(error.message, downloadAgain, error);
        throw error;
    }
}
const downloadAgain = 'Download the backup again, and restore from a copy that is whole';
function parseJson(json) {
    try {
        return JSON.parse(json);
    }
    catch (error) {
        throw refuse('it is not JSON', downloadAgain, error);
    }
}
/** Comes before all else, since a newer schema may differ in any field. */
function chooseReader(value) {
    const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
    const reader = typeof schema === 'number' ? manifests[schema] : undefined;
    if (reader !== undefined)
        return reader;
    if (typeof schema === 'number' && Number.isSafeInteger(schema) && schema > _manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestSchema */ .rc) {
        const why = `it was made by a newer version of the action (schema ${schema})`;
        throw refuse(why, 'Restore with the version of the action that made the backup, or a later one');
    }
    throw refuse('it is not the manifest of a backup', 'Give the folder or artifact that the backup wrote');
}
function refuseSharedNames(files) {
    const names = new Set(files.map(({ name }) => name.toLowerCase()));
    if (names.size !== files.length)
        throw new _json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .JsonError */ .N3('manifest.files names a file twice');
}
function refuse(why, whatToDo, cause) {
    const what = `The file ${_manifest_js__WEBPACK_IMPORTED_MODULE_3__/* .manifestName */ .vS} cannot be read`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_RESTORE', { what, why, whatToDo }, { cause });
}


/***/ }),

/***/ 49365:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   MZ: () => (/* binding */ serializeManifest),
/* harmony export */   Pn: () => (/* binding */ sumRows),
/* harmony export */   Qm: () => (/* binding */ hideRoles),
/* harmony export */   rc: () => (/* binding */ manifestSchema),
/* harmony export */   vS: () => (/* binding */ manifestName)
/* harmony export */ });
/** Number of the schema that is written; a restore reads every earlier one as well. */
const manifestSchema = 4;
/** Name of the manifest beside the files that it describes. */
const manifestName = 'manifest.json';
/** The text of `manifest.json`. */
function serializeManifest(manifest) {
    return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
/** Rows of all tables together; null where they are not known. */
function sumRows(counts) {
    return counts === null ? null : counts.reduce((sum, { rows }) => sum + rows, 0);
}
/** The arguments of pg_dump as a manifest may show them: `--role` names a user, so its value is left out. */
function hideRoles(options) {
    return options.map((option, index) => {
        if (options[index - 1] === '--role')
            return '…';
        return option.startsWith('--role=') ? '--role=…' : option;
    });
}


/***/ }),

/***/ 80352:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ readOptionName),
/* harmony export */   t: () => (/* binding */ readOmissions)
/* harmony export */ });
/** Arguments of pg_dump and pg_dumpall that change how a dump is written, and not what is in it. */
const harmless = new Set([
    ...['verbose', 'encoding', 'no-owner', 'role', 'no-privileges', 'no-acl', 'superuser', 'disable-triggers'],
    ...['clean', 'if-exists', 'inserts', 'column-inserts', 'attribute-inserts', 'rows-per-insert', 'no-sync'],
    ...['on-conflict-do-nothing', 'quote-all-identifiers', 'disable-dollar-quoting', 'no-comments'],
    ...[
        'no-role-passwords',
        'no-security-labels',
        'no-tablespaces',
        'no-toast-compression',
        'load-via-partition-root',
    ],
    ...[
        'use-set-session-authorization',
        'extra-float-digits',
        'serializable-deferrable',
        'strict-names',
        'blobs',
    ],
    ...['large-objects', 'no-statistics', 'statistics', 'no-synchronized-snapshots'],
]);
/** Of those that leave out something, the ones that leave out rows or values. */
const dataOmitting = /^(schema-only|section|exclude-table-data(-and-children)?|no-unlogged-table-data|filter|no-data|statistics-only)$/;
const shortNames = {
    ...{
        v: 'verbose',
        E: 'encoding',
        O: 'no-owner',
        x: 'no-privileges',
        S: 'superuser',
        c: 'clean',
        b: 'blobs',
    },
    ...{ s: 'schema-only', a: 'data-only' },
};
/** PURE. What the user's arguments of pg_dump may leave out of a dump; an argument unknown here may leave out objects. */
function readOmissions(options) {
    const names = options.map(readOptionName).filter((name) => name !== undefined);
    return {
        objects: names.some((name) => !harmless.has(name) && name !== 'schema-only'),
        data: names.some((name) => dataOmitting.test(name)),
    };
}
/** PURE. The long name of an argument; undefined for the value of the one before it. */
function readOptionName(option) {
    if (option.startsWith('--'))
        return option.slice(2).split('=')[0];
    if (!option.startsWith('-'))
        return undefined;
    // Several letters in one word are not told apart: what is unknown counts as leaving out objects.
    const letters = option.slice(1);
    return letters.length === 1 || /^[ES]/.test(letters) ? (shortNames[letters[0] ?? ''] ?? letters) : letters;
}


/***/ }),

/***/ 72989:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $9: () => (/* binding */ parseProperties),
/* harmony export */   DS: () => (/* binding */ propertiesSchema)
/* harmony export */ });
/* unused harmony export serializeProperties */
/* harmony import */ var _json_reader_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(72684);

/** Number of the schema of a properties file. */
const propertiesSchema = 1;
const schema = (value, place) => {
    if (value === propertiesSchema)
        return propertiesSchema;
    throw new _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3(`${place} is not ${propertiesSchema}`);
};
const name = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readString */ .E3)(/^[^\0]+$/, 'a name');
const text = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readString */ .E3)(/^[^\0]*$/, 'a text');
const properties = (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({
    schema,
    databases: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({
        name,
        owner: name,
        encoding: name,
        locale: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({
            provider: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readOneOf */ .Qk)('libc', 'icu', 'builtin'),
            collate: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(text),
            ctype: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(text),
            locale: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(text),
            icuRules: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(text),
        }),
        tablespace: name,
        connectionLimit: _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readInteger */ .JI,
        allowsConnections: _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readBoolean */ .Vf,
        isTemplate: _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readBoolean */ .Vf,
        comment: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(text),
        privileges: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({ grantee: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(name), privilege: name, grantable: _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readBoolean */ .Vf }))),
        settings: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readArray */ .oU)((0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readObject */ .Ag)({ role: (0,_json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .readNullable */ .Qx)(name), name, value: text })),
    })),
});
/** The text of a properties file. */
function serializeProperties(written) {
    return `${JSON.stringify(written)}\n`;
}
/**
 * Reads a properties file that may come from anyone, the reverse of {@link serializeProperties}.
 * @throws JsonError naming the first field that is wrong, and never its value, which may be a secret
 */
function parseProperties(json) {
    return properties(parseJson(json), 'properties');
}
function parseJson(json) {
    try {
        return JSON.parse(json);
    }
    catch {
        throw new _json_reader_js__WEBPACK_IMPORTED_MODULE_0__/* .JsonError */ .N3('it is not JSON');
    }
}


/***/ }),

/***/ 54825:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   E: () => (/* binding */ contentProgram),
/* harmony export */   N: () => (/* binding */ gzipProgram)
/* harmony export */ });
/* harmony import */ var _process_own_program_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(97344);

/**
 * The last stage for much SQL: reads it to its end, and prints what is known of it, for `parseContent`.
 * @param endLength bytes of the end
 * @param resultPath gets the count of bytes as `countBytes` writes it for a large file; undefined where nobody wants it
 */
function contentProgram(endLength, resultPath) {
    return (0,_process_own_program_js__WEBPACK_IMPORTED_MODULE_0__/* .ownProgram */ .D)('read-content', `${endLength}`, ...(resultPath === undefined ? [] : [resultPath]));
}
/**
 * The same for what gzip compressed.
 * @param resultPath gets the count of the bytes that were compressed
 */
function gzipProgram(endLength, resultPath) {
    return (0,_process_own_program_js__WEBPACK_IMPORTED_MODULE_0__/* .ownProgram */ .D)('read-gzip', `${endLength}`, resultPath);
}


/***/ }),

/***/ 44415:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ic: () => (/* binding */ tooMuchJson),
/* harmony export */   Jx: () => (/* binding */ decodeArchive),
/* harmony export */   Lz: () => (/* binding */ decodePlain),
/* harmony export */   QW: () => (/* binding */ jsonLimit),
/* harmony export */   d0: () => (/* binding */ listArchive),
/* harmony export */   eT: () => (/* binding */ decodeDirectory),
/* harmony export */   hJ: () => (/* binding */ readCountedJson),
/* harmony export */   zX: () => (/* binding */ readCounted)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _process_read_to_end_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(91455);
/* harmony import */ var _byte_count_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9100);
/* harmony import */ var _content_program_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(54825);
/* harmony import */ var _read_content_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(46763);
/* harmony import */ var _run_readers_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(25917);






/** Last line of a complete plain dump; 17.6, 16.10, 15.14 and later write \unrestrict behind it. */
const databaseEnd = /\n-- PostgreSQL database dump complete\n--\n(\n\\unrestrict [A-Za-z0-9]+\n)?\s*$/;
const clusterEnd = /\n-- PostgreSQL database cluster dump complete\n--\s*$/;
/** Bytes of a properties or contents file beyond which it is none: those of ten thousand databases or a million tables take less. */
const jsonLimit = 64 * 1024 * 1024;
/** Why a file is none. */
const tooMuchJson = 'it holds more than 64 MiB, and what a backup writes there takes less';
/**
 * Reads a plain dump to its end, through its decrypter and decompressor: there its completion marker must stand.
 * @throws BackupError of the setting
 */
async function decodePlain(source, setting) {
    const content = source.isLarge
        ? await readLargePlain(source, setting)
        : await readCountedContent(source, setting, []);
    const end = source.file.kind === 'database' ? databaseEnd : clusterEnd;
    if (!end.test(content.end))
        throw setting.refuse('the dump has no completion marker at its end');
    const compared = 'It was read to its end, where the completion marker stands';
    return { size: content.size, rows: content.rows, text: content.end, compared };
}
/**
 * Lets pg_restore decode an archive to its end; it must name the database that it is said to be of.
 * @throws BackupError of the setting
 */
async function decodeArchive(source, setting, pgRestore) {
    const listing = await listArchive(source, setting, pgRestore);
    const { size, rows } = await readCountedContent(source, setting, [
        (0,_process_read_to_end_js__WEBPACK_IMPORTED_MODULE_5__/* .readToEnd */ .f)({ path: pgRestore, args: ['--file=-'] }),
    ]);
    return { size, rows, text: listing, compared: decodedToEnd };
}
/**
 * Reads the list of an archive, and no more of it; it must name the database that it is said to be of.
 * @throws BackupError of the setting
 */
async function listArchive(source, setting, pgRestore) {
    const list = { path: pgRestore, args: ['--list'] };
    const { stdout } = await read(source, setting, [list], { onlyLastStageCounts: true });
    checkArchiveName(source, stdout, setting);
    return stdout;
}
/**
 * The same of a directory archive, which was unpacked.
 * @throws BackupError of the setting
 */
async function decodeDirectory(source, setting, path) {
    const list = { path, args: ['--list', source.directory] };
    const listing = await (0,_run_readers_js__WEBPACK_IMPORTED_MODULE_4__/* .runReaders */ .I)([list], setting);
    checkArchiveName(source, listing.stdout, setting);
    const decode = { path, args: ['--file=-', source.directory] };
    const { size, rows } = await (0,_read_content_js__WEBPACK_IMPORTED_MODULE_3__/* .readContent */ .c_)(source.isLarge, setting, (read) => read([decode]));
    return { size, rows, text: listing.stdout, compared: decodedToEnd };
}
const decodedToEnd = 'pg_restore decoded it to its end';
/**
 * Counts what comes out of the decrypter and decompressor, compares it with what went in, and reads the SQL that the
 * readers make of it.
 */
async function readCountedContent(source, setting, readers) {
    return (0,_read_content_js__WEBPACK_IMPORTED_MODULE_3__/* .readContent */ .c_)(source.isLarge, setting, async (read, ending) => {
        const path = makeCountPath(source, setting, ending);
        const stages = [...listFilters(source), (0,_byte_count_js__WEBPACK_IMPORTED_MODULE_1__/* .countBytes */ .T)(path, source.isLarge), ...readers];
        const content = await read(stages, { inputFile: source.path });
        if (content !== undefined)
            await checkCount(source, path, setting);
        return content;
    });
}
/**
 * Counts what comes out of the decrypter and decompressor, and compares it with what went in.
 * @throws BackupError of the setting
 */
async function readCounted(source, setting, readers) {
    const path = makeCountPath(source, setting);
    const result = await read(source, setting, [(0,_byte_count_js__WEBPACK_IMPORTED_MODULE_1__/* .countBytes */ .T)(path, source.isLarge), ...readers]);
    return { ...result, size: await checkCount(source, path, setting) };
}
/**
 * Reads a file of JSON, a properties or contents file, and counts its bytes as {@link readCounted} does.
 * @throws BackupError of the setting, also where it is larger than such a file can be
 */
async function readCountedJson(source, setting) {
    const path = makeCountPath(source, setting);
    const stages = [(0,_byte_count_js__WEBPACK_IMPORTED_MODULE_1__/* .countBytes */ .T)(path, source.isLarge), { path: 'cat', args: [] }];
    const result = await read(source, setting, stages, { outputLimit: jsonLimit });
    if (result.isCut === true)
        throw setting.refuse(tooMuchJson);
    return { ...result, size: await checkCount(source, path, setting) };
}
/** By programs that are faster with many bytes, and take longer to start. */
async function readLargePlain(source, setting) {
    const path = makeCountPath(source, setting);
    const stages = source.decompressor?.isSlowerThanNode
        ? [...listFilters({ ...source, decompressor: undefined }), (0,_content_program_js__WEBPACK_IMPORTED_MODULE_2__/* .gzipProgram */ .N)(_read_content_js__WEBPACK_IMPORTED_MODULE_3__/* .endLength */ .qV, path)]
        : [...listFilters(source), (0,_content_program_js__WEBPACK_IMPORTED_MODULE_2__/* .contentProgram */ .E)(_read_content_js__WEBPACK_IMPORTED_MODULE_3__/* .endLength */ .qV, path)];
    const { stdout } = await (0,_run_readers_js__WEBPACK_IMPORTED_MODULE_4__/* .runReaders */ .I)(stages, setting, { inputFile: source.path });
    const content = (0,_read_content_js__WEBPACK_IMPORTED_MODULE_3__/* .parsePrinted */ .oq)(stdout, setting);
    await checkCount(source, path, setting);
    return content;
}
function makeCountPath({ file }, { directory }, ending = 'read') {
    return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(directory, `${file.name}.${ending}`);
}
/** @returns the number of bytes */
async function checkCount({ written }, path, { refuse }) {
    const found = await (0,_byte_count_js__WEBPACK_IMPORTED_MODULE_1__/* .readByteCount */ .w)(path);
    if (found === undefined)
        throw refuse('its bytes could not be counted');
    if (written === undefined || (written.size === found.size && written.checksum === found.checksum))
        return found.size;
    const why = written.size === found.size
        ? 'other bytes were read back from it than went into it'
        : `${found.size} bytes were read back from it, and ${written.size} went into it`;
    throw refuse(why);
}
/** The name in an archive's header, where pg_restore writes line breaks as blanks. */
function checkArchiveName({ file }, listing, { refuse }) {
    const name = /^; {5}dbname: (.*)$/m.exec(listing)?.[1];
    if (name !== file.database?.replace(/[\r\n]/g, ' ')) {
        throw refuse('the archive names another database than the one asked for');
    }
}
async function read(source, setting, readers, extra = {}) {
    return (0,_run_readers_js__WEBPACK_IMPORTED_MODULE_4__/* .runReaders */ .I)([...listFilters(source), ...readers], setting, { inputFile: source.path, ...extra });
}
function listFilters({ decrypter, decompressor }) {
    return [decrypter, decompressor].filter((filter) => filter !== undefined);
}


/***/ }),

/***/ 46763:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  qV: () => (/* binding */ endLength),
  oq: () => (/* binding */ parsePrinted),
  c_: () => (/* binding */ readContent)
});

// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/archive/reading/content-program.ts
var content_program = __webpack_require__(54825);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
;// CONCATENATED MODULE: ./src/postgres/sql/filter/client-encoding.ts
/**
 * Encodings that a server can have (pg_wchar.h: up to PG_ENCODING_BE_LAST): no character of theirs holds a byte that
 * ASCII uses. In the others, such as SJIS and GBK, a quote or a backslash may be the second half of a character.
 */
const serverEncodings = /^(?:SQL_ASCII|UTF8|LATIN(?:[1-9]|10)|ISO_8859_[5-8]|WIN(?:866|874|125[0-8])|KOI8[RU]|EUC_(?:JP|CN|KR|TW|JIS_2004)|MULE_INTERNAL)$/;
/** PURE. Whether bytes of text in this encoding mean what ASCII says. */
function isServerEncoding(name) {
    return serverEncodings.test(name);
}

// EXTERNAL MODULE: ./src/postgres/connection/connection-string.ts + 3 modules
var connection_string = __webpack_require__(69555);
;// CONCATENATED MODULE: ./src/postgres/sql/filter/connect-command.ts

/** The three forms that pg_dumpall writes (string_utils.c: appendPsqlMetaConnect); a name has no line break. */
const connect = /^\\connect (?:([a-z_][a-z0-9_]*)|"([A-Za-z0-9_.]+)"|-reuse-previous=on "dbname='((?:[^'"\\\r\n]|""|\\['\\])+)'")[ \t\r]*\n?$/;
/**
 * PURE. The database to which a line of pg_dumpall connects; undefined where it is no such line.
 * @param line one character for each byte
 */
function parseConnect(line) {
    const [, plain, quoted, complex] = connect.exec(line) ?? [];
    return plain ?? quoted ?? complex?.replaceAll('""', '"').replace(/\\(['\\])/g, '$1');
}
/** PURE. The line by which psql connects to that database, on the same server as the same user. */
function formatConnect(database) {
    const conninfo = `dbname=${escapeConninfoValue(database)}`;
    return `\\connect -reuse-previous=on "${conninfo.replaceAll('"', '""')}"\n`;
}
/** PURE. Whether pg_dump or pg_dumpall writes such a line for psql's own safety; it changes nothing of what the dump says. */
function isOwnCommand(line) {
    return /^\\(?:(?:un)?restrict [A-Za-z0-9]+|encoding SQL_ASCII)\s*$/.test(line);
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/copy-statement.ts
const copy_statement_name = `(?:"(?:[^"]|"")+"|[A-Za-z_\\x80-\\xff][A-Za-z0-9_$\\x80-\\xff]*)`;
const columns = `\\(${copy_statement_name}(?:, ${copy_statement_name})*\\)`;
/** As pg_dump writes it; up to version 11 it could take oids along. */
const copyFromStdin = new RegExp(`^COPY (${copy_statement_name}(?:\\.${copy_statement_name})?)(?: ${columns})? +(?:WITH OIDS )?FROM stdin;[ \\t\\r]*\\n$`);
const createTable = new RegExp(`^CREATE (?:UNLOGGED )?TABLE (${copy_statement_name}\\.${copy_statement_name})[ \\n]`);
const attachPartition = new RegExp(`^ALTER TABLE ONLY (${copy_statement_name}\\.${copy_statement_name}) ATTACH PARTITION (${copy_statement_name}\\.${copy_statement_name}) (?:FOR VALUES|DEFAULT)`);
/** PURE. Whether it is the statement behind which pg_dump writes a table's rows; its bytes as characters. */
function isCopyFromStdin(statement) {
    return copyFromStdin.test(statement);
}
/** PURE. The table of such a statement, as it is written there; undefined where it is another one. */
function readCopiedTable(statement) {
    return copyFromStdin.exec(statement)?.[1];
}
/** PURE. The table that a statement of pg_dump makes, as it is written there with its schema; undefined where it makes none. */
function readMadeTable(statement) {
    return createTable.exec(statement)?.[1];
}
/** PURE. The tables of a statement that attaches a partition, as they are written there; undefined where it is another one. */
function readAttachedPartition(statement) {
    const [, parent, partition] = attachPartition.exec(statement) ?? [];
    return parent === undefined || partition === undefined ? undefined : { parent, partition };
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/dump-error.ts
const consequences = {
    foreign: 'which pg_dump never writes',
    transaction: 'which would end the transaction of the restore half-way',
    unsure: 'which this old psql could take for something else',
};
/** Something in a plain dump that is not passed to psql. The message names the construct, and nothing of the data. */
class DumpError extends Error {
    name = 'DumpError';
    /** @param found as in `the psql command \!` */
    constructor(found, kind = 'foreign') {
        super(`the dump holds ${found}, ${consequences[kind]}`);
    }
}

;// CONCATENATED MODULE: ./src/postgres/sql/filter/sql-reader.ts

function startReading() {
    return {
        closing: undefined,
        hasEscapes: false,
        commentDepth: 0,
        parentheses: 0,
        bodyDepth: 0,
        words: [],
        isWithinStatement: false,
        isAtStart: true,
        escapesInStrings: false,
    };
}
/** All that matters outside of quotations, as psqlscan.l cuts it; an identifier may hold a `$`, a number may not. */
const tokens = /--|\/\*|['"]|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$|[;()\\$]|::|:/g;
/** They begin or end a transaction, and pg_dump writes them around large objects alone. */
const transactionWords = new Set(['abort', 'begin', 'commit', 'end', 'prepare', 'rollback', 'start']);
/**
 * Reads on by one line.
 * @returns whether a statement ends with the line: nothing but blanks and comments stands behind its `;`
 * @throws DumpError for what no dump holds, and what psql could take for an order
 */
function endsStatement(state, line, rules) {
    let index = 0;
    let isEnded = false;
    while (index < line.length) {
        if (state.closing !== undefined) {
            index = skipQuotation(state, line, index, rules);
            continue;
        }
        tokens.lastIndex = index;
        const found = tokens.exec(line);
        if (isEnded && hasCode(line, index, found?.index))
            isEnded = continueLine(rules);
        if (found === null)
            break;
        const token = found[0];
        index = found.index + token.length;
        if (token === '--') {
            // For psql and the server a carriage return ends a comment too.
            if (/\r(?!\n?$)/.test(line.slice(index)))
                throw new DumpError('a line break within a comment');
            break;
        }
        if (token !== '/*') {
            if (isEnded)
                continueLine(rules);
            isEnded = takeToken(state, token, { line, at: found.index, rules });
        }
        if (opensQuotation(token))
            sql_reader_open(state, token, line, found.index);
    }
    state.isWithinStatement = !isEnded || state.closing !== undefined;
    return !state.isWithinStatement;
}
function hasCode(line, from, to) {
    for (let index = from; index < (to ?? line.length); index += 1) {
        if (!' \t\n\r\f\v'.includes(line.charAt(index)))
            return true;
    }
    return false;
}
/** What encoding and quotes psql assumes is settled where a statement begins, and that is at a line's beginning. */
function continueLine({ isStrict }) {
    if (isStrict)
        throw new DumpError('two statements on one line', 'unsure');
    return false;
}
function opensQuotation(token) {
    return token === "'" || token === '"' || token === '/*' || (token.length > 1 && token.startsWith('$'));
}
/** @returns whether the token ends a statement */
function takeToken(state, token, position) {
    if (position.rules.isStrict)
        refuseUnsure(token, position);
    switch (token) {
        case '\\':
            throw new DumpError(`the psql command ${nameCommand(position)}`);
        case '(':
            state.parentheses += 1;
            break;
        case ')':
            state.parentheses = Math.max(0, state.parentheses - 1);
            break;
        case ';':
            return takeSemicolon(state);
        default:
            if (/^[A-Za-z_\x80-\xff]/.test(token))
                takeWord(state, token.toLowerCase(), position);
    }
    state.isAtStart = false;
    return false;
}
function takeSemicolon(state) {
    state.isAtStart = true;
    if (state.parentheses > 0 || state.bodyDepth > 0)
        return false;
    state.words = [];
    return true;
}
function takeWord(state, word, { line, at, rules }) {
    if (state.isAtStart) {
        const endsBody = word === 'end' && state.bodyDepth > 0;
        if (rules.oneTransaction && transactionWords.has(word) && !endsBody) {
            throw new DumpError(`the statement ${word.toUpperCase()}`, 'transaction');
        }
        if (word === 'copy' && (at > 0 || state.isWithinStatement))
            throw new DumpError('a COPY that does not begin a line');
    }
    if (state.words.length < 4)
        state.words.push(word);
    if (state.words[0] !== 'create' || state.parentheses > 0 || !isRoutine(state.words))
        return;
    if (word === 'begin') {
        // psql takes any BEGIN for the beginning of a body, but the server only this one.
        if (rules.isStrict || !/^\s+ATOMIC\s/i.test(line.slice(at + word.length)))
            throw new DumpError('BEGIN in a function');
        state.bodyDepth += 1;
    }
    else if (word === 'case' && state.bodyDepth > 0)
        state.bodyDepth += 1;
    else if (word === 'end' && state.bodyDepth > 0)
        state.bodyDepth -= 1;
}
/** Whether psql reckons with a body (psqlscan.l, the rule for identifiers; since version 14). */
function isRoutine([first, ...others]) {
    const [kind] = others[0] === 'or' && others[1] === 'replace' ? others.slice(2) : others;
    return first === 'create' && (kind === 'function' || kind === 'procedure');
}
/** A variable, and a word, `$` or quotation that touches a number: psql's versions differ in what they make of them. */
function refuseUnsure(token, { line, at }) {
    const next = line.charAt(at + token.length);
    const touchesNumber = /[0-9]/.test(line.charAt(at - 1));
    const isUnsure = token === '$' ||
        (token === ':' && /[A-Za-z_'"{\x80-\xff]/.test(next)) ||
        (/^[$A-Za-z_\x80-\xff]/.test(token) && touchesNumber && (!/^[eE]\d*$/.test(token) || /['"$]/.test(next)));
    if (isUnsure)
        throw new DumpError(`"${token}${next}" outside of quotes`, 'unsure');
}
function nameCommand({ line, at }) {
    return `\\${/^[A-Za-z_!?;:.]*/.exec(line.slice(at + 1, at + 21))?.[0] ?? ''}`;
}
function sql_reader_open(state, token, line, at) {
    state.closing = token === '/*' ? '*/' : token;
    const isEscapeString = /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(line.slice(Math.max(0, at - 2), at));
    state.hasEscapes = token === "'" && (isEscapeString || state.escapesInStrings);
    if (token === '/*')
        state.commentDepth = 1;
}
/** The index behind the end of what is open, or the line's length. Doubled quotes close and open again. */
function skipQuotation(state, line, from, rules) {
    if (state.closing === '*/')
        return skipComment(state, line, from);
    let index = from;
    for (;;) {
        const end = line.indexOf(state.closing ?? '', index);
        const escape = state.hasEscapes ? line.indexOf('\\', index) : -1;
        if (escape >= 0 && (end < 0 || escape < end)) {
            index = escape + 2;
            continue;
        }
        if (end < 0)
            return line.length;
        if (rules.isStrict && state.closing === "'" && isEscaped(line, from, end)) {
            throw new DumpError(`"\\'" in a string`, 'unsure');
        }
        const isDoubled = state.closing === "'" && line[end + 1] === "'";
        index = end + (state.closing?.length ?? 1);
        if (isDoubled) {
            index += 1;
            continue;
        }
        state.closing = undefined;
        return index;
    }
}
/** An odd number of backslashes before it: whether that quote ends the string is a matter of settings. */
function isEscaped(line, from, end) {
    let first = end;
    while (first > from && line[first - 1] === '\\')
        first -= 1;
    return (end - first) % 2 === 1;
}
function skipComment(state, line, from) {
    const edge = /\/\*|\*\//g;
    edge.lastIndex = from;
    for (let found = edge.exec(line); found !== null; found = edge.exec(line)) {
        state.commentDepth += found[0] === '/*' ? 1 : -1;
        if (state.commentDepth > 0)
            continue;
        state.closing = undefined;
        return edge.lastIndex;
    }
    return line.length;
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/line-breaks.ts
const newline = 0x0a;
const wordSize = Uint32Array.BYTES_PER_ELEMENT;
/** As many words as a byte can count. */
const mostAtOnce = 255;
/**
 * PURE. The line breaks between two indices, four bytes at a time: 500 MB take 0.14 s, one by one 0.43 s, and a native
 * search for each 0.14 s in lines of 100 bytes, 0.6 s in lines of 20.
 */
function countLineBreaks(bytes, from, to) {
    const start = from + ((wordSize - ((bytes.byteOffset + from) % wordSize)) % wordSize);
    if (start >= to)
        return countSingly(bytes, from, to);
    const length = Math.floor((to - start) / wordSize);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset + start, length);
    return (countSingly(bytes, from, start) + countInWords(words) + countSingly(bytes, start + length * wordSize, to));
}
function countSingly(bytes, from, to) {
    let count = 0;
    for (let index = from; index < to; index += 1)
        if (bytes[index] === newline)
            count += 1;
    return count;
}
/** Each byte of a sum counts the line breaks at its place (Hacker's Delight, 6-1: finding a zero byte). */
function countInWords(words) {
    let count = 0;
    for (let index = 0; index < words.length;) {
        const end = Math.min(words.length, index + mostAtOnce);
        let sums = 0;
        for (; index < end; index += 1) {
            const word = (words[index] ?? 0) ^ 0x0a0a0a0a;
            const others = ((word & 0x7f7f7f7f) + 0x7f7f7f7f) | word;
            sums = (sums + ((~others >>> 7) & 0x01010101)) | 0;
        }
        count += (sums & 0xff) + ((sums >>> 8) & 0xff) + ((sums >>> 16) & 0xff) + (sums >>> 24);
    }
    return count;
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/copied-rows.ts

/** A row never begins so, as COPY doubles backslashes. */
const ending = Buffer.from('\n\\.');
/**
 * PURE. Rows are told by their line breaks, which COPY writes as `\n` within values. A native search finds the end, so that
 * nothing else has to be looked at.
 */
function countCopiedRows() {
    let rows = 0;
    // The line break before the first row is the one of the statement.
    let seam = Buffer.from('\n');
    return {
        take: (bytes, from) => {
            const acrossAt = Buffer.concat([seam, bytes.subarray(from, from + ending.length - 1)]).indexOf(ending);
            if (acrossAt >= 0)
                return from + acrossAt + ending.length - seam.length;
            // Backwards takes less than half the time, as the search is for full stops and not for line breaks.
            const isThere = bytes.lastIndexOf(ending) >= from;
            const at = isThere ? bytes.indexOf(ending, from) : -1;
            rows += countLineBreaks(bytes, from, at < 0 ? bytes.length : at + 1);
            if (at >= 0)
                return at + ending.length;
            // A copy, since whoever reads uses the same memory for what comes next.
            seam = Buffer.concat([seam, bytes.subarray(Math.max(from, bytes.length - 2))]).subarray(-2);
            return undefined;
        },
        count: () => rows,
    };
}

;// CONCATENATED MODULE: ./src/postgres/sql/rows/find-partitions.ts
/** More levels than anybody has, and an end for tables that a forged dump attaches to each other in a circle. */
const mostLevels = 100;
/**
 * PURE. Those of the tables that are partitions.
 * @param parents of each partition the table of which it is one, which may be a partition itself
 */
function findPartitions(tables, parents) {
    return [...tables].flatMap((table) => {
        const root = findRoot(table, parents);
        return root === table ? [] : [{ table, root }];
    });
}
function findRoot(table, parents) {
    let root = table;
    for (let level = 0; level < mostLevels; level += 1) {
        const parent = parents.get(root);
        if (parent === undefined)
            break;
        root = parent;
    }
    return root;
}

// EXTERNAL MODULE: ./src/postgres/sql/rows/dump-rows.ts
var dump_rows = __webpack_require__(11712);
;// CONCATENATED MODULE: ./src/postgres/sql/rows/row-counter.ts









/** Bytes of the longest line outside of rows that is read. */
const longestLine = 64 * 1024 * 1024;
const row_counter_newline = 0x0a;
/** What is looked at when it is whole. */
const candidate = /^(?:COPY|CREATE (?:UNLOGGED )?TABLE|ALTER TABLE ONLY|SET) /i;
const reading = { oneTransaction: false, isStrict: false };
/**
 * PURE. Counts the rows of what pg_dump and pg_dumpall write as SQL: those of the tables that the dump itself makes, by
 * COPY. It knows quotes, dollar quotes and comments, so that nothing inside a value, a name or a function's body is taken
 * for a COPY. Where the dump holds rows in another way, or what this reader does not understand, nothing is known, which
 * is better than a wrong number: a restore compares.
 */
function createRowCounter() {
    let state = startCounting();
    return {
        add: (bytes) => {
            state =
                state &&
                    orUnknown(state, (known) => {
                        readBytes(known, bytes);
                    });
        },
        end: () => {
            state = state && orUnknown(state, endDump);
            return state === undefined ? dump_rows/* unknownRows */.Y : describe(state);
        },
    };
}
/** @returns undefined where the work met something that it does not understand */
function orUnknown(state, work) {
    try {
        work(state);
        return state;
    }
    catch (error) {
        if (error instanceof DumpError)
            return undefined;
        throw error;
    }
}
function startCounting() {
    return {
        sql: startReading(),
        rest: [],
        restLength: 0,
        held: undefined,
        copying: undefined,
        isEnding: false,
        database: startDatabase(''),
        tables: new Map(),
        parents: new Map(),
        total: 0,
        isNameless: false,
    };
}
function startDatabase(suffix) {
    return { suffix, made: new Map(), rowsOfOthers: 0, encoding: undefined };
}
function readBytes(state, bytes) {
    for (let at = 0; at < bytes.length;)
        at = state.copying ? takeRows(state, bytes, at) : takeLine(state, bytes, at);
}
function takeRows(state, bytes, at) {
    const end = state.copying?.rows.take(bytes, at);
    if (end === undefined)
        return bytes.length;
    state.isEnding = true;
    endRows(state);
    return end;
}
/** @returns the index behind what was taken */
function takeLine(state, bytes, at) {
    const end = bytes.indexOf(row_counter_newline, at);
    const part = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    state.restLength += part.length;
    if (state.restLength > longestLine)
        throw new DumpError('a line of more than 64 MB');
    if (end < 0) {
        state.rest.push(Buffer.from(part));
        return bytes.length;
    }
    const line = state.rest.length === 0 ? part : Buffer.concat([...state.rest, part]);
    state.rest = [];
    state.restLength = 0;
    // One character for each byte: all that matters here is ASCII, whatever the encoding.
    readLine(state, line.toString('latin1'));
    return end + 1;
}
function readLine(state, line) {
    if (state.isEnding) {
        if (!/^\r?\n$/.test(line))
            throw new DumpError('data that begin with \\.');
        state.isEnding = false;
        return;
    }
    if (!state.sql.isWithinStatement) {
        if (line.startsWith('\\')) {
            obeyCommand(state, line);
            return;
        }
        if (/^(?:--|[ \t\r\f\v]*\n)/.test(line)) {
            if (/\r(?!\n$)/.test(line.trimStart()))
                throw new DumpError('a line break within a comment');
            return;
        }
        if (/^INSERT /i.test(line))
            throw new DumpError('rows as INSERT');
        state.held = candidate.test(line) ? '' : undefined;
    }
    if (state.held !== undefined)
        state.held += line;
    if (endsStatement(state.sql, line, reading) && state.held !== undefined)
        endStatement(state, state.held);
}
function obeyCommand(state, line) {
    if (isOwnCommand(line))
        return;
    const name = parseConnect(line);
    if (name === undefined)
        throw new DumpError('a psql command');
    endDatabase(state);
    const bytes = Buffer.from(name, 'latin1');
    const known = (0,dump_rows/* nameTable */.g)(bytes, 'UTF8');
    state.database = startDatabase(known === undefined ? undefined : ` in ${(0,quote/* quoteIdentifier */.C)(known)}`);
    state.sql.escapesInStrings = false;
}
function endStatement(state, statement) {
    const { database } = state;
    if (/^COPY /i.test(statement)) {
        const table = readCopiedTable(statement);
        if (table === undefined)
            throw new DumpError('another COPY than pg_dump writes');
        state.copying = { table, rows: countCopiedRows() };
    }
    const made = readMadeTable(statement);
    if (made !== undefined)
        database.made.set(made, /\nPARTITION BY /.test(statement));
    noteParent(state, statement);
    const strings = /^SET standard_conforming_strings = (on|off);\s*$/.exec(statement)?.[1];
    if (strings !== undefined)
        state.sql.escapesInStrings = strings === 'off';
    const encoding = /^SET client_encoding = '(\w+)';\s*$/.exec(statement)?.[1];
    if (encoding === undefined)
        return;
    if (!isServerEncoding(encoding))
        throw new DumpError(`text in ${encoding}`, 'unsure');
    database.encoding = encoding;
}
function endRows(state) {
    const { copying, database } = state;
    if (copying === undefined)
        return;
    state.copying = undefined;
    const rows = copying.rows.count();
    const isPartitioned = database.made.get(copying.table);
    if (isPartitioned === undefined) {
        database.rowsOfOthers += rows;
        return;
    }
    state.total += rows;
    const name = nameFully(database, copying.table);
    // Rows that were dumped by way of the root come to partitions that only the server knows.
    if (isPartitioned || name === undefined) {
        state.isNameless = true;
        return;
    }
    if (state.tables.has(name))
        throw new DumpError('the rows of a table twice');
    state.tables.set(name, rows);
}
function noteParent({ database, parents }, statement) {
    const attached = readAttachedPartition(statement);
    if (attached === undefined)
        return;
    const [parent, partition] = [nameFully(database, attached.parent), nameFully(database, attached.partition)];
    if (parent !== undefined && partition !== undefined)
        parents.set(partition, parent);
}
/** As {@link TableRows} says it; undefined where it is no text. */
function nameFully({ encoding, suffix }, written) {
    const name = (0,dump_rows/* nameTable */.g)(Buffer.from(written, 'latin1'), encoding);
    return name === undefined || suffix === undefined ? undefined : `${name}${suffix}`;
}
/** Where a dump makes no table at all, as with `--data-only`, nobody can tell whose the rows are. */
function endDatabase({ database }) {
    if (database.rowsOfOthers > 0 && database.made.size === 0)
        throw new DumpError('rows without tables');
}
function endDump(state) {
    if (state.rest.length > 0)
        readBytes(state, Buffer.from('\n'));
    if (state.copying !== undefined || state.isEnding || state.sql.isWithinStatement)
        throw new DumpError('an end that comes too early');
    endDatabase(state);
}
function describe({ tables, total, isNameless, parents }) {
    if (isNameless)
        return { total, tables: null, partitions: [] };
    const list = [...tables].map(([table, rows]) => ({ table, rows }));
    const partitions = findPartitions(tables.keys(), parents);
    return { total, tables: list, partitions };
}

;// CONCATENATED MODULE: ./src/archive/reading/content.ts


/** @param endLength bytes of the end that are kept */
function createContentReader(endLength) {
    const counter = createRowCounter();
    let size = 0;
    // Written over by each long piece, which takes a tenth less time than a copy of its own.
    const last = Buffer.alloc(endLength);
    let end = Buffer.alloc(0);
    return {
        add: (bytes) => {
            size += bytes.length;
            counter.add(bytes);
            if (bytes.length < endLength) {
                const joined = Buffer.concat([end, bytes]);
                end = joined.subarray(Math.max(0, joined.length - endLength));
            }
            else {
                bytes.copy(last, 0, bytes.length - endLength);
                end = last;
            }
        },
        end: () => ({ size, rows: counter.end(), end: end.toString() }),
    };
}
/** What a program prints that has read content. */
function formatContent(content) {
    return JSON.stringify(content);
}
const content_text = (0,json_reader/* readString */.E3)(/^[^]*$/, 'a text');
const content = (0,json_reader/* readObject */.Ag)({
    size: json_reader/* readCount */._0,
    rows: (0,json_reader/* readObject */.Ag)({
        total: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
        tables: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ table: content_text, rows: json_reader/* readCount */._0 }))),
        partitions: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ table: content_text, root: content_text })),
    }),
    end: content_text,
});
/**
 * The reverse of {@link formatContent}.
 * @throws JsonError
 */
function parseContent(printed) {
    return (0,json_reader/* readJson */.Vh)(printed, content);
}

// EXTERNAL MODULE: ./src/archive/reading/run-readers.ts
var run_readers = __webpack_require__(25917);
;// CONCATENATED MODULE: ./src/archive/reading/read-content.ts




/** Enough of a plain dump's end to hold its last lines, or all of it when it dumps next to nothing. */
const endLength = 16 * 1024;
/** So many bytes are read within the action, where no program is worth its start. */
const mostReadHere = 16 * 1024 * 1024;
/**
 * Reads SQL within the action where it is little, and by a program where it is much, or turns out to be.
 * @param attempt runs the stages; the ending makes names of its own for each time
 * @throws BackupError of the setting
 */
async function readContent(isLarge, setting, attempt) {
    const readHere = async (stages, extra) => {
        const reader = createContentReader(endLength);
        const cutting = { consume: reader.add, outputLimit: mostReadHere };
        const { isCut } = await (0,run_readers/* runReaders */.I)(stages, setting, { ...extra, ...cutting });
        return isCut === true ? undefined : reader.end();
    };
    const readByProgram = async (stages, extra) => parsePrinted((await (0,run_readers/* runReaders */.I)([...stages, (0,content_program/* contentProgram */.E)(endLength)], setting, extra)).stdout, setting);
    const content = (isLarge ? undefined : await attempt(readHere, 'read')) ?? (await attempt(readByProgram, 'reread'));
    return content ?? refuseUnread(setting);
}
/**
 * Reads what a program printed that has read content.
 * @throws BackupError of the setting
 */
function parsePrinted(printed, setting) {
    try {
        return parseContent(printed);
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            refuseUnread(setting);
        throw error;
    }
}
function refuseUnread({ refuse }) {
    throw refuse('its content could not be counted');
}


/***/ }),

/***/ 8093:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ provideReaders),
/* harmony export */   T: () => (/* binding */ listReaders)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _age_age_key_file_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(32206);
/* harmony import */ var _age_age_program_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(28312);
/* harmony import */ var _compression_compressors_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(50537);
/* harmony import */ var _process_find_executable_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(88731);






/**
 * Finds a decompressor for every file, and writes the keys for the age program.
 * @throws BackupError PGB_INPUT when a decompressor is not installed
 */
async function provideReaders(files, decryption, machine) {
    const find = (name) => (0,_process_find_executable_js__WEBPACK_IMPORTED_MODULE_5__/* .findExecutable */ .o)(name, machine.environment['PATH'] ?? '');
    const decompressors = new Map();
    for (const { compression } of files) {
        if (compression.inside || compression.method === 'none')
            continue;
        const command = (0,_compression_compressors_js__WEBPACK_IMPORTED_MODULE_4__/* .requireDecompressor */ .uh)(compression.method, machine.cores, find);
        if (command !== undefined)
            decompressors.set(compression.method, command);
    }
    if (decryption === undefined)
        return { decrypter: undefined, decompressors };
    const keyFile = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(machine.privateDirectory, 'age-decrypt.json');
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(keyFile, (0,_age_age_key_file_js__WEBPACK_IMPORTED_MODULE_2__/* .formatKeyFile */ .R7)(decryption), { mode: 0o600, flag: 'wx' });
    return { decrypter: (0,_age_age_program_js__WEBPACK_IMPORTED_MODULE_3__/* .ageProgram */ .S)('age-decrypt', keyFile), decompressors };
}
/** The stages before the one that restores; none for a file that lies there as its tool wrote it. */
function listReaders({ encryption, compression }, readers) {
    const decrypter = encryption === 'none' ? undefined : readers.decrypter;
    const decompressor = compression.inside ? undefined : readers.decompressors.get(compression.method);
    return [decrypter, decompressor].filter((command) => command !== undefined);
}


/***/ }),

/***/ 25917:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ runReaders)
/* harmony export */ });
/* harmony import */ var _postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37480);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67260);


/**
 * Runs stages that read a file back.
 * @throws BackupError of the setting, where one of them fails
 */
async function runReaders(stages, setting, extra = {}) {
    const result = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__/* .runPipeline */ .a)(stages, {
        environment: { ...setting.environment, LC_ALL: 'C' },
        signal: setting.signal,
        ...extra,
    });
    // Whoever cut it knows why it failed.
    return result.isCut === true ? result : checkResult(result, setting);
}
function checkResult(result, { refuse }) {
    if (result.failure === undefined)
        return result;
    const { path, args } = result.failure.command;
    const tool = (path === 'sh' ? (args[2] ?? '') : path).split(/[\\/]/).at(-1) ?? '';
    throw refuse(`${tool} could not read it back (${(0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteTool */ .FM)(result.stderr) ?? 'without a message'})`);
}


/***/ }),

/***/ 92140:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ft: () => (/* binding */ isSame),
/* harmony export */   Zn: () => (/* binding */ identifyFile),
/* harmony export */   xj: () => (/* binding */ isSameRenamed)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** @throws Node's error when the file is not there */
async function identifyFile(path) {
    const { ino, size, mtimeMs, ctimeMs } = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(path);
    return { inode: ino, size, modified: mtimeMs, changed: ctimeMs };
}
/** Whether both are the same file, unchanged. */
function isSame(one, other) {
    return isSameRenamed(one, other) && one?.changed === other?.changed;
}
/** Whether both are the same file with the same bytes, as far as can be told when it was renamed in between. */
function isSameRenamed(one, other) {
    return (one !== undefined &&
        one.inode === other?.inode &&
        one.size === other.size &&
        one.modified === other.modified);
}


/***/ }),

/***/ 80053:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  CF: () => (/* binding */ fingerprintFacts),
  i3: () => (/* binding */ fingerprintKinds),
  Bq: () => (/* binding */ makeFingerprint)
});

// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/fingerprint/content-query.ts
/**
 * PURE. A table that was truncated or rewritten since the snapshot looks empty in it, so its content has no value then.
 * The sum of the hashes does not depend on the order of the rows.
 */
const askTable = ({ hash }) => {
    const value = hash === 'none' ? 'null' : `sum(${makeHash('(row(%3$s)::text collate "C")', hash)})::text`;
    return `select json_build_object('kind', 'table', 'name', %1$L, 'value', case when pg_relation_filenode(%2$s) =
        (select relfilenode from pg_class where oid = %2$s) then coalesce(${value}, '') end, 'rows', count(*)) from only %1$s t`;
};
/** PURE. A sequence belongs to no snapshot. */
const askSequence = () => `select json_build_object('kind', 'sequence', 'name', %1$L, 'value', last_value || ' ' || is_called,
        'rows', null) from %1$s`;
/** PURE. All of them at once, and piece by piece, since a large object may be larger than a value can be. */
function makeLargeObjectScript({ hash }) {
    const text = `(loid || ':' || piece || ':' || md5(lo_get(loid, piece, 1048576)))`;
    return `with large as (
  select m.oid as loid, (rolsuper or pg_has_role(lomowner, 'USAGE') or exists (
    select from aclexplode(lomacl) a where privilege_type = 'SELECT'
    and case when a.grantee = 0 then true else pg_has_role(a.grantee, 'USAGE') end)) as readable
  from pg_largeobject_metadata m, pg_roles where rolname = current_user
), sized as (select loid, lo_lseek64(lo_open(loid, 262144), 0, 2) as size from large where readable
), pieces as (select loid, size, piece from sized, generate_series(0, size, 1048576) piece)
select json_build_object('kind', 'largeObjects', 'name', 'large objects',
  'value', case when exists (select from large where not readable) then null else
  (select concat(count(*), ' pieces, hash ', sum(${makeHash(text, hash)})) from pieces) end,
  'rows', (select count(*) from large));`;
}
/** 64 bits of the text's hash. */
function makeHash(text, hash) {
    return hash === 'md5' ? `('x' || left(md5${text}, 16))::bit(64)::bigint` : `hashtextextended(${text}, 0)`;
}

// EXTERNAL MODULE: ./src/fingerprint/object-query.ts
var object_query = __webpack_require__(48952);
;// CONCATENATED MODULE: ./src/fingerprint/fingerprint-facts.ts



/** In the order in which a comparison tells of them. */
const fingerprintFacts = {
    table: {
        reading: { relkind: 'r', ask: askTable },
        isInSnapshot: true,
        isAlwaysAsked: false,
        naming: 'relation',
        unit: 'row',
        change: 'holds other content',
        mayBeLeft: ({ rows }, { data }) => rows === 0 && data,
        nameSome: (count) => (0,units/* formatCount */.B4)(count, 'table'),
        describeEqual: (count) => `Number of rows and hash of the content: ${(0,units/* formatCount */.B4)(count, 'table')}, in the snapshot of the dump`,
    },
    object: {
        reading: { makeScript: () => object_query/* objectScript */.P },
        isInSnapshot: true,
        isAlwaysAsked: true,
        naming: 'object',
        unit: undefined,
        change: 'is defined otherwise',
        mayBeLeft: () => false,
        nameSome: (count) => (0,units/* formatCount */.B4)(count, 'object'),
        describeEqual: (count) => `Names, kinds and columns, without definitions: ${(0,units/* formatCount */.B4)(count, 'object')}, in the snapshot of the dump`,
    },
    sequence: {
        reading: { relkind: 'S', ask: askSequence },
        isInSnapshot: false,
        isAlwaysAsked: false,
        naming: 'relation',
        unit: undefined,
        change: 'stands at another value',
        mayBeLeft: (_, { data }) => data,
        nameSome: (count) => (0,units/* formatCount */.B4)(count, 'sequence'),
        describeEqual: (count) => (count > 0 ? `Values: ${(0,units/* formatCount */.B4)(count, 'sequence')}` : undefined),
    },
    largeObjects: {
        reading: { makeScript: makeLargeObjectScript },
        isInSnapshot: true,
        isAlwaysAsked: false,
        naming: 'all',
        unit: 'piece',
        change: 'holds other content',
        mayBeLeft: ({ rows }, { data, objects }) => rows === 0 && (data || objects),
        nameSome: () => 'Large objects, among them some',
        describeEqual: (count, entries) => {
            const [all] = [...entries.values()];
            const objects = all?.rows ?? 0;
            return count > 0 && objects > 0 ? `Content: ${(0,units/* formatCount */.B4)(objects, 'large object')}` : undefined;
        },
    },
};
/** Every kind, in the order of {@link fingerprintFacts}. */
const fingerprintKinds = Object.keys(fingerprintFacts);
/** PURE. A fingerprint, whose entries of each kind are given. */
function makeFingerprint(fill) {
    return Object.fromEntries(fingerprintKinds.map((kind) => [kind, fill(kind)]));
}


/***/ }),

/***/ 48952:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ relations),
/* harmony export */   P: () => (/* binding */ objectScript)
/* harmony export */ });
/** Relations that a dump holds: neither the system's nor an extension's own. */
const relations = `relation as (
  select c.oid, c.relkind, c.relnamespace, c.relpersistence, format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname !~ '^pg_(toast|temp)' and n.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = c.oid and deptype = 'e')
)`;
/** Catalogs whose objects count as they are, beside those of relations. */
const plainCatalogs = [
    ...['pg_namespace', 'pg_extension', 'pg_opclass', 'pg_opfamily', 'pg_cast', 'pg_collation'],
    ...['pg_conversion', 'pg_language', 'pg_ts_config', 'pg_ts_dict', 'pg_ts_parser', 'pg_ts_template'],
    ...['pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_event_trigger', 'pg_am', 'pg_transform'],
    ...['pg_publication', 'pg_statistic_ext'],
];
/** Attributes and definitions are kept to what no version writes otherwise. */
const columns = `(select string_agg(format('%I %s%s', attname, format_type(atttypid, atttypmod),
    case when attnotnull then ' not null' else '' end), ', ' order by attname collate "C")
  from pg_attribute where attrelid = r.oid and attnum > 0 and not attisdropped)
  || (select coalesce(string_agg(inhparent::regclass::text, ', ' order by inhparent::regclass::text), '')
  from pg_inherits where inhrelid = r.oid)`;
/**
 * PURE. Prints every object with its kind and name, in the form of a fingerprint's lines. Oids from 16384 on are those
 * of objects made after initdb (access/transam.h: FirstNormalObjectId). An operator without a function is a shell, to
 * which another one refers as its negator or commutator, and in no dump (pg_dump.c: dumpOpr).
 */
const objectScript = `with ${relations}, object(catalog, id, detail) as (
  select 'pg_class'::regclass, r.oid, ${columns} from relation r where relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
  union all select 'pg_class'::regclass, indexrelid, concat(indisunique, indisprimary) from pg_index x
    join relation r on r.oid = indrelid where indisvalid and indisready
  union all select 'pg_constraint'::regclass, c.oid, contype::text from pg_constraint c
    where contype <> 'n' and coalesce(to_jsonb(c)->>'conparentid', '0') = '0'
    and (contypid <> 0 or conrelid in (select oid from relation))
  union all select 'pg_trigger'::regclass, t.oid, tgenabled::text from pg_trigger t join relation r on r.oid = tgrelid
    where not tgisinternal and coalesce(to_jsonb(t)->>'tgparentid', '0') = '0'
  union all select 'pg_policy'::regclass, p.oid, polcmd::text from pg_policy p join relation r on r.oid = polrelid
  union all select 'pg_rewrite'::regclass, w.oid, ev_type::text from pg_rewrite w join relation r on r.oid = ev_class
  union all select 'pg_proc'::regclass, oid, prosrc from pg_proc
  union all select 'pg_type'::regclass, oid, typtype::text || (select coalesce(string_agg(enumlabel, ','
    order by enumsortorder), '') from pg_enum where enumtypid = t.oid) from pg_type t where typrelid = 0
    and not exists (select from pg_type e where e.typarray = t.oid)
  union all select 'pg_operator'::regclass, oid, '' from pg_operator where oprcode <> 0
${plainCatalogs.map((name) => `  union all select '${name}'::regclass, oid, '' from ${name}`).join('\n')}
)
select json_build_object('kind', 'object', 'name', i.type || ' ' || i.identity, 'value', md5(coalesce(detail, '')), 'rows', null)
from object o, lateral pg_identify_object(catalog, id, 0) i
where id >= 16384 and i.identity is not null
  and coalesce(i.schema, '') !~ '^(pg_(catalog|toast|temp).*|information_schema)$'
  and not (i.type = 'schema' and (i.identity = 'public' or i.identity ~ '^pg_(toast|temp)'))
  and not (i.type = 'extension' and i.identity = 'plpgsql')
  and not exists (select from pg_depend d where d.classid = catalog and d.objid = id and d.deptype = 'e');`;


/***/ }),

/***/ 79472:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  b: () => (/* binding */ readFingerprint)
});

// UNUSED EXPORTS: parseFingerprint

// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/postgres/lock-table.ts
var lock_table = __webpack_require__(98793);
// EXTERNAL MODULE: ./src/postgres/answer.ts
var answer = __webpack_require__(54769);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var postgres_psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/fingerprint/fingerprint-facts.ts + 1 modules
var fingerprint_facts = __webpack_require__(80053);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
// EXTERNAL MODULE: ./src/fingerprint/object-query.ts
var object_query = __webpack_require__(48952);
;// CONCATENATED MODULE: ./src/fingerprint/fingerprint-query.ts




/**
 * PURE. A script for a psql that has begun a snapshot, which prints one JSON object for each thing in the database:
 * `{kind, name, value, rows}`. It writes nothing, and all names are quoted by the server.
 */
function makeFingerprintScript(request) {
    const scripts = request.kinds.flatMap((kind) => {
        const { reading } = fingerprint_facts/* fingerprintFacts */.CF[kind];
        return 'makeScript' in reading ? [reading.makeScript(request)] : [];
    });
    const locks = request.kinds.includes('table') && request.hash !== 'none';
    return [
        makePreamble(request.lockWaitTimeout),
        roomScript,
        ...(locks ? [lockScript] : []),
        ...scripts,
        makeBatchScript(request),
        'commit;\n',
    ].join('\n');
}
/** All settings on which the text of a value depends, so that equal values have equal texts on both servers. */
function makePreamble(lockWaitTimeout) {
    return `set local lock_timeout = ${(0,quote/* quoteLiteral */.c)(lockWaitTimeout)};
set local row_security = off;
set local "DateStyle" = 'ISO, YMD';
set local "IntervalStyle" = 'iso_8601';
set local "TimeZone" = 'UTC';
set local extra_float_digits = 3;
set local bytea_output = 'hex';
set local lc_monetary = 'C';
set local xmloption = 'content';`;
}
/** A standby cannot read unlogged tables, and dumps hold nothing of them then. */
const isReadable = `has_schema_privilege(relnamespace, 'USAGE') and has_table_privilege(oid, 'SELECT')
    and not row_security_active(oid) and not (relpersistence = 'u' and pg_is_in_recovery())`;
/**
 * Sets the psql variables `has_room`, whether all tables can be locked at once, beside pg_dump and its workers, and
 * `batch_size`, for relations that are read one after the other: so few that their locks and those of their indexes find
 * room beside what pg_dump holds, or is about to take.
 */
const roomScript = `select (3 * needed + held <= capacity)::text as has_room,
  greatest(1, least(100, (capacity - greatest(held, needed)) / 40)) as batch_size
from (select ${lock_table/* lockCapacity */.q3} as capacity, (select count(*) from pg_locks where not fastpath) as held,
  (select count(*) from pg_class where relkind in ('r', 'p', 'S')) as needed) lock_table
\\gset`;
/**
 * Locks as pg_dump takes them, for as long as it is read. Where there is no room for that, those of pg_dump keep what it
 * dumps from changing; but whoever waits for one of them is also waited for, up to the limit.
 */
const lockScript = `with ${object_query/* relations */.K}, numbered as (
  select name, row_number() over (order by oid) / 100 as batch from relation
  where relkind = 'r' and ${isReadable} and :has_room)
select 'lock table only ' || string_agg(name, ', only ') || ' in access share mode'
from numbered group by batch order by batch
\\gexec`;
/**
 * Reads sequences and tables by batches, each in a subtransaction that is rolled back, which gives its locks free. A table
 * is locked before it is looked at, as by pg_dump.
 *
 * Columns stand in the order of their names, since a restore may order those of inherited tables otherwise; generated
 * ones are in no dump.
 */
function makeBatchScript(request) {
    const asked = request.kinds.flatMap((kind) => {
        const { reading } = fingerprint_facts/* fingerprintFacts */.CF[kind];
        return 'ask' in reading ? [{ kind, relkind: `'${reading.relkind}'`, question: reading.ask(request) }] : [];
    });
    if (asked.length === 0)
        return '';
    const choose = (choice) => asked.map((of) => `when ${of.relkind} then ${choice(of)}`).join(' ');
    return `with ${object_query/* relations */.K}, readable as (
  select oid, name, relkind, ${isReadable} as is_readable from relation
  where relkind in (${asked.map(({ relkind }) => relkind).join(', ')})
), question as (
  select *, format(case when not is_readable
    then $q$select json_build_object('kind', %4$L, 'name', %1$L, 'value', null, 'rows', null)$q$
    else case relkind ${choose(({ question }) => `$q$${question}$q$`)} end end,
    name, oid, coalesce(columns, ''), case relkind ${choose(({ kind }) => `'${kind}'`)} end) as question
  from readable left join lateral (
    select string_agg(format('t.%I', attname), ', ' order by attname collate "C") as columns
    from pg_attribute a where attrelid = oid and attnum > 0 and not attisdropped
      and coalesce(to_jsonb(a)->>'attgenerated', '') = ''
  ) described on true
), numbered as (
  select *, (row_number() over (partition by relkind order by name collate "C") - 1) / :batch_size as batch from question
)
select 'savepoint batch;' || coalesce(' lock table only ' ||
    string_agg(name, ', only ') filter (where relkind = 'r' and is_readable) || ' in access share mode', ''),
  string_agg(question, ' union all ' order by name collate "C"),
  'rollback to savepoint batch; release savepoint batch'
from numbered group by relkind, batch order by relkind, batch
\\gexec`;
}

;// CONCATENATED MODULE: ./src/fingerprint/read-fingerprint.ts







/** Bytes: some million tables. */
const outputLimit = 384 * 1024 * 1024;
/**
 * Reads the fingerprint of a database by one session of psql.
 * @throws BackupError of the failure's code, or the one that fits what psql says
 */
async function readFingerprint({ session, database }, request, { failing, code, whatToDo } = describeFailure(database)) {
    const script = { path: 'printf', args: ['%s', makeFingerprintScript(request)] };
    const args = ['--no-align', '--tuples-only', '--file=-'];
    const psql = (0,postgres_psql/* makePsqlCommand */.Yx)(session, database, { snapshot: request.snapshot }, ...args);
    const { environment } = session.connection;
    const { failure, stdout, stderr } = await (0,postgres_psql/* whileServerAnswers */.QD)(session, { database, failing }, (signal) => (0,pipeline/* runPipeline */.a)([script, psql], { environment, signal, outputLimit, onlyLastStageCounts: true }));
    if (failure === undefined)
        return readAnswer(stdout, failing);
    const lack = await (0,lock_table/* explainLackOfLocks */.gR)(failing, stderr, session, database);
    if (lack !== undefined)
        throw lack;
    throw (0,postgres_psql/* explainPsqlFailure */.MG)(stderr, session, { database, failing }, { code, whatToDo });
}
function describeFailure(database) {
    return {
        failing: `The database "${database}" was not read for the comparison`,
        code: 'PGB_VERIFY',
        whatToDo: 'Run the job again; if the error stays, use `verify: decode`',
    };
}
function readAnswer(text, failing) {
    try {
        return parseFingerprint(text);
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            throw (0,answer/* refuseAnswer */.$e)(failing, error);
        throw error;
    }
}
const readEntry = (0,json_reader/* readObject */.Ag)({
    kind: (0,json_reader/* readOneOf */.Qk)(...fingerprint_facts/* fingerprintKinds */.i3),
    name: answer/* readText */.yR,
    value: (0,json_reader/* readNullable */.Qx)(answer/* readText */.yR),
    rows: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
});
/**
 * PURE. Reads what the script of {@link makeFingerprintScript} prints.
 * @throws JsonError
 */
function parseFingerprint(text) {
    const fingerprint = (0,fingerprint_facts/* makeFingerprint */.Bq)(() => new Map());
    for (const line of text.split('\n').filter((line) => line.startsWith('{'))) {
        const { kind, name, value, rows } = (0,answer/* readJson */.Vh)(line, readEntry);
        fingerprint[kind].set(name, { value, rows: rows ?? undefined });
    }
    return fingerprint;
}


/***/ }),

/***/ 94578:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kb: () => (/* binding */ readFreeBytes),
/* harmony export */   fx: () => (/* binding */ memoryDirectory),
/* harmony export */   kJ: () => (/* binding */ readFreeMemory)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);

/** Where Linux keeps files in memory; on other systems, and in some containers, it is missing or lies on a disk. */
const memoryDirectory = '/dev/shm';
/** Types of file systems that keep their files in memory: tmpfs, ramfs (statfs(2)). */
const memoryTypes = new Set([0x0102_1994, 0x8584_58f6]);
/** Bytes that are free for this user; undefined where the directory is not there. */
async function readFreeBytes(directory) {
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.statfs)(directory).then(({ bavail, bsize }) => bavail * bsize, () => undefined);
}
/**
 * @param directory other than {@link memoryDirectory} only in tests
 * @returns bytes that are free there for files that must touch no disk, of what this machine or container has; undefined
 *   where it is no memory
 */
async function readFreeMemory(directory = memoryDirectory) {
    return (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.statfs)(directory).then(({ type, bavail, bsize }) => memoryTypes.has(type) ? Math.min(bavail * bsize, process.availableMemory()) : undefined, () => undefined);
}


/***/ }),

/***/ 88353:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ setOutputs)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);
/* harmony import */ var _escape_controls_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(33427);


/** Later steps use these as they are, so they keep every character. */
const takenLiterally = new Set(['manifest', 'checksums', 'artifact-name']);
/**
 * Sets outputs of the step, as far as they are known; of a name that is set twice the runner takes the last value.
 * What is no string becomes JSON that means just the value; other texts are shown as in the log.
 */
function setOutputs(outputs) {
    for (const [name, value] of Object.entries(outputs)) {
        if (value === undefined)
            continue;
        if (typeof value !== 'string')
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, (0,_escape_controls_js__WEBPACK_IMPORTED_MODULE_1__/* .formatVisibleJson */ ._v)(value));
        else
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, takenLiterally.has(name) ? value : (0,_escape_controls_js__WEBPACK_IMPORTED_MODULE_1__/* .escapeControls */ .UN)(value));
    }
}


/***/ }),

/***/ 66417:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   y: () => (/* binding */ askRest)
/* harmony export */ });
/* harmony import */ var _node_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(99700);

const timeoutMilliseconds = 10_000;
/**
 * Asks GitHub's REST API, for at most 10 seconds.
 * @throws Error, whose message says in words why no answer came
 */
async function askRest(request) {
    const limit = AbortSignal.timeout(timeoutMilliseconds);
    const headers = {
        accept: 'application/vnd.github+json',
        'user-agent': 'postgres-backup',
        'x-github-api-version': '2022-11-28',
    };
    if (request.token !== undefined)
        headers['authorization'] = `Bearer ${request.token}`;
    try {
        const response = await fetch(`${request.apiUrl}${request.route}`, {
            method: request.method ?? 'GET',
            headers,
            redirect: request.stopsAtRedirect === true ? 'manual' : 'follow',
            signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
        });
        const body = await response.json().catch(() => undefined);
        return { status: response.status, body, location: response.headers.get('location') ?? undefined };
    }
    catch (error) {
        throw new Error(`GitHub's API gave no answer (${explain(error)})`, { cause: error });
    }
}
/** Node's own message is `fetch failed`, and the reason stands in its cause. */
function explain(error) {
    if (!(error instanceof Error))
        return String(error);
    if (error.name === 'TimeoutError')
        return `none within ${timeoutMilliseconds / 1000} seconds`;
    const reason = error.cause instanceof Error ? error.cause : error;
    return (0,_node_error_js__WEBPACK_IMPORTED_MODULE_0__/* .readNodeCode */ .W)(reason) ?? reason.message;
}


/***/ }),

/***/ 92935:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P_: () => (/* binding */ formatCode),
/* harmony export */   Sy: () => (/* binding */ writeSummary),
/* harmony export */   Z3: () => (/* binding */ formatWords),
/* harmony export */   ku: () => (/* binding */ formatTable),
/* harmony export */   mU: () => (/* binding */ formatCodeBlock)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);
/* harmony import */ var _escape_controls_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(33427);


/** Adds Markdown to the step's summary; nothing where the runner offers none. */
async function writeSummary(markdown) {
    if (process.env['GITHUB_STEP_SUMMARY'] === undefined)
        return;
    await _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .summary */ .z.addRaw(markdown, true).write();
}
/** A Markdown table; a cell may hold any text. */
function formatTable(header, rows) {
    const lines = [header, header.map(() => '---'), ...rows.map((row) => row.map(formatCell))];
    return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
/**
 * PURE. Any text as Markdown that shows just this text, on one line: as it is where it holds nothing that Markdown or
 * GitHub could read (emphasis, HTML, links, bare addresses, `@mentions`, `#1`, `:emoji:`, `$formulas$`), else as code,
 * in which nothing is read but the backticks that end it.
 */
function formatWords(text) {
    const shown = (0,_escape_controls_js__WEBPACK_IMPORTED_MODULE_1__/* .escapeControls */ .UN)(text);
    const isPlain = /^(?! )[\p{L}\p{N} ,.;:%()"'…-]*(?<! )$/u.test(shown) && !/www\.|:\S+:/i.test(shown);
    return isPlain ? shown : formatCode(shown);
}
/** PURE. Any text as code, on one line: its fence is a longer run of backticks than any in it. */
function formatCode(text) {
    const shown = (0,_escape_controls_js__WEBPACK_IMPORTED_MODULE_1__/* .escapeControls */ .UN)(text);
    const fence = '`'.repeat(1 + findLongestRun(shown));
    // Of a blank at both ends Markdown takes one away, so that backticks can stand there.
    const margin = /^[ `]|[ `]$/.test(shown) ? ' ' : '';
    return `${fence}${margin}${shown}${margin}${fence}`;
}
/** PURE. Lines as a block of code, whatever they hold. */
function formatCodeBlock(language, lines) {
    const shown = lines.map(_escape_controls_js__WEBPACK_IMPORTED_MODULE_1__/* .escapeControls */ .UN);
    const fence = '`'.repeat(Math.max(3, 1 + findLongestRun(shown.join('\n'))));
    return [`${fence}${language}`, ...shown, fence].join('\n');
}
/** A table takes every bar without a backslash for the end of a cell, in code too. */
function formatCell(text) {
    return formatWords(text).replaceAll('|', '\\|');
}
function findLongestRun(text) {
    return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}


/***/ }),

/***/ 68215:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Kf: () => (/* binding */ readChoice),
/* harmony export */   YM: () => (/* binding */ readRawText),
/* harmony export */   _0: () => (/* binding */ readCount),
/* harmony export */   bG: () => (/* binding */ refuseInput),
/* harmony export */   fG: () => (/* binding */ readFlag),
/* harmony export */   yR: () => (/* binding */ readText)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(33838);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83916);


/** The text of an input, without blanks at its ends; undefined when it is empty. */
function readText(name) {
    return keepText(_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name));
}
/** The text of an input as it was typed, for values in which blanks count, such as passwords. */
function readRawText(name) {
    return keepText(_actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name, { trimWhitespace: false }));
}
/**
 * A boolean input, by the words of YAML 1.2's core schema.
 * @throws BackupError PGB_INPUT
 */
function readFlag(name) {
    const text = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name);
    if (/^(true|True|TRUE)$/.test(text))
        return true;
    if (/^(false|False|FALSE)$/.test(text))
        return false;
    throw refuseInput(name, 'it is neither true nor false', 'Write true or false');
}
/**
 * A whole number up to `max`, of which 0 stands for the default.
 * @returns undefined for 0
 * @throws BackupError PGB_INPUT
 */
function readCount(name, max) {
    const text = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name);
    const number = Number(text);
    if (!/^\d{1,9}$/.test(text) || number > max) {
        throw refuseInput(name, 'it is not a whole number of the right size', `Write a number from 0 to ${max}`);
    }
    return number === 0 ? undefined : number;
}
/**
 * An input that takes one of a few words.
 * @throws BackupError PGB_INPUT naming them
 */
function readChoice(name, choices) {
    const text = _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name);
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined)
        return choice;
    throw refuseInput(name, 'its value is not one that exists', `Use one of ${choices.join(', ')}`);
}
/** The refusal of an input; it never shows the value, which may be a secret in the wrong place. */
function refuseInput(name, why, whatToDo) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h('PGB_INPUT', { what: `The input "${name}" cannot be used`, why, whatToDo });
}
function keepText(text) {
    return text.trim() === '' ? undefined : text;
}


/***/ }),

/***/ 57692:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   My: () => (/* binding */ readShownTexts),
/* harmony export */   jP: () => (/* binding */ readPassphrase),
/* harmony export */   qY: () => (/* binding */ readConnectionInputs),
/* harmony export */   w4: () => (/* binding */ readPostgresVersion)
/* harmony export */ });
/* harmony import */ var _read_inputs_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(68215);

/*
 * The inputs that both actions have, so that both read them alike.
 */
/** The inputs that say where to connect, which hold secrets and so are read before anything else. */
function readConnectionInputs() {
    return {
        url: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('url'),
        user: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('user'),
        password: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readRawText */ .YM)('password'),
        sslRootCert: (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('ssl-root-cert'),
    };
}
/** What the inputs say of names and places that outputs hold. */
function readShownTexts() {
    const names = ['databases', 'database', 'target-database', 'artifact-name', 'output-dir', 'copy-to'];
    return names.map(_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR).filter((text) => text !== undefined);
}
/** As it was typed: what one action encrypted with, the other must decrypt with, and a person by hand too. */
function readPassphrase() {
    return (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readRawText */ .YM)('age-passphrase');
}
/**
 * The major version of the client; undefined for the one that fits the server.
 * @throws BackupError PGB_INPUT
 */
function readPostgresVersion() {
    const text = (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .readText */ .yR)('postgres-version') ?? 'auto';
    if (text === 'auto')
        return undefined;
    if (/^[1-9]\d$/.test(text))
        return Number(text);
    throw (0,_read_inputs_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseInput */ .bG)('postgres-version', 'it is not a major version', 'Write auto, or a number such as 17');
}


/***/ }),

/***/ 54769:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $4: () => (/* binding */ readVersion),
/* harmony export */   $e: () => (/* binding */ refuseAnswer),
/* harmony export */   MQ: () => (/* reexport safe */ _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__.MQ),
/* harmony export */   Vh: () => (/* reexport safe */ _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__.Vh),
/* harmony export */   ey: () => (/* binding */ askJson),
/* harmony export */   yR: () => (/* reexport safe */ _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__.yR)
/* harmony export */ });
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72684);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _psql_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(37480);




/** `server_version` without the packager's remarks, as in `15.18`, `19beta1` or `11.2-YB-2.20.0.0-b0`. */
const readVersion = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readString */ .E3)(/^\d[\w.+~-]{0,63}$/, 'a version');
/**
 * Runs a query that gives one JSON value, and reads it: what a server says is only what it should be if somebody looked.
 * @throws BackupError as runSql does, and PGB_CONNECT where the answer is none that PostgreSQL gives
 */
async function askJson(session, query, reader) {
    const text = await (0,_psql_js__WEBPACK_IMPORTED_MODULE_1__/* .runSql */ .Wt)(session, query);
    try {
        return (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readJson */ .Vh)(text, reader);
    }
    catch (error) {
        if (error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .JsonError */ .N3)
            throw refuseAnswer(query.failing, error);
        throw error;
    }
}
/** The error for an answer that PostgreSQL does not give. */
function refuseAnswer(failing, cause) {
    const explanation = {
        what: failing,
        why: `the server gave an answer that PostgreSQL does not give (${cause.message})`,
        whatToDo: 'Check that the url leads to the PostgreSQL server that you mean, and that it can be trusted',
    };
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_CONNECT', explanation, { cause });
}


/***/ }),

/***/ 96005:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ev: () => (/* binding */ askPatiently),
/* harmony export */   Vw: () => (/* binding */ inProgress),
/* harmony export */   kH: () => (/* binding */ persistence)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83916);
/* harmony import */ var _failure_failure_kind_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(84171);
/* harmony import */ var _psql_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(37480);




/** For a question whose answer decides what is said of a database: the time of a restart. */
const persistence = { limit: 60_000, pause: 1_000 };
/** What a query answers while the server is still at what it asks about, as `txid_status` does. */
const inProgress = 'in progress';
/**
 * Runs SQL as {@link runSql} does, and again while the server fails by what may pass (a restart, a gap in the network) or
 * answers `in progress`.
 * @throws BackupError as the last attempt does; PGB_CONNECT where it is still in progress
 */
async function askPatiently(session, query, { limit, pause, until = session.signal } = persistence) {
    const deadline = performance.now() + limit;
    for (;;) {
        let failure;
        try {
            const answer = await (0,_psql_js__WEBPACK_IMPORTED_MODULE_3__/* .runSql */ .Wt)(session, query);
            if (answer !== inProgress)
                return answer;
            failure = refuseProgress(query.failing);
        }
        catch (error) {
            if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h) || !(0,_failure_failure_kind_js__WEBPACK_IMPORTED_MODULE_2__/* .mayServerReturn */ .xN)(error))
                throw error;
            failure = error;
        }
        if (performance.now() + pause > deadline)
            throw failure;
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(pause, undefined, { signal: until }).catch(() => {
            throw failure;
        });
    }
}
function refuseProgress(what) {
    const whatToDo = 'Look at the sessions of the server, and run the job again when none is at it';
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h('PGB_CONNECT', { what, why: 'the server is still at work on it', whatToDo });
}


/***/ }),

/***/ 32260:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ chooseClient)
/* harmony export */ });
/* harmony import */ var _version_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(91627);

/**
 * Chooses among the clients that are there. Without a request the wanted major version is the server's own, since
 * an older pg_dump refuses and a newer one writes settings that the server does not know; a request is never
 * replaced by another version.
 */
function chooseClient(clients, demand) {
    const { serverMajor, requestedMajor } = demand;
    if (requestedMajor !== undefined && requestedMajor < serverMajor)
        return { kind: 'refuse', requestedMajor };
    const major = requestedMajor ?? serverMajor;
    const client = findNewest(clients.filter((candidate) => candidate.major === major));
    if (client !== undefined)
        return { kind: 'exact', client };
    const otherwise = requestedMajor === undefined ? findNearestNewer(clients, major) : undefined;
    return { kind: 'install', major, otherwise };
}
function findNewest(clients) {
    return clients.toSorted((left, right) => (0,_version_js__WEBPACK_IMPORTED_MODULE_0__/* .compareVersions */ .Zy)(left.version, right.version)).at(-1);
}
/** The nearest major version differs least in what it writes. */
function findNearestNewer(clients, major) {
    const newer = clients.filter((candidate) => candidate.major > major);
    const nearest = Math.min(...newer.map((candidate) => candidate.major));
    return findNewest(newer.filter((candidate) => candidate.major === nearest));
}


/***/ }),

/***/ 27689:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ findClients)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _process_find_executable_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(88731);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(67260);
/* harmony import */ var _locations_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(79003);
/* harmony import */ var _version_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(91627);






/** Program to which Debian's and Ubuntu's /usr/bin/pg_dump leads; it runs the newest client, whatever one asks for. */
const debianWrapper = 'pg_wrapper';
/**
 * Finds the installed clients, newest last. Each is asked for its version, all at once; none is trusted by its path.
 * @throws the signal's reason when it is aborted
 */
async function findClients(context) {
    const directories = (0,_locations_js__WEBPACK_IMPORTED_MODULE_4__/* .listClientDirectories */ .B)({ ...context, list: listDirectory });
    const located = directories.map(locatePrograms).filter((programs) => programs !== undefined);
    const distinct = new Map(located.map((programs) => [programs.pgDump, programs]));
    const clients = await Promise.all([...distinct.values()].map((programs) => askVersion(programs, context)));
    return clients
        .filter((client) => client !== undefined)
        .sort((left, right) => (0,_version_js__WEBPACK_IMPORTED_MODULE_5__/* .compareVersions */ .Zy)(left.version, right.version));
}
function listDirectory(directory) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(directory);
    }
    catch {
        return [];
    }
}
/** The four programs of a directory, or of the one that its links lead to; undefined unless all are there. */
function locatePrograms(directory) {
    const pgDump = (0,_process_find_executable_js__WEBPACK_IMPORTED_MODULE_2__/* .findExecutable */ .o)('pg_dump', directory);
    if (pgDump === undefined)
        return undefined;
    const target = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(pgDump);
    // What stands behind the wrapper lies in /usr/lib/postgresql, where it is found by itself.
    if ((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(target) === debianWrapper)
        return undefined;
    // A shim leads to a program that stands alone, and must be called by the name of its link.
    return collectPrograms((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(target)) ?? collectPrograms(directory);
}
function collectPrograms(directory) {
    const [pgDump, pgDumpAll, pgRestore, psql] = ['pg_dump', 'pg_dumpall', 'pg_restore', 'psql'].map((name) => (0,_process_find_executable_js__WEBPACK_IMPORTED_MODULE_2__/* .findExecutable */ .o)(name, directory));
    if (pgDump === undefined || pgDumpAll === undefined || pgRestore === undefined || psql === undefined)
        return undefined;
    return { pgDump, pgDumpAll, pgRestore, psql };
}
async function askVersion(programs, context) {
    const { environment, signal, log } = context;
    const command = { path: programs.pgDump, args: ['--version'] };
    const { failure, stdout } = await (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_3__/* .runPipeline */ .a)([command], { environment, signal });
    const version = failure === undefined ? (0,_version_js__WEBPACK_IMPORTED_MODULE_5__/* .parseClientVersion */ .VW)(stdout) : undefined;
    if (version === undefined) {
        log.debug(`${programs.pgDump} does not tell its version, and is passed over`);
        return undefined;
    }
    return { ...programs, ...version };
}


/***/ }),

/***/ 79003:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ listClientDirectories)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);

const number = /^\d+(\.\d+)?$/;
const formula = /^(postgresql(@[\d.]+)?|libpq)$/;
/** Where packages for Linux put one major version beside another. */
const linuxFamilies = [
    // Debian and Ubuntu, both their own packages and those of apt.postgresql.org.
    { parent: '/usr/lib/postgresql', name: number, programs: 'bin' },
    // Red Hat and its kin, from download.postgresql.org.
    { parent: '/usr', name: /^pgsql-\d+(\.\d+)?$/, programs: 'bin' },
    // Alpine.
    { parent: '/usr/libexec', name: /^postgresql\d+$/, programs: '' },
    // SUSE.
    { parent: '/usr/lib', name: /^postgresql\d+$/, programs: 'bin' },
    // EnterpriseDB's installer.
    { parent: '/opt/PostgreSQL', name: number, programs: 'bin' },
    { parent: '/home/linuxbrew/.linuxbrew/opt', name: formula, programs: 'bin' },
];
const macFamilies = [
    // Homebrew on Apple silicon, and on Intel.
    { parent: '/opt/homebrew/opt', name: formula, programs: 'bin' },
    { parent: '/usr/local/opt', name: formula, programs: 'bin' },
    // Postgres.app, EnterpriseDB's installer, MacPorts.
    { parent: '/Applications/Postgres.app/Contents/Versions', name: number, programs: 'bin' },
    { parent: '/Library/PostgreSQL', name: number, programs: 'bin' },
    { parent: '/opt/local/lib', name: /^postgresql\d+$/, programs: 'bin' },
];
/**
 * Every directory in which a client may lie, in the order of looking: the system's own places, the tool cache,
 * the PATH. Reads directories only by `list`; says nothing about what lies there.
 */
function listClientDirectories(facts) {
    const directories = [...listSystemPlaces(facts), ...listToolCache(facts), ...listPath(facts)];
    return [...new Set(directories)];
}
function listSystemPlaces(facts) {
    const { platform, environment, root, list } = facts;
    const paths = pathsOf(facts);
    const families = platform === 'win32' ? findWindowsFamilies(environment) : findUnixFamilies(facts);
    const fromVariable = environment['PGBIN'] === undefined ? [] : [environment['PGBIN']];
    const found = families.flatMap(({ parent, name, programs }) => {
        const place = platform === 'win32' ? parent : paths.join(root, parent);
        const children = list(place).filter((child) => name.test(child));
        return children.map((child) => paths.join(place, child, programs));
    });
    return platform === 'win32'
        ? [...found, ...fromVariable]
        : [...found, paths.join(root, '/usr/local/pgsql/bin')];
}
function findUnixFamilies({ platform, environment }) {
    const families = platform === 'darwin' ? macFamilies : linuxFamilies;
    const prefix = environment['HOMEBREW_PREFIX'];
    if (prefix === undefined)
        return families;
    return [...families, { parent: node_path__WEBPACK_IMPORTED_MODULE_0__.posix.join(prefix, 'opt'), name: formula, programs: 'bin' }];
}
function findWindowsFamilies(environment) {
    const programFiles = environment['ProgramFiles'] ?? 'C:\\Program Files';
    return [{ parent: node_path__WEBPACK_IMPORTED_MODULE_0__.win32.join(programFiles, 'PostgreSQL'), name: number, programs: 'bin' }];
}
/** The runner's tool cache keeps `tool/version/architecture`, with the programs there or in `bin`. */
function listToolCache(facts) {
    const { environment, list } = facts;
    const paths = pathsOf(facts);
    const cache = environment['RUNNER_TOOL_CACHE'];
    if (cache === undefined)
        return [];
    const tools = list(cache).filter((name) => /^(postgres(ql)?|pgsql|libpq)([-_]client)?$/i.test(name));
    return tools
        .flatMap((tool) => list(paths.join(cache, tool)).map((version) => paths.join(cache, tool, version)))
        .flatMap((version) => list(version).map((architecture) => paths.join(version, architecture)))
        .flatMap((directory) => [paths.join(directory, 'bin'), directory]);
}
function listPath(facts) {
    const paths = pathsOf(facts);
    const entries = facts.path.split(paths.delimiter);
    const unquoted = facts.platform === 'win32' ? entries.map((entry) => entry.replace(/^"(.*)"$/, '$1')) : entries;
    return unquoted.filter((entry) => paths.isAbsolute(entry));
}
function pathsOf({ platform }) {
    return platform === 'win32' ? node_path__WEBPACK_IMPORTED_MODULE_0__.win32 : node_path__WEBPACK_IMPORTED_MODULE_0__.posix;
}


/***/ }),

/***/ 16841:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  x: () => (/* binding */ provideClient),
  L: () => (/* binding */ provideFirstClient)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/client/choose-client.ts
var choose_client = __webpack_require__(32260);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/client/find-clients.ts
var find_clients = __webpack_require__(27689);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: ./src/process/find-executable.ts
var find_executable = __webpack_require__(88731);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
;// CONCATENATED MODULE: ./src/postgres/client/install-plan.ts
/** Package managers by which a client can be installed. */
const packageManagers = ['apt-get', 'apk', 'dnf', 'brew', 'choco'];
/**
 * The commands that install the client of a major version, or the system's own when `major` is undefined.
 * For apt see apt-plan.ts, where more must be known.
 */
function planInstallation(system, major) {
    switch (system.packageManager) {
        case 'apk':
            return planTwice([
                asRoot(system.privilege, ['apk', 'add', '--no-cache', '--wait', '120', nameApkPackage(major)]),
            ]);
        case 'dnf':
            return planTwice(listDnfCommands(system, major).map((args) => asRoot(system.privilege, args)));
        case 'brew':
            return planBrew(major);
        case 'choco':
            return planTwice([['choco', ...listChocoArguments(major)]]);
    }
}
/** The one command by which a user installs the client by hand, in a shell of the system; by sudo where there is one. */
function describeManualCommand(system, major) {
    const sudo = system.privilege === 'sudo' ? 'sudo ' : '';
    switch (system.packageManager) {
        case 'apt-get':
            return describeAptCommand(sudo, major);
        case 'apk':
            return `${sudo}apk add ${nameApkPackage(major)}`;
        case 'dnf':
            return listDnfCommands(system, major)
                .map((args) => `${sudo}${args.join(' ')}`)
                .join(' && ');
        case 'brew':
            return `brew install ${nameFormula(major)}`;
        case 'choco':
            return `choco install -y ${nameChocoPackage(major)}`;
    }
}
/** Of one command; a mirror that is slow needs minutes. */
const commandLimitSeconds = 600;
/**
 * The argument vector that runs as root; sudo never asks for a password, for nobody could type it. What runs as another
 * user cannot be ended by this one, so it ends itself.
 */
function asRoot(privilege, args) {
    return privilege === 'sudo'
        ? ['sudo', '-n', 'timeout', '-k', '10', `${commandLimitSeconds}`, ...args]
        : [...args];
}
/** Whether there is, or may come, a PostgreSQL of this major version; only then its number is part of a command. */
function isMajorVersion(major) {
    return /^(?:[1-9]\d|9\.[0-6]|8\.[0-4])$/.test(`${major}`);
}
function makeStep([path = '', ...args], required = true) {
    return { command: { path, args }, required };
}
function planTwice(commands) {
    const steps = commands.map((command) => makeStep(command));
    return { steps, retrySteps: steps };
}
function nameApkPackage(major) {
    return `postgresql${major ?? ''}-client`;
}
/** Amazon Linux has packages of its own; elsewhere those of the PostgreSQL project stand side by side. */
function listDnfCommands({ osRelease, architecture }, major) {
    if (major === undefined)
        return [['dnf', 'install', '-y', 'postgresql']];
    if (osRelease['ID'] === 'amzn')
        return [['dnf', 'install', '-y', `postgresql${major}`]];
    const release = (osRelease['VERSION_ID'] ?? '').split('.')[0] ?? '';
    const system = osRelease['ID'] === 'fedora' ? `F-${release}` : `EL-${release}`;
    const processor = architecture === 'arm64' ? 'aarch64' : 'x86_64';
    const repositories = 'https://download.postgresql.org/pub/repos/yum/reporpms';
    return [
        ['dnf', 'install', '-y', `${repositories}/${system}-${processor}/pgdg-redhat-repo-latest.noarch.rpm`],
        // Without module_hotfixes the system's own module hides these packages on Red Hat 8.
        ['dnf', 'install', '-y', `--setopt=pgdg${major}.module_hotfixes=true`, `postgresql${major}`],
    ];
}
/** Homebrew's own update takes a minute, so it is left for the second try. */
function planBrew(major) {
    const variables = ['HOMEBREW_NO_INSTALL_CLEANUP=1', 'HOMEBREW_NO_ENV_HINTS=1'];
    const install = ['brew', 'install', '--quiet', nameFormula(major)];
    return {
        steps: [makeStep(['env', 'HOMEBREW_NO_AUTO_UPDATE=1', ...variables, ...install])],
        retrySteps: [makeStep(['env', ...variables, ...install])],
    };
}
/** Homebrew has a client without server, libpq, in its newest version only. */
function nameFormula(major) {
    return major === undefined ? 'libpq' : `postgresql@${major}`;
}
function nameChocoPackage(major) {
    return `postgresql${major ?? ''}`;
}
/** The installer behind the package is EnterpriseDB's, which takes components by name. */
function listChocoArguments(major) {
    const components = '--enable-components commandlinetools --disable-components server,pgAdmin,stackbuilder';
    return ['install', '-y', '--no-progress', nameChocoPackage(major), `--install-arguments=${components}`];
}
function describeAptCommand(sudo, major) {
    if (major === undefined)
        return `${sudo}apt-get update && ${sudo}apt-get install -y postgresql-client`;
    return [
        `${sudo}apt-get update`,
        `${sudo}apt-get install -y postgresql-common`,
        `${sudo}/usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y`,
        `${sudo}apt-get install -y postgresql-client-${major}`,
    ].join(' && ');
}

;// CONCATENATED MODULE: ./src/postgres/client/apt-plan.ts

/** Another package manager is waited for, and then it is reported. */
const lockTimeoutSeconds = 120;
/** Programs that ask questions, or restart services after an installation, would stop or disturb the job. */
const environment = ['env', 'LC_ALL=C', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_SUSPEND=1'];
/** apt's own name of a client's package; without a major version, of the one that the system prefers. */
function nameAptPackage(major) {
    return major === undefined ? 'postgresql-client' : `postgresql-client-${major}`;
}
/**
 * The commands that install a client's package by apt: from the configured sources if they offer it, else from the
 * PostgreSQL project's own source. The second try begins with fresh package lists.
 */
function planAptInstallation(facts) {
    const { privilege, packageName, offered, files, sourceFile } = facts;
    const install = makeStep(listInstallArguments(privilege, packageName));
    const update = planAptUpdate(privilege);
    if (offered)
        return { steps: [install], retrySteps: [update, install] };
    const addSource = files.map(({ source, target }) => makeStep(asRoot(privilege, ['install', '-D', '-m', '0644', source, target])));
    const updateSource = makeStep([
        ...asRoot(privilege, [...environment, 'apt-get', 'update', ...boundOptions]),
        // Reading this one source takes a second, reading all of them ten.
        ...['-o', `Dir::Etc::SourceList=${sourceFile}`, '-o', 'Dir::Etc::SourceParts=-'],
        ...['-o', 'APT::Get::List-Cleanup=false', '-o', 'APT::Update::Error-Mode=any'],
    ]);
    return {
        steps: [...addSource, updateSource, install],
        retrySteps: [...addSource, update, install],
    };
}
/** Reads all package lists. Not required: a foreign source that is down must not stop an installation. */
function planAptUpdate(privilege) {
    return makeStep(asRoot(privilege, [...environment, 'apt-get', 'update', ...boundOptions]), false);
}
/**
 * Reads `apt-cache policy NAME…`: the names that have a candidate for installation.
 * apt prints nothing at all about a name that no source mentions.
 */
function parseCandidates(output) {
    const paragraphs = output.split(/^(?=\S)/m);
    return paragraphs
        .filter((paragraph) => /^ {2}Candidate: (?!\(none\))/m.test(paragraph))
        .map((paragraph) => paragraph.slice(0, paragraph.indexOf(':')));
}
/** Whether apt or dpkg failed because another package manager was at work. */
function isLocked(stderr) {
    return /Could not get lock|is another process using it/.test(stderr);
}
/** The release that the PostgreSQL project's source names; a derived system names the one that it is made of. */
function findCodename(osRelease) {
    return osRelease['UBUNTU_CODENAME'] ?? osRelease['DEBIAN_CODENAME'] ?? osRelease['VERSION_CODENAME'];
}
/** A source in apt's deb822 style, which trusts one key for this source and for no other. */
function formatAptSource(url, codename, keyFile) {
    return `Types: deb\nURIs: ${url}\nSuites: ${codename}-pgdg\nComponents: main\nSigned-By: ${keyFile}\n`;
}
/** Without them apt tries for as long as the machine's own configuration likes; a whole installation is tried twice. */
const boundOptions = [
    `DPkg::Lock::Timeout=${lockTimeoutSeconds}`,
    'Acquire::Retries=1',
    'Acquire::http::Timeout=30',
    'Acquire::https::Timeout=30',
].flatMap((option) => ['-o', option]);
// Without a pseudo-terminal dpkg draws no progress bars into the log.
const installOptions = [...boundOptions, '-o', 'Dpkg::Use-Pty=false'];
function listInstallArguments(privilege, packageName) {
    const install = [
        'apt-get',
        'install',
        '-y',
        '-q',
        '--no-install-recommends',
        ...installOptions,
        packageName,
    ];
    return asRoot(privilege, [...environment, ...install]);
}

// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
;// CONCATENATED MODULE: ./src/postgres/client/run-installation.ts



/** Runs a plan's steps, and once more those for the second try; says why that failed too. */
async function runPlan(plan, context) {
    const firstFailure = await runSteps(plan.steps, context);
    if (firstFailure === undefined)
        return undefined;
    context.log.info(`This failed, and is tried once more: ${firstFailure}`);
    const failure = await runSteps(plan.retrySteps, context);
    return failure === undefined ? undefined : `${failure} (tried twice)`;
}
/** Runs the steps up to the first required one that fails, and says why it failed. */
async function runSteps(steps, context) {
    let earlier;
    for (const step of steps) {
        const { why, unfetched } = await runStep(step, context);
        if (why !== undefined && step.required) {
            return earlier === undefined ? why : `${why}; before that: ${earlier}`;
        }
        earlier ??= unfetched;
    }
    return undefined;
}
async function runStep({ command }, context) {
    const words = [command.path, ...command.args];
    context.log.info(`$ ${words.join(' ')}`);
    const { failure, stdout, stderr } = await runUnlocked(command, context);
    const output = [stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n');
    for (const text of output === '' ? [] : output.split(/\r\n|[\r\n]/))
        context.log.info(text);
    const unfetched = /^[WE]: (Failed to fetch .*)$/m.exec(output)?.[1]?.replace(/\s+/g, ' ');
    if (failure === undefined)
        return { why: undefined, unfetched };
    // Settings and variables stand in the log.
    const short = words.filter((word) => !/^(?:-o|env|\S+=\S*)$/.test(word)).join(' ');
    const why = `\`${short}\` ended with exit code ${failure.exitCode ?? 'none'}: ${findReason(output)}`;
    return { why, unfetched };
}
/** Waits for another apt to let go of the package lists; apt itself waits only where packages are unpacked. */
async function runUnlocked(command, { environment, signal, log }) {
    const deadline = Date.now() + lockTimeoutSeconds * 1000;
    for (let told = false;; told = true) {
        const result = await (0,pipeline/* runPipeline */.a)([command], { environment, signal });
        if (result.failure === undefined || !isLocked(result.stderr) || Date.now() > deadline)
            return result;
        if (!told)
            log.info('Another package manager is at work, which is waited for.');
        await (0,external_node_timers_promises_.setTimeout)(1000);
    }
}
/** The lines in which package managers name what is wrong; else the last line. */
function findReason(output) {
    const lines = output.split('\n').map((line) => line.trim());
    const errors = lines.filter((line) => /^(E|ERROR|Error)\b:?|^sudo: /.test(line));
    const reason = errors.length > 0 ? errors.slice(0, 3).join('; ') : (lines.at(-1) ?? '');
    return reason === '' ? 'it printed nothing' : reason.replace(/[.\s]+$/, '');
}

;// CONCATENATED MODULE: ./src/postgres/client/apt.ts








/** Asks apt whether there is a client at all, which tells whether it has package lists. */
const anyClient = nameAptPackage(undefined);
/** How long the removal of what a failed installation added may take; a cancelled step has four seconds in all. */
const removalMilliseconds = 3_000;
/**
 * Installs a client's package by apt: the system's own if it has that major version, else that of the PostgreSQL
 * project, whose signing key is trusted only for that source. An installation that fails or is cancelled leaves
 * neither that source nor its key behind.
 * @returns why it failed, or undefined
 * @throws the signal's reason when it is aborted
 */
async function installByApt(system, major, context) {
    const { privilege } = system;
    const packageName = nameAptPackage(major);
    let candidates = await askCandidates([packageName, anyClient], context);
    if (!candidates.includes(anyClient)) {
        await runSteps([planAptUpdate(privilege)], context);
        candidates = await askCandidates([packageName, anyClient], context);
    }
    const plan = { privilege, packageName, offered: candidates.includes(packageName) };
    if (plan.offered || major === undefined) {
        return runPlan(planAptInstallation({ ...plan, offered: true, files: [], sourceFile: '' }), context);
    }
    return installFromProject(system, packageName, context);
}
async function installFromProject(system, packageName, context) {
    const { privilege } = system;
    const staging = await (0,promises_.mkdtemp)((0,external_node_path_.join)((0,external_node_os_.tmpdir)(), 'postgres-backup-apt-'));
    let added = [];
    try {
        const source = await prepareSource(system, staging, context);
        added = source.files.map(({ target }) => target).filter((target) => !(0,external_node_fs_.existsSync)(target));
        const plan = planAptInstallation({ privilege, packageName, offered: false, ...source });
        const why = await runPlan(plan, context);
        if (why === undefined)
            added = [];
        return why;
    }
    catch (error) {
        context.signal.throwIfAborted();
        return error instanceof Error ? error.message : String(error);
    }
    finally {
        await removeFiles(added, privilege, context);
        await (0,promises_.rm)(staging, { recursive: true, force: true });
    }
}
/** Does not follow the context's signal, since what a cancelled installation added must go as well. */
async function removeFiles(files, privilege, { environment, log }) {
    if (files.length === 0)
        return;
    const { command } = makeStep(asRoot(privilege, ['rm', '-f', '--', ...files]));
    const signal = AbortSignal.timeout(removalMilliseconds);
    const { failure } = await (0,pipeline/* runPipeline */.a)([command], { environment, signal });
    if (failure !== undefined)
        log.warning(`A failed installation left behind: ${files.join(', ')}.`);
}
async function askCandidates(names, context) {
    const command = { path: 'apt-cache', args: ['policy', ...names] };
    const environment = { ...context.environment, LC_ALL: 'C' };
    const { stdout } = await (0,pipeline/* runPipeline */.a)([command], { environment, signal: context.signal });
    return parseCandidates(stdout);
}
/** @throws {Error} when the release is unknown, or the place of the source is taken */
async function prepareSource({ osRelease }, staging, context) {
    const { root, aptRepository } = context;
    const configured = findConfiguredSource(root, aptRepository);
    if (configured !== undefined)
        return { files: [], sourceFile: configured };
    const codename = findCodename(osRelease);
    if (codename === undefined)
        throw new Error('/etc/os-release does not name the release of this system');
    const sourceFile = (0,external_node_path_.join)(root, 'etc/apt/sources.list.d/pgdg.sources');
    if ((0,external_node_fs_.existsSync)(sourceFile))
        throw new Error(`${sourceFile} is there, and does not name ${aptRepository.url}`);
    const keyFile = (0,external_node_path_.join)(root, 'etc/apt/keyrings/apt.postgresql.org.asc');
    const [stagedKey, stagedSource] = [(0,external_node_path_.join)(staging, 'key.asc'), (0,external_node_path_.join)(staging, 'pgdg.sources')];
    await (0,promises_.writeFile)(stagedKey, aptRepository.key);
    await (0,promises_.writeFile)(stagedSource, formatAptSource(chooseScheme(aptRepository.url), codename, keyFile));
    const files = [
        { source: stagedKey, target: keyFile },
        { source: stagedSource, target: sourceFile },
    ];
    return { files, sourceFile };
}
/** A second entry for one repository, with another key file, would make apt refuse all sources. */
function findConfiguredSource(root, { url }) {
    const parts = (0,external_node_path_.join)(root, 'etc/apt/sources.list.d');
    const names = (0,external_node_fs_.existsSync)(parts) ? (0,external_node_fs_.readdirSync)(parts) : [];
    const files = names.filter((name) => /\.(list|sources)$/.test(name)).map((name) => (0,external_node_path_.join)(parts, name));
    const place = url.replace(/^https?:/, '');
    return [(0,external_node_path_.join)(root, 'etc/apt/sources.list'), ...files].find((file) => {
        const lines = (0,external_node_fs_.existsSync)(file) ? (0,external_node_fs_.readFileSync)(file, 'utf8').split('\n') : [];
        return lines.some((line) => !line.trimStart().startsWith('#') && line.includes(place));
    });
}
/** Small container images have no certificates for https; apt trusts the signature, not the transport. */
function chooseScheme(url) {
    return (0,external_node_fs_.existsSync)('/etc/ssl/certs/ca-certificates.crt') ? url : url.replace(/^https:/, 'http:');
}

;// CONCATENATED MODULE: ./src/postgres/client/install.ts






const limitMinutes = 15;
/**
 * Installs the client of a major version, or the one that the system prefers when `major` is undefined, and nothing
 * beside it. What fails is tried once more, and nothing is waited for longer than 15 minutes in all.
 * @param limit ends the installation
 * @returns undefined when all commands succeeded
 * @throws the context's signal's reason when it is aborted
 */
async function installClient(major, context, limit = AbortSignal.timeout(limitMinutes * 60_000)) {
    if (major !== undefined && !isMajorVersion(major)) {
        return { why: `there is no PostgreSQL ${major}`, byHand: undefined, mayInstall: true };
    }
    const system = inspectSystem(context);
    if (system === undefined) {
        return {
            why: `none of ${packageManagers.join(', ')} is on the PATH`,
            byHand: undefined,
            mayInstall: true,
        };
    }
    const byHand = describeManualCommand(system, major);
    const needsRoot = ['apt-get', 'apk', 'dnf'].includes(system.packageManager);
    if (needsRoot && system.privilege === 'none') {
        return { why: 'this user is not root, and there is no sudo', byHand, mayInstall: false };
    }
    context.log.startGroup(`Installing PostgreSQL client ${major ?? ''}`.trim());
    try {
        const signal = AbortSignal.any([context.signal, limit]);
        const why = await installBy(system, major, { ...context, signal });
        return why === undefined ? undefined : { why, byHand, mayInstall: true };
    }
    catch (error) {
        context.signal.throwIfAborted();
        if (!limit.aborted)
            throw error;
        return { why: `it took longer than ${limitMinutes} minutes`, byHand, mayInstall: true };
    }
    finally {
        context.log.endGroup();
    }
}
async function installBy(system, major, context) {
    const { packageManager } = system;
    if (packageManager === 'apt-get')
        return installByApt(system, major, context);
    return runPlan(planInstallation({ ...system, packageManager }, major), context);
}
function inspectSystem({ path, platform, root }) {
    const packageManager = packageManagers.find((name) => (0,find_executable/* findExecutable */.o)(name, path) !== undefined);
    if (packageManager === undefined)
        return undefined;
    const osRelease = platform === 'linux' ? readOsRelease(root) : {};
    return { packageManager, privilege: findPrivilege(path), architecture: process.arch, osRelease };
}
function findPrivilege(path) {
    if (process.getuid?.() === 0)
        return 'root';
    return (0,find_executable/* findExecutable */.o)('sudo', path) === undefined ? 'none' : 'sudo';
}
function readOsRelease(root) {
    try {
        const text = (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(root, 'etc', 'os-release'), 'utf8');
        const variables = [...text.matchAll(/^([A-Z_]+)=["']?([^"'\n]*)["']?$/gm)];
        return Object.fromEntries(variables.map(([, name = '', value = '']) => [name, value]));
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./src/postgres/client/provide-client.ts






/**
 * Installs a client where there is none at all, for without one the server cannot be asked for its version:
 * the requested major version, else the one that the system itself offers.
 * @throws {BackupError} PGB_CLIENT
 */
async function provideFirstClient(context) {
    const major = context.requestedMajor;
    const failure = await installClient(major, context);
    const clients = failure === undefined ? await (0,find_clients/* findClients */.g)(context) : [];
    if (clients.length > 0)
        return clients;
    const what = `There is no PostgreSQL client ${major === undefined ? '' : `${major} `}on this machine`;
    throw refuseInstallation(what, 'psql and pg_dump were not found', failure, context);
}
/**
 * The client that fits the server: an installed one of its major version, else a newly installed one, else, with a
 * warning, a newer one that is there. Never an older one.
 * @throws {BackupError} PGB_CLIENT
 */
async function provideClient(server, clients, context) {
    const serverMajor = (0,version/* majorOfVersionNumber */.KU)(server.versionNumber);
    const demand = { serverMajor, requestedMajor: context.requestedMajor };
    const decision = (0,choose_client/* chooseClient */.P)(clients, demand);
    if (decision.kind === 'refuse')
        throw refuseVersion(server, serverMajor, decision.requestedMajor);
    if (decision.kind === 'exact')
        return acceptClient(decision.client, server, context);
    const failure = await installClient(decision.major, context);
    const installed = (0,choose_client/* chooseClient */.P)(await (0,find_clients/* findClients */.g)(context), demand);
    if (installed.kind === 'exact')
        return acceptClient(installed.client, server, context);
    if (decision.otherwise === undefined) {
        const what = `No PostgreSQL client ${decision.major} for the server, which is PostgreSQL ${server.version}`;
        throw refuseInstallation(what, describePresence(clients), failure, context);
    }
    context.log.warning(`PostgreSQL client ${decision.major} could not be installed: ${explainFailure(failure)}.`);
    return acceptClient(decision.otherwise, server, context);
}
/** Says once what is not ideal about the client. */
function acceptClient(client, server, context) {
    const { log, warned } = context;
    const serverMajor = (0,version/* majorOfVersionNumber */.KU)(server.versionNumber);
    log.info(`PostgreSQL client ${client.version} (${(0,external_node_path_.dirname)(client.pgDump)}) for server ${server.version}`);
    if (client.major > serverMajor) {
        log.warning(`The client, PostgreSQL ${client.version}, is newer than the server, PostgreSQL ${server.version}: ` +
            `such a dump may not restore into PostgreSQL ${serverMajor}.`, 'Client newer than server');
    }
    const holes = (0,version/* describeKnownHoles */.Qy)(client);
    if (holes !== undefined && !warned.has(client.version)) {
        warned.add(client.version);
        log.warning(`${holes}.`, 'Outdated PostgreSQL client');
    }
    return client;
}
function refuseVersion(server, serverMajor, requestedMajor) {
    return new errors/* BackupError */.h('PGB_CLIENT', {
        what: `PostgreSQL client ${requestedMajor}, which postgres-version asks for, cannot be used`,
        why: `the server is PostgreSQL ${server.version}, and pg_dump refuses a server newer than itself`,
        whatToDo: `Set postgres-version to auto, or to ${serverMajor}`,
    });
}
function refuseInstallation(what, presence, failure, { requestedMajor }) {
    const other = requestedMajor === undefined ? '' : ', or set postgres-version to auto';
    const place = failure?.mayInstall === false ? 'as root, or in the image' : 'in a step before this one';
    const command = failure?.byHand === undefined ? '' : `; the command is: ${failure.byHand}`;
    return new errors/* BackupError */.h('PGB_CLIENT', {
        what,
        why: `${presence}, and it could not be installed: ${explainFailure(failure)}`,
        whatToDo: `Install it ${place}${other}${command}`,
    });
}
function explainFailure(failure) {
    return failure?.why ?? 'the packages were installed, but no client of that version was found afterwards';
}
function describePresence(clients) {
    const versions = [...new Set(clients.map(({ version }) => version))].join(', ');
    return versions === '' ? 'this machine has no client' : `this machine has ${versions}`;
}


/***/ }),

/***/ 66993:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   NV: () => (/* binding */ knowsRestrict),
/* harmony export */   Zw: () => (/* binding */ restrictSince),
/* harmony export */   mu: () => (/* binding */ findRestriction)
/* harmony export */ });
/* harmony import */ var _version_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(91627);

/** First releases that write and read `\restrict` (PostgreSQL 18, and the minor releases of 14 August 2025). */
const restrictSince = new Map([
    [13, '13.22'],
    [14, '14.19'],
    [15, '15.14'],
    [16, '16.10'],
    [17, '17.6'],
]);
/** PURE. Whether this release writes `\restrict` into plain dumps, and so reads it. */
function knowsRestrict(version) {
    const major = (0,_version_js__WEBPACK_IMPORTED_MODULE_0__/* .majorOf */ .Ds)(version);
    const since = restrictSince.get(major);
    return since === undefined ? major > 17 : (0,_version_js__WEBPACK_IMPORTED_MODULE_0__/* .compareVersions */ .Zy)(version, since) >= 0;
}
/** PURE. How far a psql can be kept from obeying the commands in a forged dump. */
function findRestriction(client) {
    if (!knowsRestrict(client.version))
        return 'none';
    return (0,_version_js__WEBPACK_IMPORTED_MODULE_0__/* .keepsRestriction */ .PZ)(client) ? 'tight' : 'leaking';
}


/***/ }),

/***/ 91627:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ds: () => (/* binding */ majorOf),
/* harmony export */   KU: () => (/* binding */ majorOfVersionNumber),
/* harmony export */   PZ: () => (/* binding */ keepsRestriction),
/* harmony export */   Qy: () => (/* binding */ describeKnownHoles),
/* harmony export */   VW: () => (/* binding */ parseClientVersion),
/* harmony export */   Zy: () => (/* binding */ compareVersions)
/* harmony export */ });
/** Numbers of what comes before the first release, as if they were minor ones: development and betas, candidates. */
const early = { beta: -2, candidate: -1 };
/**
 * The first releases without known security holes that matter to a dump.
 * Source: PostgreSQL's release notes; for 19 its candidate 1, tried. Majors below the oldest one listed no longer get
 * fixes; in those above the newest none is known.
 */
const safeMinors = new Map([
    [14, { restrictBypass: 24, stackOverwrite: 23 }],
    [15, { restrictBypass: 19, stackOverwrite: 18 }],
    [16, { restrictBypass: 15, stackOverwrite: 14 }],
    [17, { restrictBypass: 11, stackOverwrite: 10 }],
    [18, { restrictBypass: 6, stackOverwrite: 4 }],
    [19, { restrictBypass: early.candidate, stackOverwrite: early.beta }],
]);
const oldestMaintainedMajor = Math.min(...safeMinors.keys());
/** Reads what `pg_dump --version` prints; undefined when it is not what a pg_dump prints. */
function parseClientVersion(output) {
    const version = /^pg_dump \([^)]+\) (\d+(?:\.\d+)*(?:devel|alpha\d*|beta\d*|rc\d*)?)\b/m.exec(output)?.[1];
    return version === undefined ? undefined : { major: majorOf(version), version };
}
/** PURE. Major version of what `server_version` or `pg_dump --version` say: 15, 18; before 10 as in 9.6. */
function majorOf(version) {
    const [first = 0, second = 0] = splitVersion(version);
    return first >= 10 ? first : Number(`${first}.${second}`);
}
/** Major version of a server from its `server_version_num`: 150018 is 15, and 90624 is 9.6. */
function majorOfVersionNumber(versionNumber) {
    const first = Math.floor(versionNumber / 10_000);
    return first >= 10 ? first : majorOf(`${first}.${Math.floor(versionNumber / 100) % 100}`);
}
/** Orders versions from old to new; a beta comes before its release. */
function compareVersions(left, right) {
    const [ours, theirs] = [splitVersion(left), splitVersion(right)];
    const differences = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, index) => {
        return (ours[index] ?? 0) - (theirs[index] ?? 0);
    });
    return differences.find((difference) => difference !== 0) ?? 0;
}
/**
 * The security holes of a release that concern dumping and restoring, and the release that fixes them.
 * @returns a sentence without final stop, or undefined when none is known
 */
function describeKnownHoles({ major, version }) {
    if (major < oldestMaintainedMajor) {
        return `PostgreSQL client ${version} belongs to a major version that no longer gets security fixes`;
    }
    const safe = safeMinors.get(major);
    const minor = splitVersion(version)[1] ?? 0;
    if (safe === undefined || minor >= safe.restrictBypass)
        return undefined;
    const holes = [
        'a dump from a hostile server can break out of \\restrict and run commands where psql restores it',
    ];
    if (minor < safe.stackOverwrite)
        holes.unshift("a hostile server can overwrite pg_dump's stack");
    return `PostgreSQL client ${version} has known security holes, fixed in ${major}.${Math.max(safe.restrictBypass, 0)}: ${holes.join('; ')}`;
}
/** Whether psql, under `\restrict`, runs nothing of what stands behind `\unrestrict`, as it did in backquotes. */
function keepsRestriction({ major, version }) {
    const safe = safeMinors.get(major);
    if (safe === undefined)
        return major > oldestMaintainedMajor;
    return (splitVersion(version)[1] ?? 0) >= safe.restrictBypass;
}
/** `18beta1` becomes 18, -2, and `18rc1` 18, -1: below 18.0 and above 17.99. */
function splitVersion(version) {
    const numbers = (/^[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
    const letters = /[a-z]+/.exec(version)?.[0];
    if (letters === undefined)
        return numbers;
    return [...numbers, letters === 'rc' ? early.candidate : early.beta];
}


/***/ }),

/***/ 83803:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ connectionKeywords),
/* harmony export */   p: () => (/* binding */ foreignParameters)
/* harmony export */ });
/** Every parameter of libpq 15 to 18 and its variable. Source: `PQconndefaults` of both versions. */
const connectionKeywords = new Map([
    ['service', { variable: 'PGSERVICE' }],
    ['user', { variable: 'PGUSER' }],
    ['password', { variable: 'PGPASSWORD', secret: true }],
    ['passfile', { variable: 'PGPASSFILE' }],
    ['channel_binding', { variable: 'PGCHANNELBINDING' }],
    ['connect_timeout', { variable: 'PGCONNECT_TIMEOUT' }],
    ['dbname', { variable: 'PGDATABASE' }],
    ['host', { variable: 'PGHOST' }],
    ['hostaddr', { variable: 'PGHOSTADDR' }],
    ['port', { variable: 'PGPORT' }],
    ['client_encoding', { variable: 'PGCLIENTENCODING' }],
    ['options', { variable: 'PGOPTIONS' }],
    ['application_name', { variable: 'PGAPPNAME' }],
    ['fallback_application_name', {}],
    ['keepalives', {}],
    ['keepalives_idle', {}],
    ['keepalives_interval', {}],
    ['keepalives_count', {}],
    ['tcp_user_timeout', {}],
    ['sslmode', { variable: 'PGSSLMODE' }],
    ['sslnegotiation', { variable: 'PGSSLNEGOTIATION', since: 17 }],
    ['sslcompression', { variable: 'PGSSLCOMPRESSION' }],
    ['sslcert', { variable: 'PGSSLCERT' }],
    ['sslkey', { variable: 'PGSSLKEY' }],
    ['sslcertmode', { variable: 'PGSSLCERTMODE', since: 16 }],
    ['sslpassword', { secret: true }],
    ['sslrootcert', { variable: 'PGSSLROOTCERT' }],
    ['sslcrl', { variable: 'PGSSLCRL' }],
    ['sslcrldir', { variable: 'PGSSLCRLDIR', since: 14 }],
    ['sslsni', { variable: 'PGSSLSNI', since: 14 }],
    ['sslkeylogfile', { since: 18 }],
    ['requirepeer', { variable: 'PGREQUIREPEER' }],
    ['require_auth', { variable: 'PGREQUIREAUTH', since: 16 }],
    ['min_protocol_version', { variable: 'PGMINPROTOCOLVERSION', since: 18 }],
    ['max_protocol_version', { variable: 'PGMAXPROTOCOLVERSION', since: 18 }],
    ['ssl_min_protocol_version', { variable: 'PGSSLMINPROTOCOLVERSION' }],
    ['ssl_max_protocol_version', { variable: 'PGSSLMAXPROTOCOLVERSION' }],
    ['gssencmode', { variable: 'PGGSSENCMODE' }],
    ['krbsrvname', { variable: 'PGKRBSRVNAME' }],
    ['gsslib', { variable: 'PGGSSLIB' }],
    ['gssdelegation', { variable: 'PGGSSDELEGATION', since: 16 }],
    ['replication', {}],
    ['target_session_attrs', { variable: 'PGTARGETSESSIONATTRS' }],
    ['load_balance_hosts', { variable: 'PGLOADBALANCEHOSTS', since: 16 }],
    ['scram_client_key', { since: 18, secret: true }],
    ['scram_server_key', { since: 18, secret: true }],
    ['oauth_issuer', { since: 18 }],
    ['oauth_client_id', { since: 18 }],
    ['oauth_client_secret', { since: 18, secret: true }],
    ['oauth_scope', { since: 18 }],
]);
/** Parameters that other tools add to a URL, and what to write for libpq instead. */
const foreignParameters = new Map([
    ...[
        ...['connection_limit', 'pool_timeout', 'pool_size', 'pool', 'pool_mode', 'statement_cache_size'],
        ...[
            'prepared_statement_cache_size',
            'prepareThreshold',
            'prepare',
            'max',
            'idle_timeout',
            'supa',
            'workaround',
        ],
        ...['socket_timeout', 'single_use_connections', 'serverVersion', 'charset', 'useSSL', 'uselibpqcompat'],
        ...[
            'pool_max_conns',
            'pool_min_conns',
            'pool_max_conn_lifetime',
            'default_query_exec_mode',
            'binary_parameters',
        ],
        ...[
            'loggerLevel',
            'reWriteBatchedInserts',
            'ApplicationName',
            'sslidentity',
            'encoding',
            'reaping_frequency',
        ],
    ].map((name) => [name, `Remove "${name}" from the url`]),
    ['pgbouncer', 'Remove "pgbouncer" and connect to the database itself, not through its pooler'],
    ['schema', 'Remove "schema"; to dump a single schema, add --schema=NAME to the input "options"'],
    [
        'currentSchema',
        'Remove "currentSchema"; to dump a single schema, add --schema=NAME to the input "options"',
    ],
    ['search_path', 'Remove "search_path"; to dump a single schema, add --schema=NAME to the input "options"'],
    [
        'sslaccept',
        'Replace "sslaccept" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
    ],
    ['ssl', 'Replace "ssl" by sslmode=require, or by sslmode=disable'],
    [
        'sslfactory',
        'Replace "sslfactory" by sslmode=require, or by sslmode=verify-full with the input "ssl-root-cert"',
    ],
    ['ssl_mode', 'Replace "ssl_mode" by "sslmode"'],
    ['sslMode', 'Replace "sslMode" by "sslmode"'],
    ['sslca', 'Replace "sslca" by the input "ssl-root-cert"'],
    ['timezone', 'Replace "timezone" by the environment variable PGTZ'],
    ['database', 'Replace "database" by "dbname"'],
    ['username', 'Replace "username" by "user"'],
    ['hostname', 'Replace "hostname" by "host"'],
    ['endpoint', 'Replace "endpoint=…" by options=endpoint%3D…'],
]);


/***/ }),

/***/ 69555:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  xA: () => (/* binding */ escapeConninfoValue),
  OA: () => (/* binding */ formatDatabaseArgument),
  is: () => (/* binding */ looksLikeAddress),
  HH: () => (/* binding */ parseConnectionString)
});

// UNUSED EXPORTS: listHosts

// EXTERNAL MODULE: ./src/postgres/connection/connection-keywords.ts
var connection_keywords = __webpack_require__(83803);
// EXTERNAL MODULE: ./src/postgres/connection/url-error.ts
var url_error = __webpack_require__(65822);
;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-store.ts


/**
 * PURE but for `store`. Sets one parameter (libpq: conninfo_storeval). The name of an unknown parameter is
 * never shown, because it may be the tail of a password that holds "&" or a blank.
 * @throws BackupError PGB_URL when libpq knows no such keyword
 */
function storeParameter(store, keyword, value, position) {
    if (keyword === 'requiressl') {
        store.set('sslmode', value.startsWith('1') ? 'require' : 'prefer');
    }
    else if (connection_keywords/* connectionKeywords */.Z.has(keyword)) {
        store.set(keyword, value);
    }
    else {
        throw refuseUnknownParameter(keyword, position);
    }
}
function refuseUnknownParameter(keyword, position) {
    const advice = connection_keywords/* foreignParameters */.p.get(keyword);
    if (advice !== undefined)
        return (0,url_error/* refuseUrl */._)(`the parameter "${keyword}" belongs to another tool, PostgreSQL does not know it`, advice);
    return (0,url_error/* refuseUrl */._)(`parameter number ${position} has a name that PostgreSQL does not know`, 'Correct or remove it; "&" and "=" inside a value of a URI are written %26 and %3D, a value with blanks in a ' +
        'keyword/value string is written in single quotes, and the input "password" needs no encoding');
}

;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-pairs.ts



// libpq's isspace() in the C locale, which leaves out the blanks of Unicode.
const blank = '[ \\t\\n\\v\\f\\r]';
const parameterName = new RegExp(`${blank}*([^ \\t\\n\\v\\f\\r=]*)${blank}*`, 'y');
const equalsSign = new RegExp(`=${blank}*`, 'y');
const quotedValue = /'((?:\\[^]|[^'\\])*)'/y;
const plainValue = /(?:\\(?:[^]|$)|[^ \t\n\v\f\r\\])*/y;
/**
 * PURE. Reads a keyword/value string as libpq does (libpq: conninfo_parse).
 * @throws BackupError PGB_URL
 */
function parseConninfoPairs(text) {
    const store = new Map();
    let at = 0;
    const take = (pattern) => {
        pattern.lastIndex = at;
        const match = pattern.exec(text);
        if (match !== null)
            at = pattern.lastIndex;
        return match ?? undefined;
    };
    for (let position = 1;; position++) {
        const name = take(parameterName)?.[1] ?? '';
        if (at === text.length && name === '')
            return store;
        const equals = take(equalsSign)?.[0];
        if (equals === undefined)
            throw refuseMissingEquals(position);
        const isQuoted = text[at] === "'";
        const value = isQuoted ? take(quotedValue)?.[1] : take(plainValue)?.[0];
        if (value === undefined)
            throw (0,url_error/* refuseUrl */._)(`the value of parameter number ${position} begins with a single quote that is never closed`, 'Close it, and write \\\' for a quote inside the value; the input "password" needs no quoting');
        if (!isQuoted && equals !== '=' && isPair(value))
            throw (0,url_error/* refuseUrl */._)(`the value of parameter number ${position} is empty, so libpq takes the next parameter for it`, "Write an empty value as '', or remove the parameter; in a workflow, see whether a secret is empty");
        storeParameter(store, name, value.replace(/\\([^]?)/g, '$1'), position);
    }
}
function isPair(value) {
    return value.includes('=') && connection_keywords/* connectionKeywords */.Z.has(value.slice(0, value.indexOf('=')));
}
function refuseMissingEquals(position) {
    if (position === 1)
        return (0,url_error/* refuseUrl */._)('it is neither a URI that begins with postgres:// or postgresql:// nor a list of keyword=value', 'Write postgres://user:password@host:5432/database, with no quotes around it and no name before it');
    return (0,url_error/* refuseUrl */._)(`there is no "=" after the name of parameter number ${position}`, 'Put a value with blanks in single quotes, or use the input "password", which needs no quoting');
}

;// CONCATENATED MODULE: ./src/postgres/connection/conninfo-uri.ts



const scheme = /^(?:postgresql|postgres):\/\//;
/** PURE. Whether libpq takes the text for a URI (libpq: uri_prefix_length; it minds upper and lower case). */
function isConninfoUri(text) {
    return scheme.test(text);
}
/**
 * PURE. Reads a connection URI as libpq does (libpq: conninfo_uri_parse_options), except that it refuses what
 * libpq would misunderstand: a raw "@" in password or path, and raw white space, which libpq before
 * version 17 keeps and later ones drop or refuse.
 * @throws BackupError PGB_URL
 */
function parseConninfoUri(text) {
    if (/[ \t\n\v\f\r]/.test(text))
        throw (0,url_error/* refuseUrl */._)('a URI holds no blanks or line breaks', 'Write a blank as %20, or remove the line break; the input "password" needs no encoding');
    const store = new Map();
    const rest = storeUserinfo(store, text.replace(scheme, ''));
    const location = storeHosts(store, rest);
    if (location === '')
        return store;
    const query = location.startsWith('?') ? location : storeDatabase(store, location);
    if (query !== '')
        storeQuery(store, query.slice(1));
    return store;
}
function storeUserinfo(store, rest) {
    const end = rest.search(/[@/]/);
    const beforeQuery = rest.slice(end + 1).split('?', 1)[0] ?? '';
    if (end >= 0 && beforeQuery.includes('@'))
        throw refuseSecondAt(rest[end] === '@');
    if (rest[end] !== '@')
        return rest;
    const userinfo = rest.slice(0, end);
    if (hasParameter(userinfo))
        throw (0,url_error/* refuseUrl */._)('an "@" in a parameter after the "?" makes libpq take all before it for the user name and password', 'Write "@" as %40 and a "?" in the password as %3F, or put a "/" before the "?"');
    const colon = userinfo.indexOf(':');
    storeDecoded(store, 'user', colon < 0 ? userinfo : userinfo.slice(0, colon));
    if (colon >= 0)
        storeDecoded(store, 'password', userinfo.slice(colon + 1));
    return rest.slice(end + 1);
}
function hasParameter(userinfo) {
    return [...userinfo.matchAll(/[?&](\w+)=/g)].some((match) => connection_keywords/* connectionKeywords */.Z.has(match[1] ?? ''));
}
function refuseSecondAt(hasUserinfo) {
    const write = 'Percent-encode the user name and password, "@" as %40 and "/" as %2F, or use the password input';
    if (hasUserinfo)
        return (0,url_error/* refuseUrl */._)('there is a second "@", and libpq ends the password at the first one', write);
    return (0,url_error/* refuseUrl */._)('there is a "/" before the "@", and libpq ends the host at the first "/"', write);
}
/** Returns what follows the hosts: empty, or from its "/" or "?" on. */
function storeHosts(store, rest) {
    const hosts = [];
    const ports = [];
    let remaining = rest;
    for (;;) {
        const [host, afterHost] = remaining.startsWith('[')
            ? splitAddress(remaining)
            : splitBefore(remaining, /[:/?,]/);
        const [port, afterPort] = afterHost.startsWith(':')
            ? splitBefore(afterHost.slice(1), /[/?,]/)
            : ['', afterHost];
        hosts.push(host);
        ports.push(port);
        if (!afterPort.startsWith(',')) {
            storeDecoded(store, 'host', hosts.join(','));
            storeDecoded(store, 'port', ports.join(','));
            return afterPort;
        }
        remaining = afterPort.slice(1);
    }
}
function splitAddress(remaining) {
    const end = remaining.indexOf(']');
    const after = remaining.slice(end + 1);
    if (end < 0 || end === 1 || !/^(?:[:/?,]|$)/.test(after))
        throw (0,url_error/* refuseUrl */._)('an IPv6 address in a URI stands between "[" and "]", and only a port, "/", "?" or "," may follow', 'Write the address as in postgres://user@[2001:db8::1]:5432/database');
    return [remaining.slice(1, end), after];
}
function splitBefore(text, end) {
    const index = text.search(end);
    return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index)];
}
function storeDatabase(store, path) {
    const [database, query] = splitBefore(path.slice(1), /\?/);
    storeDecoded(store, 'dbname', database);
    return query;
}
/** Stores a part that an empty text leaves unset (libpq: PGDATABASE and its like must go on working). */
function storeDecoded(store, keyword, encoded) {
    if (encoded !== '')
        store.set(keyword, decodePercent(encoded));
}
function storeQuery(store, query) {
    const parts = query.split('&');
    // libpq stops at the end of the text, so one trailing "&" is no empty parameter.
    if (parts.at(-1) === '')
        parts.pop();
    parts.forEach((part, index) => {
        const pieces = part.split('=');
        const [keyword, value] = pieces.map(decodePercent);
        if (pieces.length !== 2 || keyword === undefined || value === undefined)
            throw (0,url_error/* refuseUrl */._)(`parameter number ${index + 1} after the "?" is not of the form name=value`, 'Write "=" and "&" inside a value as %3D and %26, and "?" inside a password as %3F');
        if (keyword === 'ssl' && value === 'true')
            store.set('sslmode', 'require');
        else
            storeParameter(store, keyword, value, index + 1);
    });
}
/** PURE. Percent-decodes one part (libpq: conninfo_uri_decode), which must be UTF-8. */
function decodePercent(encoded) {
    if (/%(?![0-9A-Fa-f]{2})/.test(encoded))
        throw (0,url_error/* refuseUrl */._)('a "%" in a URI must be followed by two hexadecimal digits', 'Write a "%" in the password as %25, or use the password input');
    if (encoded.includes('%00'))
        throw (0,url_error/* refuseUrl */._)('%00 is forbidden in a URI', 'Remove it');
    try {
        return decodeURIComponent(encoded);
    }
    catch {
        throw (0,url_error/* refuseUrl */._)('the percent-encoded bytes are not UTF-8', 'Encode the characters as UTF-8, as in %C3%A9 for "é"');
    }
}

// EXTERNAL MODULE: ./src/postgres/connection/hosts.ts
var hosts = __webpack_require__(99615);
;// CONCATENATED MODULE: ./src/postgres/connection/connection-string.ts





/**
 * PURE. Reads a connection URI or keyword/value string as libpq does (libpq: parse_connection_string). It
 * refuses what libpq refuses, and what libpq accepts but would misunderstand; no error holds a piece of the text.
 * @throws BackupError PGB_URL
 */
function parseConnectionString(text) {
    if (text.includes('\0'))
        throw (0,url_error/* refuseUrl */._)('it holds a NUL character', 'Remove it');
    if (!isConninfoUri(text))
        checkScheme(text);
    const store = isConninfoUri(text) ? parseConninfoUri(text) : parseConninfoPairs(text);
    const parameters = Object.fromEntries(store);
    (0,hosts/* checkPorts */.v)(parameters);
    return parameters;
}
function checkScheme(text) {
    if (/^\s*["']?[a-z][a-z0-9+.-]*(?::[a-z]+)?:\/\//i.test(text))
        throw (0,url_error/* refuseUrl */._)('a URI begins with exactly postgres:// or postgresql://, in lower case', 'Remove what stands before it, such as a quote, a blank, "jdbc:" or the name of a driver');
}
/** PURE. Whether a text that should be a mere name is a connection URI or holds a password for libpq. */
function looksLikeAddress(text = '') {
    return /:\/\/|\bpassword\s*=/i.test(text);
}
/** PURE. Writes a value for a keyword/value string: `'…'` with `\` and `'` escaped (libpq: appendConnStrVal). */
function escapeConninfoValue(value) {
    return `'${value.replace(/[\\']/g, '\\$&')}'`;
}
/**
 * PURE. The only safe way to name a database on a command line: libpq takes a bare name that holds "=" or begins
 * with a URI's scheme for a whole connection string, and would send the password to the host in it.
 */
function formatDatabaseArgument(database) {
    return `--dbname=dbname=${escapeConninfoValue(database)}`;
}


/***/ }),

/***/ 99615:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ listHosts),
/* harmony export */   v: () => (/* binding */ checkPorts)
/* harmony export */ });
/* harmony import */ var _url_error_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(65822);

const defaultPort = '5432';
/**
 * PURE. The servers in the order in which libpq tries them (libpq: pqConnectOptions2).
 * @throws BackupError PGB_URL when the numbers of hosts, addresses and ports do not fit, or a port is no port
 */
function listHosts(parameters) {
    checkPorts(parameters);
    const names = splitList(parameters['host']);
    const addresses = splitList(parameters['hostaddr']);
    const ports = splitList(parameters['port']);
    const count = Math.max(1, addresses.length > 0 ? addresses.length : names.length);
    if (names.length > 0 && names.length !== count)
        throw (0,_url_error_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseUrl */ ._)(`${names.length} hosts cannot be matched to ${count} values of hostaddr`, 'Give one of each');
    if (ports.length > 1 && ports.length !== count)
        throw (0,_url_error_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseUrl */ ._)(`${ports.length} ports cannot be matched to ${count} hosts`, 'Give one port for all hosts, or one for each');
    return Array.from({ length: count }, (_, index) => {
        const host = names[index] ?? '';
        const hostaddr = addresses[index] ?? '';
        const port = (ports.length === 1 ? ports[0] : ports[index]) ?? '';
        return {
            ...(host === '' ? {} : { host }),
            ...(hostaddr === '' ? {} : { hostaddr }),
            port: port === '' ? defaultPort : port,
        };
    });
}
/**
 * PURE. Refuses what is no port before any tool sees it: libpq would repeat it, and in a URL with an unencoded
 * password it is a piece of that password.
 * @throws BackupError PGB_URL
 */
function checkPorts(parameters) {
    for (const port of splitList(parameters['port']))
        if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535))
            throw (0,_url_error_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseUrl */ ._)('a port is not a number from 1 to 65535', 'Correct it; if the password holds "/", ":" or "@", percent-encode these as %2F, %3A and %40, or use the ' +
                'password input; an IPv6 address stands between "[" and "]"');
}
function splitList(value) {
    return value === undefined || value === '' ? [] : value.split(',');
}


/***/ }),

/***/ 53942:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  AQ: () => (/* reexport */ listSecrets),
  Gp: () => (/* reexport */ listShownNames),
  JY: () => (/* binding */ openConnection),
  ry: () => (/* reexport */ resolveConnectionParameters)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/connection/tool-environment.ts
var tool_environment = __webpack_require__(99868);
// EXTERNAL MODULE: ./src/postgres/connection/connection-keywords.ts
var connection_keywords = __webpack_require__(83803);
// EXTERNAL MODULE: ./src/postgres/connection/hosts.ts
var hosts = __webpack_require__(99615);
// EXTERNAL MODULE: ./src/postgres/connection/url-error.ts
var url_error = __webpack_require__(65822);
;// CONCATENATED MODULE: ./src/postgres/connection/passfile.ts


/** Default socket directories of the usual builds: libpq looks these up as "localhost". */
const defaultSocketDirectories = ['/tmp', '/var/run/postgresql', '/run/postgresql'];
/**
 * PURE. A passfile that gives the password away only to the hosts and ports of this connection and to one user,
 * for any database (libpq: passwordFromFile). A wildcard for the host would serve a stranger's server too.
 * @throws BackupError PGB_URL for a line break, which a passfile cannot hold
 */
function formatPassfile(parameters, user, password) {
    const lines = new Set();
    for (const { host, hostaddr, port } of (0,hosts/* listHosts */._)(parameters))
        for (const name of listPassfileHosts(host, hostaddr))
            lines.add(`${[name, port].map(escapePassfileField).join(':')}:*:${[user, password].map(escapePassfileField).join(':')}\n`);
    return [...lines].join('');
}
function listPassfileHosts(host, hostaddr) {
    const name = host ?? hostaddr ?? 'localhost';
    return defaultSocketDirectories.includes(name) ? [name, 'localhost'] : [name];
}
/**
 * PURE. One field of a passfile, with ":" and "\" escaped, and whatever would make it a comment or a wildcard.
 * @throws BackupError PGB_URL for a line break
 */
function escapePassfileField(field) {
    if (/[\r\n]/.test(field))
        throw (0,url_error/* refuseUrl */._)('the password, user or host holds a line break, which no passfile of PostgreSQL can hold', 'Remove the line break; it often slips in when a secret is pasted');
    return field.replace(/[\\:]|^#|^\*$/g, '\\$&');
}

// EXTERNAL MODULE: ./src/postgres/connection/connection-string.ts + 3 modules
var connection_string = __webpack_require__(69555);
;// CONCATENATED MODULE: ./src/postgres/connection/secrets.ts


const secretKeywords = [...connection_keywords/* connectionKeywords */.Z]
    .filter(([, { secret }]) => secret === true)
    .map(([name]) => name);
/**
 * PURE. Every form of every secret in what the user gave: the whole url, passwords as written, decoded and
 * escaped. It never throws, so that a malformed url is masked before its error is shown. User names are no
 * secrets.
 */
function listSecrets(inputs, environment) {
    // A connection string slips easily into a place for a name.
    const misplaced = [inputs.user, environment['PGUSER'], environment['PGDATABASE'], environment['PGHOST']];
    const urls = [inputs.url ?? '', ...misplaced.filter((text = '') => (0,connection_string/* looksLikeAddress */.is)(text))].map(String);
    const plain = [
        inputs.password,
        environment['PGPASSWORD'],
        ...urls.flatMap((url) => secretKeywords.map((name) => readQuietly(url)[name])),
    ];
    return listDistinct([...urls.flatMap(listWrittenSecrets), ...plain.flatMap(listForms)]);
}
/** PURE. The user and the database that the user gave, which are no secrets; it never throws. */
function listShownNames(inputs, environment) {
    const { user, dbname } = readQuietly(inputs.url ?? '');
    const names = [inputs.user, user, dbname, environment['PGUSER'], environment['PGDATABASE']];
    return names.filter((name) => name !== undefined);
}
/** PURE. Every form of the secrets among parameters, wherever these came from. */
function listParameterSecrets(parameters) {
    return listDistinct(secretKeywords.flatMap((name) => listForms(parameters[name])));
}
/** The forms that tools, files and logs can show: plain, in a passfile, in a conninfo, in a URI. */
function listForms(secret) {
    if (secret === undefined || secret === '')
        return [];
    const escaped = secret.replace(/[\\:]/g, '\\$&');
    const quoted = secret.replace(/[\\']/g, '\\$&');
    const encoded = encodeURIComponent(secret.toWellFormed());
    const inLowerCase = encoded.replace(/%../g, (code) => code.toLowerCase());
    // As forms of web pages write it, and libraries that build URLs from parts.
    const ofForms = [encoded, inLowerCase].map((form) => form.replaceAll('%20', '+'));
    return [secret, escaped, quoted, encoded, inLowerCase, ...ofForms];
}
/** The pieces of a url as written; a password in it is taken up to the first "@" and up to the last. */
function listWrittenSecrets(url) {
    const names = secretKeywords.join('|');
    const patterns = [
        /:\/\/[^:@]*:([^@]*)@/g,
        /:\/\/[^:@]*:(.*)@/gs,
        new RegExp(`[?&](?:${names})=([^&]*)`, 'g'),
        new RegExp(`(?:^|\\s)(?:${names})\\s*=\\s*'((?:\\\\[^]|[^'\\\\])*)'?`, 'g'),
        new RegExp(`(?:^|\\s)(?:${names})\\s*=\\s*((?:\\\\[^]|[^\\s'\\\\])(?:\\\\[^]|[^\\s\\\\])*)`, 'g'),
    ];
    const written = patterns.flatMap((pattern) => [...url.matchAll(pattern)].map((match) => match[1] ?? ''));
    return [url, ...written, ...written.map(decodeQuietly)];
}
function readQuietly(url) {
    try {
        return (0,connection_string/* parseConnectionString */.HH)(url);
    }
    catch {
        return {};
    }
}
function decodeQuietly(encoded) {
    try {
        return decodeURIComponent(encoded);
    }
    catch {
        return '';
    }
}
function listDistinct(secrets) {
    return [...new Set(secrets.filter((secret) => secret !== ''))];
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
;// CONCATENATED MODULE: ./src/postgres/connection/service-file.ts




/** libpq reads a line into 1024 bytes, of which the last two hold its newline and the end. */
const lineLimit = 1022;
/**
 * PURE. The parameters of one service, or undefined when the file does not define it (libpq: parseServiceFile).
 * The first value of a parameter counts, and the first section of that name.
 * @throws BackupError PGB_URL for what libpq refuses, and for LDAP look-ups, which only libpq itself can do
 */
function parseServiceFile(text, service) {
    const found = new Map();
    let isInside = false;
    for (const [index, raw] of text.split('\n').entries()) {
        if (Buffer.byteLength(raw) >= lineLimit)
            throw refuseLine(index, 'is too long');
        const line = trimBlanks(raw);
        if (line === '' || line.startsWith('#'))
            continue;
        if (line.startsWith('[')) {
            if (isInside)
                break;
            isInside = line.startsWith(`[${service}]`);
        }
        else if (isInside)
            storeLine(found, line, index);
    }
    return isInside ? Object.fromEntries(found) : undefined;
}
function storeLine(found, line, index) {
    const equals = line.indexOf('=');
    const keyword = line.slice(0, Math.max(equals, 0));
    if (line.startsWith('ldap'))
        throw refuseLine(index, 'asks for an LDAP look-up, which is not supported');
    if (keyword === 'service')
        throw refuseLine(index, 'names another service');
    if (!connection_keywords/* connectionKeywords */.Z.has(keyword))
        throw refuseLine(index, 'is not keyword=value without blanks around "="');
    if (!found.has(keyword))
        found.set(keyword, line.slice(equals + 1));
}
function refuseLine(index, problem) {
    return (0,url_error/* refuseUrl */._)(`line ${index + 1} of the connection service file ${problem}`, 'Correct that line, or give the connection in the input "url" without a service');
}
/** Blanks as C's isspace() knows them; the file's values keep the blanks of Unicode. */
function trimBlanks(line) {
    return line.replace(/^[ \t\v\f\r]+|[ \t\v\f\r]+$/g, '');
}
/** PURE. Whether a line of a service file gives the value back unchanged; it trims the end and has no escapes. */
function fitsServiceFile(keyword, value) {
    return !/[\n\r\x1a\0]|[ \t\v\f]$/.test(value) && Buffer.byteLength(`${keyword}=${value}\n`) <= lineLimit;
}
/** PURE. Writes a file that {@link parseServiceFile} reads back; every value must pass {@link fitsServiceFile}. */
function formatServiceFile(service, parameters) {
    const lines = Object.entries(parameters).map(([keyword, value]) => `${keyword}=${value ?? ''}\n`);
    return `[${service}]\n${lines.join('')}`;
}
/**
 * Looks a service up where libpq does (libpq: parseServiceInfo): PGSERVICEFILE, else ~/.pg_service.conf, then
 * pg_service.conf in PGSYSCONFDIR or where Debian and PGDG packages keep it.
 * @throws BackupError PGB_URL when no file defines the service
 */
function readService(service, environment) {
    const personal = process.platform === 'win32'
        ? (0,external_node_path_.join)(environment['APPDATA'] ?? '', 'postgresql', '.pg_service.conf')
        : (0,external_node_path_.join)(environment['HOME'] ?? '', '.pg_service.conf');
    const shared = (0,external_node_path_.join)(takeText(environment['PGSYSCONFDIR']) ?? '/etc/postgresql-common', 'pg_service.conf');
    for (const file of [takeText(environment['PGSERVICEFILE']) ?? personal, shared]) {
        const parameters = parseServiceFile(readIfThere(file), service);
        if (parameters !== undefined)
            return parameters;
    }
    throw (0,url_error/* refuseUrl */._)('no connection service file defines the service', 'Name the file in the environment variable PGSERVICEFILE, or give the connection in the input "url"');
}
/** An unset secret arrives as an empty variable, which therefore counts as unset. */
function takeText(value) {
    return value === '' ? undefined : value;
}
function readIfThere(file) {
    try {
        return (0,external_node_fs_.readFileSync)(file, 'utf8');
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./src/postgres/connection/resolve-connection.ts





const placeVariables = ['PGHOST', 'PGHOSTADDR', 'PGPORT', 'PGSERVICE', 'PGDATABASE'];
const placeKeywords = ['host', 'hostaddr', 'port'];
/**
 * Joins the inputs with libpq's service files and PG* variables, in libpq's precedence (libpq:
 * conninfo_add_defaults): url, `user` and `password`, service, environment. Two things differ from libpq: an
 * empty variable counts as unset, since that is how an absent secret arrives; and where the url names a host,
 * neither PGHOSTADDR, PGPORT nor a service from PGSERVICE can lead to another server.
 * @throws BackupError PGB_EMPTY_SECRET when nothing says where to connect, PGB_INPUT for a user that is none, PGB_URL
 */
function resolveConnectionParameters(inputs, environment) {
    if (!saysWhere(inputs, environment))
        throw refuseEmptySecret();
    refuseAddressAsUser(inputs.user, 'The input "user"');
    refuseAddressAsUser(environment['PGUSER'], 'The variable PGUSER');
    const typed = readInputs(inputs);
    const explicit = typed['service'] === undefined ? typed : addMissing(typed, readService(typed['service'], environment));
    const variables = readVariables(environment);
    const ambient = explicit['service'] === undefined && variables['service'] !== undefined
        ? addMissing(readService(variables['service'], environment), variables)
        : variables;
    const namesHost = explicit['host'] !== undefined || explicit['hostaddr'] !== undefined;
    const merged = addMissing(explicit, namesHost ? omit(ambient, placeKeywords) : ambient);
    const parameters = omit(inputs.sslRootCert === undefined ? merged : requireVerification(merged, explicit), [
        'service',
    ]);
    (0,hosts/* listHosts */._)(parameters);
    return parameters;
}
/** It would be shown, since names of users are no secrets, and may hold a password. */
function refuseAddressAsUser(user, subject) {
    if (!(0,connection_string/* looksLikeAddress */.is)(user))
        return;
    throw new errors/* BackupError */.h('PGB_INPUT', {
        what: `${subject} cannot be used`,
        why: 'it holds a whole connection string, and takes the name of a user alone',
        whatToDo: 'Give the connection string in the input "url"',
    });
}
function saysWhere(inputs, environment) {
    const url = inputs.url?.trim() ?? '';
    // What "postgres://${{ secrets.USER }}:${{ secrets.PASSWORD }}@${{ secrets.HOST }}/" is without its secrets.
    const isHollow = url === '' || /^postgres(?:ql)?:\/\/:?@(?::\d*)?(?:[/?]|$)/.test(url);
    const place = [inputs.user, ...placeVariables.map((name) => environment[name])];
    return !isHollow || place.some((value) => value !== undefined && value !== '');
}
function refuseEmptySecret() {
    return new errors/* BackupError */.h('PGB_EMPTY_SECRET', {
        what: 'Nothing says where to connect',
        why: 'the input "url" is empty or holds only empty secrets, and no PG* variable names a server',
        whatToDo: "Check the secret's name and where it is stored (repository, organization, environment); in a pull request " +
            'from a fork, and for Dependabot, secrets are always empty, so skip the step there',
    });
}
function readInputs(inputs) {
    return {
        ...(inputs.url === undefined ? {} : (0,connection_string/* parseConnectionString */.HH)(inputs.url)),
        ...(inputs.user === undefined ? {} : { user: inputs.user }),
        ...(inputs.password === undefined ? {} : { password: inputs.password }),
    };
}
/** Variables that older clients ignore stay in the environment, where libpq finds them itself. */
function readVariables(environment) {
    const found = new Map();
    for (const [keyword, { variable, since }] of connection_keywords/* connectionKeywords */.Z) {
        const value = variable === undefined || since !== undefined ? undefined : environment[variable];
        if (value !== undefined && value !== '')
            found.set(keyword, value);
    }
    if (!found.has('sslmode') && environment['PGREQUIRESSL']?.startsWith('1') === true)
        found.set('sslmode', 'require');
    return Object.fromEntries(found);
}
/** A CA is worth nothing without verification, so only the url itself, or the service it names, may weaken it. */
function requireVerification(merged, explicit) {
    return { ...omit(merged, ['sslrootcert']), sslmode: explicit['sslmode'] ?? 'verify-full' };
}
function addMissing(first, second) {
    return { ...second, ...first };
}
function omit(parameters, keywords) {
    return Object.fromEntries(Object.entries(parameters).filter(([keyword]) => !keywords.includes(keyword)));
}

;// CONCATENATED MODULE: ./src/postgres/connection/open-connection.ts













const serviceName = 'postgres-backup';
/** Seconds for one attempt on one host; libpq's own default is to wait for ever. */
const connectTimeout = '15';
/**
 * A connection of which only our end is left is found within ten minutes, and firewalls see no idle one. Linux counts
 * it as lost, too, when the other end has taken no byte for that long, hence no shorter limit: a server may be that slow
 * in the middle of a restore.
 */
const tcpDefaults = {
    keepalives_idle: '30',
    keepalives_interval: '15',
    keepalives_count: '38',
    tcp_user_timeout: '600000',
};
/** First major version whose libpq knows tcp_user_timeout (PostgreSQL 12 release notes); others refuse the file. */
const userTimeoutSince = 12;
/**
 * Hands a connection over to PostgreSQL's tools by private files: a service file with everything but password
 * and database, a passfile scoped to this connection, and the CA.
 * @throws BackupError PGB_URL for a value that can be handed over in no safe way, PGB_INPUT for a bad certificate
 */
async function openConnection(parameters, options) {
    const user = open_connection_takeText(parameters['user']) ?? readSystemUser();
    const password = open_connection_takeText(parameters['password']);
    const passfile = password === undefined ? undefined : formatPassfile(parameters, user ?? '', password);
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(options.directory, 'connection-'));
    const write = async (name, text) => {
        if (text === undefined)
            return undefined;
        await (0,promises_.writeFile)((0,external_node_path_.join)(directory, name), text, { mode: 0o600, flag: 'wx' });
        return (0,external_node_path_.join)(directory, name);
    };
    const handedOver = splitByWay({
        ...withDefaults(parameters, options.oldestClient),
        ...asParameter('sslrootcert', await write('root.crt', checkCertificate(options.sslRootCert))),
        ...asParameter('passfile', await write('passfile', passfile)),
    });
    const service = (await write('pg_service.conf', formatServiceFile(serviceName, handedOver.inFile))) ?? '';
    return {
        parameters,
        environment: {
            ...(0,tool_environment/* selectToolEnvironment */.C)(options.environment),
            ...handedOver.inEnvironment,
            PGSERVICEFILE: service,
            PGSERVICE: serviceName,
        },
        database: open_connection_takeText(parameters['dbname']) ?? user,
        secrets: listParameterSecrets(parameters),
    };
}
function withDefaults(parameters, oldestClient = Infinity) {
    const { fallback_application_name: fallback, ...others } = parameters;
    // pg_dump sets the fallback to its own name, so ours must be the name itself.
    const application_name = fallback ?? 'postgres-backup';
    const { tcp_user_timeout, ...keepalives } = tcpDefaults;
    const userTimeout = oldestClient < userTimeoutSince ? {} : { tcp_user_timeout };
    return { connect_timeout: connectTimeout, ...keepalives, ...userTimeout, application_name, ...others };
}
/** Splits by the way to hand over: what a line of a service file would change goes into the environment. */
function splitByWay(parameters) {
    const inFile = {};
    const inEnvironment = {};
    for (const [keyword, value] of Object.entries(parameters)) {
        if (value === undefined || ['password', 'dbname', 'service'].includes(keyword))
            continue;
        const { variable } = connection_keywords/* connectionKeywords */.Z.get(keyword) ?? {};
        // The name stands where a dump can have one of its own, see nameDump.
        if (keyword !== 'application_name' && fitsServiceFile(keyword, value))
            inFile[keyword] = value;
        else if (variable !== undefined && !value.includes('\0'))
            inEnvironment[variable] = value;
        else
            throw (0,url_error/* refuseUrl */._)(`the value of "${keyword}" is too long, ends in a blank or holds a line break`, 'Shorten or correct it, because no service file of PostgreSQL can hold it');
    }
    return { inFile, inEnvironment };
}
function checkCertificate(pem) {
    if (pem === undefined)
        return undefined;
    try {
        const { raw } = new external_node_crypto_.X509Certificate(pem);
        return raw.length > 0 ? `${pem.trimEnd()}\n` : undefined;
    }
    catch (cause) {
        const explanation = {
            what: 'The input "ssl-root-cert" cannot be used',
            why: 'it does not begin with a certificate in PEM form',
            whatToDo: 'Give the whole text of the file, with its line breaks, from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----',
        };
        throw new errors/* BackupError */.h('PGB_INPUT', explanation, { cause });
    }
}
function asParameter(keyword, value) {
    return value === undefined ? {} : { [keyword]: value };
}
function open_connection_takeText(value) {
    return value === '' ? undefined : value;
}
/** The user that libpq falls back to (libpq: pg_fe_getauthname); a container's user may have no name. */
function readSystemUser() {
    try {
        return (0,external_node_os_.userInfo)().username;
    }
    catch {
        return undefined;
    }
}


/***/ }),

/***/ 54375:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   U7: () => (/* binding */ isPooler),
/* harmony export */   Ui: () => (/* binding */ refuseTransactionPooler),
/* harmony export */   ex: () => (/* binding */ isTransactionPooler)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _hosts_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99615);


const transactionPort = '6543';
const poolerHost = /-pooler\./;
const sessionPoolerHost = /\.pooler\.supabase\.com$/;
/**
 * PURE. Whether the connection looks like a transaction pooler: port 6543, as Supabase and others use it, or a
 * host with `-pooler.`, as Neon's. A dump through one can change the search_path of other clients (pgbouncer
 * issues 452 and 976).
 * @throws BackupError PGB_URL when the hosts and ports do not fit
 */
function isTransactionPooler(parameters) {
    return (0,_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .listHosts */ ._)(parameters).some(({ host, port }) => host?.startsWith('/') !== true && (port === transactionPort || poolerHost.test(host ?? '')));
}
/** PURE. Whether the connection leads to any pooler that is known by its name or port: one of sessions is Supabase's. */
function isPooler(parameters) {
    return (isTransactionPooler(parameters) ||
        (0,_hosts_js__WEBPACK_IMPORTED_MODULE_1__/* .listHosts */ ._)(parameters).some(({ host }) => sessionPoolerHost.test(host ?? '')));
}
/** PURE. The refusal to dump through a transaction pooler. */
function refuseTransactionPooler(parameters) {
    const isNeon = poolerHost.test(parameters['host'] ?? '');
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_CONNECT', {
        what: 'The connection leads to a transaction pooler',
        why: isNeon
            ? 'the host holds "-pooler.", and a dump through such a pooler can break the search_path of other clients'
            : 'port 6543 is that of a transaction pooler, and a dump through it can break the search_path of other clients',
        whatToDo: isNeon
            ? 'Remove "-pooler" from the host to connect directly, or set the input "allow-transaction-pooler"'
            : 'Use the session pooler or the database itself on port 5432, or set the input "allow-transaction-pooler"',
    });
}


/***/ }),

/***/ 99868:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ selectToolEnvironment)
/* harmony export */ });
/** What a tool needs of the outside. Nothing of INPUT_*, ACTIONS_* or GITHUB_* may stand here. */
const allowed = new Set([
    ...['PATH', 'HOME', 'LANG', 'LC_CTYPE', 'TZ', 'TMPDIR', 'TMP', 'TEMP', 'LD_LIBRARY_PATH'],
    ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
    ...['PROGRAMDATA', 'USERNAME', 'MSYSTEM'],
    // The runner sweeps orphans by this one.
    'RUNNER_TRACKING_ID',
    ...[
        'KRB5_CONFIG',
        'KRB5CCNAME',
        'KRB5_KTNAME',
        'KRB5_CLIENT_KTNAME',
        'SSL_CERT_FILE',
        'SSL_CERT_DIR',
        'OPENSSL_CONF',
    ],
    // libpq reads these itself: session settings, and parameters that older clients do not know.
    ...['PGTZ', 'PGDATESTYLE', 'PGGEQO', 'PGSSLNEGOTIATION', 'PGSSLCERTMODE', 'PGSSLCRLDIR', 'PGSSLSNI'],
    ...[
        'PGREQUIREAUTH',
        'PGMINPROTOCOLVERSION',
        'PGMAXPROTOCOLVERSION',
        'PGGSSDELEGATION',
        'PGLOADBALANCEHOSTS',
    ],
]);
/**
 * PURE. The part of this process's environment that PostgreSQL's tools get, with messages in English, because
 * failures are recognised by their text; the character set stays the user's.
 */
function selectToolEnvironment(environment) {
    const selected = {};
    for (const [name, value] of Object.entries(environment))
        if (value !== undefined && value !== '' && allowed.has(name.toUpperCase()))
            selected[name] = value;
    const everyLocale = environment['LC_ALL'];
    if (everyLocale !== undefined && everyLocale !== '')
        selected['LC_CTYPE'] = everyLocale;
    return { ...selected, LC_MESSAGES: 'C' };
}


/***/ }),

/***/ 65822:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   _: () => (/* binding */ refuseUrl)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);

/** PURE. A PGB_URL that names the broken rule; neither sentence may hold a piece of the connection string. */
function refuseUrl(why, whatToDo) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_URL', {
        what: 'The connection cannot be read as libpq reads it',
        why,
        whatToDo,
    });
}


/***/ }),

/***/ 14054:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ dropDatabase)
/* harmony export */ });
/* harmony import */ var _ask_patiently_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(96005);
/* harmony import */ var _failure_failure_kind_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(84171);
/* harmony import */ var _psql_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(37480);
/* harmony import */ var _sql_drop_database_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(87973);




/**
 * Drops a database if it is there; subscriptions only when it could not be dropped with them.
 * @throws BackupError with why it could not be dropped
 */
async function dropDatabase(session, request) {
    const { name, maintenance, major, subscriptions, failing = 'It was not dropped', persistence } = request;
    const query = { database: maintenance, sql: (0,_sql_drop_database_js__WEBPACK_IMPORTED_MODULE_3__/* .makeDropDatabase */ .ng)(name, major), failing, kind: 'alone' };
    const drop = () => persistence === undefined ? (0,_psql_js__WEBPACK_IMPORTED_MODULE_2__/* .runSql */ .Wt)(session, query) : (0,_ask_patiently_js__WEBPACK_IMPORTED_MODULE_0__/* .askPatiently */ .Ev)(session, query, persistence);
    try {
        await drop();
    }
    catch (error) {
        if ((0,_failure_failure_kind_js__WEBPACK_IMPORTED_MODULE_1__/* .mayServerReturn */ .xN)(error))
            throw error;
        const clear = {
            database: name,
            sql: (0,_sql_drop_database_js__WEBPACK_IMPORTED_MODULE_3__/* .makeDropSubscriptions */ .UN)(subscriptions),
            failing,
            kind: 'work',
        };
        await (0,_psql_js__WEBPACK_IMPORTED_MODULE_2__/* .runSql */ .Wt)(session, clear).catch(() => {
            throw error;
        });
        await drop();
    }
}


/***/ }),

/***/ 4559:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ explainExpired)
/* harmony export */ });
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(61996);

/** Each session of a backup begins with a dump; a restore has some before, between and after its databases. */
const advice = {
    backup: 'Let all dumps begin while it counts (more "jobs", or fewer "databases" in each of several steps, each with a token of its own), or use a password; see docs/large.md',
    restore: 'Restore as a role with a password, or fewer "databases" in each of several steps, each with a token that was fetched right before it; see docs/large.md',
};
/** PURE. Why a login is refused that was taken before: tokens count when a session begins, and not any longer later. */
function explainExpired({ at, purpose }) {
    const ago = (0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .formatSeconds */ .Xo)((performance.now() - at) / 1000);
    return {
        why: `the server took this login ${ago} before, and refuses it now, as it does with a token that has expired (of RDS IAM after 15 minutes)`,
        whatToDo: advice[purpose],
    };
}


/***/ }),

/***/ 98673:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  S: () => (/* binding */ explainFailure),
  y: () => (/* binding */ recogniseFailure)
});

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/failure/expired-login.ts
var expired_login = __webpack_require__(4559);
// EXTERNAL MODULE: ./src/postgres/failure/failure-kind.ts
var failure_kind = __webpack_require__(84171);
// EXTERNAL MODULE: ./src/postgres/connection/pooler.ts
var pooler = __webpack_require__(54375);
;// CONCATENATED MODULE: ./src/postgres/failure/connecting.ts



/**
 * What libpq says when it cannot connect or loses the server. Of several hosts or attempts the first pattern of
 * this table counts, so the more telling ones come first.
 *
 * Most texts are provoked with PostgreSQL 15 by failure.test.ts and e2e/network/tls.test.ts. No test provokes, so that only
 * sources, documentation or memory vouch for: reserved slots, a server that starts or stops, IPv6 without a route,
 * timeouts, an answer that is no TLS negotiation, a connection that is lost in mid-dump, and the texts of poolers
 * and hosted services (Supabase, Neon, pgbouncer, Azure).
 */
const connectionFailures = [
    {
        pattern: /password authentication failed|Wrong password|SASL authentication failed|authentication failed for user/,
        code: 'PGB_AUTH',
        explain: (_, { accepted }) => (accepted === undefined ? wrongLogin : (0,expired_login/* explainExpired */.J)(accepted)),
    },
    (0,failure_kind/* describeFailure */.Ic)(/no password supplied/, 'PGB_AUTH', 'the server asks for a password and none was given for this host, port and user', 'Give the input "password" and see whether its secret is empty; a passfile must name the host as the url does'),
    (0,failure_kind/* describeFailure */.Ic)(/role "[^\n]*" (?:does not exist|is not permitted to log in)|Tenant or user not found/, 'PGB_AUTH', 'the server does not let this user log in', 'Check the user name; a role needs the attribute LOGIN, and on a pooler of Supabase the user is postgres.<project>'),
    {
        pattern: /database "([^\n]*)" does not exist/,
        code: 'PGB_NO_DATABASE',
        explain: ([database]) => ({
            why: `the server has no database "${database ?? ''}"`,
            whatToDo: 'Check the name, which minds upper and lower case; without one in the url it is the name of the user',
        }),
    },
    (0,failure_kind/* describeFailure */.Ic)(/is not currently accepting connections/, 'PGB_NO_DATABASE', 'the database does not accept connections', 'Exclude it with "!" in the input "databases", or run: ALTER DATABASE … ALLOW_CONNECTIONS true'),
    (0,failure_kind/* describePassing */.D)(/too many clients already|remaining connection slots are reserved|too many connections for|max client connections|MaxClientsInSessionMode/i, 'PGB_CONNECT', 'the server is out of connections', 'Lower the input "jobs", run the backup at a quieter time, or raise the limit of the server, role, database or pooler'),
    (0,failure_kind/* describeFailure */.Ic)(/certificate verify failed|self-signed certificate|unable to get local issuer/, 'PGB_CONNECT', "the server's certificate is not signed by a CA that is trusted here", 'Give the CA of the server as PEM text in the input "ssl-root-cert", or write sslrootcert=system for a public CA (PostgreSQL 16 and later)'),
    (0,failure_kind/* describeFailure */.Ic)(/server certificate for "[^\n]*" (?:\(and \d+ other names?\) )?does not match host name/, 'PGB_CONNECT', "the server's certificate is for another host name", 'Connect by a name that the certificate holds (hostaddr may still give the address), or accept sslmode=verify-ca'),
    (0,failure_kind/* describeFailure */.Ic)(/root certificate file [^\n]* does not exist|could not read root certificate file/, 'PGB_CONNECT', 'there is no CA certificate to check the server with', 'Give the CA of the server as PEM text in the input "ssl-root-cert"'),
    (0,failure_kind/* describeFailure */.Ic)(/certificate file [^\n]*|private key file [^\n]*/, 'PGB_CONNECT', 'the client certificate or its private key cannot be used', 'Check sslcert and sslkey; the key must have mode 0600'),
    (0,failure_kind/* describeFailure */.Ic)(/server does not support SSL/, 'PGB_CONNECT', 'the url demands TLS and the server does not offer it', 'Turn TLS on in the server, or write sslmode=prefer where the network can be trusted'),
    (0,failure_kind/* describeFailure */.Ic)(/^(?![^]*SSL encryption)[^]*(?:no pg_hba\.conf entry|pg_hba\.conf rejects connection)[^\n]*(?:no encryption|SSL off)|(?:SSL|TLS) (?:connection )?is required|connection is insecure/i, 'PGB_CONNECT', 'the server demands TLS', 'Write sslmode=require in the url, or better give its CA in the input "ssl-root-cert"'),
    (0,failure_kind/* describeFailure */.Ic)(/no pg_hba\.conf entry|pg_hba\.conf rejects connection/, 'PGB_CONNECT', "the server's pg_hba.conf admits no such combination of host, user and database", "Add an entry for it, or the runner's addresses to the allow-list of the service"),
    {
        pattern: /could not translate host name "([^"\n]*)"/,
        code: 'PGB_CONNECT',
        explain: ([host]) => explainUnknownHost(host ?? ''),
    },
    {
        pattern: /connection to server at "([0-9a-f:]+:[0-9a-f:%.]*|[^"\n]*" \([0-9a-f]*:[0-9a-f:.]*\))[^\n]*(?:Network is unreachable|No route to host|Cannot assign requested address)/i,
        code: 'PGB_CONNECT',
        explain: (_, { parameters }) => explainIpv6(parameters['host'] ?? ''),
    },
    (0,failure_kind/* describePassing */.D)(/timeout expired|timed out/, 'PGB_CONNECT', 'the server did not answer in time', "Check host, port and firewall: the runner's addresses must be admitted, and a private network needs a self-hosted runner"),
    (0,failure_kind/* describePassing */.D)(/Connection refused|No such file or directory\s+Is the server running locally/, 'PGB_CONNECT', 'nobody listens at that host and port or socket', 'Check both and that the server has started; a service container is reached at localhost and its mapped port, or by its name when the job itself runs in a container'),
    (0,failure_kind/* describePassing */.D)(/the database system is (?:starting up|shutting down|in recovery mode|not yet accepting)/, 'PGB_CONNECT', 'the server is starting or stopping', 'Wait for it, for example by a health check of the service container (pg_isready)'),
    (0,failure_kind/* describeFailure */.Ic)(/No route to host|Network is unreachable|could not connect to server|invalid response to SSL negotiation/, 'PGB_CONNECT', 'the host cannot be reached, or no PostgreSQL server answers there', 'Check host, port, firewall and proxy'),
    {
        pattern: /server closed the connection unexpectedly|connection (?:to server was|has been) (?:lost|closed)|terminating connection|(?:SSL|GSS)[^\n]* closed unexpectedly|SSL SYSCALL error|could not receive data from server|connection to server [^\n]*: (?:Connection reset by peer|Broken pipe)|no connection to the server|lost synchronization/,
        code: 'PGB_CONNECT',
        mayPass: true,
        explain: (_, { parameters }) => ({
            why: 'the server or something on the way closed the connection',
            whatToDo: (0,pooler/* isTransactionPooler */.ex)(parameters)
                ? 'Connect to the database itself or to the session pooler on port 5432, not through a transaction pooler'
                : "Run it again, and look into the server's log; against a proxy or firewall that closes idle connections a keepalives_idle below 30 in the url may help",
        }),
    },
];
const wrongLogin = {
    why: 'the server refused the user name or password',
    whatToDo: 'Check both; a password with special characters is safest in the input "password", which needs no encoding; on a pooler of Supabase the user is postgres.<project>',
};
function explainUnknownHost(host) {
    if (/^db\.[a-z0-9]+\.supabase\.co$/.test(host))
        return explainIpv6(host);
    return {
        why: `no address is known for the host "${host}"`,
        whatToDo: 'Check its spelling; a private name needs a self-hosted runner, and the name of a service container works only when the job itself runs in a container, otherwise it is localhost',
    };
}
function explainIpv6(host) {
    return {
        why: 'the host has an IPv6 address only, and GitHub-hosted runners have IPv4 only',
        whatToDo: /supabase\.(?:co|com)$/.test(host)
            ? "Use Supabase's session pooler: the host that ends in .pooler.supabase.com with port 5432 and user postgres.<project>"
            : 'Use a host name with an IPv4 address, a proxy or pooler that has one, or a self-hosted runner with IPv6',
    };
}

// EXTERNAL MODULE: ./src/postgres/failure/foreign.ts
var foreign = __webpack_require__(9246);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
;// CONCATENATED MODULE: ./src/postgres/failure/operating.ts


/** The table, sequence or other object of the failed statement, with its schema, as pg_dump writes it. */
const failedStatement = '(?:[^]*?Query was: (?:LOCK TABLE|COPY|SELECT last_value, is_called FROM) (?:ONLY )?((?:"(?:[^"]|"")+"|[^\\s,(";])+))?';
/**
 * What tools report once they are connected. They come before the failures to connect, because a lost
 * connection follows many of them.
 *
 * failure.test.ts provokes with PostgreSQL 15 the privileges that a dump lacks on tables, sequences and schemas,
 * row-level security, and the full disk of a client. Only sources, documentation or memory vouch for the others: the
 * full disk of a server, the size limit, the version mismatch, the service file, locks, and the privileges on
 * functions, large objects and databases.
 */
const operationFailures = [
    (0,failure_kind/* describeFailure */.Ic)(/ERROR: {2}(?:could not (?:extend|write)[^\n]*: No space left on device|disk full)/, 'PGB_DISK', "the server's disk is full", 'Free space on the server, or restore to a larger one'),
    (0,failure_kind/* describeFailure */.Ic)(/No space left on device|disk quota exceeded/i, 'PGB_DISK', 'the disk is full', 'Free space on the runner, stream with a stronger "compression", or set "output-dir" to a larger disk'),
    (0,failure_kind/* describeFailure */.Ic)(/: File too large/, 'PGB_DISK', 'the file system or a limit (ulimit -f) allows no file of this size', 'Use a stronger "compression", or set "output-dir" to another file system'),
    {
        pattern: /server version: ([^\s;]+)[^\n]*; \w+ version: (\S+)[^]*aborting because of server version mismatch/,
        code: 'PGB_CLIENT',
        explain: ([server, client]) => ({
            why: `the server has version ${server ?? ''}, and the client version ${client ?? ''} is too old for it`,
            whatToDo: 'Set the input "postgres-version" to "auto" or to the major version of the server',
        }),
    },
    (0,failure_kind/* describeFailure */.Ic)(/aborting because of server version mismatch/, 'PGB_CLIENT', 'the client is older than the server', 'Set the input "postgres-version" to "auto" or to the major version of the server'),
    (0,failure_kind/* describeFailure */.Ic)(/syntax error in service file|invalid (?:connection option|URI query parameter)/, 'PGB_CLIENT', 'the client does not know a parameter of the connection, which a newer PostgreSQL introduced', 'Remove that parameter from the url, or set "postgres-version" to a newer major version'),
    {
        pattern: /(permission denied for [^\n]+|query would be affected by row-level security [^\n]+)(?:[^]*pg_dump failed on database "([^\n]+)", exiting)?/,
        code: 'PGB_PERMISSION',
        applies: ({ isSuperuser = false }) => isSuperuser,
        explain: ([words, failed], context) => {
            const name = failed === undefined || failed === '' ? context.database : failed;
            const database = name === undefined ? '…' : (0,quote/* quoteIdentifier */.C)(name);
            return {
                why: `the connecting role is a superuser, to whom nothing is refused, and yet the server says "${words ?? ''}": it acts as another role there, by a setting such as ALTER DATABASE ${database} SET role`,
                whatToDo: `Run: ALTER DATABASE ${database} RESET role, or set \`options: --role=\` to the connecting role, or back up the others with \`*\` and \`!\` before this name in "databases"`,
            };
        },
    },
    (0,failure_kind/* describeFailure */.Ic)(/permission denied for (?:table|relation|view) pg_authid/, 'PGB_PERMISSION', 'the server refused the passwords of roles, though it had said that they may be read', 'Run the job again; if it stays, connect as a superuser'),
    {
        pattern: /query would be affected by row-level security policy for table "((?:[^"\n]|"")+)"/,
        code: 'PGB_PERMISSION',
        explain: ([table], context) => ({
            why: `row-level security hides rows of the table "${table ?? ''}" from the connecting role`,
            whatToDo: `Connect as the owner of the table or run: ALTER ROLE ${(0,failure_kind/* quoteRole */.Zr)(context)} BYPASSRLS; do not use --enable-row-security, which leaves these rows out silently`,
        }),
    },
    {
        pattern: new RegExp(`permission denied for (table|view|materialized view|sequence) ([^\\n]+)${failedStatement}`),
        code: 'PGB_PERMISSION',
        explain: ([kind, name, full], context) => {
            const object = full === undefined || full === '' ? (0,quote/* quoteIdentifier */.C)(name ?? '') : full;
            return {
                why: `the connecting role may not read the ${kind ?? ''} ${object}`,
                whatToDo: `Run: GRANT SELECT ON ${kind === 'sequence' ? 'SEQUENCE ' : ''}${object} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}, or for everything: GRANT pg_read_all_data TO ${(0,failure_kind/* quoteRole */.Zr)(context)} (PostgreSQL 14 and later)`,
            };
        },
    },
    {
        pattern: new RegExp(`permission denied for schema ([^\\n]+)${failedStatement}`),
        code: 'PGB_PERMISSION',
        explain: ([schema, table], context) => ({
            why: `the connecting role may not use the schema ${(0,quote/* quoteIdentifier */.C)(schema ?? '')}${table === undefined || table === '' ? '' : `, needed for ${table}`}`,
            whatToDo: `Run: GRANT USAGE ON SCHEMA ${(0,quote/* quoteIdentifier */.C)(schema ?? '')} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}, or GRANT pg_read_all_data TO ${(0,failure_kind/* quoteRole */.Zr)(context)} (PostgreSQL 14 and later) for a backup, or GRANT CREATE ON SCHEMA for a restore`,
        }),
    },
    {
        pattern: /permission denied for database ([^\n]+)\nDETAIL: {2}User does not have CONNECT privilege/,
        code: 'PGB_PERMISSION',
        explain: ([database], context) => ({
            why: `the connecting role may not connect to the database ${database ?? ''}`,
            whatToDo: `Run: GRANT CONNECT ON DATABASE ${database ?? ''} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}`,
        }),
    },
    {
        pattern: /permission denied for database ([^\n]+)/,
        code: 'PGB_PERMISSION',
        explain: ([database], context) => ({
            why: `the connecting role may not create schemas in the database ${database ?? ''}`,
            whatToDo: `Run: GRANT CREATE ON DATABASE ${(0,quote/* quoteIdentifier */.C)((database ?? '').replaceAll('"', ''))} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}`,
        }),
    },
    {
        pattern: /permission denied for (function|procedure|routine) ([^\n]+)/,
        code: 'PGB_PERMISSION',
        explain: ([kind, name], context) => ({
            why: `the connecting role may not execute the ${kind ?? ''} ${name ?? ''}`,
            whatToDo: `Run: GRANT EXECUTE ON ${(kind ?? '').toUpperCase()} ${name ?? ''} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}`,
        }),
    },
    {
        pattern: /permission denied for large object (\d+)/,
        code: 'PGB_PERMISSION',
        explain: ([number], context) => ({
            why: `the connecting role may not read the large object ${number ?? ''}`,
            whatToDo: `Run: GRANT SELECT ON LARGE OBJECT ${number ?? ''} TO ${(0,failure_kind/* quoteRole */.Zr)(context)}, or add --no-blobs to the input "options"`,
        }),
    },
    {
        pattern: /permission denied to create database/,
        code: 'PGB_PERMISSION',
        explain: (_, context) => ({
            why: 'the connecting role may not create databases',
            whatToDo: `Run: ALTER ROLE ${(0,failure_kind/* quoteRole */.Zr)(context)} CREATEDB, or create the target yourself and set "create" to false`,
        }),
    },
    {
        pattern: /(must be (?:owner of|a superuser|superuser|member of role|able to SET ROLE)[^\n]*)/,
        code: 'PGB_PERMISSION',
        explain: ([words], context) => ({
            why: `the statement needs the owner of the object or a superuser (${words ?? ''})`,
            whatToDo: (0,failure_kind/* adviseRole */.jn)(context, `Connect as one, or GRANT the owning role TO ${(0,failure_kind/* quoteRole */.Zr)(context)}; for a restore keep "no-owner" at true`),
        }),
    },
    {
        pattern: /(permission denied[^\n]*)/,
        code: 'PGB_PERMISSION',
        explain: ([words], context) => ({
            why: `the connecting role lacks a privilege (${words ?? ''})`,
            whatToDo: (0,failure_kind/* adviseRole */.jn)(context, `Grant it TO ${(0,failure_kind/* quoteRole */.Zr)(context)}, or connect as the owner or a superuser`),
        }),
    },
    (0,failure_kind/* describeFailure */.Ic)(/canceling statement due to (?:statement timeout[^]*LOCK TABLE|lock timeout)/, 'PGB_LOCK', 'another session held a lock on a table for longer than "lock-wait-timeout"', 'Run the backup when no migration or long ALTER TABLE is running, or raise "lock-wait-timeout"'),
    (0,failure_kind/* describeFailure */.Ic)(/max_locks_per_transaction/, 'PGB_LOCK', 'the server has no room for the locks of so many objects', 'Raise max_locks_per_transaction on the server, and restart it'),
];

;// CONCATENATED MODULE: ./src/postgres/failure/explain-failure.ts





/**
 * PURE. Recognises what libpq, pg_dump, pg_dumpall, pg_restore and psql say on standard error. The tools must speak
 * English, the server may speak any language; the text may already be redacted.
 * @returns undefined for a failure of another kind, which the caller calls PGB_DUMP or PGB_RESTORE
 */
function explainFailure(stderr, context) {
    const inEnglish = recogniseFailure([...operationFailures, ...connectionFailures], stderr, context);
    return inEnglish ?? (0,foreign/* explainForeign */.cx)(stderr, context);
}
/** PURE. The error of the first of these kinds that is found in what a tool printed. */
function recogniseFailure(kinds, stderr, context) {
    const text = (0,foreign/* withoutStates */.$3)(stderr);
    for (const { pattern, code, mayPass = false, applies, explain } of kinds) {
        const match = pattern.exec(text);
        if (match === null || applies?.(context) === false)
            continue;
        const { why, whatToDo } = explain(match.slice(1).map((group) => group ?? ''), context);
        const cause = mayPass ? { cause: failure_kind/* passingFailure */.UC } : {};
        return new errors/* BackupError */.h(code, { what: context.action, why, whatToDo }, cause);
    }
    return undefined;
}


/***/ }),

/***/ 84171:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ describePassing),
/* harmony export */   Ic: () => (/* binding */ describeFailure),
/* harmony export */   UC: () => (/* binding */ passingFailure),
/* harmony export */   Zr: () => (/* binding */ quoteRole),
/* harmony export */   jn: () => (/* binding */ adviseRole),
/* harmony export */   xN: () => (/* binding */ mayServerReturn)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _sql_quote_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(48920);


/** PURE. A kind whose sentences do not depend on what was found. */
function describeFailure(pattern, code, why, whatToDo) {
    return { pattern, code, explain: () => ({ why, whatToDo }) };
}
/** PURE. The same of a kind that ends by itself. */
function describePassing(...kind) {
    return { ...describeFailure(...kind), mayPass: true };
}
/** Cause of an error of a kind that ends by itself. */
const passingFailure = Symbol('passing failure');
/** PURE. Whether a server has failed by what may pass. */
function mayServerReturn(error) {
    return error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h && error.cause === passingFailure;
}
/** PURE. What somebody can do who lacks a right: a service gives its superuser to nobody. */
function adviseRole({ service }, otherwise) {
    if (service === undefined)
        return otherwise;
    return `Connect as ${service.highestRole}, which may do what ${service.name} allows its users`;
}
/** PURE. The role that connects, as SQL writes it. */
function quoteRole({ parameters }) {
    const user = parameters['user'] ?? '';
    return user === '' ? 'the connecting role' : (0,_sql_quote_js__WEBPACK_IMPORTED_MODULE_1__/* .quoteIdentifier */ .C)(user);
}


/***/ }),

/***/ 9246:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   $3: () => (/* binding */ withoutStates),
/* harmony export */   cx: () => (/* binding */ explainForeign),
/* harmony export */   eb: () => (/* binding */ isSaidByServer),
/* harmony export */   rT: () => (/* binding */ unclearRefusal),
/* harmony export */   t4: () => (/* binding */ isRefusedQuery)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _expired_login_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4559);
/* harmony import */ var _failure_kind_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(84171);



/** Cause of an error that may mean the user or the database, since the message holds one name that is both. */
const unclearRefusal = Symbol('unclear refusal');
// States that begin with 00 and 01 are notices and warnings.
const messagePattern = /(?:^|: )[^\s:][^\n:]{0,30}: {2}(?!0[01][0-9A-Z]{3}: )(?:([0-9A-Z]{5})(?:: |$))?([^\n]*)(\n[^\s:][^\n:]{0,30}: {2})?/m;
const statePattern = /((?:^|: )[^\s:][^\n:]{0,30}: {2})[0-9A-Z]{5}(?:: |$)/gm;
const statementPattern = /^(?:\w+: )?(?:detail: )?(?:Query|(?:The )?[Cc]ommand) was: ([^\n]+)/m;
const states = {
    '28000': 'PGB_AUTH',
    '28P01': 'PGB_AUTH',
    '3D000': 'PGB_NO_DATABASE',
    '42501': 'PGB_PERMISSION',
    '55P03': 'PGB_LOCK',
    '53100': 'PGB_DISK',
};
/** PURE. What psql printed, as without `VERBOSITY=verbose`: neither SQLSTATEs nor places in the server's sources. */
function withoutStates(stderr) {
    return stderr.replace(statePattern, '$1').replace(/^LOCATION: {2}[^\n]*\n?/gm, '');
}
/** PURE. Whether a server said something; of a connection that did not come about libpq itself tells. */
function isSaidByServer(stderr) {
    return readMessage(stderr) !== undefined;
}
/** PURE. Whether the server was reached and refused a query, as only psql tells. */
function isRefusedQuery(stderr) {
    return readMessage(stderr)?.state !== undefined;
}
/** PURE. The error that the server means, in whatever language; undefined for one of another kind. */
function explainForeign(stderr, context) {
    const message = readMessage(stderr);
    if (message === undefined)
        return undefined;
    if (message.state !== undefined)
        return explainState(states[message.state], message, context);
    const statement = statementPattern.exec(stderr)?.[1];
    if (statement !== undefined)
        return explainStatement(statement, message, context);
    return /connect(?:ion)? to (?:server|database) |^psql: /m.test(stderr)
        ? explainConnection(message, context)
        : undefined;
}
function readMessage(stderr) {
    const [, state, words, more] = messagePattern.exec(stderr.replace(/^LOCATION: {2}[^\n]*\n?/gm, '')) ?? [];
    return words === undefined ? undefined : { state, words, hasMore: more !== undefined };
}
function explainState(code, message, context) {
    if (code === 'PGB_PERMISSION')
        return refusePrivilege('something', message, context);
    return code === undefined ? undefined : refuse(code, 'the server refused it', message, context);
}
/**
 * Names in what pg_dump asked for. A message about a privilege or about row-level security holds the bare name of the
 * table or its schema, one about a table that is gone holds both, and one about a time-out holds none.
 */
function explainStatement(statement, message, context) {
    const { words, hasMore } = message;
    if (mentions(words, 'pg_authid'))
        return refusePrivilege('the passwords of roles', message, context);
    const target = /^(?:LOCK TABLE|COPY|SELECT last_value, is_called FROM) (?:ONLY )?(.*)$/.exec(statement)?.[1];
    if (target === undefined)
        return undefined;
    const names = [...target.matchAll(/((?:"(?:[^"]|"")+"|[^\s,.();"]+))\.((?:"(?:[^"]|"")+"|[^\s,.();"]+))/g)];
    const pairs = names.map(([full, schema = '', table = '']) => [full, unquote(schema), unquote(table)]);
    const meant = pairs.find(([, schema, table]) => mentions(words, table) || mentions(words, schema));
    if (meant !== undefined) {
        const [full, schema, table] = meant;
        return words.includes(`${schema}.${table}`) ? undefined : refusePrivilege(full, message, context);
    }
    if (!statement.startsWith('LOCK TABLE') || hasMore || /\d/.test(words))
        return undefined;
    return refuse('PGB_LOCK', 'a table could not be locked within "lock-wait-timeout"', message, context);
}
function explainConnection(message, context) {
    const { words, hasMore } = message;
    const { user } = context.parameters;
    const refused = (code, subject) => refuse(code, `the server refused ${subject}`, message, context);
    if (words.includes('pg_hba.conf'))
        return refused('PGB_CONNECT', 'this combination of host, user and database');
    const isUser = mentions(words, user);
    const isDatabase = mentions(words, context.database);
    if (isDatabase && hasMore)
        return refused('PGB_PERMISSION', 'to open this database for the connecting role');
    if (isDatabase && user !== context.database)
        return refused('PGB_NO_DATABASE', 'this database');
    if (!isUser)
        return refused('PGB_CONNECT', 'the connection');
    const cause = isDatabase ? { cause: unclearRefusal } : {};
    if (context.accepted !== undefined)
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_AUTH', { what: context.action, ...(0,_expired_login_js__WEBPACK_IMPORTED_MODULE_1__/* .explainExpired */ .J)(context.accepted) }, cause);
    return refuse('PGB_AUTH', 'the server refused the user name or password', message, context, cause);
}
const advice = {
    PGB_AUTH: 'Check both; a password with special characters is safest in the input "password", which needs no encoding',
    PGB_NO_DATABASE: 'Check the name, which minds upper and lower case, and whether the database accepts connections',
    PGB_LOCK: 'Run the backup when no migration or long ALTER TABLE is running, or raise "lock-wait-timeout"',
    PGB_DISK: 'Free space on the server',
    PGB_CONNECT: 'Do what it says; it may be out of connections, starting, or admit no such connection',
};
function refusePrivilege(object, message, context) {
    return refuse('PGB_PERMISSION', `the server refused the connecting role ${object}`, message, context);
}
function refuse(code, why, { words }, context, options) {
    const whatToDo = advice[code] ?? `Grant the privilege TO ${(0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_2__/* .quoteRole */ .Zr)(context)}, or connect as the owner or a superuser`;
    const quoted = words
        .trim()
        .replace(/[.\s]+$/, '')
        .slice(0, 400);
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h(code, { what: context.action, why: `${why} (${quoted})`, whatToDo }, options);
}
/** Whether the words hold the name as a word of its own, in whatever quotes. */
function mentions(words, name) {
    if (name === undefined || name === '')
        return false;
    const literal = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    return new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, 'u').test(words);
}
function unquote(identifier) {
    return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}


/***/ }),

/***/ 7151:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ restoreFailures),
/* harmony export */   v: () => (/* binding */ isOfSeveralWorkers)
/* harmony export */ });
/* harmony import */ var _failure_kind_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(84171);

const deadlock = /ERROR: {2}deadlock detected/;
/**
 * PURE. Whether workers of pg_restore stood in each other's way: two waited for each other, or a CHECK looked for rows in a
 * table that another worker still fills. One worker goes by the order of the dump.
 */
function isOfSeveralWorkers(stderr) {
    return deadlock.test(stderr) || /ERROR: {2}new row for relation .* violates check constraint/.test(stderr);
}
/**
 * What psql and pg_restore say when they restore. These come before the failures of any connection, since the same
 * words mean something else there. Provoked with PostgreSQL 15 unless noted.
 */
const restoreFailures = [
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/filter-sql: error: the dump needs timescaledb_pre_restore/, 'PGB_RESTORE', 'it needs what TimescaleDB has to be told before and after a restore, which this action does not do', 'Restore it by hand as docs.timescale.com says: create the extension, run timescaledb_pre_restore(), restore, run timescaledb_post_restore()'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/the dump is not complete/, 'PGB_RESTORE', 'the dump ends before its last line', 'Take another backup; one with `verify: decode` is read to its end before it is kept'),
    {
        pattern: /filter-sql: error: (the dump holds [^\n]*), which (pg_dump never writes|would end [^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([found, reason]) => ({
            why: `${found ?? ''}, which ${reason ?? ''}`,
            whatToDo: 'Take another backup: this one was written by another program, or forged',
        }),
    },
    {
        pattern: /filter-sql: error: (the dump holds [^\n]*), which this old psql could take for something else/,
        code: 'PGB_CLIENT',
        explain: ([found]) => ({
            why: `${found ?? ''}, which psql could take for one of its commands, and this psql is too old to be told not to`,
            whatToDo: 'Update the PostgreSQL client on this machine to the newest minor release of its major version; where that is 13 or older, set "postgres-version" to 14 or later',
        }),
    },
    {
        pattern: /postgres-backup: lost: ([^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([names]) => ({
            why: `replacing its contents would lose or change what is not the connecting role's (${names ?? ''}), so all was left as it was`,
            whatToDo: 'Move these things out of the way, or connect as the role that owns them, and run the job again',
        }),
    },
    {
        pattern: /postgres-backup: rows: ([^\n]*)/,
        code: 'PGB_RESTORE',
        explain: ([differences]) => ({
            why: `what was restored is not what was backed up (${differences ?? ''}), so all was left as it was`,
            whatToDo: 'Look for event triggers on the server and for damage of the backup, and run the job again',
        }),
    },
    {
        pattern: /postgres-backup: not handled: ([^\n]*)/,
        code: 'PGB_PERMISSION',
        explain: ([kinds]) => ({
            why: `it holds things that cannot be replaced in place (${kinds ?? ''}), and was left as it is`,
            whatToDo: 'Drop them by hand, or restore under another name with "target-database"',
        }),
    },
    {
        pattern: /postgres-backup: owner refused: ([^\n]*)/,
        code: 'PGB_PERMISSION',
        explain: ([owner]) => ({
            why: `"${owner ?? ''}" cannot be given what belonged to it, as it may not make such things there, and \`strict: true\` wants all or nothing`,
            whatToDo: `GRANT CREATE on the schema TO "${owner ?? ''}" before, or remove "strict"`,
        }),
    },
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/canceling statement due to lock timeout/, 'PGB_LOCK', 'another session held a lock on something that was to be replaced for longer than a minute, and all was left as it was', 'Stop the programs that use the database, and run the job again'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(deadlock, 'PGB_LOCK', "another session and the restore waited for each other's locks, and all was left as it was", 'Stop the programs that use the database, and run the job again; with `jobs: 1` no two workers of the restore can be these sessions'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/violates unique constraint "postgres_backup_|relation "pg_temp\.postgres_backup_\w+" does not exist/, 'PGB_RESTORE', 'the dump ends the transaction in which it is restored', 'Take another backup: this one was written by another program, or forged'),
    {
        pattern: /ERROR: {2}must be owner of extension ("?[\w-]+"?)/,
        code: 'PGB_RESTORE',
        explain: ([extension]) => ({
            why: `the dump sets a comment on the extension ${extension ?? ''}, which belongs to another role here`,
            whatToDo: 'Set `options: --no-comments`; for a plain dump that belongs to the backup, or connect as the owner of the extension',
        }),
    },
    {
        pattern: /ERROR: {2}role ("(?:[^"\n]|"")+") does not exist/,
        code: 'PGB_RESTORE',
        explain: ([role]) => ({
            why: `the dump names the role ${role ?? ''}, which the server does not have`,
            whatToDo: 'Create it, or restore the roles with `globals: true`; or leave privileges out with `options: --no-acl` (for a plain dump that belongs to the backup), and owners with `no-owner: true`',
        }),
    },
    {
        pattern: /extension "([^"\n]+)" is not available|could not open extension control file "[^"\n]*\/([^"\n/]+)\.control"/,
        code: 'PGB_RESTORE',
        explain: ([first, second]) => ({
            why: `the server does not have the extension "${first === '' ? (second ?? '') : (first ?? '')}"`,
            whatToDo: 'Install its package on the server, or allow it in the settings of the hosting service',
        }),
    },
    {
        pattern: /permission denied to create extension "([^"\n]+)"/,
        code: 'PGB_PERMISSION',
        explain: ([extension]) => ({
            why: `the connecting role may not create the extension "${extension ?? ''}"`,
            whatToDo: 'Connect as a superuser, or as the role that the hosting service names for it',
        }),
    },
    {
        pattern: /only superuser can define a (leakproof) function|permission denied for language (c|internal)$/m,
        code: 'PGB_PERMISSION',
        explain: ([leakproof], context) => ({
            why: leakproof === ''
                ? 'it holds a function in C, which only a superuser may make'
                : 'it holds a function that is LEAKPROOF, which only a superuser may say',
            whatToDo: `${(0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .adviseRole */ .jn)(context, 'Connect as a superuser')}; or take another backup when the function is ${leakproof === '' ? 'gone' : 'NOT LEAKPROOF'}`,
        }),
    },
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/non-standard string literals are not supported/, 'PGB_RESTORE', 'it was dumped with standard_conforming_strings = off, which PostgreSQL 19 and later do not know', 'Take another backup with this action, which dumps with the setting on; an old one loads into PostgreSQL 18, from which it can be dumped anew'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/unrecognized configuration parameter "([^"\n]+)"/, 'PGB_RESTORE', 'the dump or the client sets a parameter that the server does not know, because it is older', 'Restore into a server of the version of the pg_dump that the manifest names, with "postgres-version" at "auto"'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/unsupported version \([\d.]+\) in file header/, 'PGB_CLIENT', 'the archive was written by a newer pg_dump than this pg_restore can read', 'Set "postgres-version" to the major version of the client in the manifest'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/invalid command \\(?:un)?restrict/, 'PGB_CLIENT', 'the dump begins with \\restrict, which this psql is too old for', 'Update the PostgreSQL client on this machine to its newest minor release'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/(?:CREATE|DROP) DATABASE cannot run inside a transaction block/, 'PGB_RESTORE', 'the dump creates its database itself, as with --create', 'Restore it by hand with psql, and back up without --create'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/max_(?:locks|pred_locks)_per_transaction/, 'PGB_LOCK', 'the server has no room for the locks of so many objects in one transaction', 'Raise max_locks_per_transaction on the server and restart it, or restore under another name with "target-database": a new database takes no single transaction'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/collation "[^"\n]+" for encoding "[^"\n]+" does not exist|could not create locale|invalid locale name/, 'PGB_RESTORE', 'the server does not have a locale that the dump uses', 'Install the locale on the server'),
    (0,_failure_kind_js__WEBPACK_IMPORTED_MODULE_0__/* .describeFailure */ .Ic)(/invalid byte sequence for encoding|has no equivalent in encoding/, 'PGB_RESTORE', 'the text in the dump does not fit the encoding of the new database, which is that of the server', 'Create an empty target database with the encoding of the source, as in: createdb --template=template0 --encoding=UTF8 NAME'),
    {
        pattern: /ERROR: {2}((?:relation|schema|type|function) [^\n]* does not exist)/,
        code: 'PGB_RESTORE',
        explain: ([words]) => ({
            why: `the dump needs something that it does not hold (${words ?? ''})`,
            whatToDo: 'Restore a dump that is whole, made without --data-only, --table or --schema',
        }),
    },
    {
        pattern: /ERROR: {2}([^\n]* already exists)/,
        code: 'PGB_RESTORE',
        explain: ([words]) => ({
            why: `the dump creates something that is there already (${words ?? ''})`,
            whatToDo: 'Connect as the role that owns it, or look for an event trigger or another session that makes it in the target',
        }),
    },
];


/***/ }),

/***/ 59404:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Hx: () => (/* binding */ isServiceDatabase),
/* harmony export */   RI: () => (/* binding */ recogniseService)
/* harmony export */ });
/* unused harmony exports hostingServices, findService, isServiceRole */
const nothing = { superusers: [], databases: [], settings: [], schemas: [] };
const common = {
    databases: [],
    schemas: [],
    createsExtensions: true,
    ownsExtensions: false,
    hasOneDatabase: false,
    migrationTables: [],
};
/**
 * The services, in the order in which they are tried: what one builds on another comes first. To add one is to add a
 * row. Sources: their documentation, published dumps, and supabase/postgres on GitHub; see `__tests__/hosted/sql`.
 */
const hostingServices = [
    {
        ...common,
        id: 'supabase',
        name: 'Supabase',
        marks: { ...nothing, superusers: ['supabase_admin'] },
        schemas: [
            ...['auth', 'storage', 'realtime', '_realtime', 'graphql', 'graphql_public', 'vault', 'pgbouncer'],
            ...['pgsodium', 'pgsodium_masks', 'supabase_functions', '_analytics', '_supavisor', 'net', 'cron'],
        ],
        roles: /^(?:supabase_\w+|anon|authenticated|authenticator|service_role|dashboard_user|pgbouncer|pgsodium_\w+)$/,
        hasOneDatabase: true,
        migrationTables: ['auth.schema_migrations', 'storage.migrations', 'realtime.schema_migrations'],
        highestRole: '"postgres"',
    },
    {
        ...common,
        id: 'heroku',
        name: 'Heroku',
        marks: { ...nothing, superusers: ['heroku_admin'], schemas: ['_heroku'] },
        schemas: ['_heroku'],
        roles: /^(?:heroku_\w+|rds\w+)$/,
        highestRole: 'the default credential',
    },
    {
        ...common,
        id: 'neon',
        name: 'Neon',
        marks: { ...nothing, superusers: ['cloud_admin'], settings: ['neon.tenant_id', 'neon.timeline_id'] },
        roles: /^(?:neon_\w+|cloud_admin)$/,
        highestRole: 'a role made in the console',
    },
    {
        ...common,
        id: 'rds',
        name: 'Amazon RDS',
        marks: { ...nothing, superusers: ['rdsadmin'], databases: ['rdsadmin'], settings: ['rds.extensions'] },
        databases: ['rdsadmin'],
        roles: /^rds\w+$/,
        highestRole: 'the master user',
    },
    {
        ...common,
        id: 'cloud-sql',
        name: 'Google Cloud SQL',
        marks: { ...nothing, superusers: ['cloudsqladmin'], databases: ['cloudsqladmin'] },
        databases: ['cloudsqladmin'],
        roles: /^cloudsql\w+$/,
        highestRole: 'a member of cloudsqlsuperuser',
    },
    {
        ...common,
        id: 'azure',
        name: 'Azure Database for PostgreSQL',
        marks: {
            ...nothing,
            superusers: ['azuresu'],
            databases: ['azure_maintenance'],
            settings: ['azure.extensions'],
        },
        databases: ['azure_maintenance', 'azure_sys'],
        roles: /^(?:azure\w+|replication)$/,
        ownsExtensions: true,
        highestRole: 'the server admin',
    },
    {
        ...common,
        id: 'digitalocean',
        name: 'DigitalOcean',
        marks: { ...nothing, databases: ['_dodb'] },
        databases: ['_dodb'],
        roles: /^(?:_do\w+|postgres)$/,
        highestRole: '"doadmin"',
    },
    {
        ...common,
        id: 'aiven',
        name: 'Aiven',
        marks: { ...nothing, databases: ['_aiven'] },
        databases: ['_aiven'],
        roles: /^(?:_aiven\w*|postgres)$/,
        highestRole: '"avnadmin"',
    },
];
/** PURE. The service that a server belongs to; undefined for a server that somebody runs himself. */
function recogniseService(marks) {
    if (marks.isSuperuser)
        return undefined;
    const kinds = ['superusers', 'databases', 'settings', 'schemas'];
    return hostingServices.find((service) => kinds.some((kind) => service.marks[kind].some((mark) => marks[kind].includes(mark))));
}
/** PURE. The service of that id. */
function findService(id) {
    return hostingServices.find((service) => service.id === id);
}
/** Databases that belong to a service, whichever it is: a pattern never matches one. */
function isServiceDatabase(name, service) {
    return service?.databases.includes(name) ?? false;
}
/** Whether a role belongs to the service, and so is neither created nor altered by a restore. */
function isServiceRole(name, service) {
    return service?.roles.test(name) ?? false;
}


/***/ }),

/***/ 98793:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Dc: () => (/* binding */ isLackOfLocks),
/* harmony export */   Ns: () => (/* binding */ readLockRoom),
/* harmony export */   Tu: () => (/* binding */ adviseSetting),
/* harmony export */   gR: () => (/* binding */ explainLackOfLocks),
/* harmony export */   q3: () => (/* binding */ lockCapacity)
/* harmony export */ });
/* unused harmony exports isLack, describeLack */
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(72684);
/* harmony import */ var _answer_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(54769);



/**
 * SQL for the number of objects of which a server can hold locks at once (storage/lmgr/lock.c: NLOCKENTS;
 * utils/init/postinit.c: InitializeMaxBackends). A few more fit while nothing else needs the memory.
 */
const lockCapacity = `(select current_setting('max_locks_per_transaction')::bigint * sum(setting::bigint)
  from pg_settings where name in ('max_connections', 'max_prepared_transactions', 'autovacuum_max_workers',
    'max_worker_processes', 'max_wal_senders'))`;
/** Cause of the error of a dump that found no room for its locks, or for those of its workers. */
const lackOfLocks = Symbol('lack of locks');
function isLackOfLocks(error) {
    return error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h && error.cause === lackOfLocks;
}
const readRoom = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readObject */ .Ag)({
    /** Objects that can be locked at once. */
    capacity: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
    /** Locks that others hold. */
    held: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
    /** Of the work in question. */
    needed: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
    maxLocksPerTransaction: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_2__/* .readCount */ ._0,
});
/** A dump locks tables and sequences. */
const neededByDump = `(select count(*) from pg_class where relkind in ('r', 'p', 'S') and oid >= 16384)`;
/**
 * Asks how many locks a server has room for, and how many some work needs.
 * @param needed SQL for the number of them
 * @throws BackupError as runSql does
 */
async function readLockRoom(session, { database, failing, needed }) {
    const sql = `select json_build_object('capacity', ${lockCapacity},
  'held', (select count(*) from pg_locks where not fastpath), 'needed', ${needed},
  'maxLocksPerTransaction', current_setting('max_locks_per_transaction')::int)`;
    return (0,_answer_js__WEBPACK_IMPORTED_MODULE_1__/* .askJson */ .ey)(session, { database, sql, failing }, readRoom);
}
/** The hint of a server is translated, but for the name of the setting. */
const hint = /max_locks_per_transaction/;
/** All that a worker of pg_dump tells, also where somebody waits to change a table that it is to read. */
const workerFailure = /could not obtain lock on relation/;
/**
 * The error for a dump that found no room for its locks, with the figures of the server where it tells them; undefined
 * for any other failure.
 * @param what first sentence of the error
 */
async function explainLackOfLocks(what, stderr, session, database) {
    if (!hint.test(stderr) && !workerFailure.test(stderr))
        return undefined;
    const room = await readLockRoom(session, { database, failing: what, needed: neededByDump }).catch(() => undefined);
    session.signal.throwIfAborted();
    if (!isLack(stderr, room))
        return undefined;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_LOCK', { what, ...describeLack(room) }, { cause: lackOfLocks });
}
/** PURE. Whether a tool failed for want of locks: a worker needs those of the whole dump once more. */
function isLack(stderr, room) {
    if (hint.test(stderr))
        return true;
    return room !== undefined && room.held + 2 * room.needed > room.capacity;
}
/** PURE. Why there was no room, and what `max_locks_per_transaction` should be. */
function describeLack(room) {
    const why = 'the server has no room for the locks of so many objects';
    const whatToDo = (value) => `Raise max_locks_per_transaction on the server${value} and restart it, or dump a part at a time, as with --schema`;
    if (room === undefined)
        return { why, whatToDo: whatToDo('') };
    const { capacity, held, needed } = room;
    return {
        why: `${why}: there is room for ${capacity}, others hold ${held}, and the dump needs ${needed}, one for each table and sequence`,
        whatToDo: whatToDo(` to ${adviseSetting(room)} or more`),
    };
}
/** PURE. What `max_locks_per_transaction` should be, with a tenth to spare. */
function adviseSetting({ capacity, held, needed, maxLocksPerTransaction }) {
    const wanted = Math.ceil((1.1 * (needed + held) * maxLocksPerTransaction) / Math.max(capacity, 1));
    return Math.max(wanted, maxLocksPerTransaction + 1);
}


/***/ }),

/***/ 37471:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  j: () => (/* binding */ makeClientContext),
  C: () => (/* binding */ openServer)
});

// EXTERNAL MODULE: ./src/postgres/client/find-clients.ts
var find_clients = __webpack_require__(27689);
;// CONCATENATED MODULE: ./src/postgres/client/apt-key.ts
/**
 * The key that signs the packages of apt.postgresql.org, byte for byte as Debian's postgresql-common ships it; it does
 * not expire. Its fingerprint, B97B 0AFC AA1A 47F0 44F2 44A0 7FCC 7D46 ACCC 4CF8, is the one that
 * https://wiki.postgresql.org/wiki/Apt names. A key of our own is not fetched, and not read otherwise than apt reads it.
 */
const postgresqlAptKey = `-----BEGIN PGP PUBLIC KEY BLOCK-----

mQINBE6XR8IBEACVdDKT2HEH1IyHzXkb4nIWAY7echjRxo7MTcj4vbXAyBKOfjja
UrBEJWHN6fjKJXOYWXHLIYg0hOGeW9qcSiaa1/rYIbOzjfGfhE4x0Y+NJHS1db0V
G6GUj3qXaeyqIJGS2z7m0Thy4Lgr/LpZlZ78Nf1fliSzBlMo1sV7PpP/7zUO+aA4
bKa8Rio3weMXQOZgclzgeSdqtwKnyKTQdXY5MkH1QXyFIk1nTfWwyqpJjHlgtwMi
c2cxjqG5nnV9rIYlTTjYG6RBglq0SmzF/raBnF4Lwjxq4qRqvRllBXdFu5+2pMfC
IZ10HPRdqDCTN60DUix+BTzBUT30NzaLhZbOMT5RvQtvTVgWpeIn20i2NrPWNCUh
hj490dKDLpK/v+A5/i8zPvN4c6MkDHi1FZfaoz3863dylUBR3Ip26oM0hHXf4/2U
A/oA4pCl2W0hc4aNtozjKHkVjRx5Q8/hVYu+39csFWxo6YSB/KgIEw+0W8DiTII3
RQj/OlD68ZDmGLyQPiJvaEtY9fDrcSpI0Esm0i4sjkNbuuh0Cvwwwqo5EF1zfkVj
Tqz2REYQGMJGc5LUbIpk5sMHo1HWV038TWxlDRwtOdzw08zQA6BeWe9FOokRPeR2
AqhyaJJwOZJodKZ76S+LDwFkTLzEKnYPCzkoRwLrEdNt1M7wQBThnC5z6wARAQAB
tBxQb3N0Z3JlU1FMIERlYmlhbiBSZXBvc2l0b3J5iQJOBBMBCAA4AhsDBQsJCAcD
BRUKCQgLBRYCAwEAAh4BAheAFiEEuXsK/KoaR/BE8kSgf8x9RqzMTPgFAlhtCD8A
CgkQf8x9RqzMTPgECxAAk8uL+dwveTv6eH21tIHcltt8U3Ofajdo+D/ayO53LiYO
xi27kdHD0zvFMUWXLGxQtWyeqqDRvDagfWglHucIcaLxoxNwL8+e+9hVFIEskQAY
kVToBCKMXTQDLarz8/J030Pmcv3ihbwB+jhnykMuyyNmht4kq0CNgnlcMCdVz0d3
z/09puryIHJrD+A8y3TD4RM74snQuwc9u5bsckvRtRJKbP3GX5JaFZAqUyZNRJRJ
Tn2OQRBhCpxhlZ2afkAPFIq2aVnEt/Ie6tmeRCzsW3lOxEH2K7MQSfSu/kRz7ELf
Cz3NJHj7rMzC+76Rhsas60t9CjmvMuGONEpctijDWONLCuch3Pdj6XpC+MVxpgBy
2VUdkunb48YhXNW0jgFGM/BFRj+dMQOUbY8PjJjsmVV0joDruWATQG/M4C7O8iU0
B7o6yVv4m8LDEN9CiR6r7H17m4xZseT3f+0QpMe7iQjz6XxTUFRQxXqzmNnloA1T
7VjwPqIIzkj/u0V8nICG/ktLzp1OsCFatWXh7LbU+hwYl6gsFH/mFDqVxJ3+DKQi
vyf1NatzEwl62foVjGUSpvh3ymtmtUQ4JUkNDsXiRBWczaiGSuzD9Qi0ONdkAX3b
ewqmN4TfE+XIpCPxxHXwGq9Rv1IFjOdCX0iG436GHyTLC1tTUIKF5xV4Y0+cXIOI
RgQQEQgABgUCTpdI7gAKCRDFr3dKWFELWqaPAKD1TtT5c3sZz92Fj97KYmqbNQZP
+ACfSC6+hfvlj4GxmUjp1aepoVTo3weJAhwEEAEIAAYFAk6XSQsACgkQTFprqxLS
p64F8Q//cCcutwrH50UoRFejg0EIZav6LUKejC6kpLeubbEtuaIH3r2zMblPGc4i
+eMQKo/PqyQrceRXeNNlqO6/exHozYi2meudxa6IudhwJIOn1MQykJbNMSC2sGUp
1W5M1N5EYgt4hy+qhlfnD66LR4G+9t5FscTJSy84SdiOuqgCOpQmPkVRm1HX5X1+
dmnzMOCk5LHHQuiacV0qeGO7JcBCVEIDr+uhU1H2u5GPFNHm5u15n25tOxVivb94
xg6NDjouECBH7cCVuW79YcExH/0X3/9G45rjdHlKPH1OIUJiiX47OTxdG3dAbB4Q
fnViRJhjehFscFvYWSqXo3pgWqUsEvv9qJac2ZEMSz9x2mj0ekWxuM6/hGWxJdB+
+985rIelPmc7VRAXOjIxWknrXnPCZAMlPlDLu6+vZ5BhFX0Be3y38f7GNCxFkJzl
hWZ4Cj3WojMj+0DaC1eKTj3rJ7OJlt9S9xnO7OOPEUTGyzgNIDAyCiu8F4huLPaT
ape6RupxOMHZeoCVlqx3ouWctelB2oNXcxxiQ/8y+21aHfD4n/CiIFwDvIQjl7dg
mT3u5Lr6yxuosR3QJx1P6rP5ZrDTP9khT30t+HZCbvs5Pq+v/9m6XDmi+NlU7Zuh
Ehy97tL3uBDgoL4b/5BpFL5U9nruPlQzGq1P9jj40dxAaDAX/WKJAj0EEwEIACcC
GwMFCwkIBwMFFQoJCAsFFgIDAQACHgECF4AFAlB5KywFCQPDFt8ACgkQf8x9RqzM
TPhuCQ//QAjRSAOCQ02qmUAikT+mTB6baOAakkYq6uHbEO7qPZkv4E/M+HPIJ4wd
nBNeSQjfvdNcZBA/x0hr5EMcBneKKPDj4hJ0panOIRQmNSTThQw9OU351gm3YQct
AMPRUu1fTJAL/AuZUQf9ESmhyVtWNlH/56HBfYjE4iVeaRkkNLJyX3vkWdJSMwC/
LO3Lw/0M3R8itDsm74F8w4xOdSQ52nSRFRh7PunFtREl+QzQ3EA/WB4AIj3VohIG
kWDfPFCzV3cyZQiEnjAe9gG5pHsXHUWQsDFZ12t784JgkGyO5wT26pzTiuApWM3k
/9V+o3HJSgH5hn7wuTi3TelEFwP1fNzI5iUUtZdtxbFOfWMnZAypEhaLmXNkg4zD
kH44r0ss9fR0DAgUav1a25UnbOn4PgIEQy2fgHKHwRpCy20d6oCSlmgyWsR40EPP
YvtGq49A2aK6ibXmdvvFT+Ts8Z+q2SkFpoYFX20mR2nsF0fbt1lfH65P64dukxeR
GteWIeNakDD40bAAOH8+OaoTGVBJ2ACJfLVNM53PEoftavAwUYMrR910qvwYfd/4
6rh46g1Frr9SFMKYE9uvIJIgDsQB3QBp71houU4H55M5GD8XURYs+bfiQpJG1p7e
B8e5jZx1SagNWc4XwL2FzQ9svrkbg1Y+359buUiP7T6QXX2zY++JAj0EEwEIACcC
GwMFCwkIBwMFFQoJCAsFFgIDAQACHgECF4AFAlEqbZUFCQg2wEEACgkQf8x9RqzM
TPhFMQ//WxAfKMdpSIA9oIC/yPD/dJpY/+DyouOljpE6MucMy/ArBECjFTBwi/j9
NYM4ynAk34IkhuNexc1i9/05f5RM6+riLCLgAOsADDbHD4miZzoSxiVr6GQ3YXMb
OGld9kV9Sy6mGNjcUov7iFcf5Hy5w3AjPfKuR9zXswyfzIU1YXObiiZT38l55pp/
BSgvGVQsvbNjsff5CbEKXS7q3xW+WzN0QWF6YsfNVhFjRGj8hKtHvwKcA02wwjLe
LXVTm6915ZUKhZXUFc0vM4Pj4EgNswH8Ojw9AJaKWJIZmLyW+aP+wpu6YwVCicxB
Y59CzBO2pPJDfKFQzUtrErk9irXeuCCLesDyirxJhv8o0JAvmnMAKOLhNFUrSQ2m
+3EnF7zhfz70gHW+EG8X8mL/EN3/dUM09j6TVrjtw43RLxBzwMDeariFF9yC+5bL
tnGgxjsB9Ik6GV5v34/NEEGf1qBiAzFmDVFRZlrNDkq6gmpvGnA5hUWNr+y0i01L
jGyaLSWHYjgw2UEQOqcUtTFK9MNzbZze4mVaHMEz9/aMfX25R6qbiNqCChveIm8m
Yr5Ds2zdZx+G5bAKdzX7nx2IUAxFQJEE94VLSp3npAaTWv3sHr7dR8tSyUJ9poDw
gw4W9BIcnAM7zvFYbLF5FNggg/26njHCCN70sHt8zGxKQINMc6SJAj0EEwEIACcC
GwMFCwkIBwMFFQoJCAsFFgIDAQACHgECF4AFAlLpFRkFCQ6EJy0ACgkQf8x9RqzM
TPjOZA//Zp0e25pcvle7cLc0YuFr9pBv2JIkLzPm83nkcwKmxaWayUIG4Sv6pH6h
m8+S/CHQij/yFCX+o3ngMw2J9HBUvafZ4bnbI0RGJ70GsAwraQ0VlkIfg7GUw3Tz
voGYO42rZTru9S0K/6nFP6D1HUu+U+AsJONLeb6oypQgInfXQExPZyliUnHdipei
4WR1YFW6sjSkZT/5C3J1wkAvPl5lvOVthI9Zs6bZlJLZwusKxU0UM4Btgu1Sf3nn
JcHmzisixwS9PMHE+AgPWIGSec/N27a0KmTTvImV6K6nEjXJey0K2+EYJuIBsYUN
orOGBwDFIhfRk9qGlpgt0KRyguV+AP5qvgry95IrYtrOuE7307SidEbSnvO5ezNe
mE7gT9Z1tM7IMPfmoKph4BfpNoH7aXiQh1Wo+ChdP92hZUtQrY2Nm13cmkxYjQ4Z
gMWfYMC+DA/GooSgZM5i6hYqyyfAuUD9kwRN6BqTbuAUAp+hCWYeN4D88sLYpFh3
paDYNKJ+Gf7Yyi6gThcV956RUFDH3ys5Dk0vDL9NiWwdebWfRFbzoRM3dyGP889a
OyLzS3mh6nHzZrNGhW73kslSQek8tjKrB+56hXOnb4HaElTZGDvD5wmrrhN94kby
Gtz3cydIohvNO9d90+29h0eGEDYti7j7maHkBKUAwlcPvMg5m3Y=
=DA1T
-----END PGP PUBLIC KEY BLOCK-----
`;

;// CONCATENATED MODULE: ./src/postgres/client/client-context.ts

/** The PostgreSQL project's own apt repository; source: https://wiki.postgresql.org/wiki/Apt */
const postgresqlAptRepository = {
    url: 'https://apt.postgresql.org/pub/repos/apt',
    key: postgresqlAptKey,
};

// EXTERNAL MODULE: ./src/postgres/client/provide-client.ts + 5 modules
var provide_client = __webpack_require__(16841);
// EXTERNAL MODULE: ./src/postgres/connection/open-connection.ts + 4 modules
var open_connection = __webpack_require__(53942);
// EXTERNAL MODULE: ./src/postgres/connection/pooler.ts
var pooler = __webpack_require__(54375);
// EXTERNAL MODULE: ./src/postgres/connection/tool-environment.ts
var tool_environment = __webpack_require__(99868);
// EXTERNAL MODULE: ./src/postgres/server.ts + 1 modules
var postgres_server = __webpack_require__(24400);
// EXTERNAL MODULE: ./src/postgres/standard-strings.ts
var standard_strings = __webpack_require__(16869);
;// CONCATENATED MODULE: ./src/postgres/open-server.ts








/**
 * Connects, asks the server for its version, and provides the client for it.
 * @throws BackupError PGB_EMPTY_SECRET, PGB_URL, PGB_INPUT, PGB_CLIENT, PGB_CONNECT, PGB_AUTH, PGB_NO_DATABASE
 */
async function openServer(request, surroundings) {
    const parameters = (0,open_connection/* resolveConnectionParameters */.ry)(request.connection, surroundings.environment);
    if ((0,pooler/* isTransactionPooler */.ex)(parameters) && !request.allowTransactionPooler) {
        throw (0,pooler/* refuseTransactionPooler */.Ui)(parameters);
    }
    const context = makeClientContext(request, surroundings);
    const found = await (0,find_clients/* findClients */.g)(context);
    const options = {
        oldestClient: found[0]?.major,
        directory: surroundings.privateDirectory,
        environment: surroundings.environment,
        ...(request.connection.sslRootCert === undefined ? {} : { sslRootCert: request.connection.sslRootCert }),
    };
    const connection = await (0,open_connection/* openConnection */.JY)(parameters, options);
    const names = [connection.parameters['user'], connection.database].filter((name) => name !== undefined);
    surroundings.protect(connection.secrets, names);
    const clients = found.length > 0 ? found : await (0,provide_client/* provideFirstClient */.L)(context);
    const newest = clients.at(-1);
    const { signal } = surroundings;
    const facts = await (0,postgres_server/* inspectServer */.E)({ connection, client: newest, signal }, request.needsDatabase);
    const accepted = { at: performance.now(), purpose: request.purpose };
    if (facts.service !== undefined)
        surroundings.log.info(`The server is one of ${facts.service.name}, by what it says of itself`);
    const client = await (0,provide_client/* provideClient */.x)(facts, clients, context);
    const server = { connection, client, facts, signal, accepted };
    const isDumpedAsItIs = request.purpose !== 'backup' || client.major >= standard_strings/* standardStringsSince */.Cw;
    if (isDumpedAsItIs || !facts.mayEscapeInStrings)
        return server;
    const standard = await (0,open_connection/* openConnection */.JY)((0,standard_strings/* withStandardStrings */.AU)(parameters), options);
    const { database } = facts;
    return {
        ...server,
        connection: await (0,standard_strings/* chooseConnection */.OO)(server, standard, { database, log: surroundings.log }),
    };
}
/** What finding and installing a client needs to know. */
function makeClientContext(request, surroundings) {
    return {
        environment: {
            ...(0,tool_environment/* selectToolEnvironment */.C)(surroundings.environment),
            ...selectInstallerEnvironment(surroundings.environment),
        },
        path: surroundings.environment['PATH'] ?? '',
        platform: process.platform,
        signal: surroundings.signal,
        log: surroundings.log,
        requestedMajor: request.postgresVersion,
        warned: new Set(),
        root: '/',
        aptRepository: postgresqlAptRepository,
    };
}
/** What package managers and the search for clients need of the outside; psql and pg_dump never get it. */
function selectInstallerEnvironment(environment) {
    const names = /^(https?_proxy|no_proxy|programfiles|pgbin|runner_tool_cache|homebrew_prefix)$/i;
    const entries = Object.entries(environment).filter(([name, value]) => names.test(name) && value !== undefined);
    return Object.fromEntries(entries);
}


/***/ }),

/***/ 78546:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ withPrivateScript)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);


/**
 * Runs a task with a file of SQL that psql reads, since everybody on the machine sees a command line, and such SQL may
 * hold secrets. The file is private, and gone when the task has ended.
 * @param directory private to this run
 */
async function withPrivateScript(directory, sql, task) {
    const own = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'script-'));
    try {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(own, 'script.sql');
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(path, `${sql}\n`, { mode: 0o600, flag: 'wx' });
        return await task(path);
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(own, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 37480:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Pv: () => (/* binding */ askIfThere),
  MG: () => (/* binding */ explainPsqlFailure),
  Yx: () => (/* binding */ makePsqlCommand),
  FM: () => (/* binding */ quoteTool),
  Wt: () => (/* binding */ runSql),
  QD: () => (/* binding */ whileServerAnswers)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/postgres/connection/connection-string.ts + 3 modules
var connection_string = __webpack_require__(69555);
// EXTERNAL MODULE: ./src/postgres/failure/explain-failure.ts + 2 modules
var explain_failure = __webpack_require__(98673);
// EXTERNAL MODULE: ./src/postgres/failure/failure-kind.ts
var failure_kind = __webpack_require__(84171);
// EXTERNAL MODULE: ./src/postgres/failure/foreign.ts
var foreign = __webpack_require__(9246);
// EXTERNAL MODULE: ./src/postgres/private-script.ts
var private_script = __webpack_require__(78546);
// EXTERNAL MODULE: ./src/postgres/sql/quote.ts
var quote = __webpack_require__(48920);
;// CONCATENATED MODULE: ./src/postgres/session-settings.ts

/**
 * What every psql session of ours sets before it does anything else, by statements that call no function: a role or a
 * database may have a search path in which somebody's function or operator fits our queries better than PostgreSQL's
 * own, and would run with our rights; or limits of milliseconds, or settings that change what our SQL means and prints.
 *
 * `pg_temp` stands last, since it would otherwise come first. `default_transaction_read_only` is left as it is:
 * whoever set it for a role meant to keep that role from writing, and pg_restore obeys it too.
 *
 * pg_dump, pg_dumpall and pg_restore protect themselves: the first statement of each connection, those of their
 * workers included, is `SELECT pg_catalog.set_config('search_path', '', false)` (ALWAYS_SECURE_SEARCH_PATH_SQL in
 * src/include/common/connect.h; pg_backup_db.c: ConnectDatabase; pg_dumpall.c: connectDatabase), and pg_dump lifts the
 * limits on time after it (pg_dump.c: setup_connection). `__tests__/attacks/first-statement.test.ts` looks at all of them.
 */
const settings = {
    statement_timeout: '0',
    search_path: 'pg_catalog, pg_temp',
    lock_timeout: '0',
    standard_conforming_strings: 'on',
    quote_all_identifiers: 'off',
    client_min_messages: 'warning',
};
/** Limits on time that only some versions know. */
const newerLimits = ['idle_in_transaction_session_timeout', 'idle_session_timeout', 'transaction_timeout'];
/** The settings for the whole session. Poolers take them, as they would not all take startup options. */
const secureSession = `${formatSettings('SESSION')} ${setWhereKnown(listNewerLimits(), false)}`;
/**
 * The settings until the transaction ends: behind a transaction pooler nothing stays for other clients, and no other
 * server session can come in between.
 *
 * Such a transaction touches no view or foreign table of others: one could have been put in the place of a table since
 * its name was listed, and its functions would run with our rights (as in pg_dump: CVE-2024-7348).
 */
const secureTransaction = `${formatSettings('LOCAL')} ${setWhereKnown([...listNewerLimits(), ['restrict_nonsystem_relation_kind', 'view, foreign-table']], true)}`;
/**
 * Begins a transaction that reads one snapshot, with the settings. All in one message, so that no limit on idle
 * transactions can end it before it is lifted.
 * @param snapshot of another transaction, from `pg_export_snapshot()`; it is taken over before the first query
 */
function beginSnapshot(snapshot) {
    const takeOver = snapshot === undefined ? '' : ` set transaction snapshot ${(0,quote/* quoteLiteral */.c)(snapshot)};`;
    return `begin isolation level repeatable read read only;${takeOver} ${secureTransaction}`;
}
function listNewerLimits() {
    return newerLimits.map((name) => [name, '0']);
}
/** Prints nothing. By a CASE, since the planner may turn conditions round that are joined by AND. */
function setWhereKnown(values, isLocal) {
    const cases = values.map(([name, value]) => `when '${name}' then pg_catalog.set_config(name, '${value}', ${isLocal}) is null`);
    return `select from pg_catalog.pg_settings where case name ${cases.join(' ')} end;`;
}
function formatSettings(scope) {
    return Object.entries(settings)
        .map(([name, value]) => `SET ${scope} ${name} = ${value};`)
        .join(' ');
}

;// CONCATENATED MODULE: ./src/postgres/psql.ts









/** Milliseconds for a question: far more than any takes that the catalogs answer. */
const questionLimit = 300_000;
/** Milliseconds between two looks at a server that works for us, and for the answer to one. */
const lookInterval = 60_000;
/** Looks in a row without an answer after which a server counts as gone. */
const looksBeforeGone = 5;
/** Bytes of an answer beyond which it is none: a million names of databases take less. */
const answerLimit = 256 * 1024 * 1024;
/**
 * A session of psql, with settings of its own (see session-settings.ts) before its first statement, and where neither
 * ~/.psqlrc nor a prompt for a password can interfere. All sessions of psql begin here.
 * @param start `session` sets them for good; the other begins a transaction that reads one snapshot, its own where none
 *   is named, and sets them there
 * @param args `--command` and `--file`, run one after the other in this session
 */
function makePsqlCommand(session, database, start, ...args) {
    const first = start === 'session' ? secureSession : beginSnapshot(start.snapshot);
    return makeCommand(session, database, [`--command=${first}`, ...args]);
}
function makeCommand({ client }, database, args) {
    const fixed = ['--no-psqlrc', '--no-password', '--quiet', '--set=ON_ERROR_STOP=1'];
    // Here it beats a client_encoding of the url, which a variable of the environment does not.
    const place = `${(0,connection_string/* formatDatabaseArgument */.OA)(database)} client_encoding=UTF8`;
    return { path: client.psql, args: [...fixed, place, ...args] };
}
/**
 * Runs SQL by psql, and so through libpq with every setting of the connection.
 * @returns what it printed, without alignment and headers
 * @throws BackupError with the code that fits what psql says, else PGB_CONNECT
 */
async function runSql(session, query) {
    const { kind = 'question', failing } = query;
    const answer = kind === 'question'
        ? await runWithin(questionLimit, session, query)
        : await whileServerAnswers(session, query, (signal) => runQuery({ ...session, signal }, query));
    if (answer === undefined)
        throw refuseSilence(failing);
    const { failure, stdout, stderr } = answer;
    if (failure === undefined)
        return stdout.trimEnd();
    const whatToDo = (0,foreign/* isRefusedQuery */.t4)(stderr)
        ? "Look into the server's log, and correct the cause"
        : 'Check the url, and whether this runner may reach the server';
    throw explainPsqlFailure(stderr, session, query, { code: 'PGB_CONNECT', whatToDo });
}
/**
 * Asks a short question of a server that may be gone.
 * @param limit in milliseconds
 * @returns undefined when the server said nothing at all; an empty text when it answered, but refused
 */
async function askIfThere(session, query, limit) {
    const result = await runWithin(limit, session, query);
    if (result?.failure === undefined)
        return result?.stdout.trimEnd();
    return (0,foreign/* isSaidByServer */.eb)(result.stderr) ? '' : undefined;
}
/**
 * Lets the server work for us as long as it needs, and gives up when it no longer answers anybody: five times in a
 * row, a minute apart. A connection of which only one end is left is found by TCP, see open-connection.ts.
 * @throws BackupError PGB_CONNECT
 */
async function whileServerAnswers(session, { database, failing }, work, { interval, looks } = { interval: lookInterval, looks: looksBeforeGone }) {
    const [ended, gone] = [new AbortController(), new AbortController()];
    const signal = AbortSignal.any([session.signal, ended.signal]);
    const watch = async () => {
        for (let silent = 0; silent < looks;) {
            await (0,promises_.setTimeout)(interval, undefined, { signal, ref: false });
            const answer = await askIfThere({ ...session, signal }, { database, sql: 'select 1' }, interval);
            silent = answer === undefined ? silent + 1 : 0;
        }
        gone.abort(refuseSilence(failing));
    };
    // It ends by an exception when the work has ended.
    const watching = watch().catch(() => undefined);
    try {
        return await work(AbortSignal.any([session.signal, gone.signal]));
    }
    finally {
        ended.abort();
        await watching;
    }
}
/** @returns undefined when the time was up */
async function runWithin(limit, session, query) {
    const timeUp = AbortSignal.timeout(limit);
    const signal = AbortSignal.any([session.signal, timeUp]);
    return runQuery({ ...session, signal }, query).catch((error) => {
        if (timeUp.aborted && !session.signal.aborted)
            return undefined;
        throw error;
    });
}
async function runQuery(session, query) {
    const { sql, hiddenIn } = query;
    if (hiddenIn === undefined)
        return runCommands(session, query, listCommands(query));
    return (0,private_script/* withPrivateScript */.B)(hiddenIn, `${sql};`, (inputFile) => {
        // In the context of an error the statement would show that failed.
        const silent = '--set=SHOW_CONTEXT=never';
        const commands = [`--command=begin; ${secureTransaction}`, '--file=-', '--command=commit'];
        return runCommands(session, query, [silent, ...commands], inputFile);
    });
}
function listCommands({ kind = 'question', sql, next = [] }) {
    // A blank comes first, since psql takes a command that begins with a backslash for one of its own, such as \!.
    const statements = kind === 'alone' ? [secureSession, ` ${sql}`] : [`${secureTransaction} ${sql}`];
    return [...statements, ...next].map((statement) => `--command=${statement}`);
}
async function runCommands(session, { database }, commands, inputFile) {
    // With the SQLSTATE a refusal is understood in any language.
    const settings = ['--set=VERBOSITY=verbose', '--no-align', '--tuples-only'];
    const psql = makeCommand(session, database, [...settings, ...commands]);
    const { environment } = session.connection;
    const input = inputFile === undefined ? {} : { inputFile };
    return (0,pipeline/* runPipeline */.a)([psql], { environment, signal: session.signal, outputLimit: answerLimit, ...input });
}
function refuseSilence(failing) {
    const explanation = {
        what: failing,
        why: 'the server no longer answers',
        whatToDo: 'Look whether the server and the network to it are well, and run the job again',
    };
    return new errors/* BackupError */.h('PGB_CONNECT', explanation, { cause: failure_kind/* passingFailure */.UC });
}
/** Says why psql failed; `unknown` serves where nothing that it printed is recognised. */
function explainPsqlFailure(stderr, { connection, accepted }, { database, failing, refused = failing }, unknown) {
    const { code, whatToDo } = unknown;
    const what = (0,foreign/* isRefusedQuery */.t4)(stderr) ? refused : failing;
    const context = { parameters: connection.parameters, database, action: what, accepted };
    const why = quoteTool((0,foreign/* withoutStates */.$3)(stderr)) ?? 'psql ended without a message';
    return (0,explain_failure/* explainFailure */.S)(stderr, context) ?? new errors/* BackupError */.h(code, { what, why, whatToDo });
}
/** The last lines that a tool printed, as one line for an annotation; undefined when there are none. */
function quoteTool(stderr) {
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    const text = lines
        .slice(-4)
        .join('; ')
        .replace(/[\s\0]+/g, ' ')
        .replace(/[.;\s]+$/, '');
    return text === '' ? undefined : text.slice(-600);
}


/***/ }),

/***/ 49928:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   p: () => (/* binding */ makeRestoreArguments)
/* harmony export */ });
/* harmony import */ var _connection_connection_string_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(69555);

/** PURE. The argument vector of pg_restore; it names no host, user or password, and stops at the first error. */
function makeRestoreArguments(request) {
    const { source, tableJobs, format, database } = request;
    const inParallel = database !== undefined && tableJobs > 1 && source !== undefined && format !== 'tar';
    return [
        ...(database === undefined ? ['--file=-'] : ['--no-password', '--exit-on-error']),
        `--format=${format}`,
        ...(inParallel ? [`--jobs=${tableJobs}`] : []),
        ...(request.noOwner ? ['--no-owner'] : []),
        ...(request.noPrivileges ? ['--no-privileges'] : []),
        ...(database === undefined ? [] : [(0,_connection_connection_string_js__WEBPACK_IMPORTED_MODULE_0__/* .formatDatabaseArgument */ .OA)(database)]),
        ...request.options,
        // An absolute path, so never taken for an option.
        ...(source === undefined ? [] : [source]),
    ];
}


/***/ }),

/***/ 24400:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  E: () => (/* binding */ inspectServer)
});

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/postgres/answer.ts
var answer = __webpack_require__(54769);
// EXTERNAL MODULE: ./src/postgres/connection/pooler.ts
var pooler = __webpack_require__(54375);
// EXTERNAL MODULE: ./src/postgres/failure/foreign.ts
var foreign = __webpack_require__(9246);
;// CONCATENATED MODULE: ./src/postgres/hosting/server-marks.ts

/** Settings of extensions and services are those with a prefix. Read with an empty search path. */
const serverMarksQuery = `select json_build_object(
  'role', current_user,
  'isSuperuser', (select rolsuper from pg_roles where rolname = current_user),
  'mayReadPasswords', has_table_privilege('pg_authid', 'SELECT'),
  'superusers', (select json_agg(rolname) from pg_roles where rolsuper),
  'databases', (select json_agg(datname) from pg_database),
  'settings', (select coalesce(json_agg(name), '[]') from pg_settings where strpos(name, '.') > 0),
  'schemas', (select json_agg(nspname) from pg_namespace where nspname !~ '^pg_(toast|temp)'))`;
/** Reads the answer to {@link serverMarksQuery}. */
const readServerMarks = (0,json_reader/* readObject */.Ag)({
    role: json_reader/* readName */.MQ,
    isSuperuser: json_reader/* readBoolean */.Vf,
    mayReadPasswords: json_reader/* readBoolean */.Vf,
    superusers: (0,json_reader/* readArray */.oU)(json_reader/* readName */.MQ),
    databases: (0,json_reader/* readArray */.oU)(json_reader/* readName */.MQ),
    settings: (0,json_reader/* readArray */.oU)(json_reader/* readName */.MQ),
    schemas: (0,json_reader/* readArray */.oU)(json_reader/* readName */.MQ),
});

// EXTERNAL MODULE: ./src/postgres/hosting/services.ts
var services = __webpack_require__(59404);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/postgres/standard-strings.ts
var standard_strings = __webpack_require__(16869);
;// CONCATENATED MODULE: ./src/postgres/server.ts









/** Only sessions of clients have a database; `least` takes no account of a role without a limit. */
const freeConnections = `(select least(
  (select sum(case name when 'max_connections' then setting::int else -setting::int end) from pg_settings
    where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections'))
    - (select count(*) from pg_stat_activity where datid is not null),
  (select rolconnlimit from pg_roles where rolname = current_user and rolconnlimit >= 0)
    - (select count(*) from pg_stat_activity where usename = current_user)))`;
/** The right is asked for first, and the query is in quotes: an answer is due also where it would be refused. */
const systemIdentifier = `(select case
  when has_function_privilege(to_regprocedure('pg_catalog.pg_control_system()')::oid, 'EXECUTE')
  then substring(query_to_xml('select system_identifier from pg_catalog.pg_control_system()', false, true, '')::text
    from '>([0-9]+)<') end)`;
/** What is between their answers is a round trip. They call nothing that a search path could change. */
const clockQueries = Array(3).fill("select pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())");
const factsQuery = `select json_build_object(
  'versionNumber', current_setting('server_version_num')::int,
  'version', split_part(current_setting('server_version'), ' ', 1),
  'database', current_database(),
  'isStandby', pg_is_in_recovery(),
  'mayEscapeInStrings', ${standard_strings/* mayEscapeInStrings */.Mp},
  'marks', (${serverMarksQuery}),
  'freeConnections', ${freeConnections},
  'systemIdentifier', ${systemIdentifier},
  'databases', (select json_agg(json_build_object(
    'name', datname, 'isTemplate', datistemplate,
    'allowsConnections', datallowconn and datconnlimit <> -2,
    'mayConnect', has_database_privilege(oid, 'CONNECT'),
    'size', case when has_database_privilege(oid, 'CONNECT') then pg_database_size(oid) end
  ) order by datname) from pg_database))`;
/** From 8.0 to 99.99, so that it can be reckoned with. */
const readVersionNumber = (value, place) => {
    const number = (0,json_reader/* readCount */._0)(value, place);
    if (number >= 80_000 && number <= 999_999)
        return number;
    throw new json_reader/* JsonError */.N3(`${place} is not the number of a version`);
};
const readAnswer = (0,json_reader/* readObject */.Ag)({
    versionNumber: readVersionNumber,
    version: answer/* readVersion */.$4,
    isStandby: json_reader/* readBoolean */.Vf,
    mayEscapeInStrings: json_reader/* readBoolean */.Vf,
    database: answer/* readName */.MQ,
    databases: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({
        name: answer/* readName */.MQ,
        isTemplate: json_reader/* readBoolean */.Vf,
        allowsConnections: json_reader/* readBoolean */.Vf,
        mayConnect: json_reader/* readBoolean */.Vf,
        size: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
    })),
    freeConnections: json_reader/* readInteger */.JI,
    marks: readServerMarks,
    systemIdentifier: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readString */.E3)(/^\d{1,20}$/, 'a number')),
});
/** Databases that every server has, for when the connection names none that exists. */
const maintenanceDatabases = ['postgres', 'template1'];
/**
 * Asks the server for its version and databases.
 * @param isNeeded whether the connection's own database must exist; otherwise the maintenance databases do as well
 * @throws BackupError PGB_CONNECT, PGB_AUTH, PGB_NO_DATABASE
 */
async function inspectServer(session, isNeeded) {
    const { database } = session.connection;
    const own = database === undefined ? [] : [database];
    const candidates = isNeeded ? own : [...new Set([...own, ...maintenanceDatabases])];
    return askFirst(session, candidates).catch(async (error) => {
        if (!(error instanceof errors/* BackupError */.h && error.cause === foreign/* unclearRefusal */.rT))
            throw error;
        // Where the user may log in elsewhere, it was the database.
        const facts = await askFirst(session, maintenanceDatabases).catch(() => {
            throw error;
        });
        if (isNeeded)
            throw refuseDatabase(error.explanation);
        return facts;
    });
}
const databaseNotReached = 'The server was reached, but not the database';
function refuseDatabase({ why }) {
    return new errors/* BackupError */.h('PGB_NO_DATABASE', {
        what: databaseNotReached,
        why: why.replace(/^[^(]*/, 'the server refused the database, which is named as the user '),
        whatToDo: 'Check its name, which minds upper and lower case, and whether it accepts connections',
    });
}
async function askFirst(session, [database, ...others]) {
    const failing = 'The server was not reached';
    const refused = 'The server did not say what it is and holds';
    const query = { database: database ?? '', sql: factsQuery, failing, refused, next: clockQueries };
    try {
        return readAnswers(await (0,psql/* runSql */.Wt)(session, query), (0,pooler/* isPooler */.U7)(session.connection.parameters));
    }
    catch (error) {
        if (error instanceof json_reader/* JsonError */.N3)
            throw (0,answer/* refuseAnswer */.$e)(failing, error);
        const isMissing = error instanceof errors/* BackupError */.h && error.code === 'PGB_NO_DATABASE';
        if (!isMissing)
            throw error;
        if (others.length > 0)
            return askFirst(session, others);
        throw new errors/* BackupError */.h(error.code, { ...error.explanation, what: databaseNotReached }, { cause: error.cause });
    }
}
/**
 * PURE. Reads the facts, and the round trip from the times that follow them, of which the shorter one counts: what a busy
 * machine adds is no way.
 * @throws JsonError
 */
function readAnswers(text, isPooled) {
    const lines = text.split('\n');
    const times = lines.splice(-clockQueries.length);
    const { freeConnections, marks, systemIdentifier, ...facts } = (0,answer/* readJson */.Vh)(lines.join('\n'), readAnswer);
    const { role, isSuperuser, mayReadPasswords } = marks;
    const [first = 0, second = 0, third = 0] = times.map((line) => (0,json_reader/* readAmount */.No)(Number(line), 'the time'));
    return {
        ...facts,
        ...{ role, isSuperuser, mayReadPasswords, service: (0,services/* recogniseService */.RI)(marks) },
        systemIdentifier: systemIdentifier ?? undefined,
        freeConnections: isPooled ? undefined : freeConnections,
        roundTrip: Math.max(0, Math.min(second - first, third - second)),
    };
}


/***/ }),

/***/ 87973:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ makeSubscriptionsQuery),
/* harmony export */   UN: () => (/* binding */ makeDropSubscriptions),
/* harmony export */   ng: () => (/* binding */ makeDropDatabase)
/* harmony export */ });
/* harmony import */ var _quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48920);

/** PURE. Drops a database if it is there, and ends its sessions where the server can: those of a failure may linger. */
function makeDropDatabase(name, major) {
    return `DROP DATABASE IF EXISTS ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteIdentifier */ .C)(name)}${major >= 13 ? ' WITH (FORCE)' : ''}`;
}
/**
 * PURE. Drops subscriptions of the connected database, without a word to the server that they are from: its slots may
 * be those of the database that was backed up.
 */
function makeDropSubscriptions(which) {
    return `do $drop$
declare
  name text;
begin
  for name in select subname from pg_catalog.pg_subscription
    where subdbid = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
      and ${which === 'all' ? 'true' : 'subslotname is null'}
  loop
    execute pg_catalog.format('alter subscription %I disable', name);
    execute pg_catalog.format('alter subscription %I set (slot_name = none)', name);
    execute pg_catalog.format('drop subscription %I', name);
  end loop;
end
$drop$`;
}
/** PURE. Asks for the names of a database's subscriptions, as JSON, also from another database. */
function makeSubscriptionsQuery(database) {
    return `select coalesce(json_agg(subname order by subname), '[]') from pg_catalog.pg_subscription
    where subdbid = (select oid from pg_catalog.pg_database where datname = ${(0,_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteLiteral */ .c)(database)})`;
}


/***/ }),

/***/ 22491:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   I: () => (/* binding */ completionMarkers)
/* harmony export */ });
/** The comment lines by which complete dumps of pg_dump and pg_dumpall are known. */
const completionMarkers = {
    database: '-- PostgreSQL database dump complete',
    cluster: '-- PostgreSQL database cluster dump complete',
};


/***/ }),

/***/ 54448:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Yb: () => (/* binding */ transactionTimeoutSince),
/* harmony export */   co: () => (/* binding */ losesTransactionTimeout)
/* harmony export */ });
/* unused harmony export makeStatementTest */

/** First major version whose servers know `transaction_timeout`. */
const transactionTimeoutSince = 17;
/** PURE. Whether a dump of that client must lose its `SET transaction_timeout` on the way to that server. */
function losesTransactionTimeout(clientMajor, serverMajor) {
    return clientMajor >= transactionTimeoutSince && serverMajor < transactionTimeoutSince;
}
/** PURE. Tells which statements to leave out; a statement comes as one character for each byte, with its `;`. */
function makeStatementTest(omit) {
    const created = { ROLE: new Set(omit.existingRoles), TABLESPACE: new Set(omit.existingTablespaces) };
    return (statement) => {
        if (omit.transactionTimeout && /^SET transaction_timeout = 0;\s*$/.test(statement))
            return true;
        if (omit.owners && /^ALTER [^]* OWNER TO (?:"(?:[^"]|"")+"|[^\s"';]+);\s*$/.test(statement))
            return true;
        const [, kind, name] = /^CREATE (ROLE|TABLESPACE) ("(?:[^"]|"")+"|[^\s"';]+)/.exec(statement) ?? [];
        if (kind === 'ROLE' || kind === 'TABLESPACE')
            return created[kind].has(readIdentifier(name ?? ''));
        const role = /^ALTER ROLE ("(?:[^"]|"")+"|[^\s"';]+) /.exec(statement)?.[1];
        return role !== undefined && readIdentifier(role) === omit.ownRole;
    };
}


/***/ }),

/***/ 48920:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   C: () => (/* binding */ quoteIdentifier),
/* harmony export */   c: () => (/* binding */ quoteLiteral)
/* harmony export */ });
/** PURE. An SQL identifier. */
function quoteIdentifier(name) {
    return `"${name.replaceAll('"', '""')}"`;
}
/** PURE. An SQL string, whatever `standard_conforming_strings` says. */
function quoteLiteral(text) {
    const quoted = `'${text.replaceAll("'", "''").replaceAll('\\', '\\\\')}'`;
    return text.includes('\\') ? ` E${quoted}` : quoted;
}


/***/ }),

/***/ 11712:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ unknownRows),
/* harmony export */   g: () => (/* binding */ nameTable)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4573);
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_buffer__WEBPACK_IMPORTED_MODULE_0__);

/** Where nothing is known. */
const unknownRows = { total: null, tables: null, partitions: [] };
/** PURE. A name in UTF-8; undefined where its bytes are of another encoding. */
function nameTable(bytes, encoding) {
    const isText = (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isAscii)(bytes) || (encoding === 'UTF8' && (0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(bytes));
    return isText ? bytes.toString('utf8') : undefined;
}


/***/ }),

/***/ 16869:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   AU: () => (/* binding */ withStandardStrings),
/* harmony export */   Cw: () => (/* binding */ standardStringsSince),
/* harmony export */   Mp: () => (/* binding */ mayEscapeInStrings),
/* harmony export */   OO: () => (/* binding */ chooseConnection)
/* harmony export */ });
/* harmony import */ var _psql_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37480);

/*
 * With `standard_conforming_strings = off` a backslash in `'…'` escapes, and pg_dump up to 18 writes its strings in the
 * way of the session that it gets (pg_dump.c: dumpStdStrings). PostgreSQL 19 refuses such a dump at its first statement.
 * pg_dump 19 sees to it itself.
 */
/** First major version that knows standard strings only (PostgreSQL 19 release notes). */
const standardStringsSince = 19;
/**
 * PURE SQL. Whether sessions of some database may begin with the setting off: by the server's configuration, or as a
 * property of a role or database, whose value may be written in several ways. The query is in quotes, so that there is an
 * answer also where somebody took away what every role may read.
 */
const mayEscapeInStrings = `((select reset_val from pg_settings where name = 'standard_conforming_strings') = 'off'
  or case when has_table_privilege('pg_catalog.pg_db_role_setting', 'SELECT')
    then query_to_xml('select 1 from pg_catalog.pg_db_role_setting, pg_catalog.unnest(setconfig) setting
      where setting ~* ''^standard_conforming_strings=''', false, true, '')::text like '%<row%' else false end)`;
/** PURE. The parameters with the setting among the options of a session, which come before those of role and database. */
function withStandardStrings(parameters) {
    const options = [parameters['options'], '-c standard_conforming_strings=on'];
    return { ...parameters, options: options.filter((text) => text !== undefined && text !== '').join(' ') };
}
/**
 * Looks whether the server takes a connection with options; some poolers refuse them.
 * @returns the connection to dump by, after a warning where it must be the old one
 */
async function chooseConnection(plain, standard, { database, log }) {
    const failing = 'The server did not take standard_conforming_strings as an option';
    try {
        await (0,_psql_js__WEBPACK_IMPORTED_MODULE_0__/* .runSql */ .Wt)({ ...plain, connection: standard }, { database, sql: 'select 1', failing });
        return standard;
    }
    catch (error) {
        if (plain.signal.aborted)
            throw error;
        log.warning('Strings are dumped with backslashes that escape, as the setting standard_conforming_strings = off asks for, ' +
            `and such a dump does not load into PostgreSQL ${standardStringsSince} or later. The setting could not be ` +
            'changed for the dump, as with a pooler that takes no options: connect to the server itself, or reset the setting.', 'Old strings');
        return plain.connection;
    }
}


/***/ }),

/***/ 7809:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   z: () => (/* binding */ createLimiter)
/* harmony export */ });
function createLimiter(limit) {
    let running = 0;
    const waiting = [];
    return async (task) => {
        if (running < limit)
            running += 1;
        // Whoever ends hands its place over, so the count stays.
        else
            await new Promise((resolve) => waiting.push(resolve));
        try {
            return await task();
        }
        finally {
            const next = waiting.shift();
            if (next === undefined)
                running -= 1;
            else
                next();
        }
    };
}


/***/ }),

/***/ 97344:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ ownProgram)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(73136);
/* harmony import */ var node_url__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_url__WEBPACK_IMPORTED_MODULE_1__);


/**
 * A program of this project, to be run by Node as a stage of a pipeline: beside the bundle of an action lies that of the
 * program, and the sources lie in programs/.
 */
function ownProgram(name, ...args) {
    const places = [`../${name}/index.js`, `../programs/${name}.ts`].map((place) => (0,node_url__WEBPACK_IMPORTED_MODULE_1__.fileURLToPath)(new URL(place, import.meta.url)));
    return { path: process.execPath, args: [places.find((place) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(place)) ?? '', ...args] };
}


/***/ }),

/***/ 91455:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ readToEnd)
/* harmony export */ });
/** Lets a tool succeed that stops before its input ends, as pg_restore does within a tar archive, and reads the rest. */
function readToEnd({ path, args }) {
    return { path: 'sh', args: ['-c', '"$0" "$@" && cat >/dev/null', path, ...args] };
}


/***/ }),

/***/ 55546:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ isParallel),
/* harmony export */   t: () => (/* binding */ isArchive)
/* harmony export */ });
function isArchive(file) {
    return file.format !== 'plain';
}
/** PURE. Whether pg_restore can work at the archive with several workers, be it unpacked first. */
function isParallel({ format }) {
    return format === 'directory' || format === 'custom';
}


/***/ }),

/***/ 64453:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  S: () => (/* binding */ provideSqlFilter)
});

// UNUSED EXPORTS: parseFilterOrder

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/postgres/hosting/services.ts
var services = __webpack_require__(59404);
// EXTERNAL MODULE: ./src/process/own-program.ts
var own_program = __webpack_require__(97344);
// EXTERNAL MODULE: ./src/restoring/left-out/dump-entry.ts
var dump_entry = __webpack_require__(54555);
;// CONCATENATED MODULE: ./src/restoring/left-out/memory.ts

/** Takes down what was decided about an entry. */
function remember(memory, entry, isMade) {
    const { type = '', name, schema = '' } = entry;
    (isMade ? memory.made : memory.leftOut).add(`${type} ${schema}.${name}`);
    if (type === 'EXTENSION' && !isMade)
        memory.missingExtensions.add(name);
    if (!isMade)
        return;
    if (entry.owner !== undefined)
        memory.owners.set(entry.owner, (memory.owners.get(entry.owner) ?? 0) + 1);
    memory.subjects.add(qualify(schema, name));
    // The name of a routine stands unquoted before its arguments, and may hold a parenthesis itself.
    for (let at = name.indexOf('('); at >= 0; at = name.indexOf('(', at + 1))
        memory.subjects.add(qualify(schema, name.slice(0, at + 1)));
}
/** PURE. The role that owned most of what was made so far. */
function findMainOwner({ owners }) {
    return [...owners].sort(([, a], [, b]) => b - a)[0]?.[0];
}

;// CONCATENATED MODULE: ./src/restoring/left-out/routine-signature.ts

/**
 * PURE. The signature of a routine, from what its comment and its privileges call it: those quote its name and have its
 * arguments as pg_get_function_identity_arguments writes them, `FUNCTION "Odd"(a integer, OUT b text)`; its signature,
 * which is also what its own entry is called, has the types of those alone by which it is called, `Odd(integer)`
 * (pg_dump.c: format_function_signature).
 * @returns undefined for what is no routine
 */
function readSignature(text) {
    const [, name, list] = /^(?:AGGREGATE|FUNCTION|PROCEDURE) ("(?:[^"]|"")*"|[^"(]+)\((.*)\)$/.exec(text) ?? [];
    if (name === undefined || list === undefined)
        return undefined;
    return withoutStar(`${(0,dump_entry/* unquote */._n)(name)}(${splitArguments(list).flatMap(readType).join(', ')})`);
}
/** PURE. The signature of an aggregate of no arguments: its entry and its comment say `(*)`, its privileges do not. */
function withoutStar(signature) {
    return signature.replace(/\(\*\)$/, '()');
}
/** Quoted names may hold commas. An aggregate's arguments stand on both sides of ORDER BY; its last two may be the same. */
function splitArguments(list) {
    const [direct = '', ordered] = split(list, ' ORDER BY ');
    if (direct.startsWith('ORDER BY '))
        return split(direct.slice('ORDER BY '.length), ', ');
    const own = split(direct, ', ');
    const isRepeated = own.at(-1)?.startsWith('VARIADIC ') === true;
    return ordered === undefined || isRepeated ? own : [...own, ...split(ordered, ', ')];
}
/** Splits outside of quotes. */
function split(text, by) {
    return text.split('"').reduce((parts, piece, at) => {
        const [first = '', ...rest] = at % 2 === 0 ? piece.split(by) : [piece];
        const last = parts.pop() ?? '';
        return [...parts, `${last}${at === 0 ? '' : '"'}${first}`, ...rest];
    }, ['']);
}
/** Types of PostgreSQL whose names are several words (format_type.c); all others are one, quoted where it holds a blank. */
const longType = /^(?:bit varying|character varying|double precision|(?:time|timestamp) with(?:out)? time zone)(?:\[\])?$/;
/** The type of an argument, without its mode and name; none for what is only given back. */
function readType(argument) {
    if (argument.startsWith('OUT '))
        return [];
    const named = argument.replace(/^(?:IN|INOUT|VARIADIC) /, '');
    return [longType.test(named) ? named : named.replace(/^(?:"(?:[^"]|"")*"|[^" ]+) (?=.)/, '')];
}

;// CONCATENATED MODULE: ./src/restoring/left-out/superusers.ts

/** Things that only a superuser makes. */
const kinds = [
    ...['ACCESS METHOD', 'FOREIGN DATA WRAPPER', 'LANGUAGE', 'OPERATOR CLASS', 'OPERATOR FAMILY'],
    ...['PROCEDURAL LANGUAGE', 'TEXT SEARCH PARSER', 'TEXT SEARCH TEMPLATE', 'TRANSFORM'],
];
/**
 * Statements that take a superuser, where others of their kind do not (functioncmds.c: CreateCast, publicationcmds.c:
 * CreatePublication).
 */
const statements = (/* unused pure expression or super */ null && ([
    /^CREATE CAST \([^]*\) WITHOUT FUNCTION(?: AS (?:ASSIGNMENT|IMPLICIT))?;\s*$/,
    /^CREATE PUBLICATION (?:"(?:[^"]|"")*"|[^\s"]+) FOR ALL /,
]));
/** PURE. Whether only a superuser can restore an entry, as far as its heading tells and what came before it. */
function needsSuperuser(entry, { isSuperuser }, memory) {
    if (isSuperuser)
        return false;
    if (kinds.some((kind) => (0,dump_entry/* isOf */.yW)(entry, kind)))
        return true;
    const { type, name } = entry;
    if ((0,dump_entry/* isOf */.yW)(entry, 'CAST'))
        return memory.beyondRole.has(`CAST ${name}`) || !castsOwnType(name, memory);
    if (type !== 'COMMENT' || !(0,dump_entry/* isOf */.yW)(entry, 'PUBLICATION'))
        return type === 'PUBLICATION TABLES IN SCHEMA';
    return memory.beyondRole.has(`PUBLICATION ${(0,dump_entry/* readName */.MQ)(name, 'PUBLICATION')}`);
}
/** PURE. Whether statements of such an entry may take a superuser, which their heading does not tell. */
function mayNeedSuperuser({ type }) {
    return type === 'CAST' || type === 'PUBLICATION';
}
/** PURE. Whether a statement takes a superuser. */
function takesSuperuser(statement) {
    return statements.some((pattern) => pattern.test(statement));
}
/** A cast is made by the owner of one of its types, and what the dump has made is the role's. */
function castsOwnType(name, { made }) {
    const written = '((?:"(?:[^"]|"")*"|[^"])+?)';
    const [, ...types] = new RegExp(`^CAST \\(${written} AS ${written}\\)$`).exec(name) ?? [];
    return types.some((type) => {
        const [, schema, called] = /^("(?:[^"]|"")*"|[^".]+)\.("(?:[^"]|"")*"|[^"[]+)(?:\[\])?$/.exec(type) ?? [];
        if (schema === undefined || called === undefined)
            return false;
        return typeKinds.some((kind) => made.has(`${kind} ${(0,dump_entry/* unquote */._n)(schema)}.${(0,dump_entry/* unquote */._n)(called)}`));
    });
}
/** Entries that make a type; tables and their like make one of their rows. */
const typeKinds = ['TYPE', 'DOMAIN', 'TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'];

;// CONCATENATED MODULE: ./src/restoring/left-out/target-facts.ts
/** A name that two schemas cannot share, for sets alone. */
function target_facts_qualify(schema, name) {
    return `${schema}\0${name}`;
}
/** A trigger or policy, as a dump's heading names it: its table, a blank, its name. */
function nameOnTable(schema, table, name) {
    return target_facts_qualify(schema, `${table} ${name}`);
}

;// CONCATENATED MODULE: ./src/restoring/left-out/rules.ts





/** Why something is left out; these words stand in the output `left-out`. */
const reasons = [
    'default-privileges',
    'event-trigger',
    'extension-missing',
    'extension-not-own',
    'missing-role',
    'not-own',
    'needs-superuser',
    'publication',
    'security-label',
    'service',
    'stands',
    'subscription',
];
/** The rules, of which the first that applies counts. */
const rules = [
    { reason: 'stands', applies: isStandingEventTrigger },
    { reason: 'stands', applies: isStandingPublication },
    { reason: 'stands', applies: isStandingServer },
    { reason: 'stands', applies: (entry, facts) => readMapping(entry, facts)?.stands === true },
    { reason: 'not-own', applies: (entry, facts) => readMapping(entry, facts)?.isOfOther === true },
    {
        reason: 'missing-role',
        applies: ({ type, name }, { roles }) => type === 'USER MAPPING' && isForMissing(name, roles),
    },
    {
        reason: 'event-trigger',
        applies: (entry, { isSuperuser }) => !isSuperuser && (0,dump_entry/* isOf */.yW)(entry, 'EVENT TRIGGER'),
    },
    {
        reason: 'subscription',
        applies: (entry, { isSuperuser }) => !isSuperuser && (0,dump_entry/* isOf */.yW)(entry, 'SUBSCRIPTION'),
    },
    {
        reason: 'security-label',
        applies: ({ type }, { isSuperuser }) => !isSuperuser && type === 'SECURITY LABEL',
    },
    { reason: 'needs-superuser', applies: needsSuperuser },
    { reason: 'publication', applies: isForeignPublication },
    { reason: 'extension-missing', applies: isMissingExtension },
    { reason: 'extension-not-own', applies: isForeignExtensionComment },
    { reason: 'default-privileges', applies: isForeignDefault },
    { reason: 'stands', applies: isStandingSchema },
    { reason: 'service', applies: liesWithService },
    { reason: 'not-own', applies: liesWithOthers },
    { reason: 'extension-not-own', applies: isPrivilegeOfExtension },
    { reason: 'missing-role', applies: commentsOnLeftOut },
];
function isStandingEventTrigger(entry, { eventTriggers }) {
    const name = entry.type === 'EVENT TRIGGER' ? entry.name : (0,dump_entry/* readName */.MQ)(entry.name, 'EVENT TRIGGER');
    return (0,dump_entry/* isOf */.yW)(entry, 'EVENT TRIGGER') && eventTriggers.has(name);
}
/** A comment on one of one's own is set all the same. */
function isStandingPublication({ type, name }, { publications }) {
    if (type === 'PUBLICATION')
        return publications.has(name);
    const isComment = type === 'COMMENT' && name.startsWith('PUBLICATION ');
    return isComment && publications.get((0,dump_entry/* readName */.MQ)(name, 'PUBLICATION'))?.isOwn === false;
}
/** With its privileges and its comment. */
function isStandingServer(entry, { servers }) {
    const { type, name } = entry;
    if (type === 'SERVER')
        return servers.has(name);
    const kind = type === 'ACL' ? 'FOREIGN SERVER' : 'SERVER';
    return (0,dump_entry/* isOf */.yW)(entry, kind) && servers.has((0,dump_entry/* readName */.MQ)(name, kind));
}
/** A user mapping on a server that stands: there a role makes its own and no other. */
function readMapping({ type, name }, { servers, role }) {
    if (type !== 'USER MAPPING')
        return undefined;
    const server = [...servers].find(([known]) => name.endsWith(` SERVER ${known}`));
    if (server === undefined)
        return undefined;
    const [known, { takesMapping }] = server;
    const isOfOther = name !== `USER MAPPING ${role} SERVER ${known}`;
    return { stands: !isOfOther && !takesMapping, isOfOther };
}
/** The names of role and server stand there as they are, so all that the beginning can be are tried. */
function isForMissing(name, roles) {
    const words = name.slice('USER MAPPING '.length).split(' SERVER ');
    return words.slice(1).every((_, at) => {
        const role = words.slice(0, at + 1).join(' SERVER ');
        return role !== 'public' && !roles.has(role);
    });
}
/** The tables of a publication are entries of their own, called `publication table`. */
function isForeignPublication(entry, { publications, mayCreate }) {
    const { type, name } = entry;
    const isTable = /^PUBLICATION TABLE/.test(type ?? '');
    if (!isTable && !(0,dump_entry/* isOf */.yW)(entry, 'PUBLICATION'))
        return false;
    const called = type === 'PUBLICATION' || isTable ? name : (0,dump_entry/* readName */.MQ)(name, 'PUBLICATION');
    const known = [...publications].find(([publication]) => isTable ? called.startsWith(`${publication} `) : called === publication);
    if (known === undefined)
        return !mayCreate;
    return !known[1].isOwn;
}
function isMissingExtension({ type, name, schema }, facts, memory) {
    if (type === 'EXTENSION')
        return !facts.extensions.has(name) && !facts.creatable.has(name);
    if (type === 'COMMENT' && name.startsWith('EXTENSION '))
        return memory.missingExtensions.has((0,dump_entry/* readName */.MQ)(name, 'EXTENSION'));
    // The rows of a table that the dump does not make are an extension's configuration.
    const isRowsOfExtension = type === 'TABLE DATA' && !memory.made.has(`TABLE ${schema ?? ''}.${name}`);
    return memory.missingExtensions.size > 0 && isRowsOfExtension && !facts.schemas.has(schema ?? '');
}
/** What the dump sets privileges of and does not make belongs to an extension, or to PostgreSQL itself. */
function isPrivilegeOfExtension({ type, name, schema }, facts, memory) {
    if (type !== 'ACL' || facts.isSuperuser || schema === undefined)
        return false;
    const identifier = '("(?:[^"]|"")*"|[^".(]+)';
    const [, routine] = new RegExp(`^(?:FUNCTION|PROCEDURE) ${identifier}\\(`).exec(name) ?? [];
    const [, table] = new RegExp(`^(?:TABLE|SEQUENCE|COLUMN) ${identifier}(?:\\.|$)`).exec(name) ?? [];
    if (routine === undefined && table === undefined)
        return false;
    const subject = table === undefined ? `${(0,dump_entry/* unquote */._n)(routine ?? '')}(` : (0,dump_entry/* unquote */._n)(table);
    return !memory.subjects.has(target_facts_qualify(schema, subject));
}
/** The comment is the extension's own, in nearly every dump. */
function isForeignExtensionComment({ type, name }, facts) {
    if (type !== 'COMMENT' || !name.startsWith('EXTENSION ') || facts.isSuperuser)
        return false;
    const known = facts.extensions.get((0,dump_entry/* readName */.MQ)(name, 'EXTENSION'));
    return known === undefined ? (facts.service?.ownsExtensions ?? false) : !known.isOwn;
}
/** Those of the role whose things become the connecting role's are its own from now on. */
function isForeignDefault({ type, owner }, facts, memory) {
    if (type !== 'DEFAULT ACL' || owner === undefined || owner === findMainOwner(memory))
        return false;
    return !facts.roles.has(owner) || (!facts.isSuperuser && !facts.ownRoles.has(owner));
}
/**
 * Its privileges and its comment are set all the same, where it is the role's. A stranger's is refused by the server: its
 * owner could drop what is made in it.
 */
function isStandingSchema(entry, { schemas, isSuperuser }) {
    if (entry.type === 'SCHEMA') {
        const known = schemas.get(entry.name);
        return known !== undefined && (known.isOwn || known.isManaged || entry.name === 'public');
    }
    if (isSuperuser || !(0,dump_entry/* isOf */.yW)(entry, 'SCHEMA'))
        return false;
    return schemas.get((0,dump_entry/* readName */.MQ)(entry.name, 'SCHEMA'))?.isOwn === false;
}
/** In the schemas of a service that stand, only triggers and policies that are not there are the user's. */
function liesWithService({ type, name, schema }, facts) {
    if (schema === undefined || !facts.schemas.has(schema))
        return false;
    if (facts.service?.schemas.includes(schema) !== true)
        return false;
    if (type === 'TRIGGER' || type === 'POLICY')
        return facts.standing.has(target_facts_qualify(schema, name));
    if (type === 'TABLE DATA' || type === 'SEQUENCE SET')
        return !facts.fillable.has(target_facts_qualify(schema, name));
    const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined;
    return subject === undefined || facts.standing.has(target_facts_qualify(schema, subject.name));
}
/** In other schemas that stand, what is managed by others is there already, with all that hangs on it. */
function liesWithOthers({ type, name, schema }, facts) {
    if (facts.isSuperuser || schema === undefined)
        return false;
    const known = facts.schemas.get(schema);
    if (known === undefined || facts.service?.schemas.includes(schema) === true)
        return false;
    if (/^PUBLICATION TABLE/.test(type ?? ''))
        return false;
    if (!known.mayCreate)
        return known.isManaged;
    return listSubjects(type ?? '', name).some((subject) => facts.others.has(target_facts_qualify(schema, subject)));
}
/** Entries called by what they belong to, a blank and their own name, as in `customers own_row`. */
const onAnother = /^(?:CHECK CONSTRAINT|CONSTRAINT|DEFAULT|FK CONSTRAINT|POLICY|PUBLICATION TABLE|RULE|TRIGGER)$/;
/** PURE. What an entry may be about: itself, the table before a blank in its name, or what it is a comment or privilege of. */
function listSubjects(type, name) {
    if (!dump_entry/* about */.Cv.test(type)) {
        if (!onAnother.test(type))
            return [type === 'AGGREGATE' ? withoutStar(name) : name];
        const words = name.split(' ');
        return words.map((_, at) => words.slice(0, words.length - at).join(' '));
    }
    const signature = readSignature(name);
    if (signature !== undefined)
        return [signature];
    const text = name.replace(/^[A-Z ]+ /, '').replace(/^.* ON /, '');
    const [, identifier = ''] = /^("(?:[^"]|"")*"|[^".(]+)/.exec(text) ?? [];
    return [(0,dump_entry/* unquote */._n)(text), (0,dump_entry/* unquote */._n)(identifier)];
}
function commentsOnLeftOut({ type, name, schema }, _, memory) {
    const subject = type === 'COMMENT' ? readNameOnTable(name) : undefined;
    return subject !== undefined && memory.leftOut.has(`${subject.kind} ${schema ?? ''}.${subject.name}`);
}
/** The subject of `POLICY name ON table`, as its own entry is called: `table name`. */
function readNameOnTable(text) {
    const identifier = '("(?:[^"]|"")*"|[^ "]+)';
    const [, kind, name, table] = new RegExp(`^(POLICY|TRIGGER) ${identifier} ON ${identifier}$`).exec(text) ?? [];
    if (kind === undefined || name === undefined || table === undefined)
        return undefined;
    return { kind, name: `${(0,dump_entry/* unquote */._n)(table)} ${(0,dump_entry/* unquote */._n)(name)}` };
}

;// CONCATENATED MODULE: ./src/restoring/left-out/dump-report.ts


/** Something of a dump that the target does not get. */
const readLeftOut = (0,json_reader/* readObject */.Ag)({
    /** In pg_dump's words, as in `EVENT TRIGGER`. */
    type: json_reader/* readText */.yR,
    schema: (0,json_reader/* readNullable */.Qx)(json_reader/* readText */.yR),
    name: json_reader/* readText */.yR,
    reason: (0,json_reader/* readOneOf */.Qk)(...reasons),
    /** Roles that are missing, where that is the reason. */
    roles: (0,json_reader/* readArray */.oU)(json_reader/* readText */.yR),
    /** Its number in the archive's table of contents; null in a plain dump. */
    number: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
});
/** A table of a dump. */
const readTable = (0,json_reader/* readObject */.Ag)({
    schema: json_reader/* readText */.yR,
    /** With blanks in the place of line breaks. */
    name: json_reader/* readText */.yR,
    /** In the source; null in a plain dump. */
    oid: (0,json_reader/* readNullable */.Qx)(json_reader/* readCount */._0),
    /** Whether the part of the dump that was read holds its rows, be there any or none. */
    hasRows: json_reader/* readBoolean */.Vf,
});
/** Anything else that lies in a schema or in the database itself, and hangs on nothing. */
const readDumpedObject = (0,json_reader/* readObject */.Ag)({
    /** In pg_dump's words, as in `MATERIALIZED VIEW`. */
    type: json_reader/* readText */.yR,
    /** Empty for what lies in no schema. */
    schema: json_reader/* readText */.yR,
    /** With blanks in the place of line breaks; of a routine with its arguments. */
    name: json_reader/* readText */.yR,
});
/** Reads what a dump holds, and what of it is not for the target. */
const readDumpReport = (0,json_reader/* readObject */.Ag)({
    /** Entries of the dump. */
    total: json_reader/* readCount */._0,
    leftOut: (0,json_reader/* readArray */.oU)(readLeftOut),
    /** Owners that the target does not know or the role may not give, and how many things were theirs. */
    owners: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ role: json_reader/* readText */.yR, entries: json_reader/* readCount */._0 })),
    /** Whether something belongs to a role that is neither the connecting one nor among those. */
    hasOtherOwners: json_reader/* readBoolean */.Vf,
    /** Whether a statement was changed, or left out by itself; those that give an owner aside. */
    isChanged: json_reader/* readBoolean */.Vf,
    tables: (0,json_reader/* readArray */.oU)(readTable),
    objects: (0,json_reader/* readArray */.oU)(readDumpedObject),
    /** Whether large objects are in the part of the dump that was read. */
    hasLargeObjects: json_reader/* readBoolean */.Vf,
    /** Those that a file of pg_dumpall holds; none in the dump of one database. */
    databases: (0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ name: json_reader/* readText */.yR, isEmpty: json_reader/* readBoolean */.Vf })),
    /** Tables, views, indexes, sequences: each takes a lock when it is made. */
    relations: json_reader/* readCount */._0,
});

// EXTERNAL MODULE: ./src/restoring/left-out/read-target-facts.ts
var read_target_facts = __webpack_require__(5494);
;// CONCATENATED MODULE: ./src/restoring/filter-program.ts







/** @param directory private; gets a file with the order, and one with the report */
async function provideSqlFilter(order, directory) {
    const own = await (0,promises_.mkdtemp)((0,external_node_path_.join)(directory, 'filter-sql-'));
    const [orderPath, reportPath] = [(0,external_node_path_.join)(own, 'order.json'), (0,external_node_path_.join)(own, 'report.json')];
    const { rules, target, rolesAsUser, lacking, onlyLooks = false, isStrict = false } = order;
    const written = {
        rules: {
            ...rules,
            transaction: rules.transaction ?? null,
            part: rules.part === undefined ? null : { database: rules.part.database ?? null },
            omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? null },
        },
        target: target === undefined ? null : { answer: target.answer, service: target.service?.id ?? null },
        rolesAsUser: rolesAsUser === undefined ? null : { service: rolesAsUser.service?.id ?? null },
        lacking: lacking ?? null,
        onlyLooks,
        isStrict,
    };
    await (0,promises_.writeFile)(orderPath, JSON.stringify(written), { mode: 0o600, flag: 'wx' });
    return {
        command: (0,own_program/* ownProgram */.D)('filter-sql', orderPath, reportPath),
        readReport: async () => {
            const text = await (0,promises_.readFile)(reportPath, 'utf8').catch(() => undefined);
            return text === undefined ? undefined : (0,json_reader/* readJson */.Vh)(text, readDumpReport);
        },
    };
}
const filter_program_text = (0,json_reader/* readString */.E3)(/^[^\0]*$/, 'a text');
const readOrder = (0,json_reader/* readObject */.Ag)({
    rules: (0,json_reader/* readObject */.Ag)({
        completionMarker: filter_program_text,
        transaction: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ begin: filter_program_text, end: filter_program_text })),
        part: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ database: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
        restriction: (0,json_reader/* readOneOf */.Qk)('none', 'leaking', 'tight'),
        proof: (0,json_reader/* readString */.E3)(/^[A-Za-z0-9]+$/, 'a word'),
        omit: (0,json_reader/* readObject */.Ag)({
            owners: json_reader/* readBoolean */.Vf,
            transactionTimeout: json_reader/* readBoolean */.Vf,
            existingRoles: (0,json_reader/* readArray */.oU)(filter_program_text),
            existingTablespaces: (0,json_reader/* readArray */.oU)(filter_program_text),
            ownRole: (0,json_reader/* readNullable */.Qx)(filter_program_text),
        }),
    }),
    target: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ answer: read_target_facts/* readTargetAnswer */.Gb, service: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
    rolesAsUser: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readObject */.Ag)({ service: (0,json_reader/* readNullable */.Qx)(filter_program_text) })),
    lacking: (0,json_reader/* readNullable */.Qx)((0,json_reader/* readArray */.oU)((0,json_reader/* readObject */.Ag)({ schema: filter_program_text, name: filter_program_text }))),
    onlyLooks: json_reader/* readBoolean */.Vf,
    isStrict: json_reader/* readBoolean */.Vf,
});
/** The reverse of what {@link provideSqlFilter} writes. */
function parseFilterOrder(json) {
    const { rules, target, rolesAsUser, lacking, ...order } = readOrder(JSON.parse(json), 'order');
    return {
        ...order,
        rules: {
            ...rules,
            transaction: rules.transaction ?? undefined,
            part: rules.part === null ? undefined : { database: rules.part.database ?? undefined },
            omit: { ...rules.omit, ownRole: rules.omit.ownRole ?? undefined },
        },
        target: target === null ? undefined : { answer: target.answer, service: findService(target.service) },
        lacking: lacking ?? undefined,
        rolesAsUser: rolesAsUser === null ? undefined : { service: findService(rolesAsUser.service) },
    };
}


/***/ }),

/***/ 80998:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ functionsOfTypes),
/* harmony export */   r: () => (/* binding */ makeOwnObjects)
/* harmony export */ });
/* harmony import */ var _postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(48920);

/**
 * SQL for the functions that came with a type, as those that make a range of its bounds: they go with it, and belong to
 * the first superuser, whoever made the type (typecmds.c: makeRangeConstructors).
 */
const functionsOfTypes = `select objid from pg_catalog.pg_depend where deptype = 'i'
    and classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass`;
/**
 * PURE. The first expressions of a query about a database, for an empty search path: `own_role` (roles whose
 * privileges the connecting role has), `kept_schema` (schemas of the service or the system, in which nothing is
 * dropped), `member` (what belongs to extensions), `standing_schema` (schemas of the role that stay, since an extension
 * or somebody else has something in them, or the role could not make them again), `own_schema` (those that go with all
 * that is in them).
 */
function makeOwnObjects(serviceSchemas) {
    return `own_role as (select oid from pg_catalog.pg_roles where pg_catalog.pg_has_role(oid, 'USAGE')),
kept_schema as (select oid, nspname from pg_catalog.pg_namespace
  where nspname ~ '^pg_' or nspname = 'information_schema' or nspname in (${listLiterals(serviceSchemas)})),
member as (select classid, objid from pg_catalog.pg_depend where deptype = 'e'),
in_schema as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass as catalog, oid as id, relnamespace as space, relowner as owner from pg_catalog.pg_class
  union all select 'pg_catalog.pg_proc'::pg_catalog.regclass, oid, pronamespace, proowner from pg_catalog.pg_proc
    where oid not in (${functionsOfTypes})
  union all select 'pg_catalog.pg_type'::pg_catalog.regclass, oid, typnamespace, typowner from pg_catalog.pg_type
  union all select 'pg_catalog.pg_operator'::pg_catalog.regclass, oid, oprnamespace, oprowner from pg_catalog.pg_operator
  union all select 'pg_catalog.pg_opclass'::pg_catalog.regclass, oid, opcnamespace, opcowner from pg_catalog.pg_opclass
  union all select 'pg_catalog.pg_opfamily'::pg_catalog.regclass, oid, opfnamespace, opfowner from pg_catalog.pg_opfamily
  union all select 'pg_catalog.pg_collation'::pg_catalog.regclass, oid, collnamespace, collowner from pg_catalog.pg_collation
  union all select 'pg_catalog.pg_conversion'::pg_catalog.regclass, oid, connamespace, conowner from pg_catalog.pg_conversion
  union all select 'pg_catalog.pg_ts_config'::pg_catalog.regclass, oid, cfgnamespace, cfgowner from pg_catalog.pg_ts_config
  union all select 'pg_catalog.pg_ts_dict'::pg_catalog.regclass, oid, dictnamespace, dictowner from pg_catalog.pg_ts_dict
  union all select 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass, oid, stxnamespace, stxowner from pg_catalog.pg_statistic_ext
),
standing_schema as (select oid from pg_catalog.pg_namespace n
  where not pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') or exists (
  select from pg_catalog.pg_extension where extnamespace = n.oid)
  or exists (select from in_schema i where i.space = n.oid and (i.owner not in (select oid from own_role)
    or (i.catalog, i.id) in (select classid, objid from member)))),
own_schema as (select oid, nspname from pg_catalog.pg_namespace
  where nspowner in (select oid from own_role) and nspname <> 'public'
    and oid not in (select oid from kept_schema) and oid not in (select oid from standing_schema)
    and ('pg_catalog.pg_namespace'::pg_catalog.regclass, oid) not in (select classid, objid from member)),
single as (select catalog, id from in_schema where id >= 16384 and owner in (select oid from own_role)
  and space not in (select oid from kept_schema) and space not in (select oid from own_schema)
  and (catalog, id) not in (select classid, objid from member))`;
}
function listLiterals(names) {
    return names.length === 0 ? 'null' : names.map(_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_0__/* .quoteLiteral */ .c).join(', ');
}


/***/ }),

/***/ 65867:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Tx: () => (/* binding */ resetSettings),
/* harmony export */   gO: () => (/* binding */ readTransactionNumber),
/* harmony export */   kJ: () => (/* binding */ requireRowCounts),
/* harmony export */   nb: () => (/* binding */ startTransaction)
/* harmony export */ });
/** Begins the line by which the transaction is known afterwards, when the answer to its COMMIT was lost. */
const transactionMark = 'postgres-backup: transaction ';
/** PURE. The number of the transaction, from what psql printed; undefined before it has begun. */
function readTransactionNumber(printed) {
    return new RegExp(`^${transactionMark}(\\d+)$`, 'm').exec(printed)?.[1];
}
/** How the exception begins that names tables whose rows differ. */
const differenceMark = 'postgres-backup: rows: ';
/**
 * PURE. Opens the transaction, without limits of time but for locks, and prints its number.
 * @param lockTimeout as in `60s`
 */
function startTransaction(lockTimeout) {
    return `begin;
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true),
  pg_catalog.set_config('lock_timeout', '${lockTimeout}', true),
  pg_catalog.count(pg_catalog.set_config(name, '0', true)) from pg_catalog.pg_settings
  where name in ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') \\g /dev/null
select pg_catalog.txid_current() as postgres_backup_transaction \\gset
\\echo ${transactionMark}:postgres_backup_transaction`;
}
/** Behind the dump, whose settings still hold. */
const resetSettings = `
select pg_catalog.set_config('search_path', '', true), pg_catalog.set_config('row_security', 'off', true) \\g /dev/null`;
/**
 * PURE. The names come from a manifest, so they are compared with those of the catalog and never run; and they come in
 * hex digits, as what psql takes for a quote depends on the encoding that the dump has set.
 */
function requireRowCounts(expected) {
    const rows = Object.fromEntries(expected.map(({ table, rows: count }) => [table, count]));
    const hex = Buffer.from(JSON.stringify(rows)).toString('hex');
    return `do $rows$
declare
  expected constant json := pg_catalog.convert_from(pg_catalog.decode('${hex}', 'hex'), 'UTF8');
  relation record;
  counted bigint;
  different text[] := '{}';
begin
  for relation in
    select name, (expected->>name)::bigint as rows from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = relnamespace,
      lateral (select pg_catalog.format('%I.%I', nspname, relname) as name) named
    where relkind = 'r' and expected->>name is not null and pg_catalog.pg_has_role(relowner, 'USAGE')
  loop
    begin
      execute pg_catalog.format('select pg_catalog.count(*) from only %s', relation.name) into counted;
    exception when insufficient_privilege then
      -- A policy that binds even the owner hides rows.
      counted := relation.rows;
    end;
    if counted <> relation.rows then
      different := different || pg_catalog.format('%s has %s rows instead of %s', relation.name, counted, relation.rows);
    end if;
  end loop;
  if different <> '{}' then
    raise exception '${differenceMark}%', pg_catalog.array_to_string(different[1:3], ', ');
  end if;
end
$rows$;`;
}


/***/ }),

/***/ 67886:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   GG: () => (/* binding */ listLeftOut),
/* harmony export */   Q2: () => (/* binding */ isLoss),
/* harmony export */   WF: () => (/* binding */ lacksRoles),
/* harmony export */   ZI: () => (/* binding */ listOccupied),
/* harmony export */   l1: () => (/* binding */ describeLeftOut),
/* harmony export */   wP: () => (/* binding */ isWhole)
/* harmony export */ });
/** How many names a sentence shows for each reason. */
const shownNames = 3;
/** What one reason is called: `stays` where the target has it all the same, or it never was the user's. */
const reasons = {
    stands: { stays: true, why: 'what is there already' },
    service: { stays: true, why: 'what belongs to the service' },
    'not-own': { stays: true, why: 'what belongs to other roles' },
    'extension-not-own': { stays: true, why: "what belongs to extensions that are not the role's" },
    'default-privileges': { stays: true, why: 'default privileges of other roles' },
    'missing-role': { stays: false, why: 'what is for the missing roles' },
    'event-trigger': { stays: false, why: 'event triggers, which take a superuser' },
    'extension-missing': {
        stays: false,
        why: 'extensions that the role cannot create here, and what hangs on them',
    },
    'needs-superuser': { stays: false, why: 'what takes a superuser' },
    publication: { stays: false, why: "publications that are not the role's" },
    'security-label': { stays: false, why: 'security labels' },
    subscription: { stays: false, why: 'subscriptions' },
};
/** PURE. Whether the target lacks something by it, so that `strict` refuses. */
function isLoss({ reason }) {
    return !reasons[reason].stays;
}
/** PURE. Whether the target lacks nothing of a dump, and all belongs to those to whom it belonged. */
function isWhole({ leftOut, owners }) {
    return owners.length === 0 && !leftOut.some(isLoss);
}
/** PURE. Tables of the dump that stand in the target and belong to others: their rows would silently not come back. */
function listOccupied({ leftOut }) {
    const tables = leftOut.filter(({ type, reason }) => reason === 'not-own' && /^TABLE(?: DATA)?$/.test(type));
    return [...new Set(tables.map(({ schema, name }) => `${schema ?? ''}.${name}`))];
}
/** PURE. Whether something was left out that roles would bring back. */
function lacksRoles({ leftOut, owners }) {
    return owners.length > 0 || leftOut.some(({ reason }) => reason === 'missing-role');
}
/** PURE. What the output `left-out` says of one database. */
function listLeftOut(database, leftOut) {
    return leftOut.map(({ type, schema, name, reason, roles }) => ({
        database,
        type,
        schema,
        name,
        reason,
        roles,
    }));
}
/** PURE. One paragraph about one database, for the warning and the summary; undefined when nothing was left out. */
function describeLeftOut(database, { leftOut, owners, total }, { role, service }) {
    const sentences = [
        ...describeEntries(database, { leftOut, total }, { role, service }),
        ...describeOwners(owners, role),
        ...(lacksRoles({ leftOut, owners })
            ? ['Roles that are missing come back by `globals: true`, where the backup holds them.']
            : []),
    ];
    return sentences.length === 0 ? undefined : sentences.join(' ');
}
function describeEntries(database, { leftOut, total }, { role, service }) {
    if (leftOut.length === 0)
        return [];
    const lost = describeGroup(leftOut.filter(isLoss));
    const kept = describeGroup(leftOut.filter((entry) => !isLoss(entry)));
    const place = service === undefined ? 'the target' : service.name;
    return [
        `${leftOut.length} of ${total} entries of the backup of "${database}" were left out, as they are not for "${role}" to restore.`,
        ...(lost === '' ? [] : [`The target lacks them: ${lost}.`]),
        ...(kept === '' ? [] : [`What ${place} has or manages itself stays as it is: ${kept}.`]),
    ];
}
function describeOwners(owners, role) {
    if (owners.length === 0)
        return [];
    const names = showFirst(owners.map((owner) => `"${owner.role}"`));
    return [`What belonged to ${names} belongs to "${role}" now.`];
}
function showFirst(list) {
    const rest = list.length - shownNames;
    return `${list.slice(0, shownNames).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
function describeGroup(leftOut) {
    const groups = Map.groupBy(leftOut, ({ reason }) => reason);
    return [...groups].map(([reason, entries]) => describeReason(reason, entries)).join('; ');
}
function describeReason(reason, entries) {
    const roles = [...new Set(entries.flatMap((entry) => entry.roles))].map((role) => `"${role}"`);
    const names = entries.map(describeEntry);
    const missing = roles.length === 0 ? '' : ` ${showFirst(roles)}`;
    return `${reasons[reason].why}${missing}: ${entries.length} (${showFirst(names)})`;
}
function describeEntry({ type, schema, name }) {
    return `${type.toLowerCase()} ${schema === null ? '' : `${schema}.`}${name}`;
}


/***/ }),

/***/ 54555:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Cv: () => (/* binding */ about),
/* harmony export */   E1: () => (/* binding */ parseList),
/* harmony export */   MQ: () => (/* binding */ readName),
/* harmony export */   _n: () => (/* binding */ unquote),
/* harmony export */   yW: () => (/* binding */ isOf)
/* harmony export */ });
/* unused harmony exports parseHeading, parseEntryNumbers */
const heading = /^-- (?:Data for )?Name: (.*); Type: ([A-Z ]+); Schema: (.*?); Owner: ?(.*?)(?:; Tablespace: .*)?\s*$/;
/**
 * PURE. Reads the comment line that pg_dump and pg_restore write before each thing (pg_backup_archiver.c:
 * _printTocEntry), for which line breaks in names have become blanks. A heading that a name has made ambiguous has no
 * type, so that no rule ever leaves out what it stands for.
 * @returns undefined for any other line
 */
function parseHeading(line) {
    const [, name, type, schema, owner] = heading.exec(line) ?? [];
    if (name === undefined || type === undefined)
        return undefined;
    const isAmbiguous = ['; Type: ', '; Schema: ', '; Owner: '].some((mark) => line.split(mark).length > 2);
    return {
        type: isAmbiguous ? undefined : type,
        name,
        schema: schema === '-' || schema === '' ? undefined : schema,
        owner: owner === '-' || owner === '' ? undefined : owner,
    };
}
/** What a COMMENT, an ACL or a SECURITY LABEL is about: its entry is called `TABLE customers`. */
const about = /^(?:COMMENT|ACL|SECURITY LABEL)$/;
/** PURE. Whether an entry is of that kind, or about something of it. */
function isOf({ type, name }, kind) {
    return type === kind || (about.test(type ?? '') && name.startsWith(`${kind} `));
}
/** PURE. Comments and privileges are called by kind and name, and the name is quoted as in SQL. */
function readName(name, kind) {
    return unquote(name.slice(kind.length + 1));
}
/** PURE. The name that an identifier stands for. */
function unquote(name) {
    return /^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}
/**
 * PURE. Reads what `pg_restore --list` prints. Names stand there unquoted between blanks, so nothing but the numbers
 * is taken from it; what an entry is, {@link parseHeading} tells.
 */
function parseList(text) {
    return text.split('\n').flatMap((line) => {
        const [, id, oid] = /^(\d+); \d+ (\d+) /.exec(line) ?? [];
        return id === undefined || oid === undefined ? [] : [{ id: Number(id), oid: Number(oid), line }];
    });
}
/** PURE. The numbers of an entry, from the line that `pg_restore --verbose` writes above its heading. */
function parseEntryNumbers(line) {
    const [, number, oid] = /^-- TOC entry (\d+) \(class \d+ OID (\d+)\)\s*$/.exec(line) ?? [];
    return number === undefined ? undefined : { number: Number(number), oid: Number(oid) };
}


/***/ }),

/***/ 84526:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ik: () => (/* binding */ judgeArchive),
/* harmony export */   fi: () => (/* binding */ listEntries),
/* harmony export */   rg: () => (/* binding */ lookThroughArchive)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(51455);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _postgres_restore_arguments_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(49928);
/* harmony import */ var _restore_sql_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(33520);
/* harmony import */ var _stages_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(90874);
/* harmony import */ var _dump_entry_js__WEBPACK_IMPORTED_MODULE_6__ = __webpack_require__(54555);
/* harmony import */ var _refuse_left_out_js__WEBPACK_IMPORTED_MODULE_5__ = __webpack_require__(6565);







/** Arguments with which the entries of an archive cannot be looked at beforehand. */
const incompatible = /^(?:-[aLs]|--(?:data-only|use-list|schema-only|section|strict-names))/;
/**
 * Looks through an archive that pg_restore can open by itself.
 * @returns undefined where statements must be changed on their way, which pg_restore cannot do
 * @throws BackupError PGB_PERMISSION where `strict` refuses, PGB_RESTORE where it cannot be read
 */
async function judgeArchive(file, { path, to, setting }) {
    if (setting.options.some((option) => incompatible.test(option)))
        return undefined;
    const report = await lookThroughArchive(file, { path, to, setting });
    const refusal = (0,_refuse_left_out_js__WEBPACK_IMPORTED_MODULE_5__/* .findRefusal */ .W)(report, { to, setting });
    if (refusal !== undefined)
        throw refusal;
    const { leftOut, owners, hasOtherOwners, isChanged } = report;
    if (isChanged || (hasOtherOwners && owners.length > 0))
        return undefined;
    if (leftOut.some(({ reason, type }) => reason === 'extension-missing' || type === 'TABLE'))
        return undefined;
    const listPath = leftOut.length === 0 ? undefined : await writeList(file, report, { path, to, setting });
    return { report, listPath, noOwner: owners.length > 0 };
}
/** Reads all but the rows. */
async function lookThroughArchive(file, { path, to, setting }) {
    const args = (0,_postgres_restore_arguments_js__WEBPACK_IMPORTED_MODULE_2__/* .makeRestoreArguments */ .p)({
        ...{ database: undefined, format: file.format, source: path, tableJobs: 1 },
        ...{ noOwner: false, noPrivileges: false },
        options: [...setting.options, '--verbose', '--schema-only'],
    });
    const writers = [{ path: setting.server.client.pgRestore, args }];
    return (0,_restore_sql_js__WEBPACK_IMPORTED_MODULE_3__/* .lookThrough */ .T8)(writers, { file, to, setting, inputFile: undefined });
}
/** What stands in the archive's table of contents. */
async function listEntries(file, { path, to, setting }) {
    const command = { path: setting.server.client.pgRestore, args: ['--list', `--format=${file.format}`, path] };
    return (0,_dump_entry_js__WEBPACK_IMPORTED_MODULE_6__/* .parseList */ .E1)(await (0,_stages_js__WEBPACK_IMPORTED_MODULE_4__/* .runStages */ .J)([command], { file, to, setting, inputFile: undefined }));
}
async function writeList(file, { leftOut }, archive) {
    const numbers = new Set(leftOut.map(({ number }) => number));
    const lines = (await listEntries(file, archive)).filter(({ id }) => !numbers.has(id));
    const { setting } = archive;
    const listPath = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(setting.run.privateDirectory, 'list-')), 'entries');
    await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.writeFile)(listPath, lines.map(({ line }) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' });
    return listPath;
}


/***/ }),

/***/ 5494:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Gb: () => (/* binding */ readTargetAnswer),
/* harmony export */   Q7: () => (/* binding */ makeCreatableQuery),
/* harmony export */   pH: () => (/* binding */ makeTargetFactsQuery)
/* harmony export */ });
/* unused harmony export toTargetFacts */
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(72684);
/* harmony import */ var _postgres_hosting_services_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(59404);
/* harmony import */ var _postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(48920);
/* harmony import */ var _in_place_own_objects_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(80998);





/**
 * PURE. Asks a database, with an empty search path, what decides about a dump that is to be restored into it.
 * @param replaces whether what is the role's own goes before, as {@link makeBeginScript} does it
 */
function makeTargetFactsQuery(service, replaces) {
    const serviceSchemas = service?.schemas ?? [];
    return `with ${(0,_in_place_own_objects_js__WEBPACK_IMPORTED_MODULE_1__/* .makeOwnObjects */ .r)(serviceSchemas)},
on_table as (
  select relnamespace, relname, polname as name, ${replaces ? mayReplacePolicy : 'false'} as goes
    from pg_catalog.pg_policy join pg_catalog.pg_class c on c.oid = polrelid
  union all select c.relnamespace, relname, tgname, ${replaces ? 'pronamespace not in (select oid from kept_schema)' : 'false'}
    from pg_catalog.pg_trigger join pg_catalog.pg_class c on c.oid = tgrelid join pg_catalog.pg_proc p on p.oid = tgfoid
    where not tgisinternal
)
select json_build_object(
  'role', current_user,
  'isSuperuser', (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
  'roles', (select json_agg(rolname) from pg_catalog.pg_roles),
  'ownRoles', (select json_agg(rolname) from pg_catalog.pg_roles where oid in (select oid from own_role)),
  'mayCreate', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
  'schemas', (select json_agg(json_build_object('name', nspname, 'isOwn', nspowner in (select oid from own_role),
      'owner', ${makeOwner('nspowner')}, 'mayCreate', pg_catalog.has_schema_privilege(oid, 'CREATE')))
    from pg_catalog.pg_namespace n where nspname !~ '^pg_(toast|temp)'
      ${replaces ? 'and oid not in (select oid from own_schema)' : ''}),
  'extensions', (select json_agg(json_build_object('name', extname, 'isOwn', extowner in (select oid from own_role)))
    from pg_catalog.pg_extension),
  'creatable', (select coalesce(json_agg(name), '[]') from (${makeCreatableQuery(service)}) creatable),
  'publications', (select coalesce(json_agg(json_build_object('name', pubname, 'isOwn', pubowner in (select oid from own_role))), '[]')
    from pg_catalog.pg_publication),
  'servers', (select coalesce(json_agg(json_build_object('name', srvname, 'owner', ${makeOwner('srvowner')},
      'takesMapping', pg_catalog.has_server_privilege(s.oid, 'USAGE')${replaces ? '' : ` and not ${isMapped}`})), '[]')
    from pg_catalog.pg_foreign_server s where srvowner not in (select oid from own_role)),
  'others', ${othersQuery},
  'eventTriggers', (select coalesce(json_agg(evtname), '[]') from pg_catalog.pg_event_trigger),
  'standing', (select coalesce(json_agg(json_build_object('schema', nspname, 'table', relname, 'name', name)), '[]')
    from on_table join kept_schema k on k.oid = relnamespace where not goes),
  'fillable', ${makeFillableQuery(service, replaces)})`;
}
/** PURE. A query for the names of the extensions that the connecting role can create. */
function makeCreatableQuery(service) {
    return `select distinct name from pg_catalog.pg_available_extension_versions
    where not superuser or trusted or ${service?.createsExtensions === true}
      or (select rolsuper from pg_catalog.pg_roles where rolname = current_user)`;
}
/**
 * Tables of the service that are empty, and their sequences: the user expects their rows back. A replacement leaves
 * them alone.
 */
function makeFillableQuery(service, replaces) {
    const migrations = (service?.migrationTables ?? []).map(_postgres_sql_quote_js__WEBPACK_IMPORTED_MODULE_2__/* .quoteLiteral */ .c);
    if (replaces || service === undefined)
        return `json_build_array()`;
    return `(with empty as (
    select c.oid, nspname, relname from pg_catalog.pg_class c join kept_schema k on k.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'
      and pg_catalog.concat(nspname, '.', relname) <> all(array[${migrations.join(', ')}]::text[])
      and case when pg_catalog.has_schema_privilege(relnamespace, 'USAGE') and pg_catalog.has_table_privilege(c.oid, 'SELECT')
        and pg_catalog.has_table_privilege(c.oid, 'INSERT') then pg_catalog.query_to_xml(
          pg_catalog.format('select 1 from %s limit 1', c.oid::pg_catalog.regclass), false, true, '')::text !~ '<row' end
  ), fillable as (
    select nspname, relname from empty
    union all select k.nspname, c.relname from pg_catalog.pg_depend d join pg_catalog.pg_class c on c.oid = d.objid
      join kept_schema k on k.oid = relnamespace
      where d.refobjid in (select oid from empty) and deptype in ('a', 'i')
        and case relkind when 'S' then pg_catalog.has_sequence_privilege(c.oid, 'UPDATE') end
  ) select coalesce(json_agg(json_build_object('schema', nspname, 'name', relname)), '[]') from fillable)`;
}
/** SQL for a role of that oid; one that is gone is no superuser. */
function makeOwner(oid) {
    return `json_build_object('name', pg_catalog.pg_get_userbyid(${oid}),
    'isSuperuser', exists (select from pg_catalog.pg_roles r where r.oid = ${oid} and rolsuper))`;
}
/** What others have in schemas that stay, by the names that a dump gives it. */
const othersQuery = `(select coalesce(json_agg(json_build_object('schema', nspname, 'name', name,
    'owner', ${makeOwner('i.owner')})), '[]') from in_schema i
    join pg_catalog.pg_namespace n on n.oid = i.space, lateral (
      select relname as name from pg_catalog.pg_class where catalog = 'pg_catalog.pg_class'::pg_catalog.regclass and oid = i.id
      union all select typname from pg_catalog.pg_type where catalog = 'pg_catalog.pg_type'::pg_catalog.regclass and oid = i.id
        and typcategory <> 'A'
      union all select pg_catalog.format('%s(%s)', proname, pg_catalog.oidvectortypes(proargtypes)) from pg_catalog.pg_proc
        where catalog = 'pg_catalog.pg_proc'::pg_catalog.regclass and oid = i.id) named
    where i.id >= 16384 and owner not in (select oid from own_role) and nspname !~ '^pg_'
      and space not in (select oid from own_schema) and (catalog, id) not in (select classid, objid from member))`;
/** The table's owner, or one of the roles to whom Supabase's library gives it (setting supautils.policy_grants). */
const mayReplacePolicy = `(relowner in (select oid from own_role) or coalesce(pg_catalog.jsonb_exists(
  nullif(pg_catalog.current_setting('supautils.policy_grants', true), '')::jsonb -> current_user::text,
  relnamespace::pg_catalog.regnamespace || '.' || relname), false))`;
const isMapped = `exists (select from pg_catalog.pg_user_mappings m where m.srvid = s.oid
        and umuser = (select oid from pg_catalog.pg_roles where rolname = current_user))`;
const readOwner = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readText */ .yR, isSuperuser: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf });
/** The answer to {@link makeTargetFactsQuery}. */
const readTargetAnswer = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({
    role: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ,
    isSuperuser: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf,
    roles: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ),
    ownRoles: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ),
    mayCreate: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf,
    schemas: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf, owner: readOwner, mayCreate: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf })),
    extensions: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf })),
    creatable: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ),
    publications: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, isOwn: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf })),
    servers: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, owner: readOwner, takesMapping: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readBoolean */ .Vf })),
    others: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readText */ .yR, owner: readOwner })),
    eventTriggers: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)(_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ),
    standing: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, table: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ })),
    fillable: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readArray */ .oU)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readObject */ .Ag)({ schema: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ, name: _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_3__/* .readName */ .MQ })),
});
/** PURE. The facts, in the shape in which the rules ask for them. */
function toTargetFacts({ answer, service }) {
    const { role, isSuperuser, mayCreate } = answer;
    const isManaged = ({ owner }) => owner.isSuperuser || isServiceRole(owner.name, service);
    return {
        ...{ role, isSuperuser, mayCreate, service },
        roles: new Set(answer.roles),
        ownRoles: new Set(answer.ownRoles),
        schemas: new Map(answer.schemas.map((schema) => [schema.name, { ...schema, isManaged: isManaged(schema) }])),
        extensions: new Map(answer.extensions.map((extension) => [extension.name, extension])),
        creatable: new Set(answer.creatable),
        publications: new Map(answer.publications.map((publication) => [publication.name, publication])),
        servers: new Map(answer.servers.filter(isManaged).map((server) => [server.name, server])),
        others: new Set(answer.others.filter(isManaged).map(({ schema, name }) => qualify(schema, name))),
        eventTriggers: new Set(answer.eventTriggers),
        standing: new Set(answer.standing.map(({ schema, table, name }) => nameOnTable(schema, table, name))),
        fillable: new Set(answer.fillable.map(({ schema, name }) => qualify(schema, name))),
    };
}


/***/ }),

/***/ 6565:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ refuseIncomplete),
/* harmony export */   W: () => (/* binding */ findRefusal)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67886);


/**
 * The error for a restore that failed when something of the dump had been left out: because that is not allowed, or
 * maybe because what was left out is needed.
 */
function refuseIncomplete(error, report, { to, setting }) {
    const known = findRefusal(report, { to, setting });
    if (known !== undefined)
        return known;
    const missing = report.leftOut.filter(isExtension).map(({ name }) => `"${name}"`);
    if (missing.length === 0)
        return error;
    const { what, why, whatToDo } = error.explanation;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h(error.code, {
        what,
        why: `${why}; the backup needs ${missing.join(', ')}, which the role cannot create here`,
        whatToDo: `Have these extensions installed on the server, and run the job again. Otherwise: ${whatToDo}`,
    }, { cause: error });
}
/** PURE. Why a backup of which something is not for the target is refused; undefined where it is not. */
function findRefusal(report, work) {
    const occupied = (0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .listOccupied */ .ZI)(report);
    if (occupied.length > 0)
        return refuseOccupied(occupied, work);
    return work.setting.strict && !(0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .isWhole */ .wP)(report) ? refuseLeftOut(report, work) : undefined;
}
function refuseOccupied(tables, { to }) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_PERMISSION', {
        what: `The database "${to.target}" was not restored, and was left as it is`,
        why: `it holds tables of the backup that belong to other roles, such as ${tables.slice(0, 3).join(', ')}`,
        whatToDo: 'Connect as the role that owns them, or restore under another name with "target-database"',
    });
}
function refuseLeftOut(report, { to, setting }) {
    const { role, service } = setting.server.facts;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_PERMISSION', {
        what: `The database "${to.target}" was not restored, and the server was left as it is, because of \`strict: true\``,
        why: ((0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .describeLeftOut */ .l1)(to.target, report, { role, service }) ?? '').replace(/\.$/, ''),
        whatToDo: (0,_describe_left_out_js__WEBPACK_IMPORTED_MODULE_1__/* .lacksRoles */ .WF)(report)
            ? 'Restore the roles first by `globals: true`, or create them, or remove "strict"'
            : `Connect as ${service?.highestRole ?? 'a superuser'}, or remove "strict"`,
    });
}
function isExtension({ type, reason }) {
    return type === 'EXTENSION' && reason === 'extension-missing';
}


/***/ }),

/***/ 68612:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ refuseOtherReading),
/* harmony export */   u: () => (/* binding */ explainRestoreFailure)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _postgres_failure_explain_failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(98673);
/* harmony import */ var _process_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(56150);
/* harmony import */ var _postgres_failure_restoring_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(7151);




/**
 * Says why restoring failed. What was printed counts for more than which stage failed: where only the last stage
 * counts, the others are known by their words alone.
 */
function explainRestoreFailure(failure, printed, context) {
    const kill = describeKill(failure);
    if (kill !== undefined) {
        const whatToDo = 'See whether the machine ran out of memory, and run the job again';
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_RESTORE', { what: context.action, why: kill, whatToDo });
    }
    // What pg_restore prints ends early because of its own failure.
    const isCut = nameTool(failure) === 'pg_restore';
    const stderr = isCut ? printed.replace(/^filter-sql: error: the dump is not complete.*$/m, '') : printed;
    const why = (reason) => `${reason}${quoteError(stderr)}`;
    if (/^age-decrypt: error:/m.test(stderr))
        return refuse('PGB_ENCRYPT', context, why('it cannot be decrypted'));
    const known = (0,_postgres_failure_explain_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .recogniseFailure */ .y)(_postgres_failure_restoring_js__WEBPACK_IMPORTED_MODULE_3__/* .restoreFailures */ .Q, stderr, context);
    if (known !== undefined)
        return known;
    if (/^(?:psql|pg_restore):|(?:ERROR|FATAL): {2}/m.test(stderr)) {
        return ((0,_postgres_failure_explain_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .explainFailure */ .S)(stderr, context) ??
            refuse('PGB_RESTORE', context, why('the server or its client refused it')));
    }
    return refuse('PGB_RESTORE', context, why(`${nameTool(failure)} could not read the file`));
}
/** psql read the file to its end, but not as the filter did, so that what was restored is not known. */
function refuseOtherReading({ name }) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_RESTORE', {
        what: `The file ${name} was not restored`,
        why: 'psql understood it in another way than it should, as it may with a file that pg_dump did not write',
        whatToDo: 'Take another backup; one that came from elsewhere may have been forged',
    });
}
function refuse(code, { action }, why) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h(code, { what: action, why, whatToDo: 'Correct the cause, and run the job again' });
}
/** What was killed tells nothing of the file, though what reads behind it finds its end missing. */
function describeKill(failure) {
    const { exitCode } = failure;
    if (exitCode === undefined)
        return 'its processes were killed from outside';
    const signal = exitCode === _process_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .brokenPipeExitCode */ .T ? undefined : (0,_process_exit_codes_js__WEBPACK_IMPORTED_MODULE_2__/* .nameSignal */ .u)(exitCode);
    return signal && `${nameTool(failure)} was killed by ${signal}`;
}
/** The name of the program; of ours, which Node runs, that of the script; of one that a shell runs, its own. */
function nameTool({ command: { path, args } }) {
    const script = /([\w-]+)(?:\/index\.js|\.ts)$/.exec((args[0] ?? '').replaceAll('\\', '/'))?.[1];
    const program = path === 'sh' ? (args[2] ?? path) : path;
    return script ?? (program.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/, '');
}
/** The first error that a tool printed, without what follows it: DETAIL and CONTEXT can show rows of the dump. */
function quoteError(stderr) {
    const lines = stderr.split('\n').filter((line) => line.trim() !== '');
    const line = lines.find((text) => /error:|ERROR:|FATAL:/.test(text)) ?? lines.at(-1);
    return line === undefined
        ? ''
        : ` (${line
            .trim()
            .replace(/[.;\s]+$/, '')
            .slice(0, 400)})`;
}


/***/ }),

/***/ 17646:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  O: () => (/* binding */ restoreDatabaseFile)
});

// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var reading_readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/restore-arguments.ts
var restore_arguments = __webpack_require__(49928);
// EXTERNAL MODULE: ./src/postgres/failure/restoring.ts
var restoring = __webpack_require__(7151);
// EXTERNAL MODULE: ./src/postgres/sql/filter/omitted-statements.ts
var omitted_statements = __webpack_require__(54448);
// EXTERNAL MODULE: ./src/process/read-to-end.ts
var read_to_end = __webpack_require__(91455);
// EXTERNAL MODULE: ./src/restoring/archive-file.ts
var archive_file = __webpack_require__(55546);
// EXTERNAL MODULE: ./src/restoring/left-out/judge-archive.ts
var judge_archive = __webpack_require__(84526);
// EXTERNAL MODULE: ./src/restoring/restore-sql.ts + 3 modules
var restore_sql = __webpack_require__(33520);
// EXTERNAL MODULE: ./src/restoring/stages.ts
var stages = __webpack_require__(90874);
// EXTERNAL MODULE: ./src/restoring/unpack.ts + 1 modules
var unpack = __webpack_require__(23732);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/restoring/unwrap.ts







/**
 * Undoes what was compressed or encrypted around an archive, so that several workers can jump about in it: where there is
 * room, for an encrypted one in memory alone, so that no plaintext reaches a disk. The log says what was done.
 * @returns undefined where one worker must do
 */
async function unwrapArchive(file, setting) {
    const { run, tableJobs } = setting;
    const { parent, place, free } = await findRoom(file, setting);
    const size = measureArchive(file);
    // Twice as much, since neither a disk nor memory is for us alone.
    if (size === undefined || 2 * size > free) {
        const why = size === undefined
            ? 'nobody counted how large it is without its compression'
            : `unpacking it for several takes ${(0,units/* formatBytes */.z3)(size)}, and ${(0,units/* formatBytes */.z3)(free)} are free ${place}`;
        run.log.info(`${file.name} is restored by one worker: ${why}`);
        return undefined;
    }
    run.log.info(`${file.name} is unpacked ${place} for ${(0,units/* formatCount */.B4)(tableJobs, 'worker')}`);
    const directory = await (0,promises_.mkdtemp)((0,external_node_path_.join)(parent, 'postgres-backup-'));
    run.discardAtEnd(directory);
    const path = (0,external_node_path_.join)(directory, 'archive');
    const remove = () => (0,promises_.rm)(directory, { recursive: true, force: true });
    const remark = await writeArchive(file, setting, { path, limit: Math.min(limitSize(size), free) });
    if (remark === undefined)
        return { path, remove };
    await remove();
    run.log.warning(`${file.name} is restored by one worker, since it could not be unpacked: ${remark}.`);
    return undefined;
}
async function findRoom({ encryption }, { run }) {
    if (encryption !== 'none')
        return { parent: free_space/* memoryDirectory */.fx, place: 'in memory', free: (await (0,free_space/* readFreeMemory */.kJ)()) ?? 0 };
    const parent = run.privateDirectory;
    return { parent, place: `in ${parent}`, free: (await (0,free_space/* readFreeBytes */.Kb)(parent)) ?? 0 };
}
/** Bytes of the archive: exactly, but for a few that encryption adds, or those of its SQL; undefined where nobody counted. */
function measureArchive({ compression, size, uncompressedSize }) {
    return compression.inside || compression.method === 'none' ? size : (uncompressedSize ?? undefined);
}
/** An archive says each definition up to three times. */
function limitSize(size) {
    return 3 * size + 2 ** 20;
}
/** @returns why it failed */
async function writeArchive(file, { readers, server, signal }, { path, limit }) {
    // Whoever lies about the size of an archive fills no disk with it: what writes more loses its reader, and fails.
    const bounded = { path: 'head', args: ['-c', `${limit}`] };
    const stages = [...(0,reading_readers/* listReaders */.T)(file, readers), bounded];
    const { environment } = server.connection;
    const options = { environment, signal, inputFile: file.path, outputFile: path };
    const { failure, stderr } = await (0,pipeline/* runPipeline */.a)(stages, options);
    return failure && ((0,psql/* quoteTool */.FM)(stderr) ?? 'it is larger than it should be');
}

;// CONCATENATED MODULE: ./src/restoring/restore-file.ts












/**
 * Restores the file of one database into a database that is empty, or that the transaction empties.
 * @returns what the file holds, and what of it was left out
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function restoreDatabaseFile(file, to, setting) {
    if (!(0,archive_file/* isArchive */.t)(file))
        return (0,restore_sql/* restorePlain */.Ls)(file, to, setting);
    if (file.format === 'directory')
        return restoreDirectory(file, to, setting);
    return restoreArchive(file, to, setting, {
        readers: (0,reading_readers/* listReaders */.T)(file, setting.readers),
        path: file.path,
    });
}
async function restoreDirectory(file, to, setting) {
    const unpacked = await (0,unpack/* unpackDirectory */.q)(file, setting);
    return restoreArchive(file, to, setting, { readers: [], path: unpacked.path }).finally(unpacked.remove);
}
/**
 * By several workers of pg_restore where the archive can be a file that they jump about in, and nothing of it has to be
 * changed; by one where several stood in each other's way.
 */
async function restoreArchive(file, to, setting, source) {
    if (!mayShareWork(file, to, setting))
        return restoreByOne(file, to, setting, source);
    const { readers, path } = source;
    if (readers.length > 0) {
        const unwrapped = await unwrapArchive(file, setting);
        if (unwrapped === undefined)
            return restoreByOne(file, to, setting, source);
        const bare = { readers: [], path: unwrapped.path };
        return restoreArchive(file, to, setting, bare).finally(unwrapped.remove);
    }
    const listed = await (0,judge_archive/* judgeArchive */.Ik)(file, { path, to, setting });
    if (listed === undefined)
        return restoreByOne(file, to, setting, source);
    const isDone = await restoreInParallel(file, to, setting, { path, listed });
    return isDone ? listed.report : restoreByOne(file, to, setting, source);
}
/** pg_restore prints the SQL, which passes the filter on its way to psql. */
async function restoreByOne(file, to, setting, { readers, path }) {
    const isPiped = readers.length > 0;
    const { options } = setting;
    const source = isPiped ? undefined : path;
    // Owners are left out behind it, since the judge needs their names.
    const request = { format: file.format, source, tableJobs: 1, noOwner: false, options };
    const command = makeRestoreCommand(setting, { ...request, database: undefined });
    // Behind the last data of a tar archive stand zeros that pg_restore does not read, and their writer loses its reader.
    const writer = isPiped ? (0,read_to_end/* readToEnd */.f)(command) : command;
    const work = { file, to, setting, inputFile: isPiped ? path : undefined };
    return (0,restore_sql/* restoreDump */.nE)([...readers, writer], work);
}
/** An archive can hold a COMMIT, and what an older server does not know only the filter leaves out. */
function mayShareWork(file, to, { server, tableJobs }) {
    const serverMajor = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber);
    const isWhole = to.transaction === undefined && to.lacking === undefined;
    const isFit = isWhole && !(0,omitted_statements/* losesTransactionTimeout */.co)(server.client.major, serverMajor);
    return isFit && tableJobs > 1 && (0,archive_file/* isParallel */.K)(file);
}
/** @returns false where its workers stood in each other's way, and the database is new again */
async function restoreInParallel(file, to, setting, { path, listed }) {
    const { tableJobs } = setting;
    const options = [
        ...setting.options,
        ...(listed.listPath === undefined ? [] : [`--use-list=${listed.listPath}`]),
    ];
    const noOwner = setting.noOwner || listed.noOwner;
    const command = makeRestoreCommand(setting, {
        ...{ format: file.format, source: path, tableJobs, noOwner, options },
        database: to.database,
    });
    const { stderr, error } = await (0,stages/* tryStages */.B)([command], { file, to, setting, inputFile: undefined });
    if (error === undefined)
        return true;
    if (to.renew === undefined || !(0,restoring/* isOfSeveralWorkers */.v)(stderr))
        throw error;
    const why = `${tableJobs} workers of pg_restore stood in each other's way. With \`jobs: 1\` there is but one`;
    setting.run.log.warning(`"${to.target}" is restored again by one worker: ${why}.`, 'Restored again');
    await to.renew();
    return false;
}
function makeRestoreCommand({ server }, request) {
    return { path: server.client.pgRestore, args: (0,restore_arguments/* makeRestoreArguments */.p)({ ...request, noPrivileges: false }) };
}


/***/ }),

/***/ 33520:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  T8: () => (/* binding */ lookThrough),
  Rh: () => (/* binding */ restoreClusterFile),
  nE: () => (/* binding */ restoreDump),
  Ls: () => (/* binding */ restorePlain)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(48161);
// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/client/restriction.ts
var client_restriction = __webpack_require__(66993);
// EXTERNAL MODULE: ./src/postgres/client/version.ts
var version = __webpack_require__(91627);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/postgres/sql/filter/filter-rules.ts
var filter_rules = __webpack_require__(22491);
// EXTERNAL MODULE: ./src/postgres/sql/filter/omitted-statements.ts
var omitted_statements = __webpack_require__(54448);
;// CONCATENATED MODULE: ./src/postgres/sql/role-statements.ts


const identifier = '("(?:[^"]|"")+"|[^\\s"\';]+)';
const createRole = new RegExp(`^CREATE ROLE ${identifier};`);
const giveAttributes = new RegExp(`^(ALTER ROLE ${identifier} WITH)((?: [A-Z]+)+)([^]*)$`);
const ofRole = new RegExp(`^(?:ALTER ROLE|COMMENT ON ROLE) ${identifier} `);
const membership = new RegExp(`^(GRANT ${identifier} TO ${identifier})( [^]*)?;\\s*$`);
/** What only a superuser may write: even the words that take the attribute away. */
const ofSuperusers = /^(NO)?(SUPERUSER|REPLICATION|BYPASSRLS)$/;
const beyond = /^(?:CREATE TABLESPACE |ALTER TABLESPACE |GRANT [^]* ON (?:PARAMETER|TABLESPACE) )/;
/** How the line begins by which psql tells what a statement could not do. */
const leftOutMark = 'postgres-backup: left out: ';
/** PURE. What psql said that was left out, from all that it printed. */
function readLeftOutOfRoles(printed) {
    return [...printed.matchAll(new RegExp(`${leftOutMark}([^\\n]*)`, 'g'))].map(([, text = '']) => text);
}
/**
 * PURE. Rewrites what pg_dumpall says of roles for one who is no superuser: roles that are there, or are the service's,
 * are left alone; of new ones all is made that the connecting role may make, and psql tells the rest.
 * @param isKept whether a role is left alone
 * @returns the statement as it is to be run, or undefined
 */
function rewriteRoleStatement(statement, isKept) {
    const created = createRole.exec(statement)?.[1];
    if (created !== undefined)
        return isKept(readIdentifier(created)) ? undefined : statement;
    const [, alter = '', altered, attributes = '', rest = ''] = giveAttributes.exec(statement) ?? [];
    if (altered !== undefined) {
        if (isKept(readIdentifier(altered)))
            return undefined;
        const words = attributes.trim().split(' ');
        const lost = words.filter((word) => ofSuperusers.exec(word)?.[1] === undefined && ofSuperusers.test(word));
        const given = words.filter((word) => !ofSuperusers.test(word));
        const warnings = lost.map((word) => tell(`${word} of ${altered}`));
        return [...warnings, `${alter} ${given.join(' ')}${rest}`].join('');
    }
    const role = ofRole.exec(statement)?.[1];
    if (role !== undefined) {
        return isKept(readIdentifier(role)) ? undefined : tryOut(statement, `a setting or comment of ${role}`);
    }
    const [, grant = '', group, member, options = ''] = membership.exec(statement) ?? [];
    if (group !== undefined && member !== undefined) {
        if (isKept(readIdentifier(member)))
            return undefined;
        const own = options.replace(new RegExp(` GRANTED BY ${identifier}`), '');
        return tryOut(`${grant}${own};`, `${group} for ${member}`);
    }
    return beyond.test(statement) ? tell(statement.split(' ').slice(0, 3).join(' ')) : statement;
}
function tryOut(statement, what) {
    const exceptions = 'insufficient_privilege or undefined_object or invalid_catalog_name or invalid_grant_operation';
    const body = `begin ${statement.trimEnd()} exception when ${exceptions} then ${raise(what)} end`;
    return `DO ${quoteLiteral(body)};\n`;
}
function tell(what) {
    return `DO ${quoteLiteral(`begin ${raise(what)} end`)};\n`;
}
function raise(what) {
    return `raise warning '%', ${quoteLiteral(`${leftOutMark}${what.replaceAll('\n', ' ')}`)};`;
}

// EXTERNAL MODULE: ./src/restoring/filter-program.ts + 6 modules
var filter_program = __webpack_require__(64453);
// EXTERNAL MODULE: ./src/postgres/ask-patiently.ts
var ask_patiently = __webpack_require__(96005);
// EXTERNAL MODULE: ./src/restoring/in-place/transaction.ts
var transaction = __webpack_require__(65867);
;// CONCATENATED MODULE: ./src/restoring/in-place/commit-state.ts


/**
 * Whether a transaction was committed though its session failed, as when the connection was lost while the server was
 * about to answer. The server may restart meanwhile, or still work at it.
 * @param proof the line behind the transaction's end
 * @throws BackupError PGB_CONNECT where it is not known
 */
async function isCommitted(printed, proof, { setting, to }, patience = ask_patiently/* persistence */.kH) {
    const number = (0,transaction/* readTransactionNumber */.gO)(printed);
    // Whoever got to the line behind the end has told of it himself.
    if (number === undefined || printed.includes(proof))
        return false;
    const sql = `select pg_catalog.txid_status(${number})`;
    const failing = `Whether the database "${to.target}" was restored is not known, since the connection was lost`;
    const session = { ...setting.server, signal: setting.signal };
    return (await (0,ask_patiently/* askPatiently */.Ev)(session, { database: to.database, sql, failing }, patience)) === 'committed';
}

// EXTERNAL MODULE: ./src/restoring/left-out/refuse-left-out.ts
var refuse_left_out = __webpack_require__(6565);
;// CONCATENATED MODULE: ./src/restoring/left-out/try-owner.ts

/** How the line begins by which psql tells whose things could not be given to him; see `restoreFailures` for the other. */
const notGiven = 'postgres-backup: owner not given: ';
const refused = 'postgres-backup: owner refused: ';
/**
 * PURE. A statement that gives something to a role, as one that may be tried: a role may be given things only where it
 * may make such things itself.
 * @param isStrict fail where it may not, so that nothing is restored
 */
function tryOwner(statement, owner, isStrict) {
    const name = owner.replaceAll('\n', ' ');
    const told = isStrict
        ? `raise exception '%', ${quoteLiteral(`${refused}${name}`)};`
        : `raise warning '%', ${quoteLiteral(`${notGiven}${name}`)};`;
    const body = `begin ${statement.trimEnd()} exception when insufficient_privilege then ${told} end`;
    return `DO ${quoteLiteral(body)};\n`;
}
/** PURE. The role that was not given what it owned, from a line that psql printed. */
function readOwnerNotGiven(line) {
    const at = line.indexOf(notGiven);
    return at < 0 ? undefined : line.slice(at + notGiven.length);
}

// EXTERNAL MODULE: ./src/restoring/restore-failure.ts
var restore_failure = __webpack_require__(68612);
// EXTERNAL MODULE: ./src/restoring/stages.ts
var restoring_stages = __webpack_require__(90874);
;// CONCATENATED MODULE: ./src/restoring/restore-sql.ts
















/**
 * Restores a plain dump of one database by psql.
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function restorePlain(file, to, setting) {
    const work = { file, to, setting, inputFile: file.path };
    return restoreDump((0,readers/* listReaders */.T)(file, setting.readers), work);
}
/**
 * Restores the dump that the writers print.
 * @throws BackupError as {@link restorePlain}, and PGB_PERMISSION where `strict` refuses
 */
async function restoreDump(writers, work) {
    const { to, setting } = work;
    const rules = makeRules(setting, {
        completionMarker: filter_rules/* completionMarkers */.I.database,
        transaction: to.transaction,
        part: work.file.part,
        omit: { ...nothingExists, owners: setting.noOwner },
    });
    const { facts: target, lacking } = to;
    const filter = await provideFilter({ rules, target, lacking, isStrict: setting.strict }, work);
    // Without autocommit nothing stays that comes after the end of our transaction, whoever ended it. Without one each
    // statement is its own, and need not wait for the disk: the new name that makes all count will.
    const beginning = to.transaction === undefined ? 'SET synchronous_commit TO off' : '\\set AUTOCOMMIT off';
    const stages = [...writers, filter.command, makePsql(work, [`--command=${beginning}`])];
    const owners = new Map();
    const onErrorLine = (line) => {
        const owner = readOwnerNotGiven(line);
        if (owner !== undefined)
            owners.set(owner, (owners.get(owner) ?? 0) + 1);
    };
    const { stdout, error } = await (0,restoring_stages/* tryStages */.B)(stages, { ...work, onErrorLine });
    const report = await filter.readReport();
    if (error !== undefined && !(await isCommitted(stdout, rules.proof, work))) {
        throw report === undefined ? error : (0,refuse_left_out/* refuseIncomplete */.D)(error, report, work);
    }
    if (error === undefined)
        requireProof(stdout, rules, work.file);
    if (report === undefined)
        throw (0,restore_failure/* refuseOtherReading */.r)(work.file);
    const notGiven = [...owners].map(([role, entries]) => ({ role, entries }));
    return { ...report, owners: [...report.owners, ...notGiven] };
}
/**
 * Reads the dump that the writers print, and restores nothing.
 * @returns what it holds, and what of it is not for the target
 * @throws BackupError PGB_RESTORE where it cannot be read
 */
async function lookThrough(writers, work) {
    const rules = makeRules(work.setting, {
        ...{ completionMarker: filter_rules/* completionMarkers */.I.database, transaction: undefined, part: work.file.part },
        omit: { ...nothingExists, owners: work.setting.noOwner },
    });
    const filter = await provideFilter({ rules, target: work.to.facts, onlyLooks: true }, work);
    await (0,restoring_stages/* runStages */.J)([...writers, filter.command], work);
    const report = await filter.readReport();
    if (report === undefined)
        throw (0,restore_failure/* refuseOtherReading */.r)(work.file);
    return report;
}
/**
 * Restores a file of pg_dumpall by psql, which stops at the first error. It is not undone by an error, since
 * neither databases nor tablespaces can be created in a transaction.
 * @returns what the role could not restore, in words
 */
async function restoreClusterFile(file, omit, setting, database) {
    const work = { file, to: { database, target: file.kind }, setting, inputFile: file.path };
    const rules = makeRules(setting, {
        completionMarker: filter_rules/* completionMarkers */.I.cluster,
        transaction: undefined,
        part: file.part,
        omit,
    });
    const { isSuperuser, service } = setting.server.facts;
    const rolesAsUser = isSuperuser ? undefined : { service };
    const filter = await provideFilter({ rules, rolesAsUser }, work);
    const stages = [...(0,readers/* listReaders */.T)(file, setting.readers), filter.command, makePsql(work, [])];
    const { stdout, stderr, error } = await (0,restoring_stages/* tryStages */.B)(stages, work);
    if (error !== undefined)
        throw error;
    requireProof(stdout, rules, file);
    return readLeftOutOfRoles(stderr);
}
const nothingExists = { existingRoles: [], existingTablespaces: [], ownRole: undefined };
function makeRules({ server }, rules) {
    const transactionTimeout = (0,version/* majorOfVersionNumber */.KU)(server.facts.versionNumber) < omitted_statements/* transactionTimeoutSince */.Yb;
    const restriction = (0,client_restriction/* findRestriction */.mu)(server.client);
    const proof = (0,external_node_crypto_.randomBytes)(24).toString('hex');
    return { ...rules, restriction, proof, omit: { ...rules.omit, transactionTimeout } };
}
async function provideFilter(order, work) {
    const { server, run } = work.setting;
    // psql puts the name in place of :DBNAME, and reads it like the dump.
    if (order.rules.restriction === 'leaking' && work.to.database.includes('\\')) {
        throw refuseBackslash(work, server.client);
    }
    return (0,filter_program/* provideSqlFilter */.S)(order, run.privateDirectory);
}
function makePsql({ setting, to }, beginning) {
    const args = [...beginning, '--file=-', `--output=${external_node_os_.devNull}`];
    return (0,psql/* makePsqlCommand */.Yx)(setting.server, to.database, 'session', ...args);
}
/** Behind what our own scripts print. */
function requireProof(printed, { proof }, file) {
    if (printed.trimEnd().split('\n').at(-1) !== proof)
        throw (0,restore_failure/* refuseOtherReading */.r)(file);
}
function refuseBackslash({ to }, { version }) {
    return new errors/* BackupError */.h('PGB_CLIENT', {
        what: `The database "${to.target}" was not restored`,
        why: `psql ${version} could take the backslash in its name for the beginning of a command`,
        whatToDo: 'Update the PostgreSQL client on this machine to its newest minor release',
    });
}


/***/ }),

/***/ 90874:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ tryStages),
/* harmony export */   J: () => (/* binding */ runStages)
/* harmony export */ });
/* harmony import */ var _postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(37480);
/* harmony import */ var _process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(67260);
/* harmony import */ var _restore_failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68612);



/**
 * Runs the stages.
 * @throws the run's reason when it is cancelled
 */
async function tryStages(stages, work) {
    const { file, to, setting, inputFile, onErrorLine, onlyLastStageCounts = false } = work;
    const { environment, parameters } = setting.server.connection;
    const input = inputFile === undefined ? {} : { inputFile };
    const listener = onErrorLine === undefined ? {} : { onErrorLine };
    const options = { environment, onlyLastStageCounts, ...input, ...listener };
    const subject = file.kind === 'database' ? `The database "${to.target}"` : `The file of the ${file.kind}`;
    const action = `${subject} was not restored`;
    const session = { ...setting.server, signal: setting.signal };
    const result = await (0,_postgres_psql_js__WEBPACK_IMPORTED_MODULE_0__/* .whileServerAnswers */ .QD)(session, { database: to.database, failing: action }, (signal) => (0,_process_pipeline_js__WEBPACK_IMPORTED_MODULE_1__/* .runPipeline */ .a)(stages, { ...options, signal }));
    const { failure, stdout, stderr } = result;
    const { accepted, facts } = setting.server;
    const context = { parameters, database: to.target, action, service: facts.service, accepted };
    const error = failure && (0,_restore_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .explainRestoreFailure */ .u)(failure, stderr, context);
    return { stdout, stderr, error };
}
/**
 * Runs the stages.
 * @returns what the last one printed
 * @throws BackupError PGB_RESTORE, or the code that fits what the tools say; the run's reason when it is cancelled
 */
async function runStages(stages, work) {
    const { stdout, error } = await tryStages(stages, work);
    if (error !== undefined)
        throw error;
    return stdout;
}


/***/ }),

/***/ 23732:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  q: () => (/* binding */ unpackDirectory)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/free-space.ts
var free_space = __webpack_require__(94578);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/postgres/psql.ts + 1 modules
var psql = __webpack_require__(37480);
// EXTERNAL MODULE: ./src/process/pipeline.ts + 4 modules
var pipeline = __webpack_require__(67260);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
// EXTERNAL MODULE: ./src/archive/reading/readers.ts
var readers = __webpack_require__(8093);
// EXTERNAL MODULE: ./src/process/own-program.ts
var own_program = __webpack_require__(97344);
;// CONCATENATED MODULE: ./src/archive/reading/unpack-program.ts

/**
 * The program that unpacks the tar file of a directory archive from its standard input, and takes nothing but the
 * plain files that pg_dump writes, which refer to nothing else. It prints how many bytes it read.
 * @param directory absolute, empty
 * @param limit the most bytes that the tar file may have
 */
function unpackProgram(directory, limit) {
    return (0,own_program/* ownProgram */.D)('unpack-directory', directory, `${limit}`);
}

;// CONCATENATED MODULE: ./src/restoring/unpack.ts









/**
 * Unpacks the tar file of a directory archive, which pg_restore reads from files alone. An encrypted one goes to
 * memory where there is room, so that no plaintext reaches a disk.
 * @throws BackupError PGB_DISK, PGB_RESTORE
 */
async function unpackDirectory(file, setting) {
    const { run, signal, server } = setting;
    const { parent, limit } = await choosePlace(file, setting);
    const path = await (0,promises_.mkdtemp)((0,external_node_path_.join)(parent, 'postgres-backup-'));
    run.discardAtEnd(path);
    const remove = () => (0,promises_.rm)(path, { recursive: true, force: true });
    const stages = [...(0,readers/* listReaders */.T)(file, setting.readers), unpackProgram(path, limit)];
    const { environment } = server.connection;
    const { failure, stderr } = await (0,pipeline/* runPipeline */.a)(stages, {
        environment,
        signal,
        inputFile: file.path,
    });
    if (failure === undefined)
        return { path, remove };
    await remove();
    const isFull = /No space left on device|ENOSPC/.test(stderr);
    throw new errors/* BackupError */.h(isFull ? 'PGB_DISK' : 'PGB_RESTORE', {
        what: `The file ${file.name} was not restored`,
        why: isFull
            ? 'the disk is full'
            : `it could not be unpacked (${(0,psql/* quoteTool */.FM)(stderr) ?? 'without a message'})`,
        whatToDo: isFull ? 'Free space on the runner' : 'Fetch the backup again, or take another one',
    });
}
/**
 * The most bytes that the archive may have: what is known is the size of its SQL, beside which the table of contents
 * says each definition up to three times.
 */
function limitSize({ uncompressedSize }) {
    return uncompressedSize === null ? Infinity : 3 * uncompressedSize + 2 ** 20;
}
async function choosePlace(file, { run, memoryOnly = false }) {
    const needed = file.uncompressedSize ?? file.size;
    if (file.encryption !== 'none') {
        const free = (await (0,free_space/* readFreeMemory */.kJ)()) ?? 0;
        // Twice as much, since the memory is not for us alone.
        if (free > 2 * needed)
            return { parent: free_space/* memoryDirectory */.fx, limit: Math.min(limitSize(file), Math.floor(free / 2)) };
        if (memoryOnly)
            throw refuseUnpacking(file, needed, free);
        run.log.warning(`The archive ${file.name} is decrypted to files in ${run.privateDirectory}, because memory has no room for it. They are private to this run and removed at its end.`, 'Plaintext on disk');
    }
    const free = (await (0,free_space/* readFreeBytes */.Kb)(run.privateDirectory)) ?? 0;
    if (free > needed)
        return { parent: run.privateDirectory, limit: Math.min(limitSize(file), free) };
    throw refuseUnpacking(file, needed, free);
}
function refuseUnpacking({ name, encryption }, needed, free) {
    const place = encryption === 'none' ? '' : ' in memory';
    return new errors/* BackupError */.h('PGB_DISK', {
        what: `The file ${name} was not restored`,
        why: `unpacking it takes ${(0,units/* formatBytes */.z3)(needed)}, and ${(0,units/* formatBytes */.z3)(free)} are free${place}`,
        whatToDo: 'Free space on the runner, or back up with `format: custom`, which needs no unpacking',
    });
}


/***/ }),

/***/ 98627:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ loadArtifactClient)
/* harmony export */ });
/** Loads GitHub's artifact client on first use, because it doubles the start-up time of the action. */
async function loadArtifactClient() {
    const { DefaultArtifactClient } = await __webpack_require__.e(/* import() */ 584).then(__webpack_require__.bind(__webpack_require__, 20584));
    return new DefaultArtifactClient();
}


/***/ }),

/***/ 18998:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   J: () => (/* binding */ examineZip),
/* harmony export */   a: () => (/* binding */ findManifest)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(38321);
/* harmony import */ var node_stream_consumers__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_stream_consumers__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var _archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(49365);
/* harmony import */ var _archive_manifest_parser_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(20549);
/* harmony import */ var _artifact_failure_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(84556);





/** A manifest is small, and one that claims to be large is none. */
const longestManifest = 64_000_000;
/**
 * Reads the contents of a backup by the list of its zip's members.
 * @throws BackupError PGB_RESTORE when it is no backup; ZipError; what the zip's source throws
 */
async function examineZip(backup, { members }) {
    const name = findManifest(backup, members.map((member) => member.name));
    const manifest = members.find((member) => member.name === name);
    if (manifest === undefined || manifest.size > longestManifest) {
        throw refuseContents(backup, `its ${_archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestName */ .vS} is too long to be one`);
    }
    const beside = members.filter((member) => !member.name.endsWith('/') && (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(member.name) === (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(name));
    const files = new Map(beside.map((member) => [(0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(member.name), member.size]));
    return { manifest: (0,_archive_manifest_parser_js__WEBPACK_IMPORTED_MODULE_2__/* .parseManifest */ .N)(await (0,node_stream_consumers__WEBPACK_IMPORTED_MODULE_1__.text)(await manifest.open())), files };
}
/**
 * The manifest at the top, or the only one: other actions keep folders.
 * @throws BackupError PGB_RESTORE when there is none, or several
 */
function findManifest(backup, names) {
    const [manifest, ...others] = names.filter((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.basename)(name) === _archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestName */ .vS);
    if (names.includes(_archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestName */ .vS))
        return _archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestName */ .vS;
    if (manifest === undefined) {
        throw refuseContents(backup, `it has no ${_archive_manifest_js__WEBPACK_IMPORTED_MODULE_4__/* .manifestName */ .vS}, and holds ${listSome(names)}`, 'Name an artifact that the backup wrote; a dump without its manifest is restored by psql or pg_restore');
    }
    if (others.length === 0)
        return manifest;
    throw refuseContents(backup, `it holds several backups, in ${listSome([manifest, ...others].map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.dirname)(name)))}`, 'Download the artifact, and give the folder of one of them as `path`');
}
function listSome(names) {
    if (names.length === 0)
        return 'nothing';
    const shown = names.slice(0, 5).map((name) => `"${name.slice(0, 100)}"`);
    const rest = names.length - shown.length;
    return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
function refuseContents({ address }, why, whatToDo = 'Name an artifact that the backup wrote') {
    return (0,_artifact_failure_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseArtifact */ .nI)(`The artifact ${address} is no backup`, why, whatToDo);
}


/***/ }),

/***/ 84556:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Nf: () => (/* binding */ explainTransferFailure),
/* harmony export */   g1: () => (/* binding */ refuseUpload),
/* harmony export */   mv: () => (/* binding */ explainDownloadFailure),
/* harmony export */   nI: () => (/* binding */ refuseArtifact)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(83916);
/* harmony import */ var _node_error_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(99700);


const longestWhy = 300;
const retryableStatus = [408, 409, 425, 429];
// The words are those of @actions/artifact 6.2 `shared/errors`, its Twirp client and @azure/storage-blob.
const rules = [
    {
        words: /storage quota|insufficient usage/i,
        whatToDo: 'Lower `retention-days`, or raise the storage limit of the account; or set `upload: false` and store the files in another way. To delete artifacts frees nothing before the month ends',
        transient: false,
    },
    {
        words: /not currently supported on GHES/i,
        whatToDo: 'GitHub Enterprise Server does not take these artifacts: set `upload: false` and `output-dir`, and store the files by a step of your own',
        toRead: 'GitHub Enterprise Server does not take these artifacts: bring the files by a step of your own, and give their directory as `path`',
        transient: false,
    },
    {
        words: /ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL|backend IDs/i,
        whatToDo: 'Run it inside a job of GitHub Actions, which brings the address and token of the artifact service, or set `upload: false`',
        toRead: 'Run it inside a job of GitHub Actions, which brings the address and token of the artifact service, or give the directory of the backup as `path`',
        transient: false,
    },
    {
        words: /name is not valid|path for one of the files/i,
        whatToDo: 'Choose an `artifact-name` without any of " : < > | * ? \\ / and line ends',
        transient: false,
    },
    {
        // The client has asked five times by then.
        words: /Unexpected token|Unexpected end of JSON|not valid JSON/,
        whatToDo: 'Something between the runner and GitHub answers in its place: check the proxy, or the address in ACTIONS_RESULTS_URL',
        transient: false,
    },
    { words: /file read|zip creation|does not exist|ENOENT|EACCES|EIO/, transient: false },
    { words: /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN/, transient: true, nameIsFree: true },
    {
        words: /ECONNRESET|ETIMEDOUT|EPIPE|REQUEST_SEND_ERROR|socket hang up|time-?out|aborted/i,
        transient: true,
    },
    {
        words: /stalled|no end after|after \d+ (?:attempts|retries)|backend was not ok|Request failed|gave no answer/i,
        transient: true,
    },
];
function statusOf(error, text) {
    const { statusCode, status } = error;
    if (typeof statusCode === 'number')
        return statusCode;
    if (typeof status === 'number')
        return status;
    const inWords = /Failed request: \((\d{3})\)|response from blob storage: (\d{3})/.exec(text);
    return inWords === null ? undefined : Number(inWords[1] ?? inWords[2]);
}
function toWords(error, status) {
    const [firstLine = ''] = error.message.trim().split('\n');
    const words = firstLine.replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1').replace(/[\s.]+$/, '');
    const known = words === '' ? ((0,_node_error_js__WEBPACK_IMPORTED_MODULE_1__/* .readNodeCode */ .W)(error) ?? error.name) : words;
    const answer = status === undefined || known.includes(String(status)) ? '' : ` (HTTP status ${status})`;
    return known.slice(0, longestWhy) + answer;
}
function explainStatus(status) {
    if (status >= 500 || retryableStatus.includes(status))
        return { transient: true, whatToDo: undefined };
    if (status === 401 || status === 403) {
        const whatToDo = 'Re-run the job, so that it gets a new token; if the refusal stays, check the permissions of the job and of the storage';
        return { transient: false, whatToDo };
    }
    return { transient: false, whatToDo: undefined };
}
/** Says what an error of the artifact client means, whatever its kind: plain, RestError or network error. */
function explainTransferFailure(error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    const text = `${cause.name} ${(0,_node_error_js__WEBPACK_IMPORTED_MODULE_1__/* .readNodeCode */ .W)(cause) ?? ''} ${cause.message}`;
    const status = statusOf(cause, text);
    const why = toWords(cause, status);
    if (cause.name === 'ClientCrash') {
        return {
            why: `a file could not be read (${why})`,
            whatToDo: undefined,
            transient: false,
            nameMayBeTaken: true,
        };
    }
    const rule = rules.find((candidate) => candidate.words.test(text));
    if (status !== undefined && rule?.whatToDo === undefined) {
        return { why, ...explainStatus(status), nameMayBeTaken: true };
    }
    const { whatToDo, transient = false, nameIsFree = false } = rule ?? {};
    return { why, whatToDo, transient, nameMayBeTaken: !nameIsFree };
}
/** The same of a search or download. */
function explainDownloadFailure(error) {
    const failure = explainTransferFailure(error);
    const toRead = rules.find(({ whatToDo }) => whatToDo !== undefined && whatToDo === failure.whatToDo)?.toRead;
    return toRead === undefined ? failure : { ...failure, whatToDo: toRead };
}
/** The error of an upload; without better advice it says what helps against most failures. */
function refuseUpload(name, why, whatToDo, cause) {
    const advice = 'Re-run the job, see https://www.githubstatus.com, or set `upload: false` and store the files in another way';
    const explanation = { what: `The artifact "${name}" was not uploaded`, why, whatToDo: whatToDo ?? advice };
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_UPLOAD', explanation, { cause });
}
/** The error of a search or download; without better advice it says what helps against most failures. */
function refuseArtifact(what, why, whatToDo, cause) {
    const advice = 'Re-run the job; if the error stays, take another backup, and check `permissions: actions: read`';
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .BackupError */ .h('PGB_RESTORE', { what, why, whatToDo: whatToDo ?? advice }, { cause });
}


/***/ }),

/***/ 45459:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   r: () => (/* binding */ matchesArtifactName),
/* harmony export */   x: () => (/* binding */ toArtifactName)
/* harmony export */ });
// The list of @actions/artifact, `upload/path-and-artifact-name-validation`, and other control characters.
const refusedCharacters = /[":<>|*?\\/\u0000-\u001f\u007f]+/g;
const longestName = 200;
/**
 * Turns any text into a name that GitHub takes for an artifact: each run of refused characters
 * (`" : < > | * ? \ /`, line ends and other control characters) becomes one `-`, blanks at the ends go, and
 * the length stays within 200 characters, which leaves room for the suffix of a second attempt.
 */
function toArtifactName(text) {
    const name = text.replace(refusedCharacters, '-').trim().slice(0, longestName).toWellFormed().trim();
    return name === '' ? 'postgres-backup' : name;
}
/** Whether an artifact's name fits a query, which is the whole name or a beginning followed by `*`. */
function matchesArtifactName(name, query) {
    return query.endsWith('*') ? name.startsWith(query.slice(0, -1)) : name === query;
}


/***/ }),

/***/ 54803:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Kc: () => (/* binding */ findArtifact),
  n2: () => (/* binding */ listTrustedArtifacts),
  sQ: () => (/* binding */ nameQuery)
});

// EXTERNAL MODULE: ./src/stores/artifact/artifact-failure.ts
var artifact_failure = __webpack_require__(84556);
// EXTERNAL MODULE: ./src/archive/json-reader.ts
var json_reader = __webpack_require__(72684);
// EXTERNAL MODULE: ./src/stores/artifact/ask-api.ts
var ask_api = __webpack_require__(99145);
// EXTERNAL MODULE: ./src/stores/artifact/trust/branch-patterns.ts
var branch_patterns = __webpack_require__(76864);
;// CONCATENATED MODULE: ./src/stores/artifact/artifact-api.ts



const readText = (0,json_reader/* readString */.E3)(/^[^]{0,1000}$/, 'a text of at most 1000 characters');
const readTime = (0,json_reader/* readString */.E3)(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a time');
const readRef = (0,json_reader/* readString */.E3)(branch_patterns/* refName */.P7, 'the name of a branch or tag');
const readSha = (0,json_reader/* readString */.E3)(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'the hash of a commit');
const readDigest = (0,json_reader/* readString */.E3)(/^sha256:[0-9a-f]{64}$/, 'a SHA-256');
const readId = (0,json_reader/* readFields */.qU)({ id: json_reader/* readCount */._0 });
const readApiArtifact = (0,json_reader/* readFields */.qU)({
    id: json_reader/* readCount */._0,
    name: readText,
    size_in_bytes: json_reader/* readCount */._0,
    expired: json_reader/* readBoolean */.Vf,
    created_at: (0,json_reader/* readOptional */.T9)(readTime),
    digest: (0,json_reader/* readOptional */.T9)(readDigest),
    workflow_run: (0,json_reader/* readOptional */.T9)((0,json_reader/* readFields */.qU)({
        id: (0,json_reader/* readOptional */.T9)(json_reader/* readCount */._0),
        repository_id: (0,json_reader/* readOptional */.T9)(json_reader/* readCount */._0),
        head_repository_id: (0,json_reader/* readOptional */.T9)(json_reader/* readCount */._0),
        head_branch: (0,json_reader/* readOptional */.T9)(readRef),
    })),
});
const readApiRun = (0,json_reader/* readFields */.qU)({
    id: json_reader/* readCount */._0,
    name: (0,json_reader/* readOptional */.T9)(readText),
    path: (0,json_reader/* readOptional */.T9)(readText),
    head_branch: (0,json_reader/* readOptional */.T9)(readRef),
    head_sha: readSha,
    event: readText,
    repository: (0,json_reader/* readOptional */.T9)(readId),
    head_repository: (0,json_reader/* readOptional */.T9)(readId),
});
const readObject = (0,json_reader/* readFields */.qU)({ object: (0,json_reader/* readFields */.qU)({ type: readText, sha: readSha }) });
/** The branch that is the repository's default one. */
async function askDefaultBranch(access) {
    const answer = await (0,ask_api/* ask */.kA)(access, '', (0,json_reader/* readFields */.qU)({ default_branch: readRef }));
    return (0,ask_api/* expectValue */.PR)(answer, access).default_branch;
}
/**
 * One page of the artifacts of a run, or of all runs, newest first; what cannot be read is undefined, so that one odd
 * artifact does not hide the others.
 */
async function askArtifacts(access, query) {
    const list = query.runId === undefined ? '/actions/artifacts' : `/actions/runs/${query.runId}/artifacts`;
    const filter = query.name === undefined ? '' : `&name=${encodeURIComponent(query.name)}`;
    const route = `${list}?per_page=${artifactsPerPage}&page=${query.page}${filter}`;
    const answer = await (0,ask_api/* ask */.kA)(access, route, (0,json_reader/* readFields */.qU)({ artifacts: (0,json_reader/* readArray */.oU)((0,ask_api/* readOrLeave */.TU)(readApiArtifact)) }));
    return (0,ask_api/* expectValue */.PR)(answer, access).artifacts;
}
/** The most that GitHub gives at once. */
const artifactsPerPage = 100;
/** One artifact; undefined when there is none of this id, or it has expired and is forgotten. */
async function askArtifact(access, id) {
    const answer = await (0,ask_api/* ask */.kA)(access, `/actions/artifacts/${id}`, readApiArtifact);
    if ('refused' in answer && [404, 410].includes(answer.refused))
        return undefined;
    return (0,ask_api/* expectValue */.PR)(answer, access);
}
/** One run; undefined when there is none of this id, or GitHub's answer cannot be read. */
async function askRun(access, id) {
    const answer = await (0,ask_api/* ask */.kA)(access, `/actions/runs/${id}`, (0,ask_api/* readOrLeave */.TU)(readApiRun));
    if ('refused' in answer && answer.refused === 404)
        return undefined;
    return (0,ask_api/* expectValue */.PR)(answer, access);
}
/** What a full name such as `heads/main` stands for: a commit, or the object of an annotated tag. */
function askRef(access, ref) {
    return askObject(access, `/git/ref/${ref.split('/').map(encodeURIComponent).join('/')}`);
}
/** What an annotated tag points to. */
function askTag(access, sha) {
    return askObject(access, `/git/tags/${sha}`);
}
/** How one commit lies to another: `identical`, `behind`, `ahead` or `diverged`. */
async function askComparison(access, base, head) {
    const route = `/compare/${base}...${head}?per_page=1`;
    const answer = await (0,ask_api/* ask */.kA)(access, route, (0,json_reader/* readFields */.qU)({ status: readText }));
    return 'value' in answer ? { value: answer.value.status } : answer;
}
async function askObject(access, route) {
    const answer = await (0,ask_api/* ask */.kA)(access, route, readObject);
    return 'value' in answer ? { value: answer.value.object } : answer;
}

;// CONCATENATED MODULE: ./src/stores/artifact/trust/artifact-trust.ts

/**
 * Events that only those cause who may write to the repository, and whose runs do not work on what others wrote.
 * Not among them: `pull_request`, `pull_request_target` and `merge_group`, which run code that is not on the branch
 * yet; `workflow_run`, `issue_comment` and the like, which run on the default branch for strangers, and by custom
 * fetch what a pull request made; `dynamic`, which is GitHub's own (Dependabot).
 */
const trustedEvents = [
    'push',
    'schedule',
    'workflow_dispatch',
    'repository_dispatch',
    'release',
    'deployment',
];
/** PURE. What the list of artifacts tells already; undefined when the run must be asked for. */
function judgeRecord(artifact, patterns) {
    const origin = judgeIds(artifact);
    if (origin !== undefined)
        return origin;
    const branch = artifact.workflow_run?.head_branch;
    // The run itself may still be asked for a branch that the list does not name.
    return branch === undefined ? undefined : judgeBranch(branch, patterns);
}
/** PURE. Whether a run's artifacts may be taken as far as event and branch tell. */
function judgeRun(artifact, run, patterns) {
    const origin = judgeIds(artifact);
    if (origin !== undefined)
        return origin;
    if (run === undefined)
        return distrust('its run is gone, or GitHub does not tell what it was');
    const [home, head] = [run.repository?.id, run.head_repository?.id];
    if (home === undefined || head === undefined)
        return distrust(unknownRepository);
    if (home !== head)
        return distrust(fromFork);
    if (!trustedEvents.some((event) => event === run.event)) {
        return distrust(`its run was started by the event "${run.event}", which brings in the work of others`);
    }
    if (run.head_branch === undefined)
        return distrust('GitHub does not tell which branch its run is of');
    return judgeBranch(run.head_branch, patterns);
}
/** PURE. A commit that is not, or not any more, on the branch of its run. */
function distrustCommit(run) {
    return distrust(`its commit ${run.head_sha} does not lie on the branch or tag "${run.head_branch ?? ''}"`);
}
const unknownRepository = 'GitHub does not tell which repository its run is from';
const fromFork = 'its run is from a fork';
/** Both ids must be there: of a fork that was deleted, GitHub tells none. */
function judgeIds({ workflow_run: origin }) {
    if (origin?.id === undefined)
        return distrust('GitHub does not tell which run it is from');
    const { repository_id: home, head_repository_id: head } = origin;
    if (home === undefined || head === undefined)
        return distrust(unknownRepository);
    return home === head ? undefined : distrust(fromFork);
}
function judgeBranch(branch, patterns) {
    if ((0,branch_patterns/* findTrustedRefs */.Pc)(branch, patterns).length > 0)
        return undefined;
    return { why: `its run is of the branch or tag "${branch}"`, branch };
}
function distrust(why) {
    return { why, branch: undefined };
}

;// CONCATENATED MODULE: ./src/stores/artifact/trust/commit-check.ts

const mostNestedTags = 3;
/**
 * Makes a check that asks each question once. A branch is looked up by its full name first, as a tag of the same name
 * could stand for it otherwise.
 */
function createCommitCheck(access, defaultBranch) {
    const tips = new Map();
    const findTip = (ref) => {
        const tip = tips.get(ref) ?? askTip(access, ref);
        tips.set(ref, tip);
        return tip;
    };
    const comparisons = new Map();
    const compareOnce = (tip, commit) => {
        const key = `${tip} ${commit}`;
        const comparison = comparisons.get(key) ?? compare(access, tip, commit);
        comparisons.set(key, comparison);
        return comparison;
    };
    const locate = async (commit, ref) => {
        const tip = await findTip(ref);
        if (typeof tip === 'object')
            return compareOnce(tip.commit, commit);
        // GitHub may say "not found" for "not allowed", but the default branch is there for sure.
        const mayRead = tip === 'missing' && typeof (await findTip(`heads/${defaultBranch}`)) === 'object';
        return mayRead ? 'elsewhere' : 'unknown';
    };
    return async (commit, refs) => {
        const found = [];
        for (const ref of refs)
            found.push(await locate(commit, ref));
        if (found.includes('there'))
            return 'there';
        return found.includes('unknown') ? 'unknown' : 'elsewhere';
    };
}
async function askTip(access, ref) {
    let answer = await askRef(access, ref);
    for (let depth = 0; 'value' in answer && answer.value.type === 'tag'; depth += 1) {
        if (depth === mostNestedTags)
            return 'missing';
        answer = await askTag(access, answer.value.sha);
    }
    if ('value' in answer)
        return answer.value.type === 'commit' ? { commit: answer.value.sha } : 'missing';
    return isForbidden(answer.refused) ? 'refused' : 'missing';
}
async function compare(access, tip, commit) {
    if (tip === commit)
        return 'there';
    const answer = await askComparison(access, tip, commit);
    if ('value' in answer)
        return ['behind', 'identical'].includes(answer.value) ? 'there' : 'elsewhere';
    // Whoever could read the branch may read commits too, so this one is gone or has no history in common.
    return isForbidden(answer.refused) ? 'unknown' : 'elsewhere';
}
function isForbidden(status) {
    return status === 401 || status === 403;
}

;// CONCATENATED MODULE: ./src/stores/artifact/trust/artifact-judge.ts




/** GitHub lets a job ask a thousand times an hour. */
const mostRuns = 100;
/**
 * @param branches undefined for the default branch
 * @throws what {@link askDefaultBranch} throws
 */
async function createJudge(access, branches) {
    const defaultBranch = await askDefaultBranch(access);
    const patterns = branches ?? [(0,branch_patterns/* matchOneBranch */.qF)(defaultBranch)];
    const checkCommit = createCommitCheck(access, defaultBranch);
    const runs = new Map();
    async function findRun(id) {
        if (!runs.has(id))
            runs.set(id, await askRun(access, id));
        return runs.get(id);
    }
    async function judgeWhole(artifact) {
        const id = artifact.workflow_run?.id;
        const run = id === undefined ? undefined : await findRun(id);
        const distrust = judgeRun(artifact, run, patterns);
        if (distrust !== undefined || run === undefined)
            return { distrust, run, isCommitKnown: true };
        const refs = (0,branch_patterns/* findTrustedRefs */.Pc)(run.head_branch ?? '', patterns);
        const place = await checkCommit(run.head_sha, refs);
        const verdict = place === 'elsewhere' ? distrustCommit(run) : undefined;
        return { distrust: verdict, run, isCommitKnown: place !== 'unknown' };
    }
    async function judge(artifact) {
        const known = judgeRecord(artifact, patterns);
        if (known !== undefined)
            return { distrust: known, run: undefined, isCommitKnown: true };
        const isNew = !runs.has(artifact.workflow_run?.id ?? 0);
        if (isNew && runs.size >= mostRuns) {
            const why = `${mostRuns} runs before it were asked about already`;
            return { distrust: { why, branch: undefined }, run: undefined, isCommitKnown: true };
        }
        return judgeWhole(artifact);
    }
    /** A branch is advised only where it would help: GitHub tells a run's branch and tag alike, and branches go. */
    async function explain(artifact) {
        const verdict = await judgeWhole(artifact);
        const { distrust, run } = verdict;
        if (distrust?.branch === undefined || run === undefined)
            return verdict;
        const { branch } = distrust;
        if ((await checkCommit(run.head_sha, [`heads/${branch}`])) !== 'elsewhere')
            return verdict;
        const isTag = (await checkCommit(run.head_sha, [`tags/${branch}`])) === 'there';
        return { ...verdict, distrust: { ...distrust, branch: isTag ? `refs/tags/${branch}` : undefined } };
    }
    return { judge, explain };
}

// EXTERNAL MODULE: ./src/stores/artifact/artifact-name.ts
var artifact_name = __webpack_require__(45459);
;// CONCATENATED MODULE: ./src/stores/artifact/artifact-list.ts


/** Each page is a question, of which GitHub lets a job ask a thousand in an hour. */
const mostPages = 200;
/** How far a search goes when GitHub cannot look for the name itself. */
const mostArtifacts = mostPages * artifactsPerPage;
/**
 * The artifacts that fit and have not expired, newest first, by time, then id, as far as one page of GitHub's list
 * goes; the pages come newest first.
 * @param onLimit called at the end when there are more than {@link mostArtifacts}, with the time of the last one
 * @throws BackupError PGB_RESTORE when the API refuses; Error when it gives no answer
 */
async function* listCandidates(access, query, onLimit) {
    if (query.id !== undefined) {
        const artifact = await askArtifact(access, query.id);
        if (artifact?.expired === false && fitsDigest(artifact, query))
            yield artifact;
        return;
    }
    const { name = '', runId } = query;
    // GitHub itself can look for whole names only.
    const wholeName = name.endsWith('*') ? undefined : name;
    // Of what tells no time nobody knows that it is old.
    let reached = new Date();
    for (let page = 1; page <= mostPages; page += 1) {
        const artifacts = await askArtifacts(access, { runId, name: wholeName, page });
        yield* artifacts
            .filter((artifact) => artifact !== undefined)
            .filter((artifact) => !artifact.expired && (0,artifact_name/* matchesArtifactName */.r)(artifact.name, name))
            .filter((artifact) => fitsDigest(artifact, query))
            .sort((a, b) => timeOf(b) - timeOf(a) || b.id - a.id);
        if (artifacts.length < artifactsPerPage)
            return;
        reached = new Date(Date.parse(artifacts.at(-1)?.created_at ?? '') || reached);
    }
    onLimit(reached);
}
/** An artifact that is named by its id may lack a record of its digest: what is downloaded is hashed in any case. */
function fitsDigest(artifact, { digest, id }) {
    if (digest === undefined || artifact.digest === digest)
        return true;
    return id !== undefined && artifact.digest === undefined;
}
function timeOf(artifact) {
    return Date.parse(artifact.created_at ?? '') || 0;
}

;// CONCATENATED MODULE: ./src/stores/artifact/trust/artifact-refusal.ts

const mostTold = 5;
/** Keeps the newest ones, and counts the others. */
function createPassedOver() {
    const newest = [];
    let count = 0;
    return {
        add(artifact, distrust) {
            count += 1;
            if (newest.length < mostTold)
                newest.push({ artifact, distrust });
        },
        tell(log) {
            for (const { artifact, distrust } of newest) {
                log.info(`Passed over the artifact "${artifact.name}" (id ${artifact.id}): ${distrust.why}.`);
            }
            if (count > newest.length)
                log.info(`Passed over ${count - newest.length} more.`);
        },
        newest: () => newest[0],
        count: () => count,
    };
}
/** The refusal of all that fits; it prints the input that would allow the newest of them. */
function refuseDistrusted(wanted, { artifact, distrust }, count) {
    const why = count === 1 ? distrust.why : `${count} would fit, and of the newest (id ${artifact.id}), ${distrust.why}`;
    return (0,artifact_failure/* refuseArtifact */.nI)(`The artifact ${wanted} was not taken`, why, adviseTrust(artifact, distrust));
}
function adviseTrust({ digest }, { branch }) {
    const pin = digest === undefined ? undefined : `\`artifact-digest: ${digest}\``;
    if (branch !== undefined) {
        const others = pin === undefined ? '' : `, or ${pin} to take just this artifact`;
        return `If you trust what runs there, set \`branch: ${branch}\`${others}`;
    }
    if (pin !== undefined)
        return `If you know who made it and trust that, set ${pin}`;
    return 'If you know who made it and trust that, download it yourself, and give its directory as `path`';
}

;// CONCATENATED MODULE: ./src/stores/artifact/artifact-search.ts





/** How a query is named in messages. */
function nameQuery(query) {
    return query.id === undefined ? `"${query.name ?? ''}"` : `with id ${query.id}`;
}
/**
 * Finds the newest artifact that fits, by its time, then its id: in this run by the run's own token; else, with
 * `github-token`, in the named run, or in all runs of the repository. Of other runs only those are taken that can be
 * trusted, as `artifact-trust.ts` tells; those before them are passed over, which the log says.
 * @throws BackupError PGB_RESTORE when nothing is found or may be taken, or the API refuses; what the client throws;
 *   Error when the API gives no answer
 */
async function findArtifact(client, query, log) {
    const { GITHUB_REPOSITORY = '', GITHUB_RUN_ID, GITHUB_API_URL = 'https://api.github.com' } = process.env;
    const [ownOwner = '', ownName = ''] = GITHUB_REPOSITORY.split('/');
    const { owner, name } = query.repository ?? { owner: ownOwner, name: ownName };
    const isHere = `${owner}/${name}`.toLowerCase() === GITHUB_REPOSITORY.toLowerCase();
    const isThisRun = isHere && (query.runId === undefined || String(query.runId) === GITHUB_RUN_ID);
    const found = isThisRun ? await searchThisRun(client, query) : undefined;
    if (found !== undefined)
        return found;
    if (query.token === undefined) {
        const why = isThisRun
            ? 'this run has none, and other runs need a token'
            : 'another run or repository needs a token';
        const whatToDo = 'Set `github-token`, and give the job `permissions: actions: read`';
        throw (0,artifact_failure/* refuseArtifact */.nI)(`The artifact ${nameQuery(query)} was not found`, why, whatToDo);
    }
    const access = { owner, name, token: query.token, apiUrl: GITHUB_API_URL, signal: query.signal };
    return searchOtherRuns(access, query, log, isHere ? GITHUB_RUN_ID : undefined);
}
async function searchThisRun(client, query) {
    const { artifacts } = await client.listArtifacts();
    const [newest] = artifacts
        .filter(({ id, name }) => query.id === undefined ? (0,artifact_name/* matchesArtifactName */.r)(name, query.name ?? '') : id === query.id)
        .filter(({ digest }) => query.digest === undefined || (digest ?? query.digest) === query.digest)
        .sort((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0) || b.id - a.id);
    if (newest === undefined)
        return undefined;
    const { id, name, size, digest } = newest;
    return { id, name, size, digest, remote: undefined, run: undefined };
}
/**
 * All artifacts of the repository, or of one run of it, that fit and may be taken; those that may not are passed over,
 * which the log says.
 * @param ownRunId the run that asks, whose artifacts need no trust; undefined where it is of another repository
 * @throws what {@link findArtifact} throws
 */
async function listTrustedArtifacts(access, query, log, ownRunId) {
    const search = await beginSearch(access, query, ownRunId);
    const found = [];
    for await (const { artifact } of findTrusted(access, query, search))
        found.push(artifact);
    search.passedOver.tell(log);
    const { cutAt } = search.list;
    if (cutAt !== undefined) {
        log.warning(`Only the newest ${mostArtifacts} artifacts were looked through.`, 'Too many artifacts');
    }
    return { artifacts: found, cutAt };
}
async function searchOtherRuns(access, query, log, ownRunId) {
    const search = await beginSearch(access, query, ownRunId);
    const { judge, passedOver, list } = search;
    for await (const { artifact, verdict } of findTrusted(access, query, search)) {
        passedOver.tell(log);
        if (verdict?.isCommitKnown === false)
            warnOfUnknownCommit(verdict.run, log);
        return toFound(artifact, access, verdict?.run);
    }
    passedOver.tell(log);
    const newest = passedOver.newest();
    const isCut = list.cutAt !== undefined;
    if (isCut || newest === undefined)
        throw refuseNothing(access, query, isCut);
    const distrust = (await judge?.explain(newest.artifact))?.distrust ?? newest.distrust;
    throw refuseDistrusted(nameQuery(query), { artifact: newest.artifact, distrust }, passedOver.count());
}
async function beginSearch(access, query, ownRunId) {
    const judge = query.digest === undefined ? await createJudge(access, query.branches) : undefined;
    return { judge, ownRunId, passedOver: createPassedOver(), list: { cutAt: undefined } };
}
async function* findTrusted(access, query, { judge, ownRunId, passedOver, list }) {
    const onLimit = (time) => {
        list.cutAt = time;
    };
    for await (const artifact of listCandidates(access, query, onLimit)) {
        const isOwn = String(artifact.workflow_run?.id) === ownRunId;
        const verdict = isOwn ? undefined : await judge?.judge(artifact);
        if (verdict?.distrust === undefined)
            yield { artifact, verdict };
        else
            passedOver.add(artifact, verdict.distrust);
    }
}
function toFound(artifact, remote, run) {
    const { id, name, digest } = artifact;
    return { id, name, size: artifact.size_in_bytes, digest, remote, run };
}
function warnOfUnknownCommit(run, log) {
    log.warning(`Whether the commit of the artifact's run lies on the branch "${run?.head_branch ?? ''}" could not be asked, and a ` +
        'tag of that name would pass for it. Give the job `permissions: contents: read`.', 'Commit not checked');
}
function refuseNothing(access, query, isCut) {
    const what = `The artifact ${nameQuery(query)} was not found`;
    const where = `${query.runId === undefined ? '' : `run ${query.runId} of `}${access.owner}/${access.name}`;
    if (isCut) {
        return (0,artifact_failure/* refuseArtifact */.nI)(what, `${where} has more than ${mostArtifacts} artifacts, and among the newest of them none can be taken`, 'Name it whole in `artifact-name`, since GitHub can look for whole names only, or by `run-id` or `artifact-id`');
    }
    const which = query.digest === undefined ? 'that is not expired' : `with the digest ${query.digest}`;
    const whatToDo = 'Check its name, run and repository, and that the job has `permissions: actions: read`';
    return (0,artifact_failure/* refuseArtifact */.nI)(what, `${where} has none ${which}`, whatToDo);
}


/***/ }),

/***/ 711:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  k: () => (/* binding */ openArtifactStore)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/stores/name-pattern.ts
var name_pattern = __webpack_require__(13212);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-contents.ts
var artifact_contents = __webpack_require__(18998);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-failure.ts
var artifact_failure = __webpack_require__(84556);
// EXTERNAL MODULE: ./src/github/rest.ts
var rest = __webpack_require__(66417);
;// CONCATENATED MODULE: ./src/stores/artifact/artifact-requests.ts


/** PURE. The repository that is asked about, which is the one of this run where none is named. */
function findHome({ repository, token, }, environment) {
    const { GITHUB_REPOSITORY = '', GITHUB_RUN_ID, GITHUB_API_URL: apiUrl = 'https://api.github.com', } = environment;
    const { GITHUB_SERVER_URL = 'https://github.com' } = environment;
    const [ownOwner = '', ownName = ''] = GITHUB_REPOSITORY.split('/');
    const { owner, name } = repository ?? { owner: ownOwner, name: ownName };
    const isHere = `${owner}/${name}`.toLowerCase() === GITHUB_REPOSITORY.toLowerCase();
    const address = `${GITHUB_SERVER_URL}/${owner}/${name}/actions`;
    return { access: { owner, name, token, apiUrl }, address, ownRun: isHere ? GITHUB_RUN_ID : undefined };
}
/**
 * The address of an artifact's zip, good for a few minutes and without a token.
 * @throws Error, with the status where there is one
 */
async function askSignedUrl(access, id) {
    const route = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}/actions/artifacts/${id}/zip`;
    const ask = (path) => (0,rest/* askRest */.y)({ ...access, route: path, stopsAtRedirect: true });
    const first = await ask(route);
    // A repository that was renamed is first redirected to by its number.
    const isRenamed = first.location?.startsWith(`${access.apiUrl}/`) === true;
    const { status, location } = isRenamed ? await ask(first.location.slice(access.apiUrl.length)) : first;
    if (location !== undefined)
        return location;
    throw Object.assign(new Error(`GitHub's API gave no address for the artifact (status ${status})`), {
        status,
    });
}
/**
 * Removes an artifact; one that is gone is no failure.
 * @throws BackupError PGB_RESTORE where the token may not; Error with the status for all else
 */
async function removeArtifact(access, id, what) {
    const route = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}/actions/artifacts/${id}`;
    const { status } = await (0,rest/* askRest */.y)({ ...access, method: 'DELETE', route });
    if ([204, 404, 410].includes(status))
        return;
    if (status !== 401 && status !== 403) {
        throw Object.assign(new Error(`GitHub's API answered with status ${status}`), { status });
    }
    throw (0,artifact_failure/* refuseArtifact */.nI)(what, `the token may not do so (status ${status})`, 'Give the job `permissions: actions: write`');
}

// EXTERNAL MODULE: ./src/stores/artifact/artifact-search.ts + 6 modules
var artifact_search = __webpack_require__(54803);
// EXTERNAL MODULE: ./src/stores/artifact/attempt.ts
var artifact_attempt = __webpack_require__(20092);
// EXTERNAL MODULE: ./src/stores/artifact/open-artifact.ts + 2 modules
var open_artifact = __webpack_require__(89447);
// EXTERNAL MODULE: ./src/stores/artifact/upload-artifact.ts + 1 modules
var upload_artifact = __webpack_require__(77563);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: ./src/stores/artifact/zip/zip-members.ts
var zip_members = __webpack_require__(85092);
;// CONCATENATED MODULE: ./src/stores/artifact/zip/read-from-web.ts


/** Bytes at the end that are fetched at once: the list of members, and the manifest, which is among the last ones. */
const tailSize = 1024 * 1024;
/** Thrown with the status of an answer, so that its meaning can be told. */
class RefusedRange extends Error {
    name = 'RefusedRange';
    status;
    constructor(status) {
        super(`the storage answered with status ${status}`);
        this.status = status;
    }
}
/**
 * The bytes of a file on a web server that serves ranges, such as the zip of an artifact by its signed address.
 * @throws Error with the status of an answer that is no range; ZipError where the server serves no ranges; what `fetch` throws
 */
async function readFromWeb(url, signal) {
    const size = await askSize(url, signal);
    const tailStart = Math.max(0, size - tailSize);
    const tail = await readRange(url, tailStart, size, signal);
    return {
        size,
        read: (start, length) => start >= tailStart
            ? Promise.resolve(tail.subarray(start - tailStart, start - tailStart + length))
            : readRange(url, start, start + length, signal),
        openRange: (start, end) => start >= tailStart
            ? external_node_stream_.Readable.from([tail.subarray(start - tailStart, end - tailStart)])
            : external_node_stream_.Readable.from(streamRange(url, start, end, signal)),
    };
}
/** Azure's storage knows no ranges from the end, so the size comes first. */
async function askSize(url, signal) {
    const response = await askRange(url, 0, 1, signal);
    await response.arrayBuffer();
    const [, size] = /^bytes 0-0\/(\d+)$/.exec(response.headers.get('content-range') ?? '') ?? [];
    if (size === undefined)
        throw new zip_members/* ZipError */.Wz('the storage does not say how long it is');
    return Number(size);
}
async function readRange(url, start, end, signal) {
    const bytes = Buffer.from(await (await askRange(url, start, end, signal)).arrayBuffer());
    if (bytes.length !== end - start)
        throw new zip_members/* ZipError */.Wz('the storage sent another piece than was asked for');
    return bytes;
}
async function* streamRange(url, start, end, signal) {
    const { body } = await askRange(url, start, end, signal);
    if (body !== null)
        yield* body;
}
async function askRange(url, start, end, signal) {
    const response = await fetch(url, { headers: { range: `bytes=${start}-${end - 1}` }, signal });
    if (response.status === 206)
        return response;
    await response.body?.cancel();
    if (response.status === 200)
        throw new zip_members/* ZipError */.Wz('the storage serves no ranges');
    throw new RefusedRange(response.status);
}

// EXTERNAL MODULE: ./src/stores/artifact/zip/zip-reader.ts
var zip_reader = __webpack_require__(41412);
;// CONCATENATED MODULE: ./src/stores/artifact/artifact-store.ts













/** The artifacts of a repository, of which those of other runs are trusted as a restore trusts them. */
function openArtifactStore(options, settings = artifact_attempt/* defaultAttempts */.M) {
    const home = findHome(options, process.env);
    const listed = new Map();
    const find = (backup) => {
        const artifact = listed.get(backup.address);
        if (artifact === undefined)
            throw new Error(`${backup.address} was not listed by this store`);
        return artifact;
    };
    const attempt = makeAttempt(home, options.log, settings);
    return {
        address: home.address,
        comesWhole: true,
        check: () => Promise.resolve(),
        list: ({ name, onCut }, signal) => attempt(`The artifacts of ${home.address} were not listed`, signal, async (access) => {
            const { artifacts, cutAt } = await listArtifacts(access, name, options, home.ownRun);
            if (cutAt !== undefined)
                onCut?.(cutAt);
            return artifacts.map((artifact) => {
                const backup = describeListed(artifact, home.address);
                listed.set(backup.address, artifact);
                return backup;
            });
        }),
        examine: (backup, signal) => attempt(`The manifest of ${backup.address} was not read`, signal, async (access) => {
            const url = await askSignedUrl(access, find(backup).id);
            return { ...backup, ...(await (0,artifact_contents/* examineZip */.J)(backup, await (0,zip_reader/* openZip */.Q)(await readFromWeb(url, signal)))) };
        }),
        fetch: (backup, names, directory, signal) => fetchFiles({ artifact: find(backup), names, directory, signal }, options, settings),
        // An artifact comes whole, so nothing goes ahead.
        begin: (name) => ({
            put: () => Promise.resolve(),
            complete: (backup, signal) => put(name, backup, signal, options, settings),
            abandon: () => Promise.resolve(),
        }),
        remove: async (backup, signal) => {
            const what = `The artifact ${backup.address} was not removed`;
            await attempt(what, signal, (access) => removeArtifact(access, find(backup).id, what));
        },
    };
}
function makeAttempt(home, log, settings) {
    return (what, signal, work) => (0,artifact_attempt/* retry */.L)(() => work({ ...home.access, signal }), {
        settings,
        bytes: 0,
        signal,
        explain: artifact_failure/* explainDownloadFailure */.mv,
        onRetry: ({ why }) => {
            log.info(`${what}: ${why}. Trying again`);
        },
        refuse: ({ why, whatToDo }, cause) => (0,artifact_failure/* refuseArtifact */.nI)(what, why, whatToDo, cause),
    });
}
/** GitHub is asked by whole names or all, so that a pattern is judged here. */
async function listArtifacts(access, pattern, options, ownRun) {
    const beginning = (0,name_pattern/* findFixedBeginning */.DE)(pattern);
    const name = pattern === beginning ? pattern : `${beginning}*`;
    const query = { ...options, name, signal: access.signal };
    const { artifacts, cutAt } = await (0,artifact_search/* listTrustedArtifacts */.n2)(access, query, options.log, ownRun);
    return { artifacts: artifacts.filter((artifact) => (0,name_pattern/* matchesPattern */.MT)(artifact.name, pattern)), cutAt };
}
/** The zip comes whole, so that its digest can be compared with GitHub's record. */
async function fetchFiles({ artifact, names, directory, signal }, options, settings) {
    const staging = await (0,promises_.mkdtemp)((0,external_node_path_.join)(directory, '.artifact-'));
    try {
        const { log, token, repository, branches } = options;
        const { id, digest } = artifact;
        const query = { id, digest, token, repository, branches, directory: staging, log, signal };
        await (await (0,open_artifact/* openArtifact */.H)(query, settings)).fetch(names, directory);
    }
    finally {
        await (0,promises_.rm)(staging, { recursive: true, force: true });
    }
}
async function put(wanted, backup, signal, { retentionDays, log }, settings) {
    const files = [...backup.files, backup.manifest, backup.checksums];
    const place = { files, rootDirectory: (0,external_node_path_.dirname)(backup.manifest.path), retentionDays, log, signal };
    for (const name of (0,name_pattern/* listNames */.Zv)(wanted)) {
        try {
            const uploaded = await (0,upload_artifact/* uploadArtifact */.mz)({ ...place, name }, settings);
            return { name: uploaded.name, address: (0,upload_artifact/* formatArtifactUrl */.HF)(uploaded.id) };
        }
        catch (error) {
            if (!(error instanceof errors/* BackupError */.h) || !/\(409\)|already exists/.test(error.explanation.why))
                throw error;
        }
    }
    throw (0,artifact_failure/* refuseUpload */.g1)(wanted, 'the run has artifacts of that name and its numbers already');
}
function describeListed(artifact, actions) {
    const { id, name, created_at: createdAt = '' } = artifact;
    return {
        name,
        address: `${actions}/runs/${artifact.workflow_run?.id ?? 0}/artifacts/${id}`,
        // What GitHub gives no time for is as old as can be, so that nothing it says of its own is believed.
        storedAt: new Date(Date.parse(createdAt) || 0),
    };
}


/***/ }),

/***/ 99145:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   PR: () => (/* binding */ expectValue),
/* harmony export */   TU: () => (/* binding */ readOrLeave),
/* harmony export */   kA: () => (/* binding */ ask)
/* harmony export */ });
/* harmony import */ var _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(72684);
/* harmony import */ var _github_rest_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(66417);
/* harmony import */ var _artifact_failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(84556);



const tooManyRequests = 429;
const readMessage = (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readFields */ .qU)({ message: (0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readOptional */ .T9)((0,_archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .readString */ .E3)(/^[^]{1,200}$/, 'a short text')) });
/**
 * Asks GitHub's API about the repository; `route` is empty or begins with a slash.
 * @throws Error, with the status where there is one, when another attempt may help; BackupError PGB_RESTORE for an
 *   answer of another shape
 */
async function ask(access, route, reader) {
    const base = `/repos/${encodeURIComponent(access.owner)}/${encodeURIComponent(access.name)}`;
    const { status, body } = await (0,_github_rest_js__WEBPACK_IMPORTED_MODULE_2__/* .askRest */ .y)({ ...access, route: base + route });
    if (status >= 500 || status === tooManyRequests) {
        throw Object.assign(new Error(`GitHub's API answered with status ${status}`), { status });
    }
    try {
        if (status === 200)
            return { value: reader(body, 'the answer') };
        return { refused: status, message: readMessage(body ?? {}, 'the answer').message ?? '' };
    }
    catch (error) {
        if (error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .JsonError */ .N3 && status !== 200)
            return { refused: status, message: '' };
        throw error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .JsonError */ .N3 ? refuseAnswer(access, error) : error;
    }
}
/** The value, or else the error that names the permission. */
function expectValue(answer, access) {
    if ('value' in answer)
        return answer.value;
    const { owner, name } = access;
    const message = answer.message === '' ? '' : ` (${answer.message})`;
    throw (0,_artifact_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseArtifact */ .nI)(`GitHub did not tell which artifacts ${owner}/${name} has`, `its API answered with status ${answer.refused}${message}`, `Give the job \`permissions: actions: read\`, or a \`github-token\` that may read the actions of ${owner}/${name}`);
}
/** A reader that gives undefined for what cannot be read. */
function readOrLeave(reader) {
    return (value, place) => {
        try {
            return reader(value, place);
        }
        catch (error) {
            if (error instanceof _archive_json_reader_js__WEBPACK_IMPORTED_MODULE_1__/* .JsonError */ .N3)
                return undefined;
            throw error;
        }
    };
}
function refuseAnswer({ owner, name }, error) {
    return (0,_artifact_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .refuseArtifact */ .nI)(`GitHub did not tell which artifacts ${owner}/${name} has`, `the answer of its API is not what its documentation says (${error.message})`, 'Check that GITHUB_API_URL is the address of GitHub’s API, and see https://www.githubstatus.com', error);
}


/***/ }),

/***/ 20092:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   L: () => (/* binding */ retry),
/* harmony export */   M: () => (/* binding */ defaultAttempts)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(58500);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_timers_promises__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(83916);


const longestTimer = 2 ** 31 - 1;
const minimumMilliseconds = 10 * 60_000;
const slowestBytesPerMillisecond = 1000;
/** Three attempts with 5 and 20 seconds between them, each bounded by 10 minutes plus one second per MB. */
const defaultAttempts = {
    attempts: 3,
    timeoutFor: (bytes) => minimumMilliseconds + bytes / slowestBytesPerMillisecond,
    pause: async (milliseconds, signal) => {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(milliseconds, undefined, { signal });
    },
};
/** Thrown when an attempt took longer than it may. */
class AttemptTimeout extends Error {
    name = 'AttemptTimeout';
}
/** Thrown when a stream inside the artifact client broke where the client itself does not catch it. */
class ClientCrash extends Error {
    name = 'ClientCrash';
}
function makeCancellation() {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h('PGB_CANCELLED', {
        what: 'The transfer of the artifact was stopped',
        why: 'the job was cancelled',
        whatToDo: 'Run the job again',
    });
}
/**
 * Runs one attempt to its end, its time limit or the signal, whichever is first. The client cannot be stopped,
 * so an attempt that ran out of time may hold its sockets until the process exits.
 * @throws AttemptTimeout, ClientCrash, BackupError PGB_CANCELLED, or what `work` throws
 */
async function runAttempt(work, timeout, signal) {
    if (signal.aborted)
        throw makeCancellation();
    const crashes = [];
    let stop = () => undefined;
    const stopped = new Promise((_resolve, reject) => {
        stop = reject;
    });
    const onTimeout = () => {
        stop(new AttemptTimeout(`no end after ${Math.round(timeout / 1000)} seconds`));
    };
    const onAbort = () => {
        stop(makeCancellation());
    };
    // The client throws from a stream's event when a file cannot be read, which no promise ever reports.
    const onCrash = (error) => {
        crashes.push(error);
        stop(new ClientCrash(error instanceof Error ? error.message : String(error), { cause: error }));
    };
    const timer = setTimeout(onTimeout, Math.min(timeout, longestTimer));
    signal.addEventListener('abort', onAbort, { once: true });
    process.on('uncaughtException', onCrash);
    try {
        return await Promise.race([work(), stopped]);
    }
    finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        // A crashed client may throw once more for its next file, so then the listener stays until the process ends.
        if (crashes.length === 0)
            process.off('uncaughtException', onCrash);
    }
}
/** Repeats a transfer while its failures are transient and attempts are left. Cancelling ends it at once. */
async function retry(work, plan) {
    const { settings, signal } = plan;
    for (let attempt = 1;; attempt += 1) {
        try {
            return await runAttempt(work, settings.timeoutFor(plan.bytes), signal);
        }
        catch (error) {
            if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .BackupError */ .h)
                throw error;
            const failure = plan.explain(error);
            if (!failure.transient || attempt >= settings.attempts)
                throw plan.refuse(failure, error);
            plan.onRetry(failure);
            await settings.pause(5000 * 4 ** (attempt - 1), signal).catch(() => {
                throw makeCancellation();
            });
        }
    }
}


/***/ }),

/***/ 89447:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  H: () => (/* binding */ openArtifact)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-contents.ts
var artifact_contents = __webpack_require__(18998);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-failure.ts
var artifact_failure = __webpack_require__(84556);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-search.ts + 6 modules
var artifact_search = __webpack_require__(54803);
// EXTERNAL MODULE: ./src/stores/artifact/attempt.ts
var attempt = __webpack_require__(20092);
// EXTERNAL MODULE: ./src/archive/checksum.ts
var checksum = __webpack_require__(11595);
// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-client.ts
var artifact_client = __webpack_require__(98627);
;// CONCATENATED MODULE: ./src/stores/artifact/download-artifact.ts









function checkQuery(query) {
    if ((query.name === undefined) !== (query.id === undefined))
        return;
    throw new errors/* BackupError */.h('PGB_INPUT', {
        what: 'The artifact to restore is not clear',
        why: query.name === undefined ? 'neither its name nor its id is given' : 'both a name and an id are given',
        whatToDo: 'Set either `artifact-name` or `artifact-id`',
    });
}
async function fetchZip(client, artifact, directory) {
    const { id, digest, remote } = artifact;
    const options = {
        path: directory,
        // The client's own extraction checks neither sizes nor sums, and begins before the digest is known.
        skipDecompress: true,
        ...(digest === undefined ? {} : { expectedHash: digest }),
        ...(remote === undefined
            ? {}
            : {
                findBy: {
                    token: remote.token,
                    workflowRunId: 0,
                    repositoryOwner: remote.owner,
                    repositoryName: remote.name,
                },
            }),
    };
    const { digestMismatch } = await client.downloadArtifact(id, options);
    const [file, ...others] = await (0,promises_.readdir)(directory);
    if (file === undefined || others.length > 0)
        throw new Error('the download brought no single file');
    if (digestMismatch === true)
        throw new Error('its SHA-256 is not the one that GitHub has on record');
    return (0,external_node_path_.join)(directory, file);
}
/**
 * Downloads the artifact that fits the query, whole, into a folder of its own in `directory`. The zip's SHA-256 is
 * compared with GitHub's record, and the digest of a query with the bytes that came, whatever GitHub's record says.
 * @throws BackupError PGB_INPUT for an unclear query, PGB_RESTORE, PGB_CANCELLED
 */
async function downloadArtifact(query, settings) {
    checkQuery(query);
    const { log, signal, directory } = query;
    const client = await (0,artifact_client/* loadArtifactClient */.A)();
    const what = `The artifact ${(0,artifact_search/* nameQuery */.sQ)(query)} was not downloaded`;
    const plan = {
        settings,
        signal,
        explain: artifact_failure/* explainDownloadFailure */.mv,
        onRetry: (failure) => {
            log.warning(`The download of the artifact ${(0,artifact_search/* nameQuery */.sQ)(query)} failed: ${failure.why}. Trying again`);
        },
        refuse: (failure, cause) => (0,artifact_failure/* refuseArtifact */.nI)(what, failure.why, failure.whatToDo, cause),
    };
    const artifact = await (0,attempt/* retry */.L)(() => (0,artifact_search/* findArtifact */.Kc)(client, query, log), { ...plan, bytes: 0 });
    log.info(`Downloading ${describe(artifact)}`);
    await (0,promises_.mkdir)(directory, { recursive: true, mode: 0o700 });
    const staging = await (0,promises_.mkdtemp)((0,external_node_path_.join)(directory, '.download-'));
    try {
        let tries = 0;
        const fetchOnce = async () => {
            tries += 1;
            const target = (0,external_node_path_.join)(staging, String(tries));
            await (0,promises_.mkdir)(target, { mode: 0o700 });
            return fetchZip(client, artifact, target);
        };
        const zip = await (0,attempt/* retry */.L)(fetchOnce, { ...plan, bytes: artifact.size });
        await checkDigest(zip, query);
        return { name: artifact.name, id: artifact.id, zip };
    }
    catch (error) {
        await (0,promises_.rm)(staging, { recursive: true, force: true });
        throw error;
    }
}
/** @throws BackupError PGB_RESTORE when the zip is not the very one that was asked for */
async function checkDigest(zip, query) {
    if (query.digest === undefined)
        return;
    const digest = `sha256:${(await (0,checksum/* hashFile */.DC)(zip, query.signal)).sha256}`;
    if (digest === query.digest)
        return;
    throw (0,artifact_failure/* refuseArtifact */.nI)(`The artifact ${(0,artifact_search/* nameQuery */.sQ)(query)} was not taken`, `what came has the digest ${digest}, and \`artifact-digest\` asks for another one`, 'Correct `artifact-digest`, or take another backup');
}
/** What the log says of an artifact that is taken, above all where it comes from. */
function describe({ name, id, size, remote, run }) {
    const artifact = `the artifact "${name}" (id ${id}, ${(0,units/* formatBytes */.z3)(size)})`;
    if (remote === undefined)
        return `${artifact} of this run`;
    if (run === undefined)
        return artifact;
    const workflow = run.name ?? run.path ?? '';
    return `${artifact} of run ${run.id}: workflow "${workflow}", branch "${run.head_branch ?? ''}", event ${run.event}, commit ${run.head_sha}`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/stores/artifact/zip/zip-members.ts
var zip_members = __webpack_require__(85092);
// EXTERNAL MODULE: ./src/stores/artifact/zip/zip-reader.ts
var zip_reader = __webpack_require__(41412);
;// CONCATENATED MODULE: ./src/stores/artifact/zip/zip.ts








const fileMode = 0o600;
const directoryMode = 0o700;
/** A dump that nothing has compressed before shrinks to a tenth or a twentieth; only zeros shrink to a thousandth. */
const highestRatio = 200;
const harmlessBytes = 1_000_000_000;
/**
 * Extracts the files of a zip that are wanted below a directory that exists, should be empty and belong to nobody else.
 * What the zip says about its sizes is judged before anything is written; every member's size and CRC-32 are checked; an existing file is
 * never overwritten. Bytes stream; memory stays flat.
 * @returns the names of the files, relative to the directory
 * @throws ZipError when the zip is damaged, dangerous or too large; Node's error when the disk fails
 */
async function extractZip(zip, directory, isWanted = () => true) {
    const file = await (0,promises_.open)(zip, 'r');
    try {
        const source = await (0,zip_reader/* readFromFile */.d)(file, zip);
        const members = (await (0,zip_reader/* openZip */.Q)(source)).members.filter(({ name }) => isWanted(name));
        const { bavail, bsize } = await (0,promises_.statfs)(directory);
        checkSizes(members, { zip: source.size, free: bavail * bsize });
        const written = [];
        for (const member of members) {
            const target = (0,external_node_path_.join)(directory, member.name);
            if (member.name.endsWith('/'))
                await (0,promises_.mkdir)(target, { recursive: true, mode: directoryMode });
            else {
                await extractMember(member, target);
                written.push(member.name);
            }
        }
        return written;
    }
    finally {
        await file.close();
    }
}
/**
 * PURE. Refuses a zip that would fill the disk, by the sizes that it tells itself; it cannot bring more than these.
 * @param bytes of the zip, and of free space where it is to be unpacked
 * @throws ZipError
 */
function checkSizes(members, bytes) {
    const total = members.reduce((sum, { size }) => sum + size, 0);
    if (total > bytes.free) {
        throw new zip_members/* ZipError */.Wz(`the zip holds ${(0,units/* formatBytes */.z3)(total)} of files, and the disk has ${(0,units/* formatBytes */.z3)(bytes.free)} left`);
    }
    if (total > harmlessBytes && total > bytes.zip * highestRatio) {
        throw new zip_members/* ZipError */.Wz(`the zip has ${(0,units/* formatBytes */.z3)(bytes.zip)} and would unpack to ${(0,units/* formatBytes */.z3)(total)}, which is more than a backup would`);
    }
}
async function extractMember(member, target) {
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(target), { recursive: true, mode: directoryMode });
    const output = (0,external_node_fs_.createWriteStream)(target, { flags: 'wx', mode: fileMode });
    await (0,external_node_stream_promises_.pipeline)(await member.open(), output).catch((error) => {
        throw (0,zip_members/* toZipError */.Vh)(error);
    });
}

;// CONCATENATED MODULE: ./src/stores/artifact/open-artifact.ts










/**
 * Downloads the artifact that fits the query into `directory`, and reads what it holds. Its digest is that of the whole
 * zip, so nothing of it is read before it is here.
 * @throws BackupError PGB_INPUT for an unclear query, PGB_RESTORE, PGB_CANCELLED
 */
async function openArtifact(query, settings = attempt/* defaultAttempts */.M) {
    const { name, id, zip } = await downloadArtifact(query, settings);
    const address = `"${name}" (id ${id})`;
    const explain = (error) => {
        if (error instanceof errors/* BackupError */.h)
            throw error;
        const why = error instanceof Error ? error.message : String(error);
        throw (0,artifact_failure/* refuseArtifact */.nI)(`The artifact ${(0,artifact_search/* nameQuery */.sQ)(query)} was not read`, why, undefined, error);
    };
    const { members, ...contents } = await examine(zip, address).catch(explain);
    const folder = (0,external_node_path_.dirname)((0,artifact_contents/* findManifest */.a)({ address }, members));
    return {
        backup: { address: `the artifact ${address}`, ...contents },
        fetch: async (names, directory) => {
            const wanted = new Set(names.map((file) => (0,external_node_path_.join)(folder, file)));
            const lacking = names.find((file) => !members.includes((0,external_node_path_.join)(folder, file)));
            if (lacking !== undefined)
                throw refuseLack(address, lacking);
            const staging = await (0,promises_.mkdtemp)((0,external_node_path_.join)(directory, '.artifact-'));
            try {
                await extractZip(zip, staging, (member) => wanted.has(member)).catch(explain);
                for (const file of names)
                    await (0,promises_.rename)((0,external_node_path_.join)(staging, folder, file), (0,external_node_path_.join)(directory, file));
            }
            finally {
                await (0,promises_.rm)(staging, { recursive: true, force: true });
            }
        },
    };
}
async function examine(path, address) {
    const file = await (0,promises_.open)(path);
    try {
        const zip = await (0,zip_reader/* openZip */.Q)(await (0,zip_reader/* readFromFile */.d)(file, path));
        const contents = await (0,artifact_contents/* examineZip */.J)({ address }, zip);
        return { ...contents, members: zip.members.map(({ name }) => name).filter((name) => !name.endsWith('/')) };
    }
    finally {
        await file.close();
    }
}
function refuseLack(address, file) {
    const what = `The backup in the artifact ${address} was not read`;
    return (0,artifact_failure/* refuseArtifact */.nI)(what, `its file ${file} is not there`, 'Take another backup');
}


/***/ }),

/***/ 76864:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   P7: () => (/* binding */ refName),
/* harmony export */   Pc: () => (/* binding */ findTrustedRefs),
/* harmony export */   Q0: () => (/* binding */ parseBranchPattern),
/* harmony export */   qF: () => (/* binding */ matchOneBranch)
/* harmony export */ });
/** What git lets a branch or tag be called (git-check-ref-format), as far as it matters for an address. */
const refName = /^(?!\.|\/|.*(?:\.\.|\/\.|\/\/))[^\u0000-\u0020\u007f-\u009f~^:?*[\\]{1,255}$/;
const patternLine = /^[^\u0000-\u0020\u007f-\u009f~^:[\]\\]{1,255}$/;
/**
 * PURE. One line of the input `branch`: a name, or a pattern in which `*` stands for anything but `/`, `**` for
 * anything, and `?` for one character but `/`. Tags begin with `refs/tags/`.
 * @returns undefined for what cannot be a branch or tag
 */
function parseBranchPattern(line) {
    const [, kind = 'heads', name = ''] = /^(?:refs\/(heads|tags)\/)?(.*)$/.exec(line) ?? [];
    if (!patternLine.test(line) || name === '' || name.startsWith('refs/'))
        return undefined;
    return { kind: kind === 'tags' ? 'tags' : 'heads', pattern: toRegExp(name) };
}
/** PURE. The pattern that fits one branch alone. */
function matchOneBranch(name) {
    return { kind: 'heads', pattern: new RegExp(`^${escapePattern(name)}$`) };
}
/**
 * PURE. The names in git, as in `heads/main`, by which a run of this branch or tag is trusted; none when it is not.
 * GitHub tells a run's branch and tag alike, so one name may have to be looked up as both.
 */
function findTrustedRefs(name, patterns) {
    const kinds = patterns.filter(({ pattern }) => pattern.test(name)).map(({ kind }) => kind);
    return [...new Set(kinds)].map((kind) => `${kind}/${name}`);
}
function toRegExp(pattern) {
    const parts = pattern.split(/(\*\*|\*|\?)/).map((part) => {
        if (part === '**')
            return '.*';
        if (part === '*')
            return '[^/]*';
        return part === '?' ? '[^/]' : escapePattern(part);
    });
    return new RegExp(`^${parts.join('')}$`, 's');
}
function escapePattern(text) {
    return text.replace(/[$()*+.?[\\\]^{|}-]/g, '\\$&');
}


/***/ }),

/***/ 77563:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  HF: () => (/* binding */ formatArtifactUrl),
  mz: () => (/* binding */ uploadArtifact)
});

// UNUSED EXPORTS: deleteArtifact, findExpiry

// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-client.ts
var artifact_client = __webpack_require__(98627);
// EXTERNAL MODULE: ./src/stores/artifact/artifact-failure.ts
var artifact_failure = __webpack_require__(84556);
// EXTERNAL MODULE: ./src/file-identity.ts
var file_identity = __webpack_require__(92140);
;// CONCATENATED MODULE: ./src/stores/artifact/artifact-files.ts


const zipBytesPerEntry = 30 + 46 + 16;
const zipBytesAtEnd = 22;
/** @throws BackupError PGB_UPLOAD when the file cannot be read */
async function readState(path, name) {
    const identity = await (0,file_identity/* identifyFile */.Zn)(path).catch((error) => {
        throw (0,artifact_failure/* refuseUpload */.g1)(name, `the file ${path} cannot be read`, undefined, error);
    });
    return { path, ...identity };
}
/** Bytes of a zip that holds all of the files, uncompressed; a shorter one lacks something. */
function smallestZip(files, rootDirectory) {
    const entries = files.map((file) => {
        const nameBytes = Buffer.byteLength(file.path) - Buffer.byteLength(rootDirectory) - 1;
        return file.size + zipBytesPerEntry + 2 * nameBytes;
    });
    return entries.reduce((sum, bytes) => sum + bytes, zipBytesAtEnd);
}
/**
 * What changed in a file since its state was read; undefined when nothing did.
 * @throws BackupError PGB_UPLOAD when a file cannot be read any more
 */
async function findChange(before, name) {
    for (const file of before) {
        if (!(0,file_identity/* isSame */.Ft)(file, await readState(file.path, name)))
            return `the file ${file.path} changed meanwhile`;
    }
    return undefined;
}

// EXTERNAL MODULE: ./src/stores/artifact/attempt.ts
var attempt = __webpack_require__(20092);
;// CONCATENATED MODULE: ./src/stores/artifact/upload-artifact.ts





function checkAnswer(answer, name, retentionDays) {
    const { id, digest, size } = answer;
    if (id === undefined || !(id > 0) || !/^[0-9a-f]{64}$/.test(digest ?? '') || size === undefined) {
        throw (0,artifact_failure/* refuseUpload */.g1)(name, 'GitHub took it without naming its id, size and digest');
    }
    return {
        name,
        id,
        url: formatArtifactUrl(id),
        digest: digest ?? '',
        size,
        expiresAt: findExpiry(retentionDays, new Date()),
    };
}
/** When an artifact made at that time expires; the repository's setting is the most that GitHub grants. */
function findExpiry(retentionDays, madeAt, environment = process.env) {
    const most = Number(environment['GITHUB_RETENTION_DAYS']);
    const days = Math.min(retentionDays ?? Infinity, most > 0 ? most : Infinity);
    return Number.isFinite(days) ? new Date(madeAt.getTime() + days * 86_400_000) : undefined;
}
/** The address of an artifact's download in the browser, from the runner's environment. */
function formatArtifactUrl(id) {
    const { GITHUB_SERVER_URL = 'https://github.com', GITHUB_REPOSITORY = '', GITHUB_RUN_ID = '' } = process.env;
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}/artifacts/${id}`;
}
async function transfer(request, bytes, settings) {
    const { log, signal, retentionDays } = request;
    const client = await (0,artifact_client/* loadArtifactClient */.A)();
    const options = { compressionLevel: 0 };
    if (retentionDays !== undefined)
        options.retentionDays = retentionDays;
    let name = request.name;
    let suffix = 1;
    const onRetry = (failure) => {
        if (failure.nameMayBeTaken)
            suffix += 1;
        const next = suffix === 1 ? request.name : `${request.name}-${suffix}`;
        log.warning(`The upload of the artifact "${name}" failed: ${failure.why}. Trying again as "${next}"`);
        name = next;
    };
    const refuse = (failure, cause) => (0,artifact_failure/* refuseUpload */.g1)(name, failure.why, failure.whatToDo, cause);
    const answer = await (0,attempt/* retry */.L)(() => client.uploadArtifact(name, listPaths(request), request.rootDirectory, options), { settings, bytes, signal, explain: artifact_failure/* explainTransferFailure */.Nf, onRetry, refuse });
    return checkAnswer(answer, name, retentionDays);
}
function listPaths({ files }) {
    return files.map(({ path }) => path);
}
/**
 * Uploads files as one artifact, stored without a second compression. Transient failures are tried again, under
 * a new name where the first may be taken. An artifact that lacks a file, or holds one that changed while it was
 * read, is deleted again.
 * @throws BackupError PGB_UPLOAD, PGB_CANCELLED
 */
async function uploadArtifact(request, settings = attempt/* defaultAttempts */.M) {
    const before = await Promise.all(listPaths(request).map((file) => readState(file, request.name)));
    const bytes = before.reduce((sum, file) => sum + file.size, 0);
    const uploaded = await transfer(request, bytes, settings);
    // The client leaves out a file that vanished, and says so by a warning only.
    const isShort = uploaded.size < smallestZip(before, request.rootDirectory);
    const change = isShort ? 'it lacks a part of the files' : await findChange(before, uploaded.name);
    if (change === undefined)
        return uploaded;
    await deleteArtifact(uploaded.name).catch((error) => {
        request.log.warning(`The artifact "${uploaded.name}" is bad and could not be deleted: ${String(error)}`);
    });
    throw (0,artifact_failure/* refuseUpload */.g1)(uploaded.name, change, 'Let nothing else write to the output directory, and re-run the job');
}
/**
 * Deletes an artifact of this run, as when a file is found to have changed during its upload.
 * @throws BackupError PGB_UPLOAD
 */
async function deleteArtifact(name, settings = attempt/* defaultAttempts */.M) {
    const client = await (0,artifact_client/* loadArtifactClient */.A)();
    await (0,attempt/* retry */.L)(() => client.deleteArtifact(name), {
        settings,
        bytes: 0,
        signal: new AbortController().signal,
        explain: artifact_failure/* explainTransferFailure */.Nf,
        onRetry: () => undefined,
        refuse: ({ why }, cause) => new errors/* BackupError */.h('PGB_UPLOAD', {
            what: `The artifact "${name}" was not deleted`,
            why,
            whatToDo: 'Delete it by hand on the page of the run',
        }, { cause }),
    });
}


/***/ }),

/***/ 85092:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   K3: () => (/* binding */ checkDirectoryLength),
/* harmony export */   MQ: () => (/* binding */ readName),
/* harmony export */   Vh: () => (/* binding */ toZipError),
/* harmony export */   Wz: () => (/* binding */ ZipError),
/* harmony export */   c_: () => (/* binding */ checkMembers),
/* harmony export */   fX: () => (/* binding */ measureEntry)
/* harmony export */ });
const fileTypeMask = 0xf000;
const symbolicLink = 0xa000;
const bytesOfLocalHeader = 30;
const bytesOfDirectoryEntry = 46;
const bytesOfEnd = 22;
const longestDirectory = 16 * 1024 * 1024;
/** Thrown for a zip that is damaged, of an unknown kind, or dangerous; the message is for the user. */
class ZipError extends Error {
    name = 'ZipError';
}
/** What yauzl or zlib says about a zip, in our words; an error of the disk or the network stays what it is. */
function toZipError(error) {
    const known = error;
    if (error instanceof ZipError || known.syscall !== undefined)
        return known;
    if (/end of central directory record signature not found|comment length/i.test(known.message)) {
        return new ZipError('it is not a zip, or its end is missing', { cause: error });
    }
    if (/unexpected EOF/.test(known.message))
        return new ZipError('the zip is cut short', { cause: error });
    return new ZipError(`the zip is damaged (${known.message})`, { cause: error });
}
/** The name of a member, decoded as UTF-8, which all that write artifacts use. */
function readName(entry) {
    return new TextDecoder().decode(entry.fileNameRaw);
}
/** Bytes that an entry takes in the central directory. */
function measureEntry(entry) {
    return bytesOfDirectoryEntry + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
}
/** @throws ZipError for a list of members that is longer than any backup's */
function checkDirectoryLength(bytes) {
    if (bytes > longestDirectory)
        throw new ZipError('the directory of the zip is too long');
}
/**
 * PURE. Refuses names that are absolute or hold `..`, symbolic links, unknown packing, two members of one name, and
 * members that overlap each other or the directory, by which one piece of the zip would be unpacked many times.
 * @throws ZipError
 */
function checkMembers(entries, zipSize) {
    for (const entry of entries)
        checkMember(entry);
    const names = new Set(entries.map((entry) => readName(entry).toLowerCase()));
    if (names.size !== entries.length)
        throw new ZipError('two members of the zip have the same name');
    const directory = entries.reduce((sum, entry) => sum + measureEntry(entry), bytesOfEnd);
    const inOrder = [...entries].sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
    for (const [index, entry] of inOrder.entries()) {
        const next = inOrder[index + 1]?.relativeOffsetOfLocalHeader ?? zipSize - directory;
        const length = bytesOfLocalHeader + entry.fileNameLength + entry.compressedSize;
        if (entry.relativeOffsetOfLocalHeader + length > next)
            throw new ZipError('members of the zip overlap');
    }
}
function checkMember(entry) {
    const name = readName(entry);
    const mode = entry.externalFileAttributes >>> 16;
    if (isUnsafeName(name) || (mode & fileTypeMask) === symbolicLink) {
        throw new ZipError(`the zip has a member that could leave its directory: ${JSON.stringify(name)}`);
    }
    if (!entry.canDecodeFileData()) {
        throw new ZipError(`the member ${JSON.stringify(name)} of the zip is packed in an unknown way`);
    }
}
function isUnsafeName(name) {
    if (name === '' || name.startsWith('/') || /[\\:\u0000-\u001f\u007f-\u009f]/.test(name))
        return true;
    return name
        .replace(/\/$/, '')
        .split('/')
        .some((segment) => ['', '.', '..'].includes(segment));
}


/***/ }),

/***/ 41412:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ openZip),
/* harmony export */   d: () => (/* binding */ readFromFile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(57075);
/* harmony import */ var node_stream__WEBPACK_IMPORTED_MODULE_1___default = /*#__PURE__*/__webpack_require__.n(node_stream__WEBPACK_IMPORTED_MODULE_1__);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(38522);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2___default = /*#__PURE__*/__webpack_require__.n(node_zlib__WEBPACK_IMPORTED_MODULE_2__);
/* harmony import */ var yauzl__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(20663);
/* harmony import */ var _zip_members_js__WEBPACK_IMPORTED_MODULE_4__ = __webpack_require__(85092);





const chunkSize = 1024 * 1024;
/** The bytes of the open file at this path, which the caller closes. */
async function readFromFile(file, path) {
    const { size } = await file.stat();
    return {
        size,
        async read(start, length) {
            const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
            if (bytesRead !== length)
                throw new _zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .ZipError */ .Wz('the zip is cut short');
            return buffer;
        },
        // A stream of the same handle would close it at its own end.
        openRange: (start, end) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.createReadStream)(path, { start, end: end - 1, highWaterMark: chunkSize }),
    };
}
/**
 * Reads the list of a zip's members, and refuses names that are absolute or hold `..`, symbolic links, two members
 * of one name, and members that overlap, whatever is wanted of the zip.
 * @throws ZipError; what the source throws
 */
async function openZip(source) {
    try {
        // Names are decoded and judged in one place of our own, so that the refusals read alike.
        const options = { autoClose: false, decodeStrings: false };
        const zip = await (0,yauzl__WEBPACK_IMPORTED_MODULE_3__/* .fromRandomAccessReaderPromise */ .or)(new SourceReader(source), source.size, options);
        const entries = await listEntries(zip);
        (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .checkMembers */ .c_)(entries, source.size);
        return { members: entries.map((entry) => toMember(zip, entry)) };
    }
    catch (error) {
        throw (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .toZipError */ .Vh)(error);
    }
}
/** yauzl's view of a source; it never asks beyond the end, where Node would throw out of a callback. */
class SourceReader extends yauzl__WEBPACK_IMPORTED_MODULE_3__/* .RandomAccessReader */ .lJ {
    #source;
    constructor(source) {
        super();
        this.#source = source;
    }
    read(buffer, offset, length, position, callback) {
        const fits = Number.isSafeInteger(position) && position + length <= this.#source.size;
        const bytes = fits
            ? this.#source.read(position, length)
            : Promise.reject(new _zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .ZipError */ .Wz('the zip is cut short'));
        bytes.then((read) => {
            read.copy(buffer, offset);
            callback(null);
        }, (error) => {
            callback((0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .toZipError */ .Vh)(error));
        });
    }
    _readStreamForRange(start, end) {
        return this.#source.openRange(start, end);
    }
}
async function listEntries(zip) {
    const entries = [];
    let length = 0;
    for await (const entry of zip.eachEntry()) {
        length += (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .measureEntry */ .fX)(entry);
        (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .checkDirectoryLength */ .K3)(length);
        entries.push(entry);
    }
    return entries;
}
function toMember(zip, entry) {
    return {
        name: (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .readName */ .MQ)(entry),
        size: entry.uncompressedSize,
        async open() {
            const packed = await zip
                .openReadStreamPromise(entry, { decodeFileData: false })
                .catch((error) => {
                throw (0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .toZipError */ .Vh)(error);
            });
            const stages = entry.compressionMethod === 0 ? [] : [(0,node_zlib__WEBPACK_IMPORTED_MODULE_2__.createInflateRaw)()];
            // Who reads the last stream meets the error, so it needs no second telling.
            return (0,node_stream__WEBPACK_IMPORTED_MODULE_1__.pipeline)([packed, ...stages, createChecker(entry)], () => undefined);
        },
    };
}
/** Counts and sums up the bytes of a member, so that neither a bomb nor damage gets past it. */
function createChecker(entry) {
    let size = 0;
    let sum = 0;
    const damaged = () => new _zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .ZipError */ .Wz(`the member ${JSON.stringify((0,_zip_members_js__WEBPACK_IMPORTED_MODULE_4__/* .readName */ .MQ)(entry))} of the zip is damaged`);
    return new node_stream__WEBPACK_IMPORTED_MODULE_1__.Transform({
        transform(chunk, _encoding, done) {
            size += chunk.length;
            sum = (0,node_zlib__WEBPACK_IMPORTED_MODULE_2__.crc32)(chunk, sum);
            if (size > entry.uncompressedSize)
                done(damaged());
            else
                done(null, chunk);
        },
        flush(done) {
            if (size === entry.uncompressedSize && sum === entry.crc32)
                done();
            else
                done(damaged());
        },
    });
}


/***/ }),

/***/ 13212:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DE: () => (/* binding */ findFixedBeginning),
/* harmony export */   MT: () => (/* binding */ matchesPattern),
/* harmony export */   Zv: () => (/* binding */ listNames)
/* harmony export */ });
/** PURE. Whether a backup's name fits a pattern, in which `*` stands for any characters. */
function matchesPattern(name, pattern) {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}
/** PURE. What all names that fit begin with. */
function findFixedBeginning(pattern) {
    return pattern.split('*', 1)[0] ?? '';
}
/** PURE. The names under which a backup is stored, in the order in which they are tried. */
function listNames(name) {
    return [name, ...[2, 3, 4, 5, 6, 7, 8, 9].map((number) => `${name}-${number}`)];
}


/***/ }),

/***/ 38125:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  b: () => (/* binding */ listStoreSecrets),
  C: () => (/* binding */ openStore)
});

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(51455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(76760);
// EXTERNAL MODULE: ./src/archive/manifest.ts
var archive_manifest = __webpack_require__(49365);
// EXTERNAL MODULE: ./src/archive/manifest-parser.ts
var manifest_parser = __webpack_require__(20549);
// EXTERNAL MODULE: ./src/node-error.ts
var node_error = __webpack_require__(99700);
// EXTERNAL MODULE: ./src/process/limiter.ts
var limiter = __webpack_require__(7809);
// EXTERNAL MODULE: ./src/errors.ts
var errors = __webpack_require__(83916);
;// CONCATENATED MODULE: ./src/stores/store-error.ts

/** The error of a store that is no artifact. */
function refuseByStore(what, why, whatToDo, cause) {
    return new errors/* BackupError */.h('PGB_STORE', { what, why, whatToDo }, { cause });
}

;// CONCATENATED MODULE: ./src/stores/check-there.ts

/**
 * PURE. Looks whether files of a copy still lie where they were put, perhaps hours ago.
 * @param sizes of what lies there now
 * @param address of the place, for the message
 * @throws BackupError PGB_STORE naming the first that does not
 */
function checkThere(files, sizes, address) {
    const lost = files.find(({ name, size }) => sizes.get(name) !== size);
    if (lost === undefined)
        return;
    throw refuseByStore(`The backup was not copied to ${address}`, `${lost.name} was there and is not any more, or has another size`, 'Look for what removes files there, as a lifecycle rule of a bucket does, and run the job again');
}

// EXTERNAL MODULE: ./src/units.ts
var units = __webpack_require__(61996);
;// CONCATENATED MODULE: ./src/stores/forgotten-copies.ts

/** Milliseconds in which a copy that goes on adds a file, also where the next one waits for its dump. */
const longestSilence = 12 * 3_600_000;
/** Folders that a line names: one that names hundreds is read by nobody. */
const mostNamed = 5;
/** The characters of a name that this action gives, so that a command with it can be pasted. */
const ownName = /^[A-Za-z0-9!_.'()@=+,~ -]{1,200}\d{8}T\d{6}Z(?:-\d+)?$/;
/** PURE. Whether this action gives a folder such a name. */
function isOwnName(name) {
    return ownName.test(name);
}
/**
 * Names what copies have left that did not end. Nothing removes it: it may be all that is left of a database.
 * @param command removes a folder for good, as in `rm -r "/mnt/name"`
 */
function warnOfForgotten(copies, command, log) {
    const [first] = copies;
    if (first === undefined)
        return;
    const named = copies.slice(0, mostNamed).map(({ folder }) => folder);
    const rest = copies.length - named.length;
    const size = copies.reduce((sum, copy) => sum + copy.size, 0);
    log.warning(`${(0,units/* formatCount */.B4)(copies.length, 'folder')} with ${(0,units/* formatBytes */.z3)(size)}, of copies that did not end, have no manifest, ` +
        `and so are no backups: ${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}. ` +
        `Remove what is of no use, as by \`${command(first.folder)}\`.`, 'Copies without an end');
}

// EXTERNAL MODULE: ./src/stores/name-pattern.ts
var name_pattern = __webpack_require__(13212);
;// CONCATENATED MODULE: ./src/stores/progress.ts

const intervalMilliseconds = 10_000;
/** @param verb as in `Copied` */
function showProgress(verb, total, log) {
    const startedAt = performance.now();
    let done = 0;
    const timer = setInterval(() => {
        const rate = (0,units/* formatRate */.CE)(done, (performance.now() - startedAt) / 1000);
        const percentage = total === 0 ? 100 : Math.floor((done / total) * 100);
        const speed = rate === undefined ? '' : `, ${rate}`;
        log.info(`${verb} ${(0,units/* formatBytes */.z3)(done)} of ${(0,units/* formatBytes */.z3)(total)} (${percentage}%${speed})`);
    }, intervalMilliseconds);
    return {
        add: (bytes) => {
            done += bytes;
        },
        stop: () => {
            clearInterval(timer);
        },
    };
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(73024);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(57075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(46466);
// EXTERNAL MODULE: ./src/archive/checksum.ts
var checksum = __webpack_require__(11595);
;// CONCATENATED MODULE: ./src/stores/directory/copy-file.ts





const chunkSize = 1024 * 1024;
/**
 * Copies a file to a name that is not there yet, mode 0600.
 * @throws Node's error, or the signal's reason
 */
async function copyFile(source, target, { signal, progress }) {
    const counter = new external_node_stream_.Transform({
        transform(chunk, _encoding, done) {
            progress?.add(chunk.length);
            done(null, chunk);
        },
    });
    await (0,external_node_stream_promises_.pipeline)((0,external_node_fs_.createReadStream)(source, { highWaterMark: chunkSize }), counter, (0,external_node_fs_.createWriteStream)(target, { flags: 'wx', mode: 0o600 }), { signal });
}
/**
 * The same for a copy that is to stay: it is synced, and read back.
 * @returns the digest of the copy, as it was read back
 * @throws Node's error, or the signal's reason
 */
async function copyToStay(source, target, options) {
    await copyFile(source, target, options);
    const file = await (0,promises_.open)(target, 'r+');
    try {
        await file.sync();
    }
    finally {
        await file.close();
    }
    return (0,checksum/* hashFile */.DC)(target, options.signal);
}

;// CONCATENATED MODULE: ./src/stores/directory/disk-failure.ts



const causes = {
    ENOENT: {
        why: 'there is no such directory or file',
        whatToDo: 'Correct the path, or mount the disk: a directory that is missing is not made',
    },
    ENOTDIR: { why: 'a part of the path is not a directory', whatToDo: 'Correct the path' },
    EACCES: {
        why: "this run's user may not enter, read or write it",
        whatToDo: 'Give the runner’s user the right to do so',
    },
    EPERM: {
        why: 'the system does not permit it',
        whatToDo: 'Give the runner’s user the right to do so',
    },
    ELOOP: { why: 'its links lead nowhere but to each other', whatToDo: 'Correct the links' },
    EROFS: { why: 'the disk is mounted for reading only', whatToDo: 'Mount it for writing' },
    ENOSPC: { why: 'the disk is full', whatToDo: 'Free space there, or use a larger disk' },
    EDQUOT: { why: 'the quota of the user is used up', whatToDo: 'Free space there, or raise the quota' },
    EFBIG: {
        why: 'the disk or a limit allows no larger file',
        whatToDo: 'Use a file system for larger files',
    },
    EIO: { why: 'the disk fails to read or write', whatToDo: 'Look at the disk, which may be failing' },
};
/** Says what an error of a disk means to a store; an error that says so itself stays what it is. */
function explainDiskFailure(what, error) {
    if (error instanceof errors/* BackupError */.h)
        return error;
    const code = (0,node_error/* readNodeCode */.W)(error) ?? '';
    const { why, whatToDo } = causes[code] ?? {
        why: error instanceof Error ? error.message : String(error),
        whatToDo: 'Look at the directory and its disk, and run the job again',
    };
    return refuseByStore(what, code in causes ? `${why} (${code})` : why, whatToDo, error);
}

;// CONCATENATED MODULE: ./src/stores/directory/folders.ts





/**
 * A directory that is missing is not made: a disk that is not mounted would not be noticed.
 * @throws BackupError PGB_STORE where nothing could be stored there
 */
async function checkDirectory(directory) {
    const what = `Nothing can be stored in ${directory}`;
    const found = await (0,promises_.stat)(directory).catch((error) => {
        throw explainDiskFailure(what, error);
    });
    if (!found.isDirectory()) {
        throw refuseByStore(what, 'it is not a directory', 'Name a directory that exists');
    }
    await (0,promises_.access)(directory, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK).catch((error) => {
        throw explainDiskFailure(what, error);
    });
}
/**
 * The sizes of the files in a directory.
 * @throws Node's error
 */
async function listFiles(directory) {
    const entries = await (0,promises_.readdir)(directory, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = files.map(async ({ name }) => [name, (await (0,promises_.stat)((0,external_node_path_.join)(directory, name))).size]);
    return new Map(await Promise.all(sizes));
}

;// CONCATENATED MODULE: ./src/stores/directory/begin-copy.ts













/** A copy into a directory of the machine. */
function beginCopy(directory, wanted, log) {
    const inTurn = (0,limiter/* createLimiter */.z)(1);
    let folder;
    const prepare = async () => {
        if (folder !== undefined)
            return folder;
        await checkDirectory(directory);
        await nameForgotten(directory, log);
        folder = { ...(await reserveFolder(directory, wanted)), files: [] };
        return folder;
    };
    // What is there without a manifest is no backup, and nothing but this run has written it.
    const remove = async () => {
        if (folder !== undefined)
            await (0,promises_.rm)(folder.address, { recursive: true, force: true });
        folder = undefined;
    };
    return {
        put: (file, signal) => inTurn(async () => {
            const prepared = await prepare();
            await putFiles(prepared, [file], `${file.name}: copied`, { log, signal }).catch((error) => {
                signal.throwIfAborted();
                throw explainCopying(directory, error);
            });
        }),
        complete: (backup, signal) => inTurn(async () => {
            const { name, address, files } = await prepare();
            try {
                await complete({ name, address, files }, backup, { log, signal });
                await syncDirectory(directory);
                folder = undefined;
                return { name, address };
            }
            catch (error) {
                await remove().catch(() => undefined);
                signal.throwIfAborted();
                throw explainCopying(directory, error);
            }
        }),
        abandon: () => inTurn(async () => {
            await remove().catch((error) => {
                tellLeft(folder?.address ?? '', error, log);
            });
        }),
    };
}
async function complete(folder, { files, checksums, manifest }, transfer) {
    const ahead = folder.files.length;
    await putFiles(folder, [...files, checksums], 'Copied', transfer);
    if (ahead > 0)
        checkThere(folder.files, await listFiles(folder.address), folder.address);
    await putFiles(folder, [manifest], 'Copied', transfer);
    await syncDirectory(folder.address);
}
async function putFiles(folder, files, verb, { log, signal }) {
    const isThere = (file) => folder.files.some(({ name, sha256 }) => name === file.name && sha256 === file.sha256);
    const lacking = files.filter((file) => !isThere(file));
    const total = lacking.reduce((sum, { size }) => sum + size, 0);
    const progress = showProgress(verb, total, log);
    try {
        for (const file of lacking) {
            await putFile(file, folder.address, { progress, signal });
            folder.files.push(file);
        }
    }
    finally {
        progress.stop();
    }
}
/** Names what a copy has left that was killed. */
async function nameForgotten(directory, log) {
    const entries = await (0,promises_.readdir)(directory, { withFileTypes: true }).catch(() => []);
    const forgotten = [];
    for (const { name } of entries.filter((entry) => entry.isDirectory() && isOwnName(entry.name))) {
        const folder = (0,external_node_path_.join)(directory, name);
        // What cannot be looked into is of somebody else, or just being removed.
        const files = await listFiles(folder).catch(() => undefined);
        const changed = await (0,promises_.stat)(folder).catch(() => undefined);
        if (files === undefined || changed === undefined || files.has(archive_manifest/* manifestName */.vS))
            continue;
        if (changed.mtimeMs > Date.now() - longestSilence)
            continue;
        forgotten.push({ folder, size: [...files.values()].reduce((sum, size) => sum + size, 0) });
    }
    warnOfForgotten(forgotten, (folder) => `rm -r "${folder}"`, log);
}
/** Making a folder is the one step of which only one run can have the better of another. */
async function reserveFolder(directory, wanted) {
    for (const name of (0,name_pattern/* listNames */.Zv)(wanted)) {
        const address = (0,external_node_path_.join)(directory, name);
        try {
            await (0,promises_.mkdir)(address, { mode: 0o700 });
            return { name, address };
        }
        catch (error) {
            if ((0,node_error/* readNodeCode */.W)(error) === 'EEXIST')
                continue;
            throw explainDiskFailure(`The backup was not copied to ${directory}`, error);
        }
    }
    throw refuseByStore(`The backup was not copied to ${directory}`, `it holds folders named ${wanted} and ${wanted}-2 to -9 already`, 'Run the job again, which gives it another name');
}
/** A file has its name only when it is whole, synced and read back. */
async function putFile(file, folder, { progress, signal }) {
    const partial = (0,external_node_path_.join)(folder, `${file.name}.partial`);
    const { sha256, size } = await copyToStay(file.path, partial, { signal, progress }).catch(async (error) => {
        // So that it can be tried again.
        await (0,promises_.rm)(partial, { force: true });
        throw error;
    });
    if (sha256 !== file.sha256 || size !== file.size) {
        throw refuseByStore(`The backup was not copied to ${folder}`, `what was read back of ${file.name} is not what was written there, or the file changed meanwhile`, 'Look for a failing disk, and run the job again');
    }
    await (0,promises_.rename)(partial, (0,external_node_path_.join)(folder, file.name));
}
/** A name is on the disk only when its directory is. */
async function syncDirectory(directory) {
    const handle = await (0,promises_.open)(directory);
    try {
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
/** Names what stays of a copy that could not be removed. */
function tellLeft(folder, error, log) {
    const code = (0,node_error/* readNodeCode */.W)(error) ?? '';
    log.info(`Left without a manifest, and so no backup: ${folder} (${code})`);
}
function explainCopying(directory, error) {
    return explainDiskFailure(`The backup was not copied to ${directory}`, error);
}

;// CONCATENATED MODULE: ./src/stores/directory/list-backups.ts






/** Made by mkfs at the top of a disk, for root alone. */
const lostAndFound = 'lost+found';
/**
 * Lists the backups in a directory, and those elsewhere to which a link in it points. What has no manifest is no backup;
 * what cannot be looked into may be one, and is listed, so that examining it says why.
 * @throws BackupError PGB_STORE where the directory cannot be listed
 */
async function listBackups(directory, pattern) {
    const refuse = (error) => {
        throw explainDiskFailure(`The backups in ${directory} were not listed`, error);
    };
    const entries = await (0,promises_.readdir)(directory, { withFileTypes: true }).catch(refuse);
    const fitting = entries.filter(({ name }) => name !== lostAndFound && (0,name_pattern/* matchesPattern */.MT)(name, pattern));
    const folders = await findBackups(directory, fitting.filter((entry) => entry.isDirectory()));
    const links = await findBackups(directory, fitting.filter((entry) => entry.isSymbolicLink()));
    // A backup that is listed twice would be its own predecessor.
    const real = await (0,promises_.realpath)(directory).catch(refuse);
    const seen = new Set(folders.map(({ name }) => (0,external_node_path_.join)(real, name)));
    const others = [];
    for (const link of links) {
        const target = await (0,promises_.realpath)(link.address).catch(() => link.address);
        if (!seen.has(target))
            others.push({ ...link, isLink: true });
        seen.add(target);
    }
    return [...folders, ...others];
}
async function findBackups(directory, entries) {
    const found = entries.map(async ({ name }) => {
        const address = (0,external_node_path_.join)(directory, name);
        const storedAt = await findTime(address);
        return storedAt && { name, address, storedAt };
    });
    return (await Promise.all(found)).filter((backup) => backup !== undefined);
}
/** @returns undefined where there is no manifest */
async function findTime(address) {
    try {
        const manifest = await (0,promises_.stat)((0,external_node_path_.join)(address, archive_manifest/* manifestName */.vS));
        return manifest.isFile() ? new Date(manifest.mtimeMs) : undefined;
    }
    catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes((0,node_error/* readNodeCode */.W)(error) ?? ''))
            return undefined;
        // The manifest is the last that comes into a folder. Where not even that one tells its time, it may be the newest of all.
        return (0,promises_.stat)(address).then(({ mtimeMs }) => new Date(mtimeMs), () => new Date());
    }
}

;// CONCATENATED MODULE: ./src/stores/directory/directory-store.ts









/** Backups in a directory of the machine, each in a folder of its name. */
function openDirectoryStore(directory, log) {
    return {
        address: directory,
        comesWhole: false,
        check: () => checkDirectory(directory),
        list: ({ name }) => listBackups(directory, name),
        examine: async (backup) => {
            const refuse = (cause) => {
                throw refuseReading(backup.address, cause);
            };
            const text = await (0,promises_.readFile)((0,external_node_path_.join)(backup.address, archive_manifest/* manifestName */.vS), 'utf8').catch(refuse);
            const files = await listFiles(backup.address).catch(refuse);
            return { ...backup, manifest: (0,manifest_parser/* parseManifest */.N)(text), files };
        },
        fetch: async (backup, names, target, signal) => {
            for (const name of names)
                await fetchFile((0,external_node_path_.join)(backup.address, name), (0,external_node_path_.join)(target, name), signal);
        },
        begin: (name) => beginCopy(directory, name, log),
        remove: async ({ address, isLink }) => {
            try {
                // What lies behind a link is not this store's: the link alone goes.
                if (isLink !== true)
                    await (0,promises_.rm)((0,external_node_path_.join)(address, archive_manifest/* manifestName */.vS), { force: true });
                await (0,promises_.rm)(address, { recursive: true, force: true });
            }
            catch (error) {
                throw explainDiskFailure(`The backup ${address} was not removed`, error);
            }
        },
    };
}
async function fetchFile(source, target, signal) {
    await copyFile(source, target, { signal }).catch((error) => {
        signal.throwIfAborted();
        throw refuseReading(source, error);
    });
}
function refuseReading(path, cause) {
    return explainDiskFailure(`The backup at ${path} was not read`, cause);
}

// EXTERNAL MODULE: ./src/stores/store-address.ts
var store_address = __webpack_require__(59590);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(77598);
// EXTERNAL MODULE: external "node:timers/promises"
var external_node_timers_promises_ = __webpack_require__(58500);
// EXTERNAL MODULE: ./src/stores/s3/s3-failure.ts + 2 modules
var s3_failure = __webpack_require__(87295);
;// CONCATENATED MODULE: ./src/stores/s3/find-service.ts

/**
 * What the client is told of a service beside what it finds by itself.
 *
 * A profile that an address names wins over the environment, in which stands what is meant for the other addresses: the
 * client takes only the credentials from it, and AWS_REGION and AWS_ENDPOINT_URL_S3 before its region and endpoint_url.
 * With an endpoint of its own a service is addressed by path, as MinIO, SeaweedFS and every R2, B2 and Wasabi take it;
 * Amazon's own by host.
 * @throws S3Refusal where there is no such profile, or it names no usable endpoint
 */
async function findService(named, environment) {
    if (named === undefined)
        return { forcePathStyle: takesPaths(await findUsualEndpoint(environment)) };
    const profile = await readProfile(named);
    if (profile === undefined) {
        throw refuseProfile(`there is no profile "${named}" in the shared config files`, `Write a section [profile ${named}] into ~/.aws/config, or into the file that AWS_CONFIG_FILE names`);
    }
    const { endpoint, region } = profile;
    if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(endpoint)) {
        throw refuseProfile(`endpoint_url of the profile "${named}" is not an address`, 'Write it as https://host');
    }
    return {
        profile: named,
        forcePathStyle: takesPaths(endpoint),
        ...(endpoint === undefined ? { ignoreConfiguredEndpointUrls: true } : { endpoint }),
        ...(region === undefined ? {} : { region }),
    };
}
/** Where the client looks by itself. */
async function findUsualEndpoint(environment) {
    const read = (variable) => {
        const text = environment[variable];
        return text === '' ? undefined : text;
    };
    const endpoint = read('AWS_ENDPOINT_URL_S3') ?? read('AWS_ENDPOINT_URL');
    return endpoint ?? (await readProfile(read('AWS_PROFILE') ?? 'default'))?.endpoint;
}
/** @returns undefined where there is none of that name */
async function readProfile(name) {
    const { loadSharedConfigFiles } = await __webpack_require__.e(/* import() */ 291).then(__webpack_require__.t.bind(__webpack_require__, 47291, 19));
    const files = await loadSharedConfigFiles();
    const config = new Map(Object.entries(files.configFile));
    const credentials = new Map(Object.entries(files.credentialsFile)).get(name);
    if (!config.has(name) && credentials === undefined)
        return undefined;
    const entries = { ...credentials, ...config.get(name) };
    const { endpoint_url: general, region, services } = entries;
    const special = services === undefined ? undefined : config.get(`services.${services}`);
    if (services !== undefined && special === undefined) {
        throw refuseProfile(`the profile "${name}" names the services "${services}", which the shared config file does not have`, `Write a section [services ${services}] into it, or leave the line "services" out`);
    }
    return { endpoint: special?.['s3.endpoint_url'] ?? general, region };
}
function takesPaths(endpoint) {
    return endpoint !== undefined && !/\.amazonaws\.com(?:\.cn)?(?::\d+)?\/?$/.test(endpoint);
}
function refuseProfile(why, whatToDo) {
    return new s3_failure/* S3Refusal */.X({ code: '', status: undefined, why, whatToDo, transient: false });
}

;// CONCATENATED MODULE: ./src/stores/s3/signed-body.ts
const digests = new WeakMap();
/**
 * Makes the SHA-256 of a {@link SignedBody} part of its request's signature, so that every service checks it, also one
 * that knows no checksums: the client itself would sign a stream as `UNSIGNED-PAYLOAD`.
 */
function signBodies({ middlewareStack }) {
    middlewareStack.add((next) => (args) => {
        const { request, input } = args;
        const body = 'Body' in input ? input.Body : undefined;
        const sha256 = typeof body === 'object' ? digests.get(body) : undefined;
        if (sha256 !== undefined && hasHeaders(request))
            request.headers['x-amz-content-sha256'] = sha256;
        return next(args);
    }, { step: 'build', name: 'signBodies' });
}
/**
 * Sends a body by a stream of its own.
 * @throws what `send` throws; what it has sent does not count then
 */
async function sendBody(body, progress, send) {
    const stream = body.open();
    digests.set(stream, body.sha256);
    let sent = 0;
    stream.on('data', (chunk) => {
        sent += chunk.length;
        progress.add(chunk.length);
    });
    // A listener lets the stream flow, and the client is to do so.
    stream.pause();
    try {
        return await send(stream);
    }
    catch (error) {
        progress.add(-sent);
        throw error;
    }
    finally {
        stream.destroy();
    }
}
function hasHeaders(request) {
    return typeof request === 'object' && request !== null && 'headers' in request;
}

;// CONCATENATED MODULE: ./src/stores/s3/s3-connection.ts





const mebibyte = 1024 * 1024;
const defaultSettings = {
    attempts: 8,
    // By chance, so that the jobs of a matrix do not come again all at once.
    pause: (failed) => Math.min(1000 * 2 ** (failed - 1), 30_000) * (0.5 + Math.random() / 2),
    idle: 120_000,
    smallestPart: 64 * mebibyte,
    partsAtOnce: 4,
    abandoned: 3_600_000,
    forgotten: longestSilence,
};
/**
 * Loads the client on first use.
 * @throws S3Refusal where the profile that the address names cannot be used
 */
async function connectS3(place, environment) {
    const sdk = await Promise.all(/* import() */[__webpack_require__.e(291), __webpack_require__.e(711)]).then(__webpack_require__.t.bind(__webpack_require__, 53711, 19));
    const { settings, log, bucket, profile } = place;
    const client = new sdk.S3Client({
        ...(await findService(profile, environment)),
        // Attempts are counted here, as the client cannot send a stream once more.
        maxAttempts: 1,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        expectContinueHeader: false,
        logger: makeLogger(log),
        requestHandler: { connectionTimeout: Math.min(settings.idle, 10_000), socketTimeout: settings.idle },
    });
    signBodies(client);
    const ask = async ({ right, signal }, work) => {
        for (let failed = 1;; failed += 1) {
            signal.throwIfAborted();
            try {
                return await work(client, { abortSignal: signal });
            }
            catch (error) {
                signal.throwIfAborted();
                const failure = (0,s3_failure/* explainS3Failure */.e)(error, { bucket, profile, right });
                if (!failure.transient || failed >= settings.attempts)
                    throw new s3_failure/* S3Refusal */.X(failure, { cause: error });
                log.debug(`${right} failed: ${failure.why}. Trying again`);
                await pause(settings.pause(failed), signal);
            }
        }
    };
    return { ...place, sdk, refused: { checksums: false, conditions: false }, ask };
}
/** @throws the signal's reason */
async function pause(milliseconds, signal) {
    await (0,external_node_timers_promises_.setTimeout)(milliseconds, undefined, { signal }).catch(() => {
        throw signal.reason;
    });
}
/** The failure of a request, where it is of this code or status; undefined for anything else. */
function findRefusal(error, ...marks) {
    if (!(error instanceof s3_failure/* S3Refusal */.X))
        return undefined;
    const { failure } = error;
    return marks.includes(failure.code) || marks.includes(failure.status ?? '') ? failure : undefined;
}
/**
 * What the service tells of an object; undefined when there is none.
 * @throws S3Refusal
 */
async function askForObject(s3, key, signal) {
    const question = { Bucket: s3.bucket, Key: key, ...(s3.refused.checksums ? {} : checksumMode) };
    try {
        return await s3.ask({ right: 's3:GetObject', signal }, (client, options) => client.send(new s3.sdk.HeadObjectCommand(question), options));
    }
    catch (error) {
        if (findRefusal(error, 404) !== undefined)
            return undefined;
        throw error;
    }
}
/** A look before a write, where the service knows no conditions; without the right to look there is none. */
async function isThere(s3, key, signal) {
    try {
        return (await askForObject(s3, key, signal)) !== undefined;
    }
    catch (error) {
        if (findRefusal(error, 403) !== undefined)
            return false;
        throw error;
    }
}
const checksumMode = { ChecksumMode: 'ENABLED' };
/** Without one the client writes its warnings to standard error, where they would look like failures. */
function makeLogger(log) {
    const tell = (...texts) => {
        log.debug(texts.map(String).join(' '));
    };
    const ignore = () => undefined;
    return { trace: ignore, debug: ignore, info: ignore, warn: tell, error: tell };
}

;// CONCATENATED MODULE: ./src/stores/s3/fetch-object.ts







const right = 's3:GetObject';
/** Milliseconds. */
const countInterval = 1_000;
/**
 * The text of a small object.
 * @throws S3Refusal; BackupError PGB_STORE when it has more than `longest` bytes
 */
async function readObject(s3, key, longest, signal) {
    return s3.ask({ right, signal }, async (client, options) => {
        const command = new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key });
        const { Body: body, ContentLength: size = 0 } = await client.send(command, options);
        if (size <= longest && body !== undefined)
            return body.transformToString();
        if (body instanceof external_node_stream_.Readable)
            body.destroy();
        throw refuseByStore(`s3://${s3.bucket}/${key} was not read`, `it has ${size} bytes, which is more than a manifest has`, 'Take another backup');
    });
}
/**
 * The SHA-256 of what the service has.
 * @throws S3Refusal
 */
async function hashObject(s3, key, signal) {
    return s3.ask({ right, signal }, async (client, options) => {
        const command = new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key });
        const { Body: body } = await client.send(command, options);
        const hash = (0,external_node_crypto_.createHash)('sha256');
        if (body instanceof external_node_stream_.Readable)
            await (0,external_node_stream_promises_.pipeline)(body, hash, { signal });
        return hash.digest('hex');
    });
}
/**
 * Fetches an object; after a broken connection it goes on where it was, as long as the object is the same.
 * @throws S3Refusal; BackupError PGB_STORE; Node's error when the disk fails; the signal's reason
 */
async function fetchObject(s3, download) {
    const { key, target, size, signal } = download;
    const state = { written: 0, entityTag: undefined };
    for (let failed = 0;;) {
        const before = state.written;
        try {
            await fetchRest(s3, download, state);
            break;
        }
        catch (error) {
            signal.throwIfAborted();
            const failure = (0,s3_failure/* explainS3Failure */.e)(error, { ...s3, right });
            if (isOfDisk(error) || error instanceof s3_failure/* S3Refusal */.X)
                throw error;
            // What brings bytes has not failed: a large file may meet many a broken connection.
            failed = state.written > before ? 1 : failed + 1;
            if (!failure.transient || failed >= s3.settings.attempts)
                throw new s3_failure/* S3Refusal */.X(failure, { cause: error });
            s3.log.info(`${key}: ${failure.why} after ${state.written} of ${size} bytes. Going on from there`);
            await pause(s3.settings.pause(failed), signal);
        }
    }
    if (state.written === size)
        return;
    throw refuseByStore(`The file ${target} was not fetched`, `${state.written} bytes came, and the service listed ${size}`, 'Run the job again, or take another backup');
}
async function fetchRest(s3, download, state) {
    const { key, target, size, progress, signal } = download;
    if (state.written === size && size > 0)
        return;
    const { Body: body, ETag: tag } = await openRest(s3, key, state, signal);
    if (!(body instanceof external_node_stream_.Readable))
        throw new Error('the answer has no body');
    state.entityTag ??= tag;
    const from = state.written;
    let received = from;
    const limiter = new external_node_stream_.Transform({
        transform(chunk, _encoding, done) {
            received += chunk.length;
            if (received > size)
                done(new Error('more bytes came than the service listed'));
            else
                done(null, chunk);
        },
    });
    // The first attempt makes the file; one that broke may have written nothing.
    const output = (0,external_node_fs_.createWriteStream)(target, { flags: from === 0 ? 'w' : 'r+', mode: 0o600, start: from });
    const count = () => {
        const written = from + output.bytesWritten;
        progress.add(written - state.written);
        state.written = written;
    };
    const timer = setInterval(count, countInterval);
    try {
        await (0,external_node_stream_promises_.pipeline)(body, limiter, output, { signal });
    }
    finally {
        clearInterval(timer);
        count();
    }
}
/** @throws an error of the client; PGB_STORE where the object was replaced meanwhile */
async function openRest(s3, key, { written, entityTag }, signal) {
    const rest = written === 0 ? {} : { Range: `bytes=${written}-` };
    const same = entityTag === undefined || written === 0 ? {} : { IfMatch: entityTag };
    const answer = await s3.ask({ right, signal }, (client, options) => client.send(new s3.sdk.GetObjectCommand({ Bucket: s3.bucket, Key: key, ...rest, ...same }), options));
    if (written === 0 || answer.ContentRange?.startsWith(`bytes ${written}-`) === true)
        return answer;
    throw refuseByStore(`s3://${s3.bucket}/${key} was not fetched`, 'the connection broke, and the service cannot go on in the middle of a file', 'Run the job again');
}
function isOfDisk(error) {
    const call = typeof error === 'object' && error !== null && 'syscall' in error ? error.syscall : undefined;
    return call === 'open' || call === 'write' || call === 'close';
}

;// CONCATENATED MODULE: ./src/stores/s3/list-objects.ts



/** The backups whose name fits the pattern, by their manifests. */
async function list_objects_listBackups(s3, pattern, signal) {
    const found = [];
    for await (const { key, modified } of listObjects(s3, s3.prefix + (0,name_pattern/* findFixedBeginning */.DE)(pattern), signal)) {
        const [name = '', file, ...deeper] = key.slice(s3.prefix.length).split('/');
        if (file !== archive_manifest/* manifestName */.vS || deeper.length > 0 || !(0,name_pattern/* matchesPattern */.MT)(name, pattern))
            continue;
        found.push({ name, address: (0,store_address/* formatS3Address */.Gy)(s3, name), storedAt: modified });
    }
    return found;
}
/** The sizes of a backup's files. */
async function list_objects_listFiles(s3, name, signal) {
    const folder = `${s3.prefix}${name}/`;
    const files = new Map();
    for await (const { key, size } of listObjects(s3, folder, signal)) {
        const file = key.slice(folder.length);
        if (file !== '' && !file.includes('/'))
            files.set(file, size);
    }
    return files;
}
/** All objects whose key begins so, page by page. */
async function* listObjects(s3, beginning, signal) {
    let token;
    do {
        const command = new s3.sdk.ListObjectsV2Command({
            Bucket: s3.bucket,
            Prefix: beginning,
            ...(token === undefined ? {} : { ContinuationToken: token }),
        });
        const page = await s3.ask({ right: 's3:ListBucket', signal }, (client, options) => client.send(command, options));
        for (const { Key: key, Size: size, LastModified: modified } of page.Contents ?? []) {
            if (key !== undefined && size !== undefined && modified !== undefined)
                yield { key, size, modified };
        }
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
}

;// CONCATENATED MODULE: ./src/stores/s3/leftovers.ts





/**
 * Takes back the uploads below the prefix that a run began and did not end, such as one that was killed, and names the
 * folders in which it left finished files. An upload that got a part within the last hour may be of a run that goes on
 * beside this one, and stays.
 * @returns the names of the folders that there are, as far as they may be listed
 */
async function tidyUp(s3, signal) {
    try {
        return await leftovers_nameForgotten(s3, await abortAbandoned(s3, signal), signal);
    }
    catch (error) {
        // A backup must not fail for what an earlier one left.
        if (!(error instanceof s3_failure/* S3Refusal */.X))
            throw error;
        s3.log.info(`What earlier runs had not ended was not looked for: ${error.failure.why}. The bucket's lifecycle rule takes back their uploads.`);
        return new Set();
    }
}
/** @returns the folders of the uploads that may be going on */
async function abortAbandoned(s3, signal) {
    const busy = new Set();
    for (const upload of await listUploads(s3, signal)) {
        const { Key: key = '', UploadId: id } = upload;
        const folder = findFolder(s3, key);
        if (id === undefined || folder === undefined)
            continue;
        if (!(await isAbandoned(s3, upload, signal))) {
            busy.add(folder);
            continue;
        }
        const command = new s3.sdk.AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId: id });
        await s3.ask({ right: 's3:AbortMultipartUpload', signal }, (client, options) => client.send(command, options));
        s3.log.info(`Took back an upload that an earlier run had not ended: s3://${s3.bucket}/${key}`);
    }
    return busy;
}
async function leftovers_nameForgotten(s3, busy, signal) {
    const folders = new Map();
    for await (const { key, size, modified } of listObjects(s3, s3.prefix, signal)) {
        const name = findFolder(s3, key);
        if (name === undefined)
            continue;
        const before = folders.get(name) ?? { size: 0, youngest: 0, isWhole: false };
        folders.set(name, {
            size: before.size + size,
            youngest: Math.max(before.youngest, modified.getTime()),
            isWhole: before.isWhole || key.endsWith(`/${archive_manifest/* manifestName */.vS}`),
        });
    }
    const limit = Date.now() - s3.settings.forgotten;
    const forgotten = [...folders].filter(([name, { isWhole, youngest }]) => !isWhole && youngest < limit && !busy.has(name));
    warnOfForgotten(forgotten.map(([name, { size }]) => ({ folder: `s3://${s3.bucket}/${s3.prefix}${name}`, size })), (folder) => `aws s3 rm --recursive "${folder}/"${s3.profile === undefined ? '' : ` --profile ${s3.profile}`}`, s3.log);
    return new Set(folders.keys());
}
/** PURE. The backup that a key belongs to, by its name; undefined where it is of nothing that this action puts there. */
function findFolder({ prefix }, key) {
    const [name = '', file = '', ...deeper] = key.slice(prefix.length).split('/');
    return file !== '' && deeper.length === 0 && isOwnName(name) ? name : undefined;
}
async function listUploads(s3, signal) {
    const uploads = [];
    let marker;
    do {
        const command = new s3.sdk.ListMultipartUploadsCommand({
            Bucket: s3.bucket,
            Prefix: s3.prefix,
            ...(marker ?? {}),
        });
        const page = await s3.ask({ right: 's3:ListBucketMultipartUploads', signal }, (client, options) => client.send(command, options));
        uploads.push(...(page.Uploads ?? []));
        const { NextKeyMarker: key, NextUploadIdMarker: id } = page;
        marker = page.IsTruncated === true ? { KeyMarker: key, UploadIdMarker: id } : undefined;
    } while (marker !== undefined);
    return uploads;
}
async function isAbandoned(s3, { Key, UploadId, Initiated }, signal) {
    const limit = Date.now() - s3.settings.abandoned;
    if (Initiated !== undefined && Initiated.getTime() > limit)
        return false;
    let marker;
    do {
        const command = new s3.sdk.ListPartsCommand({
            Bucket: s3.bucket,
            Key,
            UploadId,
            ...(marker === undefined ? {} : { PartNumberMarker: marker }),
        });
        try {
            const page = await s3.ask({ right: 's3:ListMultipartUploadParts', signal }, (client, options) => client.send(command, options));
            const times = (page.Parts ?? []).map(({ LastModified: time }) => time?.getTime() ?? Infinity);
            if (times.some((time) => time > limit))
                return false;
            marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
        }
        catch (error) {
            // It has ended meanwhile.
            if (findRefusal(error, 'NoSuchUpload', 404) !== undefined)
                return false;
            throw error;
        }
    } while (marker !== undefined);
    return true;
}

;// CONCATENATED MODULE: ./src/stores/s3/object-upload.ts

/**
 * Writes under the condition that nothing is there, and tells who wrote what is there then.
 * @param write counts each request that may have written something
 */
async function findOwner(write) {
    let requests = 0;
    try {
        await write(() => {
            requests += 1;
        });
        return 'ours';
    }
    catch (error) {
        if (findRefusal(error, 412, 'PreconditionFailed') === undefined)
            throw error;
        return requests > 1 ? 'perhaps ours' : 'foreign';
    }
}

;// CONCATENATED MODULE: ./src/stores/s3/refused-headers.ts

/** How services refuse a header that they do not know: B2, and older ones of others. */
const refusals = [
    501,
    'NotImplemented',
    'XNotImplemented',
    'InvalidArgument',
    'InvalidRequest',
    'UnsupportedHeader',
];
const losses = {
    conditions: 'knows no conditional writes, so a look before each one takes their place',
    checksums: 'knows no SHA-256 checksums, so the signature over the SHA-256 of all that is sent takes their place',
};
/**
 * Writes with all that protects, and once more without what the service refuses; the log says so.
 * @throws what `write` throws
 */
async function withFallback(s3, write) {
    for (;;) {
        try {
            return await write();
        }
        catch (error) {
            const refused = chooseRefused(error, s3.refused);
            if (refused === undefined)
                throw error;
            s3.refused[refused] = true;
            s3.log.info(`The service of s3://${s3.bucket} ${losses[refused]}.`);
        }
    }
}
/** PURE. What the service means, by its words where they tell; undefined where it means nothing of this. */
function chooseRefused(error, refused) {
    const failure = findRefusal(error, ...refusals);
    if (failure === undefined)
        return undefined;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
    const order = /checksum|sha-?256/i.test(cause)
        ? ['checksums', 'conditions']
        : ['conditions', 'checksums'];
    return order.find((name) => !refused[name]);
}

;// CONCATENATED MODULE: ./src/stores/s3/put-parts.ts









/** Amazon's limit, and so everybody's. */
const mostParts = 10_000;
const put_parts_mebibyte = 1024 * 1024;
const longestAbort = 2_500;
/**
 * Puts a large file as an upload of several parts, a few at once, each streamed from the disk with a SHA-256 of its
 * own. An upload that does not come to its end is taken back.
 */
function putInParts(s3, upload) {
    return withFallback(s3, async () => {
        const id = await beginUpload(s3, upload);
        try {
            const digests = new Map();
            const parts = await putParts(s3, upload, id, digests);
            const owner = await put_parts_complete(s3, upload, id, parts);
            if (owner !== 'ours')
                await abortUpload(s3, upload.key, id);
            return { checksum: sumUp(parts, digests), owner };
        }
        catch (error) {
            await abortUpload(s3, upload.key, id);
            throw error;
        }
    });
}
async function beginUpload(s3, upload) {
    const { key, signal } = upload;
    const command = new s3.sdk.CreateMultipartUploadCommand({
        Bucket: s3.bucket,
        Key: key,
        ...(s3.refused.checksums ? {} : { ChecksumAlgorithm: 'SHA256' }),
    });
    const { UploadId: id } = await s3.ask({ right: 's3:PutObject', signal }, (client, options) => client.send(command, options));
    if (id === undefined)
        throw refuseUpload(upload, 'the service gave the upload no number');
    return id;
}
/** Takes an upload back, also after a cancellation, and then in the short time that is left. */
async function abortUpload(s3, key, id) {
    const question = { right: 's3:AbortMultipartUpload', signal: AbortSignal.timeout(longestAbort) };
    const command = new s3.sdk.AbortMultipartUploadCommand({ Bucket: s3.bucket, Key: key, UploadId: id });
    await s3
        .ask(question, (client, options) => client.send(command, options))
        .catch((error) => {
        if (findRefusal(error, 'NoSuchUpload', 404) !== undefined)
            return;
        const why = error instanceof s3_failure/* S3Refusal */.X ? error.failure.why : 'the time was too short';
        s3.log.info(`An upload was not taken back (${why}), which a later run or the bucket's lifecycle rule does: s3://${s3.bucket}/${key}`);
    });
}
/** Some workers take the parts as they are hashed; what one throws ends all. */
async function putParts(s3, upload, id, digests) {
    const failure = new AbortController();
    const signal = AbortSignal.any([upload.signal, failure.signal]);
    const parts = hashParts(upload, s3.settings.smallestPart, signal);
    const done = [];
    const work = async () => {
        for await (const part of parts) {
            digests.set(part.number, part.sha256);
            done.push(await putPart(s3, { ...upload, signal }, id, part));
        }
    };
    const workers = Array.from({ length: s3.settings.partsAtOnce }, () => work().catch((error) => {
        failure.abort(error);
        throw error;
    }));
    await Promise.allSettled(workers);
    await Promise.all(workers);
    return done.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
}
/** Reads the file part by part; at its end it has to have been the file that was verified. */
async function* hashParts({ file, key }, smallestPart, signal) {
    const whole = (0,external_node_crypto_.createHash)('sha256');
    const partSize = choosePartSize(file.size, smallestPart);
    const handle = await (0,promises_.open)(file.path);
    try {
        for (let start = 0, number = 1; start < file.size; start += partSize, number += 1) {
            const size = Math.min(partSize, file.size - start);
            const sha256 = await hashRange(handle, start, size, { whole, signal });
            const range = { start, end: start + size - 1 };
            yield { number, sha256, size, open: () => (0,external_node_fs_.createReadStream)(file.path, range) };
        }
    }
    finally {
        await handle.close();
    }
    if (whole.digest('hex') !== file.sha256) {
        throw refuseUpload({ file, key }, 'the file changed while it was copied');
    }
}
/** PURE. Whole mebibytes, so large that the file takes no more parts than there may be. */
function choosePartSize(size, smallest) {
    const needed = Math.ceil(size / mostParts / put_parts_mebibyte) * put_parts_mebibyte;
    return Math.max(smallest, needed);
}
/** Into one buffer that is used again, since a stream's would wait for the collector by the hundred. */
async function hashRange(file, start, size, hashes) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const chunk = Buffer.allocUnsafe(put_parts_mebibyte);
    for (let read = 0; read < size;) {
        hashes.signal.throwIfAborted();
        const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, size - read), start + read);
        // A file that became shorter is found out by the sum of the whole.
        if (bytesRead === 0)
            break;
        hash.update(chunk.subarray(0, bytesRead));
        hashes.whole.update(chunk.subarray(0, bytesRead));
        read += bytesRead;
    }
    return hash.digest('hex');
}
async function putPart(s3, { key, progress, signal }, id, part) {
    const checksum = s3.refused.checksums
        ? {}
        : { ChecksumSHA256: Buffer.from(part.sha256, 'hex').toString('base64') };
    const send = (client, options) => sendBody(part, progress, (stream) => {
        const command = new s3.sdk.UploadPartCommand({
            Bucket: s3.bucket,
            Key: key,
            UploadId: id,
            PartNumber: part.number,
            Body: stream,
            ContentLength: part.size,
            ...checksum,
        });
        return client.send(command, options);
    });
    const { ETag } = await s3.ask({ right: 's3:PutObject', signal }, send);
    return { PartNumber: part.number, ...(ETag === undefined ? {} : { ETag }), ...checksum };
}
async function put_parts_complete(s3, { key, signal }, id, parts) {
    const send = (client, options) => {
        const command = new s3.sdk.CompleteMultipartUploadCommand({
            Bucket: s3.bucket,
            Key: key,
            UploadId: id,
            MultipartUpload: { Parts: [...parts] },
            ...(s3.refused.conditions ? {} : { IfNoneMatch: '*' }),
        });
        return client.send(command, options);
    };
    try {
        // In here, so that a service that refuses the condition does not get all parts once more.
        return await withFallback(s3, async () => {
            if (s3.refused.conditions && (await isThere(s3, key, signal)))
                return 'foreign';
            return findOwner((countRequest) => s3.ask({ right: 's3:PutObject', signal }, (client, options) => {
                countRequest();
                return send(client, options);
            }));
        });
    }
    catch (error) {
        // So it is when the answer to an attempt that succeeded was lost.
        if (findRefusal(error, 'NoSuchUpload') === undefined)
            throw error;
        if (!(await isThere(s3, key, signal)))
            throw error;
        return 'perhaps ours';
    }
}
function sumUp(parts, digests) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for (const { PartNumber: number = 0 } of parts)
        hash.update(digests.get(number) ?? '', 'hex');
    return `${hash.digest('base64')}-${parts.length}`;
}
function refuseUpload({ file, key }, why) {
    const whatToDo = 'Let nothing else write to the output directory, and run the job again';
    return refuseByStore(`The file ${file.name} was not copied to ${key}`, why, whatToDo);
}

;// CONCATENATED MODULE: ./src/stores/s3/put-object.ts








/**
 * Puts a file into the bucket, never over another one, and reads its size and checksum back.
 * @returns `taken` where there is another object of this name already
 * @throws S3Refusal; BackupError PGB_STORE for an object that is not the file; the signal's reason
 */
async function putObject(s3, upload) {
    const { file, key } = upload;
    const put = file.size <= s3.settings.smallestPart ? putWhole : putInParts;
    const written = await put(s3, upload);
    if (written.owner === 'foreign')
        return 'taken';
    const difference = await findDifference(s3, upload, written);
    if (difference === undefined)
        return 'written';
    if (written.owner !== 'ours')
        return 'taken';
    throw refuseByStore(`The file ${file.name} did not arrive whole at s3://${s3.bucket}/${key}`, difference, 'Run the job again, and look at the status page of the service');
}
async function putWhole(s3, upload) {
    const { file, key, progress, signal } = upload;
    const checksum = Buffer.from(file.sha256, 'hex').toString('base64');
    const body = { sha256: file.sha256, size: file.size, open: () => (0,external_node_fs_.createReadStream)(file.path) };
    const send = (client, options) => sendBody(body, progress, (stream) => {
        const command = new s3.sdk.PutObjectCommand({
            Bucket: s3.bucket,
            Key: key,
            Body: stream,
            ContentLength: file.size,
            ...(s3.refused.checksums ? {} : { ChecksumSHA256: checksum }),
            ...(s3.refused.conditions ? {} : { IfNoneMatch: '*' }),
        });
        return client.send(command, options);
    });
    const owner = await withFallback(s3, async () => {
        if (s3.refused.conditions && (await isThere(s3, key, signal)))
            return 'foreign';
        return findOwner((countRequest) => s3.ask({ right: 's3:PutObject', signal }, (client, options) => {
            countRequest();
            return send(client, options);
        }));
    });
    return { checksum, owner };
}
/** @returns why what the service has is not the file, or undefined */
async function findDifference(s3, { file, key, signal }, { checksum, owner }) {
    try {
        const found = await askForObject(s3, key, signal);
        if (found === undefined)
            return 'the service took it, and does not have it';
        if (found.ContentLength !== file.size) {
            return `the service has ${found.ContentLength ?? 'no'} bytes of it, and it has ${file.size}`;
        }
        const { ChecksumSHA256: told } = found;
        if (told === undefined) {
            // What is there was written by an attempt whose answer was lost, unless it is the one that reserves the name.
            const isRead = owner !== 'ours' && file.size <= s3.settings.smallestPart;
            const isSame = !isRead || (await hashObject(s3, key, signal)) === file.sha256;
            return isSame ? undefined : 'something else of its name is there';
        }
        if (isOneOf(told, checksum, file.sha256))
            return undefined;
        return 'the service gives another SHA-256 for it';
    }
    catch (error) {
        if (findRefusal(error, 403) === undefined)
            throw error;
        if (owner !== 'ours')
            return 'something of its name was there before';
        s3.log.info(`Not read back, since the access key may not do s3:GetObject: s3://${s3.bucket}/${key}`);
        return undefined;
    }
}
/** Services leave out the number of parts, or sum up the whole object. */
function isOneOf(told, checksum, sha256) {
    const digest = told.replace(/-\d+$/, '');
    return digest === checksum.replace(/-\d+$/, '') || digest === Buffer.from(sha256, 'hex').toString('base64');
}

;// CONCATENATED MODULE: ./src/stores/s3/remove-objects.ts
/**
 * Removes files of a backup, in their order. Object by object, as not every service takes a list.
 * @throws S3Refusal, or the signal's reason
 */
async function removeObjects(s3, name, files, signal) {
    for (const file of files) {
        const command = new s3.sdk.DeleteObjectCommand({ Bucket: s3.bucket, Key: `${s3.prefix}${name}/${file}` });
        await s3.ask({ right: 's3:DeleteObject', signal }, (client, options) => client.send(command, options));
    }
}

;// CONCATENATED MODULE: ./src/stores/s3/begin-copy.ts












/**
 * A copy into the bucket. What an earlier run left half uploaded is taken back before the first file, and what it left
 * finished is named. `SHA256SUMS` comes before all files that were not put ahead, and of two runs that want one name only one
 * gets it there; the other goes on under the next name. The manifest comes last.
 */
function begin_copy_beginCopy(connect, wanted) {
    const inTurn = (0,limiter/* createLimiter */.z)(1);
    let folder;
    const prepare = async (s3, signal) => {
        folder ??= await chooseFolder(s3, wanted, signal);
        return folder;
    };
    return {
        put: (file, signal) => inTurn(async () => {
            const s3 = await connect();
            await putAhead(s3, await prepare(s3, signal), file, signal);
        }),
        complete: (backup, signal) => inTurn(async () => {
            const s3 = await connect();
            return begin_copy_complete(s3, await prepare(s3, signal), backup, signal);
        }),
        abandon: (signal) => inTurn(async () => {
            if (folder !== undefined)
                await abandon(await connect(), folder, signal);
        }),
    };
}
async function chooseFolder(s3, wanted, signal) {
    const taken = await tidyUp(s3, signal);
    const [name, ...others] = (0,name_pattern/* listNames */.Zv)(wanted).filter((candidate) => !taken.has(candidate));
    if (name === undefined)
        throw refuseNames(s3, wanted);
    return { name, others, files: [] };
}
async function putAhead(s3, folder, file, signal) {
    const progress = showProgress(`${file.name}: copied`, file.size, s3.log);
    try {
        await begin_copy_putFiles(s3, folder, [...folder.files, file], { progress, signal });
    }
    finally {
        progress.stop();
    }
}
async function begin_copy_complete(s3, folder, { files, checksums, manifest }, signal) {
    const isAhead = (file) => folder.files.some(({ name }) => name === file.name);
    const [ahead, rest] = [files.filter(isAhead), files.filter((file) => !isAhead(file))];
    const total = [checksums, ...rest, manifest].reduce((sum, { size }) => sum + size, 0);
    const progress = showProgress('Copied', total, s3.log);
    try {
        await begin_copy_putFiles(s3, folder, [...ahead, checksums, ...rest], { progress, signal });
        const sizes = ahead.length === 0 ? undefined : await listIfAllowed(s3, folder.name, signal);
        if (sizes !== undefined)
            checkThere(ahead, sizes, (0,store_address/* formatS3Address */.Gy)(s3));
        const key = `${s3.prefix}${folder.name}/${archive_manifest/* manifestName */.vS}`;
        if ((await putObject(s3, { file: manifest, key, progress, signal })) === 'taken') {
            throw refuseTaken(s3, key);
        }
        folder.files = [];
        return { name: folder.name, address: (0,store_address/* formatS3Address */.Gy)(s3, folder.name) };
    }
    finally {
        progress.stop();
        begin_copy_tellLeft(s3, folder);
    }
}
/** Puts what is not there yet; where another's file has one of the names, all of it into the next folder. */
async function begin_copy_putFiles(s3, folder, files, transfer) {
    const first = folder.name;
    while (!(await putInto(s3, folder, files, transfer))) {
        begin_copy_tellLeft(s3, folder);
        const next = folder.others.shift();
        if (next === undefined)
            throw refuseNames(s3, first);
        folder.name = next;
    }
}
/** @returns whether all lie there; else there is something of another run */
async function putInto(s3, folder, files, transfer) {
    for (const file of files) {
        const there = folder.files.find(({ name }) => name === file.name);
        if (there !== undefined && there.sha256 !== file.sha256)
            return false;
        if (there !== undefined)
            continue;
        const key = `${s3.prefix}${folder.name}/${file.name}`;
        if ((await putObject(s3, { file, key, ...transfer })) === 'taken')
            return false;
        folder.files.push(file);
    }
    return true;
}
/** The sizes of what lies there; undefined for keys that may write and not list. */
async function listIfAllowed(s3, name, signal) {
    return list_objects_listFiles(s3, name, signal).catch((error) => {
        if (findRefusal(error, 403) === undefined)
            throw error;
        return undefined;
    });
}
/** Without conditions nobody knows whose file it is, so it stays. */
async function abandon(s3, folder, signal) {
    if (folder.files.length === 0)
        return;
    if (!s3.refused.conditions) {
        const names = folder.files.map(({ name }) => name);
        try {
            await removeObjects(s3, folder.name, names, signal);
            s3.log.info(`Took back what was copied to ${(0,store_address/* formatS3Address */.Gy)(s3, folder.name)}: ${names.join(', ')}`);
            folder.files = [];
        }
        catch (error) {
            s3.log.debug(`Not taken back: ${String(error)}`);
        }
    }
    begin_copy_tellLeft(s3, folder);
}
/** Names what stays in a folder that this copy leaves. */
function begin_copy_tellLeft(s3, folder) {
    if (folder.files.length === 0)
        return;
    const names = folder.files.map(({ name }) => name).join(', ');
    s3.log.info(`Left without a manifest below ${(0,store_address/* formatS3Address */.Gy)(s3, folder.name)}, and so no backup: ${names}`);
    folder.files = [];
}
function refuseNames(s3, wanted) {
    return refuseByStore(`The backup was not copied to ${(0,store_address/* formatS3Address */.Gy)(s3)}`, `${wanted} and its numbers up to 9 are there already`, 'Run the job again, which gives it another name');
}
function refuseTaken(s3, key) {
    return refuseByStore('The backup was not copied', `there is another object at s3://${s3.bucket}/${key}, and nothing is ever overwritten`, 'Let each workflow have a prefix of its own, and run the job again');
}

;// CONCATENATED MODULE: ./src/stores/s3/s3-store.ts












/** Bytes of the longest manifest that is read: one of ten thousand databases has some 10 MB. */
const longestManifest = 64_000_000;
/** Backups below a prefix of a bucket, each in a folder of its name. */
function openS3Store(place, log, settings = defaultSettings) {
    const { prefix } = place;
    const address = (0,store_address/* formatS3Address */.Gy)(place);
    let connection;
    const connect = () => {
        connection ??= connectS3({ ...place, settings, log }, process.env);
        return connection;
    };
    return {
        address,
        comesWhole: false,
        check: (signal) => explain(`Nothing can be stored in ${address}`, async () => checkBucket(await connect(), signal)),
        list: ({ name }, signal) => explain(`The backups in ${address} were not listed`, async () => list_objects_listBackups(await connect(), name, signal)),
        examine: (backup, signal) => explain(nameReading(backup), async () => {
            const s3 = await connect();
            const text = await readObject(s3, `${prefix}${backup.name}/${archive_manifest/* manifestName */.vS}`, longestManifest, signal);
            return { ...backup, manifest: (0,manifest_parser/* parseManifest */.N)(text), files: await list_objects_listFiles(s3, backup.name, signal) };
        }),
        fetch: (backup, names, directory, signal) => explain(nameReading(backup), async () => fetchFiles(await connect(), { backup, names, directory, signal })),
        begin: (name) => {
            const copy = begin_copy_beginCopy(connect, name);
            const what = `The backup was not copied to ${address}`;
            return {
                put: (file, signal) => explain(what, () => copy.put(file, signal)),
                complete: (backup, signal) => explain(what, () => copy.complete(backup, signal)),
                abandon: (signal) => copy.abandon(signal),
            };
        },
        remove: (backup, signal) => explain(`The backup ${backup.address} was not removed`, async () => removeBackup(await connect(), backup, signal)),
    };
}
async function fetchFiles(s3, { backup, names, directory, signal }) {
    const sizes = await list_objects_listFiles(s3, backup.name, signal);
    const files = names.map((name) => {
        const size = sizes.get(name);
        if (size === undefined)
            throw refuseLack(backup, name);
        return { key: `${s3.prefix}${backup.name}/${name}`, target: (0,external_node_path_.join)(directory, name), size };
    });
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const progress = showProgress('Fetched', total, s3.log);
    try {
        for (const file of files)
            await fetchObject(s3, { ...file, progress, signal });
    }
    finally {
        progress.stop();
    }
}
function nameReading({ address }) {
    return `The backup ${address} was not read`;
}
function refuseLack({ address }, name) {
    return refuseByStore(`The backup ${address} was not read`, `its file ${name} is not there`, 'Take another backup');
}
/** What a service said becomes the error of the store; all else stays what it is. */
async function explain(what, work) {
    try {
        return await work();
    }
    catch (error) {
        if (!(error instanceof s3_failure/* S3Refusal */.X))
            throw error;
        throw refuseByStore(what, error.failure.why, error.failure.whatToDo, error);
    }
}
/** A key that may write and not list is refused here, and may be good enough. */
async function checkBucket(s3, signal) {
    const command = new s3.sdk.HeadBucketCommand({ Bucket: s3.bucket });
    try {
        await s3.ask({ right: 's3:ListBucket', signal }, (client, options) => client.send(command, options));
    }
    catch (error) {
        if (findRefusal(error, 403) === undefined)
            throw error;
    }
}
async function removeBackup(s3, { name }, signal) {
    const names = [...(await list_objects_listFiles(s3, name, signal)).keys()];
    const others = names.filter((file) => file !== archive_manifest/* manifestName */.vS);
    await removeObjects(s3, name, [...(names.includes(archive_manifest/* manifestName */.vS) ? [archive_manifest/* manifestName */.vS] : []), ...others], signal);
}

;// CONCATENATED MODULE: ./src/stores/open-store.ts


/** The store at an address. Nothing is loaded or asked before it is used. */
function openStore(address, log) {
    return address.kind === 's3' ? openS3Store(address, log) : openDirectoryStore(address.path, log);
}
/** What the environment holds for S3's client, and nobody may see. */
function listStoreSecrets(environment) {
    const secrets = ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map((name) => environment[name]);
    return secrets.filter((secret) => secret !== undefined).filter((secret) => secret.trim() !== '');
}


/***/ }),

/***/ 87295:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  X: () => (/* binding */ S3Refusal),
  e: () => (/* binding */ explainS3Failure)
});

;// CONCATENATED MODULE: ./src/stores/s3/failure-rows.ts
// The codes are those of Amazon's "Error responses", which other services take over, and Node's.
const failureRows = [
    {
        // So Go's servers, and with them MinIO and SeaweedFS, say it.
        words: /HTTP request to an HTTPS server/i,
        why: () => 'the port speaks TLS, and the address says http',
        whatToDo: (request) => `Write https in ${nameSettings(request, 'endpoint')}`,
    },
    {
        words: /CredentialsProviderError|Could not load credentials|Resolved credential object is not valid/,
        why: () => 'there are no credentials',
        whatToDo: (request) => request.profile === undefined
            ? 'Let aws-actions/configure-aws-credentials run before, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in `env`'
            : `Set ${nameSettings(request, 'key', 'secret')}: those of the environment are not used where an address names a profile`,
    },
    {
        // Empty is what a variable gives that is not set.
        words: /Region is missing|Region not accepted/,
        why: () => 'nothing says in which region the bucket is',
        whatToDo: (request) => `Set ${nameSettings(request, 'region')}${request.profile === undefined ? ' in `env`' : ''}; services without regions take \`auto\` or \`us-east-1\``,
    },
    {
        words: /ExpiredToken|TokenRefreshRequired|RequestExpired|token.{0,40}expired/i,
        why: () => 'the credentials have expired',
        whatToDo: () => 'Let aws-actions/configure-aws-credentials ask for a longer `role-duration-seconds`, and let the role grant it',
    },
    {
        words: /InvalidAccessKeyId|InvalidClientTokenId|InvalidToken\b|UnrecognizedClient/,
        why: () => 'the service does not know the access key or token',
        whatToDo: (request) => `Check that ${nameSettings(request, 'key', 'token', 'endpoint')} belong together`,
    },
    {
        words: /RequestTimeTooSkewed/,
        why: () => 'the clock of this machine is more than 15 minutes off',
        whatToDo: () => 'Set the clock of the runner right',
    },
    {
        words: /SignatureDoesNotMatch|AuthFailure/,
        why: () => 'the secret key does not fit the access key',
        whatToDo: (request) => `Check ${nameSettings(request, 'secret', 'region')}, and that nothing was cut off`,
    },
    {
        words: /PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|\bTemporaryRedirect/,
        why: ({ bucket }, { region }) => `the bucket "${bucket}" is in another region${region === undefined ? '' : `, ${region}`}`,
        whatToDo: (request, { region }) => `Set ${nameSettings(request, 'region')}: ${region ?? 'to the region of the bucket'}`,
    },
    {
        // The answer to HEAD of a bucket has no other code, and that to HEAD of an object is never shown.
        words: /NoSuchBucket|\bNotFound\b/,
        why: ({ bucket }) => `there is no bucket "${bucket}"`,
        whatToDo: (request) => `Correct the address or ${nameSettings(request, 'endpoint')}, or make the bucket: it is never made here`,
    },
    {
        words: /AccessDenied|AllAccessDisabled|AccountProblem|InvalidObjectState|\bForbidden\b|status=403/,
        why: (request, error) => `the access key may not do ${findRight(request, error)} in the bucket "${request.bucket}"${findDeny(error)}`,
        whatToDo: (request, error) => `Allow ${findRight(request, error)} to the role or key; docs/stores.md has the whole policy`,
    },
    {
        words: /QuotaExceeded|InsufficientStorage|StorageFull|XMinioStorageFull|NotEnoughSpace|no space left/i,
        why: () => 'the service has no room left',
        whatToDo: () => 'Free space there, or raise the quota',
    },
    {
        words: /BadDigest|XAmzContentSHA256Mismatch|InvalidDigest|checksum.{0,40}(?:mismatch|not match)/i,
        why: () => 'what arrived is not what was sent',
        whatToDo: () => 'Run the job again; if it stays so, something between runner and service changes what passes',
        transient: true,
    },
    {
        words: /SlowDown|TooManyRequests|RequestLimitExceeded|ThrottlingException|status=(?:429|503)|ServiceUnavailable/,
        why: () => 'the service is too busy, and asks to slow down',
        whatToDo: () => 'Run the job again at a quieter time',
        transient: true,
    },
    {
        words: /ConditionalRequestConflict|OperationAborted|InternalError|RequestTimeout\b|status=50\d/,
        why: () => 'the service failed',
        whatToDo: () => 'Run the job again, and see the status page of the service',
        transient: true,
    },
    {
        words: /CERT_|certificate|UNABLE_TO_(?:GET|VERIFY)|DEPTH_ZERO_SELF_SIGNED|ERR_TLS|EPROTO|SSL routines|wrong version number/i,
        why: () => 'TLS failed, as the certificate is not trusted or the port speaks no TLS',
        whatToDo: (request) => `Give the file of the CA in NODE_EXTRA_CA_CERTS, and check http or https in ${nameSettings(request, 'endpoint')}`,
    },
    {
        words: /ENOTFOUND|EAI_AGAIN/,
        why: () => 'the name of the service was not found',
        whatToDo: (request) => `Check ${nameSettings(request, 'endpoint', 'region')}, and the network`,
        transient: true,
    },
    {
        words: /ECONNREFUSED|EHOSTUNREACH|ENETUNREACH/,
        why: () => 'nobody answers at the address of the service',
        whatToDo: (request) => `Check ${nameSettings(request, 'endpoint')}, and the network`,
        transient: true,
    },
    // The client gives broken connections the name of a time-out.
    {
        words: /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|aborted|premature|IncompleteBody|terminated/i,
        why: () => 'the connection broke',
        whatToDo: (request) => `Run the job again; if it stays so, check http or https in ${nameSettings(request, 'endpoint')}, and the network`,
        transient: true,
    },
    {
        words: /TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|timed out/i,
        why: () => 'the service stopped answering',
        whatToDo: () => 'Run the job again, and look at the network between runner and service',
        transient: true,
    },
    {
        words: /Deserialization error|not well-formed|Unexpected (?:token|end)|is not expected/i,
        why: () => 'what answers does not speak S3',
        whatToDo: (request) => `Check ${nameSettings(request, 'endpoint')}, and a proxy on the way`,
    },
];
/** Where people set what the client is told, by the names of AWS's tools: in the environment, and in a profile. */
const settings = {
    region: { variable: 'AWS_REGION', entry: 'region' },
    endpoint: { variable: 'AWS_ENDPOINT_URL_S3', entry: 'endpoint_url' },
    key: { variable: 'AWS_ACCESS_KEY_ID', entry: 'aws_access_key_id' },
    secret: { variable: 'AWS_SECRET_ACCESS_KEY', entry: 'aws_secret_access_key' },
    token: { variable: 'AWS_SESSION_TOKEN', entry: 'aws_session_token' },
};
/** PURE. What to look at, as in `AWS_REGION`, or `region and endpoint_url of the profile "b2"`. */
function nameSettings({ profile }, ...wanted) {
    const names = wanted.map((setting) => settings[setting][profile === undefined ? 'variable' : 'entry']);
    const [last = '', ...others] = names.toReversed();
    const list = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
    return profile === undefined ? list : `${list} of the profile "${profile}"`;
}
/** PURE. The right that the service says is missing, as one to the key of a bucket's encryption is; else the asked one. */
function findRight({ right }, { message }) {
    return /not authorized to perform: ([a-z0-9-]{1,30}:[A-Za-z]{1,60})/.exec(message)?.[1] ?? right;
}
/** PURE. To allow a right is of no use where another policy denies it. */
function findDeny({ message }) {
    const [deny] = /an explicit deny in an? [a-z -]{1,60}/.exec(message) ?? [];
    return deny === undefined ? '' : `, by ${deny.trim()}`;
}

;// CONCATENATED MODULE: ./src/stores/s3/read-s3-error.ts
const longestAnswer = 100;
/** PURE. The client's errors carry the service's code as their name, and more beside. */
function readS3Error(error) {
    const known = new Map(typeof error === 'object' && error !== null ? Object.entries(error) : []);
    const metadata = readEntries(known.get('$metadata'));
    // The client hides it from whoever lists what the error holds.
    const hidden = typeof error === 'object' && error !== null && '$response' in error ? error.$response : undefined;
    const response = readEntries(hidden);
    const headers = readEntries(response.get('headers'));
    const body = response.get('body');
    const code = [known.get('Code'), known.get('code')].find((value) => typeof value === 'string');
    const status = metadata.get('httpStatusCode');
    const region = [headers.get('x-amz-bucket-region'), known.get('Region')].find(isRegion);
    const name = error instanceof Error ? error.name : 'Error';
    return {
        name,
        code: typeof code === 'string' ? code : name === 'Error' ? '' : name,
        message: error instanceof Error ? error.message : String(error),
        status: typeof status === 'number' ? status : undefined,
        region,
        answer: typeof body === 'string' && !body.trimStart().startsWith('<') ? body.slice(0, longestAnswer) : '',
    };
}
function isRegion(value) {
    return typeof value === 'string' && /^[a-z0-9-]{2,40}$/.test(value);
}
function readEntries(value) {
    return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

;// CONCATENATED MODULE: ./src/stores/s3/s3-failure.ts


const longestQuote = 200;
/** Thrown when a request has failed for good. */
class S3Refusal extends Error {
    name = 'S3Refusal';
    failure;
    constructor(failure, options) {
        super(failure.why, options);
        this.failure = failure;
    }
}
/** Says what an error of the client means. */
function explainS3Failure(error, request) {
    const known = readS3Error(error);
    const { code, status } = known;
    // An answer to HEAD has no words, but names the bucket's region in a header.
    const elsewhere = status === 301 || (status === 400 && known.region !== undefined) ? 'PermanentRedirect' : '';
    const text = `${known.name} ${code} status=${status ?? 'none'} ${elsewhere} ${known.message} ${known.answer}`;
    const row = failureRows.find(({ words }) => words.test(text));
    if (row === undefined) {
        const answer = status === undefined ? '' : ` (HTTP status ${status})`;
        const words = [code, known.message === '' ? known.name : known.message].filter((word) => word !== '');
        const why = `${quote(words.join(': '))}${answer}`;
        const whatToDo = 'Check the address of the store, and what docs/stores.md says of the service';
        return { code, status, why, whatToDo, transient: false };
    }
    const { transient = false } = row;
    const why = row.why(request, known);
    return {
        code,
        status,
        why: `${why}${quoteCode(known)}`,
        whatToDo: row.whatToDo(request, known),
        transient,
    };
}
function quoteCode({ code, status }) {
    const words = [code, status === undefined ? '' : `status ${status}`].filter((word) => word !== '');
    return words.length === 0 ? '' : ` (${quote(words.join(', '))})`;
}
/** What a service says is shown on one line, and no longer than a line; addresses without their signed query. */
function quote(text) {
    return text
        .replace(/(https?:\/\/[^\s?]+)\?\S+/g, '$1')
        .replace(/\s+/g, ' ')
        .replace(/[\s.]+$/, '')
        .slice(0, longestQuote);
}


/***/ }),

/***/ 59590:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   CK: () => (/* binding */ parseS3Backup),
/* harmony export */   Gy: () => (/* binding */ formatS3Address),
/* harmony export */   Jq: () => (/* binding */ isS3Address),
/* harmony export */   y_: () => (/* binding */ formatBackupAddress),
/* harmony export */   zS: () => (/* binding */ parseStoreAddresses)
/* harmony export */ });
/* unused harmony export formatStoreAddress */
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(76760);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_path__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(68215);


/** Amazon's rule for buckets, and upper case and `_`, which old buckets and other services have. */
const bucketName = /^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/;
/** What every service takes in a key and no log has to escape. */
const segmentName = /^(?!\.{1,2}$)[A-Za-z0-9!_.'()@=+,~ -]{1,200}$/;
/** Amazon's limit for keys is 1,024 bytes, of which the backup's name and a file's take 400 at most. */
const longestPrefix = 600;
/** What AWS's tools take for the name of a profile, without what would have to be escaped in an address. */
const profileName = /^[\w@.+-]{1,100}$/;
/** PURE. Whether a text means an address of S3. */
function isS3Address(text) {
    return /^s3:/i.test(text);
}
/**
 * PURE. The lines of an input that names stores.
 * @throws BackupError PGB_INPUT for a line that is no address, and for one that stands there twice
 */
function parseStoreAddresses(text, input) {
    const lines = (text ?? '').split(/\r\n|\r|\n/).map((line) => line.trim());
    const addresses = lines.filter((line) => line !== '').map((line) => parseStoreAddress(line, input));
    const names = addresses.map(formatStoreAddress);
    if (new Set(names).size === names.length)
        return addresses;
    throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'it names one place twice', 'Remove one of the two lines');
}
/**
 * PURE. The address of one backup in S3, or of the newest that fits a pattern.
 * @throws BackupError PGB_INPUT
 */
function parseS3Backup(text, input) {
    const { bucket, segments, profile } = splitS3(text, input);
    const name = segments.at(-1);
    if (name === undefined) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'it names a bucket and no backup', 'Write s3://bucket/prefix/name, or …/name*');
    }
    checkSegments([...segments.slice(0, -1), name.replaceAll('*', '-')], input);
    return { store: { kind: 's3', bucket, prefix: joinPrefix(segments.slice(0, -1)), profile }, name };
}
/** PURE. As logs and outputs name it, without a slash at its end. */
function formatStoreAddress(address) {
    return address.kind === 'directory' ? address.path : formatS3Address(address);
}
/** PURE. A backup in a store, or the pattern of several, as a restore's `path` takes it. */
function formatBackupAddress({ store, name }) {
    return store.kind === 'directory' ? (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(store.path, name) : formatS3Address(store, name);
}
/** PURE. A part of a bucket, or what has this name in it. */
function formatS3Address({ bucket, prefix, profile }, name = '') {
    const place = `s3://${bucket}/${prefix}${name}`.replace(/\/$/, '');
    return profile === undefined ? place : `${place}?profile=${profile}`;
}
function parseStoreAddress(line, input) {
    if (isS3Address(line)) {
        const { bucket, segments, profile } = splitS3(line, input);
        checkSegments(segments, input);
        return { kind: 's3', bucket, prefix: joinPrefix(segments), profile };
    }
    if (!(0,node_path__WEBPACK_IMPORTED_MODULE_0__.isAbsolute)(line) || line.includes('\0')) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'a line of it is neither an address of S3 nor an absolute path', 'Write s3://bucket/prefix or /directory, one a line');
    }
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_0__.normalize)(line);
    return { kind: 'directory', path: path === '/' ? path : path.replace(/\/+$/, '') };
}
function splitS3(text, input) {
    const [place = '', ...queries] = text.split('?');
    const [, bucket = '', path = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/.exec(place) ?? [];
    // It is not repeated, since it may hold a key where none belongs.
    if (bucket.includes('@') || bucket.includes(':')) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'a part of it that should be a bucket holds "@" or ":", as if a key stood there', 'Write s3://bucket/prefix alone; keys are found in the environment, as in AWS_ACCESS_KEY_ID');
    }
    if (!bucketName.test(bucket)) {
        throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'an address of S3 in it names no bucket', 'Write it as s3://bucket/prefix');
    }
    const segments = path.replace(/\/$/, '').split('/');
    return {
        bucket,
        segments: segments.length === 1 && segments[0] === '' ? [] : segments,
        profile: queries.length === 0 ? undefined : readProfile(queries.join('?'), input),
    };
}
/** It is not repeated, since it may hold a key where none belongs. */
function readProfile(query, input) {
    const [, name] = /^profile=(.*)$/s.exec(query) ?? [];
    if (name !== undefined && profileName.test(name))
        return name;
    throw (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'what follows "?" in an address of S3 in it is not the name of a profile', 'Write s3://bucket/prefix?profile=NAME, where [profile NAME] of ~/.aws/config has region, endpoint_url and keys, or leave "?" out');
}
function checkSegments(segments, input) {
    if (segments.every((segment) => segmentName.test(segment)) && segments.join('/').length <= longestPrefix) {
        return;
    }
    throw refuseByPrefix(input);
}
function refuseByPrefix(input) {
    return (0,_inputs_read_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .refuseInput */ .bG)(input, 'the prefix of an address of S3 in it is empty in part, too long, or has characters that not every service takes', "Write letters, digits, blanks and !_.'()@=+,~- between single slashes");
}
function joinPrefix(segments) {
    return segments.map((segment) => `${segment}/`).join('');
}


/***/ }),

/***/ 34703:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ clockTolerance)
/* harmony export */ });
/** Milliseconds by which the clocks of stores and machines may differ, and stores round. */
const clockTolerance = 5 * 60_000;


/***/ }),

/***/ 61996:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   B4: () => (/* binding */ formatCount),
/* harmony export */   CE: () => (/* binding */ formatRate),
/* harmony export */   Xo: () => (/* binding */ formatSeconds),
/* harmony export */   dZ: () => (/* binding */ formatRows),
/* harmony export */   nV: () => (/* binding */ formatAge),
/* harmony export */   z3: () => (/* binding */ formatBytes)
/* harmony export */ });
/** Bytes as people read them, in decimal units: `81.2 MB`. */
function formatBytes(bytes) {
    const units = ['B', 'kB', 'MB', 'GB', 'TB'];
    const exponent = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
    return `${(bytes / 1000 ** exponent).toFixed(exponent === 0 ? 0 : 1)} ${units[exponent] ?? ''}`;
}
/** PURE. `52.0 MB/s`; undefined for so few bytes or so short a time that it would say nothing. */
function formatRate(bytes, seconds) {
    return bytes < 1e6 || seconds < 1 ? undefined : `${formatBytes(bytes / seconds)}/s`;
}
/** PURE. `1 table`, `2 tables`; of a noun that takes an s. */
function formatCount(number, noun) {
    return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
/** PURE. The rows of a database, as a table's cell says it: `1234`, or `rows unknown`. */
function formatRows(rows) {
    return rows === null ? 'rows unknown' : String(rows);
}
/** A duration as people read it: `4.2 s`, `3 min 20 s`. */
function formatSeconds(seconds) {
    if (seconds < 60)
        return `${seconds.toFixed(1)} s`;
    return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
/** PURE. How long ago something was, in its greatest unit: `3 days`, `26 hours`, `5 minutes`. */
function formatAge(milliseconds) {
    const minutes = Math.floor(milliseconds / 60_000);
    if (minutes < 120)
        return formatCount(minutes, 'minute');
    const hours = Math.floor(minutes / 60);
    return hours < 72 ? formatCount(hours, 'hour') : formatCount(Math.floor(hours / 24), 'day');
}


/***/ })

};
