export const id = 194;
export const ids = [194];
export const modules = {

/***/ 6194:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cleanUp: () => (/* binding */ cleanUp)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(73024);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0___default = /*#__PURE__*/__webpack_require__.n(node_fs__WEBPACK_IMPORTED_MODULE_0__);
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(33838);
/* harmony import */ var _process_remove_tree_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(68138);
/* harmony import */ var _run_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2630);




/** The post step, which removes what a killed run left. */
async function cleanUp() {
    const paths = readPaths(_run_js__WEBPACK_IMPORTED_MODULE_3__/* .discardState */ .GP);
    for (const pid of findProcesses(paths))
        endProcess(pid);
    await Promise.all(paths.map(_process_remove_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .removeTree */ .d));
    await Promise.all(readPaths(_run_js__WEBPACK_IMPORTED_MODULE_3__/* .discardEmptyState */ .rI).map(_process_remove_tree_js__WEBPACK_IMPORTED_MODULE_2__/* .removeIfEmpty */ .V));
}
function readPaths(name) {
    const state = _actions_core__WEBPACK_IMPORTED_MODULE_1__/* .getState */ .Gu(name);
    return (state === '' ? [] : JSON.parse(state));
}
/** Processes that outlived the run: on Linux they are known by the private files that their environment names. */
function findProcesses(owned) {
    if (process.platform !== 'linux' || owned.length === 0)
        return [];
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)('/proc')
        .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
        .filter((name) => owned.some((path) => readEnvironment(name).includes(`${path}/`)))
        .map(Number);
}
/** A process that has ended by itself since it was found is none to stop the cleaning for. */
function endProcess(pid) {
    try {
        process.kill(pid, 'SIGKILL');
    }
    catch {
        // It is gone.
    }
}
function readEnvironment(pid) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/environ`, 'utf8');
    }
    catch {
        return '';
    }
}


/***/ })

};
