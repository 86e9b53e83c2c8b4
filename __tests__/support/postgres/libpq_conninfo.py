"""Reads JSON strings, one a line, and answers with what libpq's PQconninfoParse makes of each, one a line.

Usage: libpq_conninfo.py [path of libpq]. Bytes that are not UTF-8 come back as lone surrogates.
The first line of the answer is {"version": N}.
"""

import ctypes
import json
import sys


class Option(ctypes.Structure):
    _fields_ = [
        ("keyword", ctypes.c_char_p),
        ("envvar", ctypes.c_char_p),
        ("compiled", ctypes.c_char_p),
        ("val", ctypes.c_char_p),
        ("label", ctypes.c_char_p),
        ("dispchar", ctypes.c_char_p),
        ("dispsize", ctypes.c_int),
    ]


def load(path):
    library = ctypes.CDLL(path)
    library.PQconninfoParse.restype = ctypes.POINTER(Option)
    library.PQconninfoParse.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_char_p)]
    library.PQconninfoFree.argtypes = [ctypes.POINTER(Option)]
    library.PQconndefaults.restype = ctypes.POINTER(Option)
    return library


def parse(library, text):
    options = library.PQconninfoParse(text.encode(), None)
    if not options:
        return {"values": None}
    values = {}
    index = 0
    while options[index].keyword is not None:
        if options[index].val is not None:
            values[options[index].keyword.decode()] = options[index].val.decode("utf-8", "surrogateescape")
        index += 1
    library.PQconninfoFree(options)
    return {"values": values}


def variables(library):
    options = library.PQconndefaults()
    found = {}
    index = 0
    while options[index].keyword is not None:
        found[options[index].keyword.decode()] = (options[index].envvar or b"").decode()
        index += 1
    return found


def main():
    library = load(sys.argv[1] if len(sys.argv) > 1 else "libpq.so.5")
    print(json.dumps({"version": library.PQlibVersion(), "variables": variables(library)}))
    for line in sys.stdin:
        print(json.dumps(parse(library, json.loads(line))))


main()
