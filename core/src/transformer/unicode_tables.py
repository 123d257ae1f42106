#!/usr/bin/env python3
"""Writes unicode_categories.cpp and unicode_foldings.cpp beside itself.

From the Unicode data of Python; run clang-format afterwards.
"""
import pathlib
import unicodedata

HERE = pathlib.Path(__file__).parent
LAST = 0x110000
HANGUL = range(0xAC00, 0xD7A4)  # Decomposed by rule.
SURROGATES = range(0xD800, 0xE000)


def category(point):
    name = unicodedata.category(chr(point))
    if name == "Mn":
        return "mark"
    return {"L": "letter", "N": "number", "P": "punctuation", "C": "control"}.get(name[0], "other")


def categories():
    before = None
    for point in range(LAST):
        now = category(point)
        if now != before:
            yield point, now
        before = now


def folded(point):
    lower = unicodedata.normalize("NFD", chr(point).lower())
    return [ord(one) for one in lower if unicodedata.category(one) != "Mn"]


def foldings():
    for point in range(LAST):
        if point in HANGUL or point in SURROGATES or category(point) == "mark":
            continue
        result = folded(point)
        if result != [point]:
            yield point, result


def runs(pairs):
    """(first, count, stride, result, step) of characters at equal distances."""
    at = 0
    while at < len(pairs):
        best = (1, 1, 0)
        for stride in (1, 2):
            for step in (0, 1, 2):
                count = 1
                while at + count < len(pairs) and pairs[at + count] == (
                    pairs[at][0] + stride * count,
                    pairs[at][1] + step * count,
                ):
                    count += 1
                if count > best[0]:
                    best = (count, stride, step)
        yield pairs[at][0], best[0], best[1], pairs[at][1], best[2]
        at += best[0]


def write(name, body):
    head = (
        f"// Made by unicode_tables.py from Unicode {unicodedata.unidata_version}.\n"
        '#include "unicode_tables.hpp"\n\nnamespace neucasl::transformer {\n\n'
    )
    (HERE / name).write_text(head + body + "\n}  // namespace neucasl::transformer\n")


def main():
    kinds = ["control", "letter", "mark", "number", "other", "punctuation"]
    short = {kind: kind[0].upper() for kind in kinds}
    names = "".join(
        f"  constexpr auto {letter} = Category::{name};\n" for name, letter in sorted(short.items())
    )
    table = ", ".join(f"{{0x{point:x}, {short[name]}}}" for point, name in categories())
    write(
        "unicode_categories.cpp",
        f"std::span<const CategoryStart> category_starts() {{\n{names}"
        f"  static constexpr CategoryStart all[] = {{{table}}};\n  return all;\n}}\n",
    )
    pairs = list(foldings())
    single = [(point, result[0]) for point, result in pairs if len(result) == 1]
    table = ", ".join(
        f"{{0x{first:x}, {count}, {stride}, 0x{result:x}, {step}}}"
        for first, count, stride, result, step in runs(single)
    )
    longer = ", ".join(
        f"{{0x{point:x}, U\"{''.join(f'{chr(92)}U{one:08x}' for one in result)}\"}}"
        for point, result in pairs
        if len(result) != 1
    )
    write(
        "unicode_foldings.cpp",
        "std::span<const FoldingRun> folding_runs() {\n"
        f"  static constexpr FoldingRun all[] = {{{table}}};\n  return all;\n}}\n\n"
        "std::span<const LongFolding> long_foldings() {\n"
        f"  static constexpr LongFolding all[] = {{{longer}}};\n  return all;\n}}\n",
    )


if __name__ == "__main__":
    main()
