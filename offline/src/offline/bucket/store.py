"""Buckets that keep every generation of their objects, in memory or in a folder.

Behaviour follows Google's page "Object Versioning". Buckets here always have versioning on: what
was overwritten or deleted stays readable by its generation.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from offline.bucket.objects import Preconditions, StorageError, Version, crc32c, md5
from offline.problems import read_json


class Store:
    """Buckets and every generation of their objects.

    In a folder: `<bucket>/index.json` and one file for each generation, which belongs to one
    process at a time. Without a folder: in memory. Safe to use from many threads; each call is
    atomic. A bucket that nobody created is created on its first use when `create` is true or when
    it exists `elsewhere`, and answers 404 otherwise.
    """

    def __init__(
        self,
        folder: Path | None = None,
        buckets: Iterable[str] = (),
        *,
        create: bool = False,
        elsewhere: Callable[[str], bool] | None = None,
    ) -> None:
        self._folder, self._create, self._elsewhere = folder, create, elsewhere
        self._lock = threading.RLock()
        self._generation = 0
        self._buckets: dict[str, dict[str, list[Version]]] = {}
        self._data: dict[int, bytes] = {}
        if folder is not None:
            for index in sorted(folder.glob("*/index.json")):
                versions = [Version(**held) for held in read_json(index)]
                objects = self._buckets.setdefault(index.parent.name, {})
                for version in versions:
                    objects.setdefault(version.name, []).append(version)
                    self._generation = max(self._generation, version.generation)
        for bucket in buckets:
            if bucket not in self._buckets:
                self.create(bucket)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a copy has; its lock is its own."""
        return {name: held for name, held in vars(self).items() if name != "_lock"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _lock=threading.RLock())

    def buckets(self) -> list[str]:
        """Return the names of the buckets, sorted."""
        with self._lock:
            return sorted(self._buckets)

    def create(self, bucket: str) -> None:
        """Create a bucket.

        Raises:
            StorageError: it exists (409), or the name is not one (400).
        """
        with self._lock:
            if not bucket or bucket.strip(".") == "" or {"/", "\\", "\0"} & set(bucket):
                raise StorageError(400, "invalid", f"Invalid bucket name: {bucket!r}")
            if bucket in self._buckets:
                raise StorageError(
                    409,
                    "conflict",
                    "Your previous request to create the named bucket succeeded and you already "
                    "own it.",
                )
            self._buckets[bucket] = {}
            self._save(bucket)

    def remove(self, bucket: str) -> None:
        """Remove a bucket with every generation of its objects; nothing happens without it."""
        with self._lock:
            for versions in self._buckets.pop(bucket, {}).values():
                for version in versions:
                    self._data.pop(version.generation, None)
            if self._folder is not None:
                shutil.rmtree(self._folder / bucket, ignore_errors=True)

    def versions(self, bucket: str, name: str = "") -> list[Version]:
        """Return every generation, oldest first, of one object or of all of a bucket.

        Raises:
            StorageError: there is no such bucket (404).
        """
        with self._lock:
            objects = self._objects(bucket)
            names = [name] if name else sorted(objects)
            return [version for each in names for version in objects.get(each, ())]

    def live(self, bucket: str, name: str) -> Version | None:
        """Return the live generation of an object, None without one (404 without the bucket)."""
        with self._lock:
            held = self._objects(bucket).get(name)
            return held[-1] if held and not held[-1].deleted else None

    def names(self, bucket: str) -> list[str]:
        """Return the names of the live objects, sorted (404 without the bucket)."""
        with self._lock:
            return [name for name in sorted(self._objects(bucket)) if self.live(bucket, name)]

    def find(
        self, bucket: str, name: str, generation: int | None = None, *, when: Preconditions
    ) -> Version:
        """Return the live generation, or the one asked for.

        Raises:
            StorageError: it does not exist (404) or a precondition does not hold (412, 304).
        """
        with self._lock:
            version = self._find(bucket, name, generation)
            when.check(version, reading=True)
            return version

    def read(self, bucket: str, name: str, generation: int | None = None) -> bytes:
        """Return the content of the live generation, or of the one asked for (404 without it)."""
        with self._lock:
            version = self._find(bucket, name, generation)
            if self._folder is None:
                return self._data[version.generation]
            return (self._folder / bucket / str(version.generation)).read_bytes()

    def insert(
        self,
        bucket: str,
        name: str,
        data: bytes,
        *,
        content_type: str = "application/octet-stream",
        when: Preconditions | None = None,
        kms_key: str = "",
        metadata: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        expected: Mapping[str, str] | None = None,
        created: str = "",
    ) -> Version:
        """Write an object as its new live generation; `expected` may name its crc32c and md5Hash.

        `created` is its time, now by default; `headers` are given back as they are.

        Raises:
            StorageError: a precondition does not hold (412), no such bucket (404), a bad name or
            not the checksum that
                was expected (400).
        """
        sums = crc32c(data), md5(data)  # outside the lock: the slow part
        for given, sum_ in zip(("crc32c", "md5Hash"), sums, strict=True):
            if (expected or {}).get(given) not in (None, "", sum_):
                raise StorageError(
                    400, "invalid", f"Provided {given} doesn't match calculated {sum_}."
                )
        with self._lock:
            objects = self._objects(bucket)
            if (
                not 0 < len(name.encode()) <= 1024
                or name in {".", ".."}
                or {"\r", "\n"} & set(name)
            ):
                raise StorageError(400, "invalid", f"Invalid object name: {name!r}")
            live = self.live(bucket, name)
            if when:
                when.check(live)
            # Google's generations are microseconds since 1970 and only ever grow.
            self._generation = max(self._generation + 1, time.time_ns() // 1000)
            version = Version(
                name,
                self._generation,
                len(data),
                *sums,
                content_type,
                created or _now(),
                kms_key=kms_key,
                metadata=dict(metadata or {}),
                headers=dict(headers or {}),
            )
            if self._folder is None:
                self._data[version.generation] = data
            else:
                (self._folder / bucket / str(version.generation)).write_bytes(data)
            if live:
                objects[name][-1] = replace(live, deleted=version.created)
            objects.setdefault(name, []).append(version)
            self._save(bucket)
            return version

    def delete(
        self, bucket: str, name: str, generation: int | None = None, *, when: Preconditions
    ) -> None:
        """Make the live object a noncurrent one; with a generation, remove that one permanently.

        Raises:
            StorageError: it does not exist (404) or a precondition does not hold (412).
        """
        with self._lock:
            version = self._find(bucket, name, generation)
            when.check(version)
            held = self._objects(bucket)[name]
            if generation is None:
                held[-1] = replace(version, deleted=_now())
            else:
                held.remove(version)
                self._data.pop(version.generation, None)
            self._save(bucket)
            if generation is not None and self._folder is not None:
                with contextlib.suppress(FileNotFoundError):
                    (self._folder / bucket / str(version.generation)).unlink()

    def _objects(self, bucket: str) -> dict[str, list[Version]]:
        if bucket not in self._buckets:
            if not self._create and not (self._elsewhere and self._elsewhere(bucket)):
                raise StorageError(404, "notFound", "The specified bucket does not exist.")
            self.create(bucket)
        return self._buckets[bucket]

    def _find(self, bucket: str, name: str, generation: int | None) -> Version:
        if generation is None:
            result = self.live(bucket, name)
        else:
            held = self._objects(bucket).get(name, [])
            result = next((item for item in held if item.generation == generation), None)
        if result is None:
            raise StorageError(404, "notFound", f"No such object: {bucket}/{name}")
        return result

    def _save(self, bucket: str) -> None:
        """Write a bucket's index next to the old one, then swap: a kill leaves one or the other."""
        if self._folder is None:
            return
        place = self._folder / bucket
        place.mkdir(parents=True, exist_ok=True)
        held = [
            asdict(version) for versions in self._buckets[bucket].values() for version in versions
        ]
        new = place / f"index.{os.getpid()}.new"
        new.write_text(json.dumps(held, indent=1), "utf-8")
        new.replace(place / "index.json")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
