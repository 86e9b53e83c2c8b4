import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 846:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Gy: () => (/* binding */ readDecryptionKeys)
});

// UNUSED EXPORTS: formatKeyFile, readEncryptionKeys

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: ./src/archive/json-reader.ts
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
const longestText = (/* unused pure expression or super */ null && (64 * 1024));
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

;// CONCATENATED MODULE: ./src/archive/age/age-key-file.ts


/*
 * The age programs get their keys in a file that only its owner can read, since every user of the
 * machine can see a command line, and every child inherits the environment.
 */
const key = readString(/^[^\0]+$/, 'a key');
const readPassphrase = readObject({ kind: readOneOf('passphrase'), passphrase: key });
const readRecipients = readObject({ kind: readOneOf('recipients'), recipients: readArray(key) });
const readIdentities = readObject({ kind: readOneOf('identities'), identities: readArray(key) });
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
    if (process.platform !== 'win32' && ((0,external_node_fs_.statSync)(path).mode & 0o077) !== 0) {
        throw new Error('others can read the key file; its mode must be 0600');
    }
    const text = (0,external_node_fs_.readFileSync)(path, 'utf8');
    try {
        return JSON.parse(text);
    }
    catch {
        throw new Error('the key file is not JSON');
    }
}


/***/ }),

/***/ 240:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ createDecrypter)
/* harmony export */ });
/**
 * A decrypter with these keys. The library is loaded here, since a run without encryption needs none of it.
 * @throws Error, without any key, when an identity is not an age secret key
 */
async function createDecrypter(keys) {
    const age = await __nccwpck_require__.e(/* import() */ 855).then(__nccwpck_require__.bind(__nccwpck_require__, 855));
    const decrypter = new age.Decrypter();
    if (keys.kind === 'passphrase') {
        decrypter.addPassphrase(keys.passphrase);
        return decrypter;
    }
    try {
        for (const identity of keys.identities)
            decrypter.addIdentity(identity);
    }
    catch {
        // The library's message may hold the key.
        throw new Error('the key file holds an identity that is not an age secret key');
    }
    return decrypter;
}


/***/ }),

/***/ 170:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _archive_age_age_key_file_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(846);
/* harmony import */ var _archive_age_decrypter_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(240);
/* harmony import */ var _run_filter_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(748);
/** Program: decrypts stdin to stdout with age; its one argument is the path of a key file. */



process.exitCode = await (0,_run_filter_js__WEBPACK_IMPORTED_MODULE_1__/* .runFilter */ .K)('age-decrypt', async (input) => {
    const decrypter = await (0,_archive_age_decrypter_js__WEBPACK_IMPORTED_MODULE_2__/* .createDecrypter */ .P)((0,_archive_age_age_key_file_js__WEBPACK_IMPORTED_MODULE_0__/* .readDecryptionKeys */ .Gy)(process.argv[2] ?? ''));
    return decrypter.decrypt(input);
});

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 748:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ runFilter)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
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

;// CONCATENATED MODULE: external "node:stream/web"
const web_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");
;// CONCATENATED MODULE: ./src/process/read-on-demand.ts

/**
 * A stream of what is read piece by piece, and only when it is asked for: a read that is under way keeps a failed program
 * alive, and what `Readable.toWeb` makes ends the process now and then when it is cancelled.
 * @param read fills the buffer and gives the number of bytes, 0 at the end
 * @param chunkSize bytes of the buffer
 */
function readOnDemand(read, chunkSize) {
    const pull = async (controller) => {
        const buffer = Buffer.allocUnsafeSlow(chunkSize);
        const length = await read(buffer);
        if (length === 0)
            controller.close();
        else
            controller.enqueue(buffer.subarray(0, length));
    };
    return new web_namespaceObject.ReadableStream({ pull }, { highWaterMark: 0 });
}

;// CONCATENATED MODULE: ./src/programs/run-filter.ts





const readFrom = (0,external_node_util_namespaceObject.promisify)(external_node_fs_.read);
const writeTo = (0,external_node_util_namespaceObject.promisify)(external_node_fs_.write);
const stdin = 0;
const stdout = 1;
/** What Linux gives at once from a pipe of the usual size. */
const chunkSize = 64 * 1024;
/**
 * Runs a program that reads stdin and writes stdout, in constant memory.
 *
 * An error becomes one line on stderr, except that nobody is left to read the output.
 * @returns the exit status
 */
async function runFilter(name, transform) {
    try {
        const output = await transform(readStdin());
        for await (const chunk of output)
            await writeStdout(chunk);
        return 0;
    }
    catch (error) {
        // Node ignores SIGPIPE, so the program ends by itself as other tools do by the signal.
        if (readNodeCode(error) === 'EPIPE')
            return brokenPipeExitCode;
        const message = error instanceof Error ? error.message : 'unknown';
        process.stderr.write(`${name}: error: ${message.replace(/\s+/g, ' ')}\n`);
        return 1;
    }
}
/** Node's own stdin is as fast, but takes a quarter more memory. */
function readStdin() {
    return readOnDemand(async (buffer) => (await readFrom(stdin, buffer, 0, chunkSize, null)).bytesRead, chunkSize);
}
async function writeStdout(chunk) {
    let written = 0;
    while (written < chunk.length) {
        const { bytesWritten } = await writeTo(stdout, chunk, written, chunk.length - written, null);
        written += bytesWritten;
    }
}


/***/ }),

/***/ 24:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(170);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
