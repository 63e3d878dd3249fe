"""Find the end of a serialized Java object (JCEKS secret keys) without creating any object.

The grammar is chapter 6 of the Java Object Serialization Specification ("Object Serialization
Stream Protocol"). Only the class descriptions are kept: they determine the length of an object.
"""

import struct
from typing import Final

MAX_DEPTH: Final = 64
"""The deepest nesting of objects; a secret key of the JDK has 3."""

MAX_SUPERCLASSES: Final = 32
"""The longest chain of superclasses; a secret key of the JDK has 2."""

MAX_STEPS: Final = 1_000_000
"""The most objects and fields skipped in a store; a secret key of the JDK has about 40."""

_HEADER: Final = b"\xac\xed\x00\x05"
_FIRST_HANDLE: Final = 0x7E0000


class _Tag:
    """The typecodes of section 6.4.2 that a secret key may hold."""

    NULL: Final = 0x70
    REFERENCE: Final = 0x71
    CLASS_DESCRIPTION: Final = 0x72
    OBJECT: Final = 0x73
    STRING: Final = 0x74
    ARRAY: Final = 0x75
    CLASS: Final = 0x76
    BLOCK: Final = 0x77
    END_OF_BLOCK: Final = 0x78
    LONG_BLOCK: Final = 0x7A
    LONG_STRING: Final = 0x7C
    ENUM: Final = 0x7E


_WRITE_METHOD: Final = 0x01
_SERIALIZABLE: Final = 0x02
_EXTERNALIZABLE: Final = 0x04
_BLOCK_DATA: Final = 0x08

_SIZES: Final = dict(zip(b"BZCSFIDJ", (1, 1, 2, 2, 4, 4, 8, 8), strict=True))
_REFERENCES: Final = frozenset(b"L[")

_U2: Final = struct.Struct(">H")
_U4: Final = struct.Struct(">I")
_U8: Final = struct.Struct(">Q")
_I8: Final = struct.Struct(">q")


class SerializationError(ValueError):
    """The bytes are not a serialized object that unpin can skip; the text says where and why."""


class StepLimitError(SerializationError):
    """The object exceeds MAX_STEPS, MAX_DEPTH or MAX_SUPERCLASSES."""


class _Class:
    """A class description: the fields of an instance."""

    __slots__ = ("fields", "flags", "name", "parent", "uid")

    def __init__(self, name: bytes, uid: int) -> None:
        self.name = name
        self.uid = uid
        self.flags = 0
        self.fields: list[int] = []
        self.parent: _Class | None = None


class Skipper:
    """Skips the serialized objects of a store; MAX_STEPS is the limit for all of them together."""

    def __init__(self, data: bytes, end: int) -> None:
        """Prepare to read `data` up to the byte `end`."""
        self._data = data
        self._end = end
        self._position = 0
        self._steps = 0
        self._depth = 0
        self._handles: list[_Class | None] = []
        self.lineage: tuple[tuple[bytes, int], ...] = ()
        """Name and serialVersionUID of the last object's class and its superclasses; empty if it
        is not a plain object."""
        self.is_null = False

    def skip(self, position: int) -> int:
        """Skip the stream of an object that starts at `position`, and return its end.

        Raises SerializationError if it is truncated, malformed or of a form that no secret key has
        (proxies, exceptions); StepLimitError beyond the limits of this module.
        """
        self._position = position
        self._depth = 0
        self._handles = []
        self.lineage = ()
        if self._data[self._take(4) : self._position] != _HEADER:
            raise SerializationError(f"no Java serialization header at byte {position}")
        tag = self._byte()
        self.is_null = tag == _Tag.NULL
        self._content(tag)
        return self._position

    def _take(self, size: int) -> int:
        """Skip `size` bytes and return their start."""
        start = self._position
        if size > self._end - start:
            raise SerializationError(
                f"Java object claims {size} bytes at byte {start}, {self._end - start} remain"
            )
        self._position = start + size
        return start

    def _byte(self) -> int:
        return self._data[self._take(1)]

    def _number(self, layout: struct.Struct) -> int:
        value: int = layout.unpack_from(self._data, self._take(layout.size))[0]
        return value

    def _step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise StepLimitError(f"more than {MAX_STEPS} serialized Java objects and fields")

    def _content(self, tag: int) -> _Class | None:
        """Skip the content after `tag`; return it if it is a class description."""
        self._step()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise StepLimitError(f"Java objects nested more than {MAX_DEPTH} deep")
        found: _Class | None = None
        match tag:
            case _Tag.NULL:
                pass
            case _Tag.REFERENCE:
                found = self._reference()
            case _Tag.CLASS_DESCRIPTION:
                found = self._class_description()
            case _Tag.OBJECT:
                self._object()
            case _Tag.STRING | _Tag.LONG_STRING:
                self._string(_U2 if tag == _Tag.STRING else _U8)
            case _Tag.ARRAY:
                self._array()
            case _Tag.CLASS:
                self._described()
            case _Tag.ENUM:
                self._described()
                self._content(self._byte())
            case _:
                raise SerializationError(
                    f"Java object with tag {tag:#04x} at byte {self._position - 1}"
                )
        self._depth -= 1
        return found

    def _reference(self) -> _Class | None:
        handle = self._number(_U4) - _FIRST_HANDLE
        if not 0 <= handle < len(self._handles):
            raise SerializationError(f"dangling Java reference at byte {self._position - 4}")
        return self._handles[handle]

    def _string(self, layout: struct.Struct) -> None:
        self._take(self._number(layout))
        self._handles.append(None)

    def _class_description(self) -> _Class:
        size = self._number(_U2)
        start = self._take(size)
        name = self._data[start : self._position]
        description = _Class(name, self._number(_I8))
        self._handles.append(description)
        description.flags = self._byte()
        for _ in range(self._number(_U2)):
            self._step()
            kind = self._byte()
            if kind not in _SIZES and kind not in _REFERENCES:
                raise SerializationError(f"unknown Java field type at byte {self._position - 1}")
            self._take(self._number(_U2))
            if kind in _REFERENCES:
                self._content(self._byte())
            description.fields.append(kind)
        self._annotation()
        description.parent = self._content(self._byte())
        return description

    def _described(self) -> _Class:
        """Skip the class description at the start of most objects, and assign the next handle."""
        start = self._position
        description = self._content(self._byte())
        if description is None:
            raise SerializationError(f"Java object without a class at byte {start}")
        self._handles.append(None)
        return description

    def _object(self) -> None:
        lineage: list[_Class] = []
        description: _Class | None = self._described()
        while description is not None:
            if len(lineage) == MAX_SUPERCLASSES:
                raise StepLimitError(f"more than {MAX_SUPERCLASSES} Java superclasses")
            self._step()
            lineage.append(description)
            description = description.parent
        if self._depth == 1:
            self.lineage = tuple((ancestor.name, ancestor.uid) for ancestor in lineage)
        for ancestor in reversed(lineage):
            self._class_data(ancestor)

    def _class_data(self, description: _Class) -> None:
        if description.flags & _SERIALIZABLE:
            for kind in description.fields:
                self._step()
                if kind in _REFERENCES:
                    self._content(self._byte())
                else:
                    self._take(_SIZES[kind])
            if description.flags & _WRITE_METHOD:
                self._annotation()
        elif description.flags & _EXTERNALIZABLE:
            if not description.flags & _BLOCK_DATA:
                raise SerializationError("externalizable Java object without block data")
            self._annotation()

    def _array(self) -> None:
        kind = self._described().name[1:2]
        count = self._number(_U4)
        if kind and kind[0] in _SIZES:
            self._take(count * _SIZES[kind[0]])
            return
        for _ in range(count):
            self._content(self._byte())

    def _annotation(self) -> None:
        """Skip the data of writeObject or annotateClass methods, up to TC_ENDBLOCKDATA."""
        while True:
            match self._byte():
                case _Tag.END_OF_BLOCK:
                    return
                case _Tag.BLOCK:
                    self._step()
                    self._take(self._byte())
                case _Tag.LONG_BLOCK:
                    self._step()
                    self._take(self._number(_U4))
                case tag:
                    self._content(tag)
