"""The tasks that jobs run: functions that rooms declare in their module ``tasks``, imported when Django has started."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from weijian.kernel.errors import WeijianError


class Run(Protocol):
    """What a task is given beside its arguments."""

    actor_id: int | None
    actor_name: str

    def progress(self, done: int, total: int, step: str) -> None:
        """Say how far the work is; shown at once, whatever transaction is open."""


#: Gives what came of it: ``text`` in words, ``url`` where it is seen; both may be missing.
TaskFunction = Callable[..., dict[str, Any] | None]


@dataclass(frozen=True)
class Task:
    """A declared task. Run again after a crash it must come to the same end: tasks are idempotent."""

    id: str
    zh: str
    en: str
    function: TaskFunction


_tasks: dict[str, Task] = {}


def task(task_id: str, zh: str, en: str) -> Callable[[TaskFunction], TaskFunction]:
    """Declare a task: ``@task("snapshot.publish", "发布快照与指标", "Publish")`` above ``def publish(run, **arguments)``."""

    def declared(function: TaskFunction) -> TaskFunction:
        _tasks[task_id] = Task(task_id, zh, en, function)
        return function

    return declared


def task_by_id(task_id: str) -> Task:
    """The task of that id. Raises WeijianError ``job.unknown_task``."""
    found = _tasks.get(task_id)
    if found is None:
        raise WeijianError("job.unknown_task", f"没有任务 {task_id}。", task_id, "升级程序后重试")
    return found
