import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 38:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  V: () => (/* binding */ createSqlFilter)
});

;// CONCATENATED MODULE: ./src/postgres/sql/omitted-statements.ts
/** PURE. Tells which statements to leave out; a statement comes as one character for each byte, with its `;`. */
function makeStatementTest(omit) {
    const created = { ROLE: new Set(omit.existingRoles), TABLESPACE: new Set(omit.existingTablespaces) };
    return (statement) => {
        if (omit.owners && /^ALTER [^]* OWNER TO (?:"(?:[^"]|"")+"|[^\s"';]+);\s*$/.test(statement))
            return true;
        const [, kind, name] = /^CREATE (ROLE|TABLESPACE) ("(?:[^"]|"")+"|[^\s"';]+)/.exec(statement) ?? [];
        if (kind === 'ROLE' || kind === 'TABLESPACE')
            return created[kind].has(readIdentifier(name ?? ''));
        const role = /^ALTER ROLE ("(?:[^"]|"")+"|[^\s"';]+) /.exec(statement)?.[1];
        return role !== undefined && readIdentifier(role) === omit.ownRole;
    };
}
function readIdentifier(written) {
    const name = written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
    return Buffer.from(name, 'latin1').toString('utf8');
}

;// CONCATENATED MODULE: ./src/postgres/sql/sql-reader.ts
function startReading() {
    return { closing: undefined, hasEscapes: false, commentDepth: 0 };
}
/** A quotation, a comment, a dollar quote: what an identifier may hold stands before none of them. */
const opening = /--|\/\*|['"]|(?<![A-Za-z0-9_$\x80-\xff])\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$/g;
/**
 * Reads on by one line.
 * @returns whether a statement ends with the line: its last character is a `;` outside of quotations and comments
 */
function endsStatement(state, line) {
    let index = 0;
    let isCode = false;
    while (index < line.length) {
        if (state.closing !== undefined) {
            index = skipQuotation(state, line, index);
            isCode = false;
            continue;
        }
        opening.lastIndex = index;
        const found = opening.exec(line);
        const code = line.slice(index, found?.index);
        if (code.trim() !== '')
            isCode = code.trimEnd().endsWith(';');
        // What follows the dashes is a comment, to the end of the line.
        if (found === null || found[0] === '--')
            break;
        index = found.index + found[0].length;
        sql_reader_open(state, found[0], line, found.index);
    }
    return state.closing === undefined && isCode;
}
function sql_reader_open(state, token, line, at) {
    state.closing = token === '/*' ? '*/' : token;
    state.hasEscapes =
        token === "'" && /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(line.slice(Math.max(0, at - 2), at));
    if (token === '/*')
        state.commentDepth = 1;
}
/** The index behind the end of what is open, or the line's length. Doubled quotes close and open again. */
function skipQuotation(state, line, from) {
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

;// CONCATENATED MODULE: ./src/postgres/sql/sql-filter.ts


/** Statements that can be left out begin with one of these; all others pass without being held. */
const candidate = /^(?:ALTER |CREATE ROLE |CREATE TABLESPACE |BEGIN;|COMMIT;)/;
const newline = 0x0a;
/**
 * PURE. A filter of the SQL that pg_dump and pg_dumpall write. It knows quotes, dollar quotes, comments and the data
 * of COPY, so that nothing inside a value or a function's body is taken for a statement. Line numbers stay the same.
 */
function createSqlFilter(rules) {
    const isUnwanted = makeStatementTest(rules.omit);
    // Around large objects pg_dump writes a transaction of its own, whose COMMIT would end ours half-way.
    const isOmitted = (statement) => (rules.oneTransaction && /^(?:BEGIN|COMMIT);\s*$/.test(statement)) || isUnwanted(statement);
    const state = {
        ...startReading(),
        rest: [],
        isCopying: false,
        held: undefined,
        statement: undefined,
        isComplete: false,
        output: rules.oneTransaction ? [Buffer.from('BEGIN; ')] : [],
    };
    return {
        push: (chunk) => {
            let rest = takeRest(state, chunk);
            while (rest !== undefined) {
                rest = state.isCopying ? passData(state, rest) : readLine(state, rest, { rules, isOmitted });
            }
            return takeOutput(state);
        },
        end: () => {
            if (state.rest.length > 0)
                readLine(state, Buffer.concat([...state.rest, Buffer.from('\n')]), { rules, isOmitted });
            if (!state.isComplete || state.statement !== undefined) {
                throw new Error('the dump is not complete: its last line is missing');
            }
            if (rules.oneTransaction)
                state.output.push(Buffer.from('COMMIT;\n'));
            return takeOutput(state);
        },
    };
}
/** The bytes that can be worked on; a line without its end waits, uncopied, for more. */
function takeRest(state, chunk) {
    state.rest.push(chunk);
    if (!state.isCopying && !chunk.includes(newline))
        return undefined;
    const bytes = state.rest.length === 1 ? chunk : Buffer.concat(state.rest);
    state.rest = [];
    return bytes;
}
function takeOutput(state) {
    const bytes = Buffer.concat(state.output);
    state.output = [];
    return bytes;
}
/** Passes COPY's rows; `bytes` begin with the line break before the first of them. */
function passData(state, bytes) {
    // A row never begins with `\.`, since COPY writes a backslash twice.
    const mark = bytes.indexOf('\n\\.');
    const end = mark < 0 ? -1 : bytes.indexOf(newline, mark + 1);
    if (end >= 0) {
        state.output.push(bytes.subarray(0, end + 1));
        state.isCopying = false;
        state.statement = undefined;
        return end + 1 < bytes.length ? bytes.subarray(end + 1) : undefined;
    }
    const kept = mark < 0 ? Math.max(0, bytes.length - 2) : mark;
    state.output.push(bytes.subarray(0, kept));
    state.rest = [bytes.subarray(kept)];
    return undefined;
}
function readLine(state, bytes, { rules, isOmitted }) {
    const end = bytes.indexOf(newline);
    if (end < 0) {
        state.rest = bytes.length > 0 ? [bytes] : [];
        return undefined;
    }
    // One character for each byte: all that matters here is ASCII, whatever the encoding.
    const line = bytes.toString('latin1', 0, end + 1);
    if (state.statement === undefined && /^(?:--|\\|\s*$)/.test(line)) {
        if (line.trimEnd() === rules.completionMarker)
            state.isComplete = true;
        emit(state, line);
        return bytes.subarray(end + 1);
    }
    if (state.statement === undefined) {
        state.statement = line;
        if (candidate.test(line))
            state.held = '';
    }
    if (state.held === undefined)
        emit(state, line);
    else
        state.held += line;
    if (!endsStatement(state, line))
        return bytes.subarray(end + 1);
    if (state.held !== undefined)
        emit(state, isOmitted(state.held) ? state.held.replace(/[^\n]+/g, '') : state.held);
    state.held = undefined;
    state.isCopying = state.statement.startsWith('COPY ') && /\sFROM stdin;\s*$/.test(line);
    if (!state.isCopying) {
        state.statement = undefined;
        return bytes.subarray(end + 1);
    }
    dropLastByte(state);
    return bytes.subarray(end);
}
function emit(state, text) {
    state.output.push(Buffer.from(text, 'latin1'));
}
/** The line break before COPY's first row belongs to its data, where `\.` can only stand behind one. */
function dropLastByte(state) {
    const last = state.output.pop();
    if (last !== undefined)
        state.output.push(last.subarray(0, -1));
}


/***/ }),

/***/ 754:
/***/ ((module, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(module, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(24);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__nccwpck_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _run_filter_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(639);
/* harmony import */ var _postgres_sql_sql_filter_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(38);
/** Program: passes a plain dump from stdin to stdout by rules; its one argument is the path of their JSON. */



process.exitCode = await (0,_run_filter_js__WEBPACK_IMPORTED_MODULE_1__/* .runFilter */ .K)('filter-sql', (input) => {
    const filter = (0,_postgres_sql_sql_filter_js__WEBPACK_IMPORTED_MODULE_2__/* .createSqlFilter */ .V)(JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(process.argv[2] ?? '', 'utf8')));
    const transform = new TransformStream({
        transform: (chunk, controller) => {
            enqueue(controller, filter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
        },
        flush: (controller) => {
            enqueue(controller, filter.end());
        },
    });
    return Promise.resolve(input.pipeThrough(transform));
});
function enqueue(controller, bytes) {
    if (bytes.length > 0)
        controller.enqueue(bytes);
}

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 639:
/***/ ((__unused_webpack_module, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  K: () => (/* binding */ runFilter)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(24);
;// CONCATENATED MODULE: external "node:stream/web"
const web_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");
;// CONCATENATED MODULE: external "node:util"
const external_node_util_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");
;// CONCATENATED MODULE: ./src/process/exit-codes.ts
/**
 * Exit code of a process that wrote to a pipe whose reader was gone (128 + SIGPIPE): a consequence of the reader's end,
 * never the cause of a failure.
 */
const brokenPipeExitCode = 128 + 13;

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
        if (isClosedPipe(error))
            return brokenPipeExitCode;
        const message = error instanceof Error ? error.message : 'unknown';
        process.stderr.write(`${name}: error: ${message.replace(/\s+/g, ' ')}\n`);
        return 1;
    }
}
/** Node's own stdin is as fast, but takes a quarter more memory. */
function readStdin() {
    const source = {
        async pull(controller) {
            const buffer = Buffer.allocUnsafeSlow(chunkSize);
            const { bytesRead } = await readFrom(stdin, buffer, 0, chunkSize, null);
            if (bytesRead === 0)
                controller.close();
            else
                controller.enqueue(buffer.subarray(0, bytesRead));
        },
    };
    // Nothing is read before it is asked for, since a pending read would keep a failed program alive.
    return new web_namespaceObject.ReadableStream(source, { highWaterMark: 0 });
}
async function writeStdout(chunk) {
    let written = 0;
    while (written < chunk.length) {
        const { bytesWritten } = await writeTo(stdout, chunk, written, chunk.length - written, null);
        written += bytesWritten;
    }
}
function isClosedPipe(error) {
    return error instanceof Error && 'code' in error && error.code === 'EPIPE';
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
/******/ /* webpack/runtime/compat get default export */
/******/ (() => {
/******/ 	// getDefaultExport function for compatibility with non-harmony modules
/******/ 	__nccwpck_require__.n = (module) => {
/******/ 		var getter = module && module.__esModule ?
/******/ 			() => (module['default']) :
/******/ 			() => (module);
/******/ 		__nccwpck_require__.d(getter, { a: getter });
/******/ 		return getter;
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
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(754);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
