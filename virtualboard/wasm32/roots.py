"""Makes a conservative garbage collector sound in WebAssembly: every address that a function holds is in memory too.

A collector such as MicroPython's looks for addresses in memory, the stack included. A WebAssembly function keeps its values in
locals and on an operand stack that are no memory: what only they refer to would be freed under its feet. So each function
that may, however indirectly, start a collection gets a frame on the stack in memory, with a place for

- each local of an integer type, written whenever the local is;
- each integer on the operand stack that stays there while another function runs, written when it comes into being.

32 bits may be an address, 64 bits may be two of them. A place is zero before, and again when nobody needs the value any more:
what is over keeps no garbage alive, as little as on a chip, where compilers use a place for one value after the other. So is the
frame that the compiler has made, when a function begins: what our frames have written at other times lies there.
Only functions through which a call by a pointer can be reached get a frame: a collection runs finalisers by such a call,
so whatever cannot reach one cannot reach a collection.
"""

from .binary import I32, I64, Module, Unknown, leb, sleb, unsigned
from .instructions import (
    BLOCK,
    BR,
    CALL,
    CALL_INDIRECT,
    EFFECTS,
    ELSE,
    END,
    GLOBAL_GET,
    GLOBAL_SET,
    I32_ADD,
    I32_CONST,
    I32_STORE,
    I32_SUB,
    I64_STORE,
    IF,
    LEAVES,
    LOCAL_GET,
    LOCAL_SET,
    LOCAL_TEE,
    LOOP,
    NUMBERS,
    OPENS,
    RETURN,
    SELECT,
    SELECT_T,
    instructions,
)  # fmt: skip
from .liveness import liveness

STACK_POINTER = 0  # the global variable that the linker wasm-ld declares first
_SIZE = {I32: 4, I64: 8}
_EMPTY = 0x40


def sound(data: bytes) -> bytes:
    """The module with frames. Raises Unknown for a module that uses what this pass does not understand."""
    module = Module(data)
    if not module.globals or module.globals[STACK_POINTER] != I32:
        raise Unknown("the first global variable is no stack pointer")
    collecting = _collecting(module)
    bodies = [
        Function(module, number, body, collecting).framed() if number in collecting else body
        for number, body in enumerate(module.bodies, module.imported)
    ]
    return module.with_bodies(bodies)


def _collecting(module: Module) -> set[int]:
    """Numbers of the functions through which a call by a pointer can be reached."""
    callers: dict[int, set[int]] = {}
    todo = []
    for number, body in enumerate(module.bodies, module.imported):
        for one in instructions(body, _locals(body)[1]):
            if one.code == CALL:
                callers.setdefault(one.index, set()).add(number)
            elif one.code == CALL_INDIRECT:
                todo.append(number)
    found = set()
    while todo:
        number = todo.pop()
        if number not in found:
            found.add(number)
            todo += callers.get(number, ())
    return found


def _locals(body: bytes) -> tuple[bytes, int]:
    """(value types of the declared locals, place of the first instruction)."""
    count, at = unsigned(body, 0)
    kinds = b""
    for _ in range(count):
        number, at = unsigned(body, at)
        kinds += body[at : at + 1] * number
        at += 1
    return kinds, at


class Function:
    """One function that gets a frame."""

    def __init__(self, module: Module, number: int, body: bytes, collecting: set[int]):
        self.module, self.body, self.collecting = module, body, collecting
        self.params, self.results = module.functions[number]
        declared, start = _locals(body)
        self.declarations = body[:start]
        self.locals = self.params + declared
        self.code = list(instructions(body, start))
        self.frame = len(self.locals)  # the number of our own local with the frame's address; two for values follow
        self.places: dict[tuple, int] = {}  # ("local", number) or ("operand", height, type) -> offset in the frame
        self.size = 0
        for index, kind in enumerate(self.locals):
            if kind in _SIZE:
                self._place(("local", index), kind)
        self.live = liveness(body, self.code)
        self.taken: dict[int, set[tuple[int, int]]] = {}  # places of the operands that an instruction takes
        self.kept = self._operands_across_calls()

    def _place(self, what: tuple, kind: int) -> int:
        if what not in self.places:
            self.size = -(-self.size // _SIZE[kind]) * _SIZE[kind]
            self.places[what] = self.size
            self.size += _SIZE[kind]
        return self.places[what]

    # which operands need a place

    def _operands_across_calls(self) -> dict[int, tuple[int, int]]:
        """{number of an instruction: (type, offset)} of those whose result stays on the operand stack during a call."""
        kept = {}
        stack: list[tuple[int, int]] = []  # (type, number of the instruction that left it)
        blocks = [(0, self.results, False)]  # (height of the stack below, results, whether it is never reached)
        dead = False
        for number, one in enumerate(self.code):
            code = one.code
            if code in OPENS:
                if not dead and code == IF:
                    stack.pop()  # its condition
                blocks.append((len(stack), self._results_of(one.index), dead))
            elif code in (ELSE, END):
                height, results, dead = blocks[-1]
                del stack[height:]
                if code == END:
                    blocks.pop()
                    stack += [] if dead else [(kind, number) for kind in results]
            elif not dead:
                takes, leaves = self._effect(one, stack)
                if takes:
                    self.taken[number] = {kept[origin] for _, origin in stack[-takes:] if origin in kept}
                    del stack[-takes:]
                if self._may_collect(one):
                    for height, (kind, origin) in enumerate(stack):
                        if kind in _SIZE and self.code[origin].code not in NUMBERS:
                            kept[origin] = kind, self._place(("operand", height, kind), kind)
                stack += [(kind, number) for kind in leaves]
                dead = code in LEAVES
        return kept

    def _results_of(self, block_type: int) -> bytes:
        if block_type == _EMPTY:
            return b""
        if 0x6F <= block_type <= 0x7F or block_type == 0x69:  # one value; 0x69 is a reference to an exception
            return bytes((block_type,))
        signature = self.module.signatures[block_type]
        if signature.params:
            raise Unknown("a block takes operands")
        return signature.results

    def _effect(self, one, stack) -> tuple[int, bytes | list[int]]:
        """(how many operands it takes, types of what it leaves)."""
        code = one.code
        if code == LOCAL_GET:
            return 0, [self.locals[one.index]]
        if code == LOCAL_TEE:
            return 1, [self.locals[one.index]]
        if code == GLOBAL_GET:
            return 0, [self.module.globals[one.index]]
        if code in (SELECT, SELECT_T):
            return 3, [stack[-2][0]]
        if code in (CALL, CALL_INDIRECT):
            called = self.module.functions[one.index] if code == CALL else self.module.signatures[one.index]
            return len(called.params) + (code == CALL_INDIRECT), called.results
        if code in LEAVES:
            return 0, []
        return EFFECTS[code]

    def _may_collect(self, one) -> bool:
        return one.code == CALL_INDIRECT or one.code == CALL and one.index in self.collecting

    # the new body

    def framed(self) -> bytes:
        """The body with a frame around it."""
        if len(self.results) > 1:
            raise Unknown("a function has several results")
        size = -(-self.size // 16) * 16
        count, at = unsigned(self.declarations, 0)
        ours = bytes((2, I32, 1, I64))
        out = bytearray(leb(count + 2) + self.declarations[at:] + ours)
        frame = leb(self.frame)
        out += _op(GLOBAL_GET, STACK_POINTER) + _const(size) + bytes((I32_SUB, LOCAL_TEE)) + frame
        out += _op(GLOBAL_SET, STACK_POINTER) + self._clear_frames(size)
        for index, kind in enumerate(self.params):
            if kind in _SIZE and self.live.starts >> index & 1:
                out += self._store_local(index)
        out += bytes((BLOCK,)) + (self.results or bytes((_EMPTY,)))
        depth = 0
        for number, one in enumerate(self.code[:-1]):
            if one.code in OPENS:
                depth += 1
            elif one.code == END:
                depth -= 1
            if one.code == RETURN:
                out += _op(BR, depth)
                continue
            over = self._clear_locals(self.live.ends[number])
            if one.code not in (END, LOOP):  # else the ways meet behind it
                out += over
            out += self.body[one.start : one.end]
            if one.code in (END, LOOP):
                out += over
            for place in sorted(self.taken.get(number, ())):
                out += self._clear(*place)
            if one.code in (LOCAL_GET, LOCAL_SET, LOCAL_TEE) and self.locals[one.index] in _SIZE:
                if not self.live.after[number] >> one.index & 1:
                    out += self._clear_locals(1 << one.index)
                elif one.code != LOCAL_GET:
                    out += self._store_local(one.index)
            if number in self.kept:
                out += self._store_operand(*self.kept[number])
        out += bytes((END,)) + _op(LOCAL_GET, self.frame) + _const(size) + bytes((I32_ADD,))
        return bytes(out + _op(GLOBAL_SET, STACK_POINTER) + bytes((END,)))

    def _clear_frames(self, size: int) -> bytes:
        """memory.fill over our frame, and over that of the compiler, which will lie below it."""
        below = self._compilers_frame()
        return _op(LOCAL_GET, self.frame) + _const(below) + bytes((I32_SUB,)) + _const(0) + _const(below + size) + b"\xfc\x0b\0"

    def _compilers_frame(self) -> int:
        """How much of the stack the function takes itself, when it begins."""
        for one, size, minus in zip(self.code, self.code[1:], self.code[2:], strict=False):
            if (one.code, one.index, size.code, minus.code) == (GLOBAL_GET, STACK_POINTER, I32_CONST, I32_SUB):
                return size.index
        return 0

    def _clear(self, kind: int, offset: int) -> bytes:
        return _op(LOCAL_GET, self.frame) + (_const(0) if kind == I32 else b"\x42\0") + _store(kind, offset)

    def _clear_locals(self, which: int) -> bytes:
        places = [(kind, self.places["local", n]) for n, kind in enumerate(self.locals) if which >> n & 1 and kind in _SIZE]
        return b"".join(self._clear(*place) for place in places)

    def _store_local(self, index: int) -> bytes:
        kind = self.locals[index]
        return _op(LOCAL_GET, self.frame) + _op(LOCAL_GET, index) + _store(kind, self.places["local", index])

    def _store_operand(self, kind: int, offset: int) -> bytes:
        """By way of a local of ours, because the address has to lie below the value."""
        own = self.frame + (1 if kind == I32 else 2)
        value = _op(LOCAL_GET, own)
        return _op(LOCAL_SET, own) + _op(LOCAL_GET, self.frame) + value + _store(kind, offset) + value


def _op(code: int, index: int) -> bytes:
    return bytes((code,)) + leb(index)


def _const(number: int) -> bytes:
    return bytes((I32_CONST,)) + sleb(number)


def _store(kind: int, offset: int) -> bytes:
    return bytes((I32_STORE, 2) if kind == I32 else (I64_STORE, 3)) + leb(offset)
